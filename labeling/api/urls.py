"""The API of the first four verbs, sorted by path."""

from django.urls import URLPattern, URLResolver, path

from labeling.api import (
    adjudications,
    batches,
    checks,
    exclusions,
    flags,
    imports,
    known,
    lint,
    projects,
    rubric_differences,
    rubrics,
    seats,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("adjudications/<int:pk>/", adjudications.AdjudicationDetail.as_view()),
    path("adjudications/<int:pk>/draft/", adjudications.AdjudicationDraft.as_view()),
    path("adjudications/<int:pk>/hand-back/", adjudications.HandBack.as_view()),
    path("adjudications/<int:pk>/rating/", adjudications.BlindRating.as_view()),
    path("adjudications/<int:pk>/rulings/", adjudications.Rulings.as_view()),
    path("batches/<int:pk>/", batches.BatchDetail.as_view()),
    path("batches/<int:pk>/checks/", checks.BatchChecks.as_view()),
    path("batches/<int:pk>/adjudicate/", adjudications.Take.as_view()),
    path("batches/<int:pk>/claim/", seats.Claim.as_view()),
    path("batches/<int:pk>/close/", batches.Close.as_view()),
    path("batches/<int:pk>/disputes/", adjudications.Disputes.as_view()),
    path("batches/<int:pk>/exclusions/", exclusions.Exclusions.as_view()),
    path("batches/<int:pk>/move/", batches.MoveForward.as_view()),
    path("batches/<int:pk>/pause/", batches.Pause.as_view()),
    path("batches/<int:pk>/reopen/", batches.Reopen.as_view()),
    path("flags/", flags.OwnFlags.as_view()),
    path("projects/", projects.Projects.as_view()),
    path("projects/<slug:slug>/", projects.ProjectDetail.as_view()),
    path("projects/<slug:slug>/batches/", batches.Batches.as_view()),
    path("projects/<slug:slug>/imports/", imports.Imports.as_view()),
    path("projects/<slug:slug>/imports/<int:pk>/", imports.ImportDetail.as_view()),
    path("projects/<slug:slug>/imports/<int:pk>/confirm/", imports.Confirm.as_view()),
    path("projects/<slug:slug>/imports/<int:pk>/problems/", imports.ImportProblems.as_view()),
    path("projects/<slug:slug>/rubrics/", rubrics.Rubrics.as_view()),
    path("projects/<slug:slug>/rubrics/<slug:rubric_slug>/flags/", flags.Flags.as_view()),
    path(
        "projects/<slug:slug>/rubrics/<slug:rubric_slug>/flags/<int:pk>/answers/",
        flags.Acts.as_view(),
    ),
    path("projects/<slug:slug>/rubrics/<slug:rubric_slug>/flags/merge/", flags.Merge.as_view()),
    path("projects/<slug:slug>/rubrics/<slug:rubric_slug>/known/", known.KnownAnswers.as_view()),
    path(
        "projects/<slug:slug>/rubrics/<slug:rubric_slug>/differences/",
        rubric_differences.Differences.as_view(),
    ),
    path("projects/<slug:slug>/rubrics/<slug:rubric_slug>/versions/", rubrics.Versions.as_view()),
    path(
        "projects/<slug:slug>/rubrics/<slug:rubric_slug>/versions/<int:number>/",
        rubrics.VersionDetail.as_view(),
    ),
    path(
        "projects/<slug:slug>/rubrics/<slug:rubric_slug>/versions/<int:number>/losses/",
        rubrics.Losses.as_view(),
    ),
    path(
        "projects/<slug:slug>/rubrics/<slug:rubric_slug>/versions/<int:number>/lint/",
        lint.Lint.as_view(),
    ),
    path(
        "projects/<slug:slug>/rubrics/<slug:rubric_slug>/versions/<int:number>/lint/unwaive/",
        lint.Unwaive.as_view(),
    ),
    path(
        "projects/<slug:slug>/rubrics/<slug:rubric_slug>/versions/<int:number>/lint/waive/",
        lint.Waive.as_view(),
    ),
    path("seats/<int:pk>/", seats.SeatDetail.as_view()),
    path("seats/<int:pk>/draft/", seats.Draft.as_view()),
    path("seats/<int:pk>/flag/", seats.Flagging.as_view()),
    path("seats/<int:pk>/ratings/", seats.Ratings.as_view()),
    path("seats/<int:pk>/skip/", seats.Skip.as_view()),
    path("seats/<int:pk>/withdraw/", seats.Withdraw.as_view()),
]
