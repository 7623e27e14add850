"""The first page: projects, roles, and desks that wait."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import assigning
from labeling.models import Project, User
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


def page(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_stranger_is_asked_to_log_in(client: Client):
    assert client.get("/")["Location"] == "/accounts/login/?next=/"


def test_members_see_their_projects_and_roles_only(as_user: LogIn, carol: User, dan: User):
    factories.project(slug="third", title="Third")
    text = page(as_user(carol))
    assert ("Refund answers" in text, "Admin" in text, "Third" in text) == (True, True, False)
    assert "/p/elsewhere/" not in text


def test_an_expert_finds_the_open_desk_with_its_counts(
    as_user: LogIn, ana: User, ben: User, project: Project
):
    version = factories.published(project)
    responses = [factories.response(factories.item(project)) for _ in range(3)]
    batch = factories.batch(version, responses, name="First round", overlap=1)
    factories.seat(batch, responses[0], ana)
    batch.queue.filter(response=responses[0]).update(taken=1)
    assert "1 rated by you · 2 more in the batch" in page(as_user(ana))
    assert "0 rated by you · 3 more in the batch" in page(as_user(ben))
    assert assigning.claim_next(batch, ana) is not None
    assert "1 rated by you · 2 more in the batch" in page(as_user(ana))


def test_an_answer_task_waits_for_experts_alone(
    as_user: LogIn, ana: User, carol: User, project: Project
):
    factories.items_to_answer(project, 1)
    task = factories.answer_task(project, factories.published(project), by=carol)
    assert f'action="/answers/tasks/{task.pk}/next"' in page(as_user(ana))
    assert "Write an answer for" not in page(as_user(carol))


def test_an_adjudicator_is_led_to_the_disagreements(as_user: LogIn, project: Project, ana: User):
    judy = factories.member(project, "judy", "adjudicator")
    door = f'href="/p/{project.slug}/adjudication/"'
    assert door in page(as_user(judy))
    assert door in as_user(judy).get("/desk/").text
    assert "Nothing to rate just now" not in as_user(judy).get("/desk/").text
    assert door not in page(as_user(ana))
    assert door not in as_user(ana).get("/desk/").text


def test_closed_batches_do_not_wait(as_user: LogIn, ana: User, project: Project):
    factories.batch(factories.published(project), name="Old round", state="closed")
    assert "Old round" not in page(as_user(ana))


def test_somebody_without_a_project_is_told_whom_to_ask(as_user: LogIn, db: None):
    text = page(as_user(factories.user("eve")))
    assert "You are in no project yet" in text
    assert "/projects/new" not in text


def test_staff_are_offered_a_first_project(as_user: LogIn, db: None):
    assert "/projects/new" in page(as_user(factories.user("stella", is_staff=True)))


def test_titles_are_shown_as_text(as_user: LogIn, db: None):
    project = factories.project(title="<img src=x onerror=alert(1)>")
    text = page(as_user(factories.member(project, "eve", "viewer")))
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_only_reading(as_user: LogIn, carol: User):
    assert as_user(carol).post("/").status_code == 405


def test_twenty_projects_cost_as_many_queries_as_one(as_user: LogIn, ana: User, project: Project):
    client = as_user(ana)
    page(client)
    with CaptureQueriesContext(connection) as one:
        page(client)
    for number in range(19):
        another = factories.project(slug=f"p{number}")
        factories.member(another, "ana", "expert")
        factories.batch(factories.published(another))
    with CaptureQueriesContext(connection) as twenty:
        page(client)
    assert len(twenty) == len(one)
