"""The pages that show derived rows, sorted by path."""

from django.urls import URLPattern, URLResolver, path

from evals.views import agreement, items, overview, status

urlpatterns: list[URLPattern | URLResolver] = [
    path("p/<slug:slug>/", overview.project, name="project"),
    path("p/<slug:slug>/agreement/", agreement.agreement, name="agreement"),
    path(
        "p/<slug:slug>/agreement/<int:pk>.json",
        agreement.agreement_file,
        {"kind": "json"},
        name="agreement_json",
    ),
    path(
        "p/<slug:slug>/agreement/<int:pk>.csv",
        agreement.agreement_file,
        {"kind": "csv"},
        name="agreement_csv",
    ),
    path("p/<slug:slug>/agreement/measure", agreement.agreement_measure, name="agreement_measure"),
    path("p/<slug:slug>/agreement/runs/<int:pk>", agreement.agreement_run, name="agreement_run"),
    path("p/<slug:slug>/items/", items.items, name="items"),
    path("p/<slug:slug>/items/<int:pk>/", items.item, name="item"),
    path("status", status.status, name="status"),
]
