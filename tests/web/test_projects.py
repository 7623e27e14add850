"""Opening a project and its settings."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from labeling.models import Membership, Project, User
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def staff(db: None) -> User:
    return factories.user("stella", is_staff=True)


def test_staff_open_a_project_and_become_its_admin(as_user: LogIn, staff: User):
    client = as_user(staff)
    assert client.get("/projects/new").status_code == 200
    answer = client.post("/projects/new", {"title": "Refund answers", "description": "Why"})
    assert answer["Location"] == "/p/refund-answers/members"
    project = Project.objects.get()
    assert (project.title, project.description, project.created_by) == (
        "Refund answers",
        "Why",
        staff,
    )
    assert list(Membership.objects.values_list("user", "role")) == [(staff.pk, "admin")]


def test_others_may_not_open_projects(as_user: LogIn, carol: User):
    client = as_user(carol)
    assert client.get("/projects/new").status_code == 403
    assert client.post("/projects/new", {"title": "Mine"}).status_code == 403
    assert Project.objects.count() == 1


def test_a_taken_address_is_said_beside_the_field(as_user: LogIn, staff: User, project: Project):
    answer = as_user(staff).post("/projects/new", {"title": "Other", "slug": project.slug})
    assert answer.status_code == 422
    assert "belongs to another project" in answer.content.decode()
    assert Project.objects.count() == 1


@pytest.mark.parametrize("title", ["", "x" * 201, "a\0b", "a\udc80b"])
def test_a_title_that_cannot_be_kept_is_refused_in_words(as_user: LogIn, staff: User, title: str):
    body = "title=" + "".join(f"%{byte:02X}" for byte in title.encode(errors="surrogateescape"))
    answer = as_user(staff).post(
        "/projects/new", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.content.decode()
    assert not Project.objects.exists()


def test_nothing_but_the_fields_of_the_form_can_be_set(
    as_user: LogIn, carol: User, project: Project
):
    sent = {
        "title": "New title",
        "description": SCRIPT,
        "slug": "stolen",
        "created_by": carol.pk,
        "id": 99,
    }
    answer = as_user(carol).post("/p/refunds/settings", sent)
    assert answer.status_code == 302
    project.refresh_from_db()
    assert (project.title, project.slug, project.created_by) == ("New title", "refunds", None)
    page = as_user(carol).get("/p/refunds/settings").content.decode()
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_admin_switches_copies_in_browsers_off_and_on(
    as_user: LogIn, carol: User, project: Project
):
    client, said = as_user(carol), {"title": "Refund answers", "description": ""}
    assert "checked" in client.get("/p/refunds/settings").content.decode()
    client.post("/p/refunds/settings", said)
    project.refresh_from_db()
    assert project.drafts_in_browser is False
    assert "checked" not in client.get("/p/refunds/settings").content.decode()
    client.post("/p/refunds/settings", said | {"drafts_in_browser": "on"})
    project.refresh_from_db()
    assert project.drafts_in_browser is True


def test_settings_without_a_title_change_nothing(as_user: LogIn, carol: User, project: Project):
    answer = as_user(carol).post("/p/refunds/settings", {"title": " ", "description": "kept"})
    assert answer.status_code == 422
    assert ">kept</textarea>" in answer.content.decode().replace(">\nkept", ">kept")
    project.refresh_from_db()
    assert project.title == "Refund answers"


def test_settings_are_for_admins(as_user: LogIn, ana: User, dan: User, client: Client):
    assert client.get("/p/refunds/settings").status_code == 302
    assert as_user(ana).get("/p/refunds/settings").status_code == 403
    assert as_user(dan).get("/p/refunds/settings").status_code == 404


def test_settings_know_two_verbs(as_user: LogIn, carol: User):
    assert as_user(carol).delete("/p/refunds/settings").status_code == 405
    assert as_user(carol).put("/projects/new").status_code == 405


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("expert", {"Rubrics", "Desk"}, {"Overview", "Items", "Import", "Batches", "Members"}),
        ("viewer", {"Overview", "Rubrics", "Items", "Releases"}, {"Import", "Members", "Desk"}),
        ("author", {"Overview", "Rubrics", "Agreement"}, {"Import", "Members", "Desk"}),
        ("admin", {"Overview", "Import", "Batches", "Selections", "Members"}, {"Desk"}),
    ],
)
def test_the_navigation_names_what_the_role_may_do(
    as_user: LogIn, project: Project, role: str, shown: set[str], hidden: set[str]
):
    client = as_user(factories.member(project, "eve", role))
    page = client.get("/p/refunds/rubrics/").content.decode()
    navigation = page.split('aria-label="Project"')[1].split("</nav>")[0]
    named = set(re.findall(r">([A-Z][a-z]+)</a>", navigation))
    assert named >= shown
    assert not named & hidden
