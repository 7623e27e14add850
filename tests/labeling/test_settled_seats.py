"""What no statement can do about seats that were rated, or about a batch that was closed."""

from __future__ import annotations

import pytest

from labeling.models import Assignment, Batch
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(project) -> Batch:
    responses = [factories.response(factories.item(project)) for _ in range(2)]
    return factories.batch(factories.published(project, "polite"), responses, overlap=2)


@pytest.fixture
def rated(batch, ana) -> Assignment:
    seat = factories.seat(batch, batch.queue.get(key=0).response, ana)
    factories.rating(seat, {"polite": 1})
    return seat


def test_nobody_sits_twice_at_a_response_of_their_own_accord(refused, batch, rated, ana):
    for round_, slot in ((2, 1), (2, 2), (3, 1), (2, None)):
        with refused("assignment_asked_again"):
            factories.seat(batch, rated.response, ana, slot, round=round_)
    with refused("assignment_rater_once"):
        factories.seat(batch, rated.response, ana, None, purpose="late")


def test_a_rated_place_is_free_for_nobody_else(raw, refused, rated):
    with refused("assignment_keeps_place"):
        raw("update labeling_assignment set slot = null where id = %s", rated.pk)
    # Late is what came after the place was given away: it is outside the overlap.
    raw("update labeling_assignment set slot = null, purpose = 'late' where id = %s", rated.pk)


@pytest.mark.parametrize("check", ["gold", "repeat"])
@pytest.mark.parametrize("purpose", ["fixed", "adaptive"])
def test_a_check_never_counts_for_agreement(raw, refused, batch, rated, ana, check, purpose):
    other = batch.queue.get(key=1).response
    seat = factories.seat(batch, other, ana, 3, round=2, purpose=check)
    with refused("assignment_check_stays"):
        raw("update labeling_assignment set purpose = %s where id = %s", purpose, seat.pk)


@pytest.mark.parametrize("state", ["open", "paused"])
def test_a_closed_batch_stays_closed(raw, refused, batch, state):
    raw("update labeling_batch set state = 'paused' where id = %s", batch.pk)
    raw("update labeling_batch set state = 'open' where id = %s", batch.pk)
    raw("update labeling_batch set state = 'closed' where id = %s", batch.pk)
    with refused("batch_closed_for_good"):
        raw("update labeling_batch set state = %s where id = %s", state, batch.pk)
