"""What a run has frozen stays, whoever writes the statement and in whatever order it commits."""

from __future__ import annotations

import psycopg
import pytest

from evals import measuring
from labeling import rating
from labeling.models import Batch, Rating
from tests import factories
from tests.conftest import application_connection
from tests.evals.histories import History, measured, measured_from_nothing, stored

EXCLUDE = "update labeling_rating set excluded_reason = 'hasty', excluded_seq = %s where id = %s"
NUMBER = "select nextval(pg_get_serial_sequence('labeling_rating', 'id'))"


@pytest.fixture
def rated(project, ana, ben):
    batch = factories.batch(factories.published(project))
    response = factories.response(factories.item(project))
    return [
        factories.rating(factories.seat(batch, response, who, slot), {"polite": slot % 2})
        for slot, who in enumerate((ana, ben), start=1)
    ]


def test_a_correction_ends_a_rating_above_every_watermark(raw, refused, rated):
    """Otherwise the run that counted the old answer would not have counted it any more."""
    first, second = rated
    measuring.start(first.batch)
    with refused("change_after_watermark"):
        raw(
            "update labeling_score set superseded_by_id = %s where rating_id = %s",
            second.pk,
            first.pk,
        )
    with refused("change_after_watermark"):
        raw("update labeling_rating set superseded_by_id = %s where id = %s", second.pk, first.pk)


def test_an_exclusion_has_a_number_above_every_watermark(raw, refused, rated):
    first, second = rated
    measuring.start(first.batch)
    with refused("change_after_watermark"):
        raw(EXCLUDE, second.pk, first.pk)
    raw(EXCLUDE, second.pk + 1, first.pk)


@pytest.mark.django_db(transaction=True)
def test_an_exclusion_that_comes_too_late_is_refused_whole(rated):
    """Its number was drawn, then somebody rated and all was frozen, then it would have counted."""
    first, second = rated
    with application_connection() as slow:
        (number,) = slow.execute(NUMBER).fetchone()
        rating_ = factories.rating(second.assignment, {}, revision=2)
        assert rating_.pk > number
        run = measured(Batch.objects.get(pk=first.batch_id))
        with pytest.raises(psycopg.errors.CheckViolation, match="lock the batch first"):
            slow.execute(EXCLUDE, [number, first.pk])
    assert Rating.objects.get(pk=first.pk).excluded_seq is None
    assert stored(run) == stored(measured_from_nothing(run))


@pytest.mark.django_db(transaction=True)
def test_freezing_waits_for_an_exclusion_under_way(rated):
    with application_connection() as slow:
        slow.execute("begin")
        slow.execute(EXCLUDE, [slow.execute(NUMBER).fetchone()[0], rated[0].pk])
        with application_connection() as freezing:
            freezing.execute("set lock_timeout = '50ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                freezing.execute("select pg_advisory_xact_lock(7201, %s::int)", [rated[0].batch_id])
        slow.execute("commit")
    run = measured(Batch.objects.get(pk=rated[0].batch_id))
    assert run.ratings_through == 1


def test_old_runs_stay_what_they_were(project):
    """Each measuring counted anew at the end of a long history gives what it gave at its time."""
    history, runs = History(project, seed=4, items=6), []
    for _ in range(4):
        history.happen(15)
        run = measured(history.batch)
        runs.append((run, stored(run), run.ratings_through))
    for seat in history.correctable():
        history._say(rating.revise, seat)
    for run, told, through in runs:
        again = measured_from_nothing(run)
        assert (stored(again), again.ratings_through) == (told, through)
