"""More experts for single responses: opened once however often it is asked, and never fixed."""

from __future__ import annotations

import pytest

from labeling import assigning, extra_seats
from labeling.errors import Conflict, DomainError
from labeling.models import Assignment, QueueEntry
from tests import factories
from tests.labeling.test_assigning import assert_counts_are_true, claim_all, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def experts(project):
    return factories.experts(project, "ana", "ben", "eve", "fay")


@pytest.fixture
def finished(project, experts):
    """Four responses by ana and ben: every place of the design is taken."""
    batch = opened(project, 4)
    for rater in experts[:2]:
        claim_all(batch, rater)
    return batch


def some(batch, count: int = 2) -> list[int]:
    return list(batch.queue.order_by("key").values_list("response", flat=True)[:count])


def test_extra_places_are_offered_to_others_and_are_adaptive(finished, experts, carol):
    first, second = some(finished)
    assert extra_seats.open_extra(finished, {first: 4, second: 3}, by=carol) == 3
    assert sorted(claim_all(finished, experts[2])) == sorted([first, second])
    assert claim_all(finished, experts[3]) == [first]
    purposes = Assignment.objects.filter(batch=finished).values_list("slot", "purpose")
    assert set(purposes) == {(1, "fixed"), (2, "fixed"), (3, "adaptive"), (4, "adaptive")}
    assert_counts_are_true(finished)


def test_who_has_rated_the_response_is_not_asked_again(finished, experts, carol):
    extra_seats.open_extra(finished, dict.fromkeys(some(finished), 4), by=carol)
    assert claim_all(finished, experts[0]) == []


def test_asked_twice_nothing_more_is_opened(finished, carol):
    places = dict.fromkeys(some(finished), 3)
    assert extra_seats.open_extra(finished, places, by=carol) == 2
    keys = list(finished.queue.order_by("pk").values_list("key", flat=True))
    assert extra_seats.open_extra(finished, places, by=carol) == 0
    assert list(finished.queue.order_by("pk").values_list("key", flat=True)) == keys


def test_fewer_places_than_there_are_take_nothing_away(finished, carol):
    assert extra_seats.open_extra(finished, {some(finished)[0]: 1}, by=carol) == 0
    assert set(finished.queue.values_list("overlap", flat=True)) == {2}


def test_what_nobody_took_is_taken_back(finished, experts, carol):
    first, second = some(finished)
    extra_seats.open_extra(finished, {first: 4, second: 4}, by=carol)
    assert extra_seats.untaken(finished) == 4
    assigning.claim_next(finished, experts[2])
    assert extra_seats.untaken(finished) == 3
    assert extra_seats.take_back(finished, by=carol) == 3
    assert extra_seats.take_back(finished, by=carol) == 0
    assert sorted(finished.queue.values_list("overlap", flat=True)) == [2, 2, 2, 3]
    assert claim_all(finished, experts[3]) == []
    assert_counts_are_true(finished)


def test_a_seat_that_comes_back_into_the_design_is_fixed_again(finished, experts, carol):
    first = some(finished, 1)[0]
    extra_seats.open_extra(finished, {first: 3}, by=carol)
    extra = assigning.claim_next(finished, experts[2])
    assert extra.purpose == "adaptive"
    assigning.vacate(Assignment.objects.filter(pk=extra.pk), "expired")
    second = Assignment.objects.filter(batch=finished, response=first, slot=2)
    second.update(slot=None, purpose="late")
    QueueEntry.objects.filter(batch=finished, response=first).update(taken=1)
    assert assigning.retake(extra, "leased", extra.lease_until)
    extra.refresh_from_db()
    assert (extra.slot, extra.purpose) == (2, "fixed")


def test_design_seats_of_the_batch_stay_untouched_while_it_is_being_rated(project, ana, carol):
    batch = opened(project, 3)
    assigning.claim_next(batch, ana)
    assert extra_seats.take_back(batch, by=carol) == 0
    assert set(batch.queue.values_list("overlap", flat=True)) == {2}


def test_a_closed_batch_takes_nobody(finished, carol):
    assigning.close(finished, by=carol)
    with pytest.raises(Conflict, match="no longer blind"):
        extra_seats.open_extra(finished, {some(finished)[0]: 3}, by=carol)


def test_responses_of_elsewhere_are_refused(project, finished, carol):
    other = factories.response(factories.item(project))
    with pytest.raises(DomainError, match="1 of these responses"):
        extra_seats.open_extra(finished, {other.pk: 3, some(finished)[0]: 3}, by=carol)
    assert set(finished.queue.values_list("overlap", flat=True)) == {2}


@pytest.mark.parametrize("wanted", [0, -1, 40_000])
def test_impossible_numbers_are_refused(finished, carol, wanted):
    with pytest.raises(DomainError, match="between 1 and"):
        extra_seats.open_extra(finished, {some(finished)[0]: wanted}, by=carol)


class TestFromRawSql:
    def test_a_place_beyond_the_responses_own_is_refused(self, refused, finished, experts, carol):
        first = some(finished, 1)[0]
        extra_seats.open_extra(finished, {first: 3}, by=carol)
        response = finished.queue.get(response=first).response
        with refused("assignment_slot_within_overlap"):
            factories.seat(finished, response, experts[2], slot=4)

    def test_an_extra_seat_cannot_be_called_fixed(self, raw, finished, experts, carol):
        first = some(finished, 1)[0]
        extra_seats.open_extra(finished, {first: 3}, by=carol)
        seat = assigning.claim_next(finished, experts[2])
        raw("update labeling_assignment set purpose = 'fixed' where id = %s", seat.pk)
        seat.refresh_from_db()
        assert seat.purpose == "adaptive"

    def test_other_purposes_are_kept(self, raw, finished, experts, carol):
        first = some(finished, 1)[0]
        extra_seats.open_extra(finished, {first: 3}, by=carol)
        seat = assigning.claim_next(finished, experts[2])
        raw("update labeling_assignment set purpose = 'gold' where id = %s", seat.pk)
        seat.refresh_from_db()
        assert seat.purpose == "gold"


def test_many_responses_in_a_few_queries(project, carol, django_assert_max_num_queries):
    batch = opened(project, 60)
    chosen = dict.fromkeys(some(batch, 60), 3)
    with django_assert_max_num_queries(10):
        assert extra_seats.open_extra(batch, chosen, by=carol) == 60
