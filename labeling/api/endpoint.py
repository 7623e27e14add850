"""What an address of the API is: who may ask, what may stand in it, how it is described."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Literal, cast

from django.core.paginator import InvalidPage, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import inline_serializer
from rest_framework import exceptions, parsers, permissions, renderers, serializers, views
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from labeling.models import ApiToken, User

PAGE_SIZE = 50
MAX_PAGE_SIZE = 500


class Strict(serializers.Serializer):
    """A body or a query in which nothing stands that is not declared."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            self._expect_known(data)
        if isinstance(data, QueryDict):
            self._expect_single(data)
        return super().to_internal_value(data)

    def _expect_known(self, data: Mapping[Any, Any]) -> None:
        known = ", ".join(self.fields) or "none"
        unknown = {
            str(key)[:60]: [f"is not known here; known are: {known}."]
            for key in data
            if key not in self.fields
        }
        if unknown:
            raise serializers.ValidationError(unknown)

    def _expect_single(self, data: QueryDict) -> None:
        twice = {
            key: ["is given more than once."]
            for key, values in data.lists()
            if len(values) > 1 and not isinstance(self.fields[key], serializers.ListField)
        }
        if twice:
            raise serializers.ValidationError(twice)


class NoFields(Strict):
    """Nothing is asked for."""


class PageQuery(Strict):
    """Which stretch of a list."""

    page = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=PAGE_SIZE)


class ProblemPlace(serializers.Serializer):
    where = serializers.CharField()
    message = serializers.CharField()


class ProblemDetails(serializers.Serializer):
    """Every refusal (RFC 9457): a sentence, and each fault with its place."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    problems = ProblemPlace(many=True)


class OnlyJson(BaseContentNegotiation):
    """The API has one language, whatever the client says it would like best."""

    def select_parser(
        self, request: Request, parsers: Iterable[parsers.BaseParser]
    ) -> parsers.BaseParser | None:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((one for one in parsers if one.media_type == kind), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[renderers.BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[renderers.BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)


class WithinScope(permissions.BasePermission):
    """A token with scopes reads with `read` and writes with `write`; without any it does both."""

    message = "This token's scopes do not include this."

    def has_permission(self, request: Request, view: views.APIView) -> bool:
        if not isinstance(request.auth, ApiToken) or not request.auth.scopes:
            return True
        needed = "read" if request.method in permissions.SAFE_METHODS else "write"
        return needed in request.auth.scopes


class Schema(AutoSchema):
    """The description of an endpoint, from what the endpoint itself enforces."""

    def get_override_parameters(self) -> list[Any]:
        query = getattr(self.view, "queries", {}).get(self.method)
        return [*super().get_override_parameters(), *([query] if query else [])]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        refusal = self._get_response_for_code(
            ProblemDetails, "default", media_types=["application/problem+json"]
        )
        return {**bodies, "default": refusal}


class Endpoint(views.APIView):
    """One address. `queries` names per method what may stand behind the question mark."""

    permission_classes = [permissions.IsAuthenticated, WithinScope]
    content_negotiation_class = OnlyJson
    # OPTIONS would describe the address to anybody; the schema does, to those who may use it.
    metadata_class = None
    schema = Schema()
    queries: ClassVar[dict[str, type[Strict]]] = {}
    query: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else request.method or ""
        if hasattr(self, method.lower()):
            expected = self.queries.get(method, NoFields)(data=request.query_params)
            expected.is_valid(raise_exception=True)
            self.query = expected.validated_data

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def read(self, kind: type[Strict]) -> dict[str, Any]:
        """The body as `kind` declares it, or every fault in it."""
        body = kind(data=self.request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def page(
        self,
        rows: QuerySet | list[Any],
        shape: type[serializers.Serializer],
        prepare: Callable[[list[Any]], None] = lambda rows: None,
        **context: Any,
    ) -> Response:
        """The asked stretch of the rows, with the addresses of its neighbours.

        `context` is what the shape needs to know beside its rows.
        """
        paginator = Paginator(rows, self.query["page_size"])
        try:
            page = paginator.page(self.query["page"])
        except InvalidPage:
            raise exceptions.NotFound(f"There are {paginator.num_pages} pages only.") from None
        shown = list(page.object_list)
        prepare(shown)
        url = self.request.build_absolute_uri()
        following = page.has_next() and replace_query_param(url, "page", page.next_page_number())
        before = page.number - 1
        previous = before and replace_query_param(url, "page", before)
        return Response(
            {
                "count": paginator.count,
                "next": following or None,
                "previous": (remove_query_param(url, "page") if before == 1 else previous) or None,
                "results": shape(shown, many=True, context=context).data,
            }
        )


def paged(row: type[serializers.Serializer]) -> serializers.Serializer:
    """The shape of a list, for the schema."""
    return inline_serializer(
        f"{row.__name__}Page",
        {
            "count": serializers.IntegerField(),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": row(many=True),
        },
    )
