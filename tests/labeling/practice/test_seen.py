"""What is known of a response is told after one's own judgements of it, which then stand."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import assigning, own_ratings, practice, rating
from labeling.errors import Conflict
from labeling.models import Assignment, Batch, Membership
from labeling.practice.differing import differing
from tests import factories
from tests.labeling.practice.practising import known_responses, opened, submit

pytestmark = pytest.mark.django_db
CHANGED = {"cites_policy": {"value": "1"}, "polite": {"value": "1"}}


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def response(project, version):
    return known_responses(project, version, 1)[0]


@pytest.fixture(params=["practice", "check", "closed"])
def told(request, version, response, ana) -> Assignment:
    """A seat at which ana has answered otherwise, and at which the known answer may be told."""
    if request.param == "practice":
        batch = opened(version, [response])
    else:
        batch = factories.batch(version, [response], shows_gold=request.param == "check")
    purpose = "gold" if request.param == "check" else "fixed"
    seat = factories.seat(batch, response, ana, purpose=purpose)
    factories.rating(seat, {"cites_policy": 0, "polite": 0})
    if request.param == "closed":
        Batch.objects.filter(pk=batch.pk).update(state="closed")
    seat.refresh_from_db()
    assert seat.state == "submitted"
    return seat


@pytest.fixture
def work(version, response) -> Batch:
    """An open batch in which the response waits for the project's experts."""
    return factories.batch(version, [response], overlap=2)


def shown(seat: Assignment) -> tuple[bool, int]:
    """Whether the seat's page tells what is known, and how many differing answers one's own do."""
    fresh = Assignment.objects.select_related("batch").get(pk=seat.pk)
    return practice.shows_known(fresh), differing(seat.rater)[1]


def test_it_waits_for_ones_judgement_in_another_batch_but_practice_explains_at_once(
    told, work, ana
):
    at_once = told.batch.kind == Batch.Kind.PRACTICE
    assert shown(told) == ((True, 1) if at_once else (False, 0))
    submit(assigning.claim_next(work, ana), 0)
    assert shown(told) == (True, 1)


def test_but_not_for_who_is_no_expert_of_the_project_any_more(told, work, ana):
    Membership.objects.filter(user=ana).update(role="author")
    assert shown(told) == (True, 1)


def test_what_was_judged_elsewhere_stands_since(told, work, ana):
    seat = assigning.claim_next(work, ana)
    submit(seat, 0)
    with pytest.raises(Conflict, match="first answer stands"):
        rating.revise(seat, CHANGED, submission_id=uuid4(), by=ana)
    with pytest.raises(Conflict, match="first answer stands"):
        rating.withdraw(seat, by=ana)
    rows = {one.seat.pk: one for one in own_ratings.own_ratings(ana).rows}
    assert not rows[seat.pk].correctable


def test_where_nothing_is_known_an_answer_is_corrected(project, version, ana):
    plain = factories.response(factories.item(project))
    closed = factories.batch(version, [plain], state="closed")
    factories.rating(factories.seat(closed, plain, ana), {"cites_policy": 0})
    work = factories.batch(version, [plain])
    seat = assigning.claim_next(work, ana)
    submit(seat, 0)
    rows = {one.seat.pk: one for one in own_ratings.own_ratings(ana).rows}
    assert rows[seat.pk].correctable
    rating.revise(seat, CHANGED, submission_id=uuid4(), by=ana)


def test_what_others_could_read_is_nothing_to_oneself(told, work, ben):
    seat = assigning.claim_next(work, ben)
    submit(seat, 0)
    rating.revise(seat, CHANGED, submission_id=uuid4(), by=ben)


def test_a_history_of_many_asks_once_what_is_known(project, version, ana):
    counts = []
    for number in (1, 9):
        for at in known_responses(project, version, number):
            seat = factories.seat(factories.batch(version, [at]), at, ana)
            factories.rating(seat, {"cites_policy": 0})
        with CaptureQueriesContext(connection) as asked:
            rows = own_ratings.own_ratings(ana).rows
        counts.append(len(asked))
    assert (len(rows), counts[0]) == (10, counts[1])
