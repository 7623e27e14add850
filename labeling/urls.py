"""Pages of the first four verbs, sorted by path."""

from django.urls import URLPattern, URLResolver, path

from labeling.views import home, members, projects, rubric_editing, rubrics, tokens

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("account/tokens", tokens.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke", tokens.token_revoke, name="token_revoke"),
    path("p/<slug:slug>/members", members.members, name="members"),
    path("p/<slug:slug>/members/<int:pk>", members.member_roles, name="member_roles"),
    path("p/<slug:slug>/rubrics/", rubrics.rubrics, name="rubrics"),
    path("p/<slug:slug>/rubrics/new", rubrics.rubric_new, name="rubric_new"),
    path("p/<slug:slug>/rubrics/<slug:rubric_slug>/", rubrics.rubric, name="rubric"),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/discard",
        rubric_editing.rubric_discard,
        name="rubric_discard",
    ),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/edit",
        rubric_editing.rubric_edit,
        name="rubric_edit",
    ),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/import",
        rubric_editing.rubric_import,
        name="rubric_import",
    ),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/publish",
        rubric_editing.rubric_publish,
        name="rubric_publish",
    ),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/versions/<int:number>.json",
        rubrics.rubric_file,
        name="rubric_file",
    ),
    path("p/<slug:slug>/settings", projects.project_settings, name="project_settings"),
    path("projects/new", projects.project_new, name="project_new"),
]
