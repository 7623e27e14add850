"""What an expert had begun when it went to others is found again from their own desk."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labeling import answering, assigning, rating
from labeling.models import AnswerPlace, Assignment, Batch, Item, Membership
from tests import factories
from tests.web.desk.requests import LogIn, address, answers, form, opened

pytestmark = pytest.mark.django_db
TITLE = "Begun and given back"


def begun(batch: Batch, user) -> Assignment:
    """A seat with a draft whose lease has ended."""
    seat = assigning.claim_next(batch, user)
    rating.save_draft(seat, answers(), edit=0, by=user)
    assigning.vacate(Assignment.objects.filter(pk=seat.pk), "expired")
    return seat


def batches(project, count: int) -> list[Batch]:
    """Of one response each: what was begun comes back first, so one batch holds one at a time."""
    version = factories.published(project)
    return [
        factories.batch(version, [factories.response(factories.item(project))])
        for _ in range(count)
    ]


class TestRatings:
    def test_each_is_linked_with_its_batch(self, as_user: LogIn, project, ana, ben):
        seat = begun(opened(project, 3, name="First round"), ana)
        page = as_user(ana).get("/desk/").text
        assert f'<a href="{address(seat)}" dir="auto">May I send the kettle back?</a>' in page
        assert 'a rating, in <span dir="auto">First round</span>' in page
        assert TITLE not in as_user(ben).get("/desk/").text
        # What it leads to still holds what was written.
        assert as_user(ana).get(address(seat)).text.count(" checked") == 2

    def test_what_is_in_work_untouched_or_submitted_is_not_among_them(
        self, as_user: LogIn, project, ana
    ):
        batch = opened(project, 3)
        client = as_user(ana)
        untouched = assigning.claim_next(batch, ana)
        assigning.vacate(Assignment.objects.filter(pk=untouched.pk), "expired")
        sent = begun(batch, ana)
        client.post(address(sent, "submit"), form(sent))
        assert Assignment.objects.get(pk=sent.pk).state == "submitted"
        rating.save_draft(assigning.claim_next(batch, ana), answers(), edit=0, by=ana)
        assert TITLE not in client.get("/desk/").text

    def test_the_newest_few_and_the_way_to_all(self, as_user: LogIn, project, ana):
        seats = [begun(batch, ana) for batch in batches(project, 12)]
        page = as_user(ana).get("/desk/").text
        linked = [f'href="{address(seat)}"' in page for seat in seats]
        assert linked == [False] * 2 + [True] * 10
        assert 'href="/desk/ratings/?fate=unsent"' in page

    def test_more_cost_no_more_queries(self, as_user: LogIn, project, ana):
        first, *others = batches(project, 5)
        begun(first, ana)
        client = as_user(ana)
        with CaptureQueriesContext(connection) as one:
            client.get("/desk/")
        for batch in others:
            begun(batch, ana)
        with CaptureQueriesContext(connection) as five:
            client.get("/desk/")
        assert len(five) == len(one)

    def test_not_in_projects_one_has_left(self, as_user: LogIn, project, ana):
        begun(opened(project, 2), ana)
        Membership.objects.filter(user=ana).delete()
        assert TITLE not in as_user(ana).get("/desk/").text


class TestAnswers:
    @pytest.fixture
    def task(self, project, carol) -> Batch:
        item = factories.item(project)
        found = Item.objects.filter(pk=item.pk)
        version = factories.published(project)
        return answering.open_task(project, version, "Answers", items=found, by=carol)

    @pytest.fixture
    def place(self, task, ana, ben) -> AnswerPlace:
        """Begun by Ana, and days later by Ben."""
        made = answering.claim(task, by=ana)
        answering.keep(made, "PLANTED-BEGUN", edit=0, by=ana)
        AnswerPlace.objects.filter(pk=made.pk).update(lease_until="2020-01-01T00:00Z")
        return answering.claim(task, by=ben)

    def test_the_item_is_linked_for_who_began_alone(self, as_user: LogIn, place, ana, ben):
        there = reverse("answer", args=[place.pk])
        client = as_user(ana)
        page = client.get("/desk/").text
        assert f'<a href="{there}" dir="auto">May I send the kettle back?</a>' in page
        assert 'an answer, in <span dir="auto">Answers</span>' in page
        assert "PLANTED-BEGUN" in client.get(there).text
        assert TITLE not in as_user(ben).get("/desk/").text

    def test_taken_up_again_it_is_work(self, as_user: LogIn, task, place, ana):
        AnswerPlace.objects.filter(pk=place.pk).update(state="free", expert=None, lease_until=None)
        assert answering.claim(task, by=ana).text == "PLANTED-BEGUN"
        assert TITLE not in as_user(ana).get("/desk/").text

    def test_who_is_no_expert_there_any_more_is_led_nowhere(self, as_user: LogIn, place, ana):
        Membership.objects.filter(user=ana, role="expert").update(role="viewer")
        assert TITLE not in as_user(ana).get("/desk/").text
