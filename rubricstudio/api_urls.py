"""The API, version 1: what the pages do, for scripts. Its description stands beside it."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import translation
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response


class Description(SpectacularAPIView):
    """The schema, in the language of the code whatever the reader's: machines compare it."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with translation.override("en"):
            answer = cast(Response, super().dispatch(request, *args, **kwargs))
            return answer.render()


schema = Description.as_view(permission_classes=[IsAuthenticated])
docs = SpectacularSwaggerSplitView.as_view(
    permission_classes=[IsAuthenticated], template_name="api/docs.html"
)

urlpatterns = [
    path("", include("labeling.api.urls")),
    path("", include("evals.api.urls")),
    path("docs/", login_required(docs), name="docs"),
    path("schema/", schema, name="schema"),
]
