"""The API of the derived verbs, sorted by path."""

from django.urls import URLPattern, URLResolver, path

from evals.api import agreement, exports, gradings, raters, selections

urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/<slug:slug>/agreement/", agreement.Agreement.as_view()),
    path("projects/<slug:slug>/agreement/runs/<int:pk>/", agreement.AgreementRunDetail.as_view()),
    path("projects/<slug:slug>/exports/", exports.Exports.as_view()),
    path("projects/<slug:slug>/exports/<int:pk>/", exports.ExportDetail.as_view()),
    path("projects/<slug:slug>/exports/<int:pk>/files/<str:name>/", exports.ExportFile.as_view()),
    path("projects/<slug:slug>/graders/", gradings.Graders.as_view()),
    path("projects/<slug:slug>/gradings/", gradings.Gradings.as_view()),
    path("projects/<slug:slug>/gradings/<int:pk>/", gradings.GradingDetail.as_view()),
    path("projects/<slug:slug>/raters/", raters.Raters.as_view()),
    path("projects/<slug:slug>/raters/<int:pk>/", raters.RaterRunDetail.as_view()),
    path("projects/<slug:slug>/selections/", selections.Selections.as_view()),
    path("projects/<slug:slug>/selections/<int:pk>/", selections.SelectionDetail.as_view()),
    path("projects/<slug:slug>/selections/<int:pk>/exports/", exports.SelectionExports.as_view()),
    path("projects/<slug:slug>/selections/<int:pk>/items/", selections.SelectedItems.as_view()),
]
