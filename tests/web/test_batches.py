"""Opening batches and watching them; who rates in one is blind there, whatever other role."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from labeling import assigning, authoring, rating
from labeling.models import Batch, Response, RubricVersion, User
from labeling.spec import parse_rubric
from tests import factories
from tests.labeling.practice import practising

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def responses(project) -> list[Response]:
    item = factories.item(project, tags=["refund"])
    other = factories.item(project, tags=["warranty"])
    return [
        factories.response(item, factories.generator(project, "model-a")),
        factories.response(item, factories.generator(project, "model-b")),
        factories.response(other, factories.generator(project, "model-a")),
    ]


@pytest.fixture
def batch(project, version, responses) -> Batch:
    return assigning.open_batch(
        project, version, "First round", responses=Response.objects.all(), overlap=2, by=None
    )


def form(version, **fields: object) -> dict[str, object]:
    return {
        "name": "Second round",
        "rubric_version": version.pk,
        "overlap": 2,
        "kind": "main",
        "blindness": "full",
        "lease_minutes": 30,
        "seed": 0,
    } | fields


class TestOpening:
    def test_an_admin_opens_a_batch(self, as_user: LogIn, carol, project, version, responses):
        client = as_user(carol)
        assert client.get(f"/p/{project.slug}/batches/new").status_code == 200
        answer = client.post(f"/p/{project.slug}/batches/new", form(version), follow=True)
        made = Batch.objects.get()
        assert answer.redirect_chain[-1][0] == made.get_absolute_url()
        page = answer.content.decode()
        assert "is open with 3 responses" in page
        assert "needs at least 2 raters, here are 0" in page
        assert made.created_by == carol

    @pytest.mark.parametrize(
        ("fields", "count"), [({}, 3), ({"tags": ["refund"]}, 2), ({"tags": ["warranty"]}, 1)]
    )
    def test_tags_choose(self, as_user, carol, project, version, responses, fields, count):
        as_user(carol).post(f"/p/{project.slug}/batches/new", form(version, **fields))
        assert Batch.objects.get().queue.count() == count

    def test_generators_choose(self, as_user: LogIn, carol, project, version, responses):
        only = responses[1].generator_id
        as_user(carol).post(f"/p/{project.slug}/batches/new", form(version, generators=[only]))
        assert [entry.response_id for entry in Batch.objects.get().queue.all()] == [responses[1].pk]

    @pytest.mark.parametrize(
        "fields",
        [
            {"overlap": 0},
            {"overlap": 32_768},
            {"name": ""},
            {"name": "a\0b"},
            {"kind": "imported"},
            {"blindness": "none"},
            {"seed": -1},
            {"lease_minutes": 0},
            {"tags": ["nowhere"]},
            {"rubric_version": 0},
            {"way": "unknown"},
            {"way": "by_criterion", "kind": "practice"},
            {"overall_percent": "101"},
            {"shuffled_percent": "-1"},
        ],
    )
    def test_what_is_wrong_is_said(self, as_user, carol, project, version, responses, fields):
        answer = as_user(carol).post(f"/p/{project.slug}/batches/new", form(version, **fields))
        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()
        assert not Batch.objects.exists()

    def test_how_it_asks_is_set_once_and_said(self, as_user, carol, project, version, responses):
        asking = {
            "way": "grid",
            "asks_confidence": "on",
            "overall_percent": "20",
            "shuffled_percent": "50",
        }
        client = as_user(carol)
        client.post(f"/p/{project.slug}/batches/new", form(version, **asking))
        made = Batch.objects.get()
        assert (made.way, made.asks_confidence) == ("grid", True)
        assert (made.overall_share, made.shuffled_share) == (Decimal("0.2"), Decimal("0.5"))
        page = client.get(made.get_absolute_url()).content.decode()
        assert "Responses of an item side by side." in page
        assert "Experts say how sure they are of each answer." in page
        assert "An overall 0–5 is asked before the criteria on 20 % of the responses." in page
        assert "The criteria are shuffled on 50 % of the places." in page

    def test_as_usual_it_asks_for_nothing_beside(self, as_user, carol, batch):
        page = as_user(carol).get(batch.get_absolute_url()).content.decode()
        assert "One response at a time." in page
        assert "how sure" not in page

    def test_responses_of_practice_and_work_are_told_and_not_refused(
        self, as_user: LogIn, carol, project, version, responses, batch
    ):
        factories.gold(responses[0], version, 1, key="polite")
        client = as_user(carol)
        sent = form(version, name="Practice", kind="practice")
        page = client.post(f"/p/{project.slug}/batches/new", sent, follow=True).content.decode()
        made = Batch.objects.get(kind="practice")
        assert "1 response also waits in the work of “First round”. Whoever practises" in page
        # From then on it stands on the pages of both, each with the way to the other.
        for here, there in ((batch, made), (made, batch)):
            page = client.get(here.get_absolute_url()).content.decode()
            assert page.count("1 response also waits in the") == 1
            assert f'href="{there.get_absolute_url()}" dir="auto">1 response' in page
        client.post(f"{batch.get_absolute_url()}state", {"move": "pause"})
        url = f"{batch.get_absolute_url()}state"
        page = client.post(url, {"move": "reopen"}, follow=True).content.decode()
        assert page.count("1 response also waits in the practice batch “Practice”.") == 2

    def test_no_response_and_a_name_twice_are_said(self, as_user, carol, project, version, batch):
        client, url = as_user(carol), f"/p/{project.slug}/batches/new"
        twice = client.post(url, form(version, name="First round"))
        assert "has a batch named" in twice.content.decode()
        assert twice.status_code == 422

    def test_another_projects_rubric_is_no_choice(self, as_user, carol, dan, project, responses):
        theirs = factories.published(dan.memberships.get().project)
        answer = as_user(carol).post(f"/p/{project.slug}/batches/new", form(theirs))
        assert answer.status_code == 422
        assert not Batch.objects.exists()

    def test_the_rubric_of_a_single_item_is_no_choice(
        self, as_user: LogIn, carol, project, version, responses
    ):
        spec = parse_rubric(
            {"title": "Its own", "criteria": [{"criterion": "In May.", "points": 1}]}
        )
        authoring.publish_for_items(project, {responses[0].item_id: spec}, by=None)
        own = RubricVersion.objects.get(rubric__item__isnull=False)
        client = as_user(carol)
        page = client.get(f"/p/{project.slug}/batches/new").text
        assert "Its own" not in page
        assert client.post(f"/p/{project.slug}/batches/new", form(own)).status_code == 422
        assert not Batch.objects.exists()

    def test_only_fields_of_the_form_count(self, as_user, carol, dan, project, version, responses):
        extra = {"watermark": 99, "state": "closed", "created_by": dan.pk}
        as_user(carol).post(f"/p/{project.slug}/batches/new", form(version, **extra))
        made = Batch.objects.get()
        assert (made.watermark, made.state, made.created_by) == (0, "open", carol)

    def test_outsider_wrong_role_wrong_verb(self, as_user, dan, ana, carol, project):
        url = f"/p/{project.slug}/batches/new"
        assert as_user(dan).get(url).status_code == 404
        assert as_user(ana).get(url).status_code == 403
        assert as_user(carol).put(url).status_code == 405


class TestList:
    def test_batches_with_their_state(self, as_user: LogIn, carol, batch, project):
        page = as_user(carol).get(f"/p/{project.slug}/batches/").content.decode()
        assert "First round" in page
        assert "Open" in page

    def test_a_part_of_it(self, as_user: LogIn, carol, batch, project):
        headers = {"hx-request": "true", "hx-target": "rows"}
        page = as_user(carol).get(f"/p/{project.slug}/batches/", headers=headers).content.decode()
        assert page.strip().startswith('<div id="rows"')

    def test_outsider_wrong_role_wrong_verb(self, as_user, dan, ana, carol, project):
        url = f"/p/{project.slug}/batches/"
        assert as_user(dan).get(url).status_code == 404
        assert as_user(ana).get(url).status_code == 403
        assert as_user(carol).post(url).status_code == 405

    def test_twenty_cost_the_queries_of_one(
        self, as_user, carol, batch, project, django_assert_num_queries
    ):
        client, url = as_user(carol), f"/p/{project.slug}/batches/"
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as one:
            client.get(url)
        for number in range(19):
            factories.batch(batch.rubric_version, name=f"Batch {number}")
        with django_assert_num_queries(len(one)):
            client.get(url)


class TestProgress:
    def rate(self, batch: Batch, rater: User) -> None:
        seat = assigning.claim_next(batch, rater)
        said = {"cites_policy": {"value": "1"}, "polite": {"value": "1"}}
        rating.submit(seat, said, submission_id=uuid4(), by=rater)

    def test_counts_and_experts(self, as_user: LogIn, carol, ana, ben, batch):
        for person in (ana, ben):
            for _ in range(3):
                self.rate(batch, person)
        page = as_user(carol).get(batch.get_absolute_url()).content.decode()
        assert "of 3" in page
        assert "of 6" in page
        assert "ana" in page
        assert "Nothing is left to rate: the batch can be closed." in page

    def test_who_rates_in_it_sees_counts_of_the_whole_only(
        self, as_user: LogIn, project, ana, batch
    ):
        both = factories.member(project, "eve", "admin", "expert")
        self.rate(batch, ana)
        client = as_user(both)
        assert ">ana<" in client.get(batch.get_absolute_url()).content.decode()
        self.rate(batch, both)
        page = client.get(batch.get_absolute_url()).content.decode()
        assert ">ana<" not in page
        assert "counts of the whole only" in page
        assigning.close(batch, by=both)
        assert ">ana<" in client.get(batch.get_absolute_url()).content.decode()

    def test_a_part_of_it(self, as_user: LogIn, carol, batch):
        headers = {"hx-request": "true", "hx-target": "progress"}
        page = as_user(carol).get(batch.get_absolute_url(), headers=headers).content.decode()
        assert page.strip().startswith('<div id="progress"')

    def test_pausing_reopening_closing(self, as_user: LogIn, carol, batch):
        client, url = as_user(carol), f"{batch.get_absolute_url()}state"
        for move, state in [("pause", "paused"), ("reopen", "open"), ("close", "closed")]:
            assert client.post(url, {"move": move})["Location"] == batch.get_absolute_url()
            batch.refresh_from_db()
            assert batch.state == state
        assert client.post(url, {"move": "reopen"}).status_code == 409
        assert client.post(url, {"move": "burn"}).status_code == 422

    def test_outsider_wrong_role_wrong_verb(self, as_user, project, dan, ana, carol, batch):
        viewer = factories.member(project, "vera", "viewer")
        url = batch.get_absolute_url()
        assert as_user(dan).get(url).status_code == 404
        assert as_user(dan).post(f"{url}state", {"move": "close"}).status_code == 404
        assert as_user(ana).get(url).status_code == 403
        assert as_user(viewer).get(url).status_code == 200
        assert as_user(viewer).post(f"{url}state", {"move": "close"}).status_code == 403
        assert as_user(carol).post(url).status_code == 405
        assert as_user(carol).get(f"{url}state").status_code == 405

    def test_more_experts_cost_no_more_queries(
        self, as_user, project, carol, batch, django_assert_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        factories.member(project, "first", "expert")
        client, url = as_user(carol), batch.get_absolute_url()
        with CaptureQueriesContext(connection) as one:
            client.get(url)
        for number in range(19):
            factories.member(project, f"rater{number}", "expert")
        with django_assert_num_queries(len(one)):
            client.get(url)


def test_the_list_tells_no_overlap_where_there_is_none(as_user, carol, project, version, batch):
    """Everybody takes all of practice, and an answer task has items instead of responses."""
    practising.opened(version, practising.known_responses(project, version, 1))
    factories.answer_task(project, version, by=carol)
    page = as_user(carol).get(f"/p/{project.slug}/batches/").text
    numbers = re.findall(r'<td class="num" data-label="[^"]+">([^<]*)</td>', page)
    assert numbers == ["–", "–", "–", "1", "everybody", "–", "3", "2", "0"]
