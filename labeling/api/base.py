"""What every API view shares: Bearer tokens, strict JSON, problem details, pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.db.models.functions import Now
from django.http import Http404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions, parsers
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import strict_json
from labeling.errors import DomainError, Problems
from labeling.models import ApiToken, User
from labeling.tokens import token_hash


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`. Tokens are long and random: guessing needs no pacing."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        keyword, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if keyword.lower() != "bearer":
            return None
        valid = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
        tokens = ApiToken.objects.select_related("user").filter(valid)
        found = tokens.filter(hash=token_hash(token.strip())).first()
        if found is None or not found.user.is_active:
            raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
        # Once a minute: parallel requests of one script do not wait for each other's row.
        seldom = Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - timedelta(minutes=1))
        ApiToken.objects.filter(seldom, pk=found.pk).update(last_used_at=Now())
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "labeling.api.base.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class StrictJSONParser(parsers.BaseParser):
    """JSON that PostgreSQL can keep: one reading for files, forms and the API alike."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, context: Any = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(f"The body is longer than {limit} bytes; load large files as files.")
        try:
            return strict_json.loads(body, max_bytes=limit)
        except DomainError as error:
            raise exceptions.ParseError(str(error)) from error


class TooLarge(exceptions.APIException):
    status_code = 413


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as `application/problem+json`: what is wrong and where."""
    if isinstance(error, DomainError):
        problems = error.problems if isinstance(error, Problems) else []
        listed = [{"where": p.where, "message": p.message} for p in problems]
        return problem(error.status, str(error), listed)
    if isinstance(error, OperationalError | InterfaceError):
        text = "The database cannot be reached just now. Nothing was saved; please try again."
        return problem(503, text, [], headers={"Retry-After": "2"})
    if isinstance(error, Http404):
        return problem(404, "There is no such thing here.", [])
    if isinstance(error, PermissionDenied):
        return problem(403, str(error) or "Your role does not include this.", [])
    # Not above: rest_framework.views reads the settings, which name the classes of this module.
    from rest_framework.views import exception_handler

    answer = exception_handler(error, context)
    if answer is None:
        return None
    title, listed = _explained(answer.data)
    headers = {k: v for k, v in answer.headers.items() if k in {"WWW-Authenticate", "Retry-After"}}
    return problem(answer.status_code, title, listed, headers=headers)


def _explained(data: Any) -> tuple[str, list[dict[str, str]]]:
    if isinstance(data, dict) and set(data) == {"detail"}:
        return str(data["detail"]), []
    listed = [{"where": where, "message": message} for where, message in _leaves("", data)]
    return "The request could not be taken.", listed


def _leaves(where: str, data: Any) -> Iterator[tuple[str, str]]:
    """Every message with its place, however deep the body is."""
    if isinstance(data, dict):
        for key, value in data.items():
            plain = key == "non_field_errors"
            yield from _leaves(where if plain else f"{where}.{key}" if where else str(key), value)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            nested = isinstance(value, dict | list)
            yield from _leaves(f"{where}[{place}]" if nested else where, value)
    else:
        yield where, str(data)


def problem(
    status: int,
    title: str,
    problems: list[dict[str, str]],
    headers: dict[str, str] | None = None,
    **further: Any,
) -> Response:
    """One refusal in words; `further` holds what else the script needs to go on."""
    body = {"type": "about:blank", "title": title, "status": status, "problems": problems}
    return Response(
        {**body, **further},
        status=status,
        headers=headers,
        content_type="application/problem+json",
    )
