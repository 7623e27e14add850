"""The API, version 1: what the pages do, for scripts. Its description stands beside it."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated

schema = SpectacularAPIView.as_view(permission_classes=[IsAuthenticated])
docs = SpectacularSwaggerSplitView.as_view(
    permission_classes=[IsAuthenticated], template_name="api/docs.html"
)

urlpatterns = [
    path("", include("labeling.api.urls")),
    path("", include("evals.api.urls")),
    path("docs/", login_required(docs), name="docs"),
    path("schema/", schema, name="schema"),
]
