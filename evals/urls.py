"""The pages that show derived rows, sorted by path."""

from django.urls import URLPattern, URLResolver, path

from evals.views import (
    agreement,
    agreement_files,
    compared,
    criterion,
    items,
    mine,
    over_time,
    overview,
    planning,
    raters,
    releases,
    scoring,
    scoring_order,
    selections,
    status,
    units,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/mine/", mine.mine, name="mine"),
    path("p/<slug:slug>/", overview.project, name="project"),
    path("p/<slug:slug>/agreement/", agreement.agreement, name="agreement"),
    path(
        "p/<slug:slug>/agreement/<int:pk>.json",
        agreement_files.agreement_file,
        {"kind": "json"},
        name="agreement_json",
    ),
    path(
        "p/<slug:slug>/agreement/<int:pk>.csv",
        agreement_files.agreement_file,
        {"kind": "csv"},
        name="agreement_csv",
    ),
    path(
        "p/<slug:slug>/agreement/<int:pk>/<slug:chart>.svg",
        agreement_files.agreement_chart,
        name="agreement_chart",
    ),
    path(
        "p/<slug:slug>/agreement/<int:pk>/time.csv",
        agreement_files.agreement_time_csv,
        name="agreement_time_csv",
    ),
    path(
        "p/<slug:slug>/agreement/<str:key>/",
        criterion.agreement_criterion,
        name="agreement_criterion",
    ),
    path("p/<slug:slug>/agreement/measure", agreement.agreement_measure, name="agreement_measure"),
    path("p/<slug:slug>/agreement/runs/<int:pk>", agreement.agreement_run, name="agreement_run"),
    path("p/<slug:slug>/agreement/runs/<int:pk>/units", units.units, name="units"),
    path("p/<slug:slug>/agreement/time", over_time.agreement_time, name="agreement_time"),
    path("p/<slug:slug>/items/", items.items, name="items"),
    path("p/<slug:slug>/items/<int:pk>/", items.item, name="item"),
    path("p/<slug:slug>/items/<int:pk>/compare", compared.compared, name="responses_compared"),
    path("p/<slug:slug>/items/<int:pk>/turns", items.item_turns, name="item_turns"),
    path("p/<slug:slug>/responses/<int:pk>/turns", items.response_turns, name="response_turns"),
    path("p/<slug:slug>/planning/", planning.planning, name="planning"),
    path("p/<slug:slug>/planning/assign", planning.planning_assign, name="planning_assign"),
    path(
        "p/<slug:slug>/planning/take-back", planning.planning_take_back, name="planning_take_back"
    ),
    path("p/<slug:slug>/raters/", raters.raters, name="raters"),
    path(
        "p/<slug:slug>/raters/<int:pk>.csv",
        raters.raters_file,
        {"kind": "csv"},
        name="raters_csv",
    ),
    path(
        "p/<slug:slug>/raters/<int:pk>.json",
        raters.raters_file,
        {"kind": "json"},
        name="raters_json",
    ),
    path(
        "p/<slug:slug>/raters/<int:pk>/<slug:key>.svg",
        raters.raters_map,
        name="raters_map",
    ),
    path("p/<slug:slug>/raters/compare", raters.raters_compare, name="raters_compare"),
    path("p/<slug:slug>/raters/runs/<int:pk>", raters.raters_run, name="raters_run"),
    path("p/<slug:slug>/releases/", releases.releases, name="releases"),
    path("p/<slug:slug>/releases/<int:pk>/", releases.release, name="release"),
    path("p/<slug:slug>/releases/<int:pk>/again", releases.release_again, name="release_again"),
    path(
        "p/<slug:slug>/releases/<int:pk>/files/<str:name>",
        releases.release_file,
        name="release_file",
    ),
    path("p/<slug:slug>/releases/<int:pk>/files.zip", releases.release_zip, name="release_zip"),
    path("p/<slug:slug>/releases/new", releases.release_new, name="release_new"),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/scoring",
        scoring.rubric_scoring,
        name="rubric_scoring",
    ),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/scoring/<slug:chart>.svg",
        scoring.rubric_scoring_chart,
        name="rubric_scoring_chart",
    ),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/scoring/order",
        scoring_order.rubric_scoring_order,
        name="rubric_scoring_order",
    ),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/scoring/preview",
        scoring.rubric_scoring_preview,
        name="rubric_scoring_preview",
    ),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/scoring/responses",
        scoring.rubric_scoring_responses,
        name="rubric_scoring_responses",
    ),
    path("p/<slug:slug>/selections/", selections.selections, name="selections"),
    path("p/<slug:slug>/selections/<int:pk>/", selections.selection, name="selection"),
    path(
        "p/<slug:slug>/selections/<int:pk>/again",
        selections.selection_again,
        name="selection_again",
    ),
    path("p/<slug:slug>/selections/new", selections.selection_new, name="selection_new"),
    path("status", status.status, name="status"),
]
