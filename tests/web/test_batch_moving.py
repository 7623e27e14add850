"""The page that moves a batch to a newer version: for admins, told before it is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import assigning
from labeling.models import Batch, Project, Reask, User
from tests import factories
from tests.labeling.moving import AGAIN, judge_all, opened, second, third

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture
def batch(project: Project, ana: User, ben: User) -> Batch:
    made = opened(project)
    judge_all(made, ana, ben)
    return made


def url(batch: Batch) -> str:
    return f"{batch.get_absolute_url()}move"


def test_it_is_offered_when_there_is_a_newer_version(as_user: LogIn, carol, batch, project):
    client = as_user(carol)
    assert "Move to version" not in client.get(batch.get_absolute_url()).content.decode()
    assert "There is no newer version" in client.get(url(batch)).content.decode()
    second(project)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "Move to version 2" in page
    assert f'href="{url(batch)}"' in page


def test_what_it_would_do_is_told_first(as_user: LogIn, carol, batch, project, ana, ben):
    second(project)
    page = as_user(carol).get(url(batch)).content.decode()
    assert "6 judgements, only for" in page
    assert "Polite" in page
    assert "Complete" in page
    assert "Not known: no rating of this batch has a time." in page
    for name in ("ana", "ben"):
        assert f'<th scope="row" dir="auto">{name}</th><td class="num">3</td>' in page
    assert not Reask.objects.exists()


def test_posted_it_moves_and_says_so(as_user: LogIn, carol, batch, project):
    version = second(project)
    answer = as_user(carol).post(url(batch), {"version": "2"}, follow=True)
    page = answer.content.decode()
    assert "rated by version 2 now; 6 judgements are asked again" in page
    assert "answered of 6" in page
    batch.refresh_from_db()
    assert batch.rubric_version == version


def test_another_version_can_be_looked_at(as_user: LogIn, carol, batch, project):
    second(project)
    third(project)
    client = as_user(carol)
    assert "What moving to version 3 does" in client.get(url(batch)).content.decode()
    page = client.get(url(batch), {"version": "2"}).content.decode()
    assert "What moving to version 2 does" in page
    assert "Short" not in page.split("What moving to version 2 does")[1].split("</dl>")[0]


@pytest.mark.parametrize("version", ["1", "9", "x", "²"])
def test_no_such_version(as_user: LogIn, carol, batch, project, version):
    second(project)
    client = as_user(carol)
    assert client.get(url(batch), {"version": version}).status_code == 422
    answer = client.post(url(batch), {"version": version})
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()
    batch.refresh_from_db()
    assert batch.rubric_version.number == 1


def test_without_a_version_nothing_moves(as_user: LogIn, carol, batch, project):
    second(project)
    assert as_user(carol).post(url(batch), {}).status_code == 422
    batch.refresh_from_db()
    assert batch.rubric_version.number == 1


def test_a_closed_and_an_imported_batch_say_why_not(as_user: LogIn, carol, batch, project):
    version = second(project)
    assigning.close(batch, by=carol)
    client = as_user(carol)
    assert "This batch is closed" in client.get(url(batch)).content.decode()
    assert client.post(url(batch), {"version": "2"}).status_code == 422
    imported = factories.batch(version, [], kind="imported")
    assert "These ratings were imported" in client.get(url(imported)).content.decode()


def test_who_rates_there_sees_no_names(as_user: LogIn, project, batch, ana):
    second(project)
    factories.member(project, "ana", "admin")
    page = as_user(ana).get(url(batch)).content.decode()
    assert "6 judgements, only for" in page
    assert "ben" not in page


def test_for_admins_only(as_user: LogIn, project, batch, ana, dan):
    second(project)
    amy = factories.member(project, "amy", "author")
    for method in ("get", "post"):
        assert getattr(as_user(dan), method)(url(batch)).status_code == 404
        for person in (amy, ana):
            assert getattr(as_user(person), method)(url(batch)).status_code == 403
    assert as_user(amy).put(url(batch)).status_code == 405


def test_the_batch_page_counts_what_was_answered_again(as_user: LogIn, carol, project, batch, ana):
    second(project)
    client = as_user(carol)
    client.post(url(batch), {"version": "2"})
    batch.refresh_from_db()
    judge_all(batch, ana, answers=AGAIN)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert 'data-label="Answered again">3</td>' in page
    # Judged is still judged once: 3 responses by 2 experts each.
    assert 'data-label="Rated">3</td>' in page
    assert "of 3</" in page


def test_looking_costs_the_same_for_three_responses_and_thirty(as_user: LogIn, carol, project, ana):
    client, taken, made = as_user(carol), [], opened(project, 1, overlap=1)
    second(project)
    for count in (3, 30):
        batch = opened(project, count, overlap=1, version=made.rubric_version, name=f"Of {count}")
        judge_all(batch, ana)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(batch)).status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_over_the_api(as_user: LogIn, carol, batch, project):
    client, address = as_user(carol), f"/api/v1/batches/{batch.pk}/move/"
    assert client.get(address).json()["version"] is None
    second(project)
    told = client.get(address).json()
    assert (told["version"], told["criteria"]) == (2, ["polite", "complete"])
    assert (told["judged"], told["asked_again"], told["hours"]) == (6, 6, None)
    assert told["asked"] == [{"rater": "ana", "places": 3}, {"rater": "ben", "places": 3}]
    post = {"content_type": "application/json"}
    assert client.post(address, '{"version": 7}', **post).status_code == 422
    assert client.post(address, '{"version": 2}', **post).json() == told
    assert client.post(address, '{"version": 1}', **post).status_code == 409
    detail = client.get(f"/api/v1/batches/{batch.pk}/").json()
    assert detail["rubric_version"] == 2
    assert detail["progress"]["asked_again"] == 6
