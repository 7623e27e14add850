"""Pages of the first four verbs, sorted by path."""

from django.contrib.auth.views import LogoutView, PasswordChangeDoneView
from django.urls import URLPattern, URLResolver, path

from labeling.views import (
    accounts,
    batches,
    desk,
    home,
    imports,
    members,
    projects,
    rubric_comparing,
    rubric_editing,
    rubric_publishing,
    rubrics,
    seat_response,
    seats,
    tokens,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("account/tokens", tokens.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke", tokens.token_revoke, name="token_revoke"),
    path("accounts/login/", accounts.LogIn.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/password_change/", accounts.ChangePassword.as_view(), name="password_change"),
    path(
        "accounts/password_change/done/",
        PasswordChangeDoneView.as_view(),
        name="password_change_done",
    ),
    path("desk/", desk.desks, name="desks"),
    path("desk/<int:pk>/", desk.desk, name="desk"),
    path("desk/seat/<int:pk>/", desk.seat, name="seat"),
    path("desk/seat/<int:pk>/draft", seats.seat_draft, name="seat_draft"),
    path("desk/seat/<int:pk>/flag", seats.seat_flag, name="seat_flag"),
    path("desk/seat/<int:pk>/skip", seats.seat_skip, name="seat_skip"),
    path("desk/seat/<int:pk>/submit", seats.seat_submit, name="seat_submit"),
    path("desk/seat/<int:pk>/turns", seat_response.seat_turns, name="seat_turns"),
    path("desk/seat/<int:pk>/undo", seats.seat_undo, name="seat_undo"),
    path("p/<slug:slug>/batches/", batches.batches, name="batches"),
    path("p/<slug:slug>/batches/<int:pk>/", batches.batch, name="batch"),
    path("p/<slug:slug>/batches/<int:pk>/state", batches.batch_state, name="batch_state"),
    path("p/<slug:slug>/batches/new", batches.batch_new, name="batch_new"),
    path("p/<slug:slug>/import", imports.import_new, name="import_new"),
    path("p/<slug:slug>/imports/<int:pk>/", imports.import_detail, name="import"),
    path("p/<slug:slug>/imports/<int:pk>/confirm", imports.import_confirm, name="import_confirm"),
    path("p/<slug:slug>/members", members.members, name="members"),
    path("p/<slug:slug>/members/<int:pk>", members.member_roles, name="member_roles"),
    path("p/<slug:slug>/rubrics/", rubrics.rubrics, name="rubrics"),
    path("p/<slug:slug>/rubrics/new", rubrics.rubric_new, name="rubric_new"),
    path("p/<slug:slug>/rubrics/<slug:rubric_slug>/", rubrics.rubric, name="rubric"),
    path(
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/compare",
        rubric_comparing.rubric_compare,
        name="rubric_compare",
    ),
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
        rubric_publishing.rubric_publish,
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
