"""What is kept of a counted batch: it says of itself when it is wrong, and gives the same again."""

from __future__ import annotations

import zlib
from copy import deepcopy

import pytest
from django.test import override_settings

from evals import measuring, tasks
from evals.measuring import checking, counting, tallying
from evals.models import AgreementRun, KeptTally, TallyState
from evals.queries import layout, score_stream
from evals.reliability.tally_bytes import pack
from labeling import rating, runs
from labeling.models import Batch
from tests import factories
from tests.evals.histories import History, carried_out, measured, measured_from_nothing, stored
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker):
    """A batch and its first run, which has kept its counts however small they are."""
    with made_once(django_db_blocker), override_settings(AGREEMENT_KEEP_SCORES=0):
        history = History(factories.project(), seed=3, items=6)
        history.happen(30)
        yield history, measured(history.batch)


@pytest.fixture
def both(counted):
    return deepcopy(counted)


@pytest.fixture
def history(both):
    return both[0]


@pytest.fixture
def run(both):
    """As `measured` gives it when nothing has happened since."""
    return both[1]


def test_the_nightly_check_finds_nothing_wrong(history):
    history.happen(10)
    run = measured(history.batch)
    assert measuring.check_kept(history.batch.pk) is None
    assert TallyState.objects.get().watermark == run.watermark


def test_the_nightly_check_says_what_differs_and_measures_anew(history, run, caplog):
    one, other = KeptTally.objects.order_by("pk").filter(slice=None)[:2]
    KeptTally.objects.filter(pk=one.pk).update(content=other.content)
    again = measuring.check_kept(history.batch.pk)
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert told == [
        f"batch {history.batch.pk}: kept and full counts differ as of {run.watermark}:"
        f" criterion {one.lineage_id} on the whole batch"
    ]
    assert not TallyState.objects.exists()
    assert (again.pk != run.pk, again.watermark) == (True, run.watermark)
    assert stored(carried_out(again)) == stored(run)


def test_the_nightly_check_drops_also_what_was_added_to_wrong_counts(history, monkeypatch):
    """A run that ends while the check counts has brought the wrong counts further."""
    one, other = KeptTally.objects.order_by("pk").filter(slice=None)[:2]
    KeptTally.objects.filter(pk=one.pk).update(content=other.content)
    original = checking.counted

    def overtaken(*arguments):
        TallyState.objects.update(watermark=10**9)
        return original(*arguments)

    monkeypatch.setattr(checking, "counted", overtaken)
    assert measuring.check_kept(history.batch.pk) is not None
    assert not TallyState.objects.exists()


def test_each_batch_is_checked_by_itself(history, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(tasks.check_kept_batch, "delay", asked.append)
    tasks.check_kept()
    assert asked == [history.batch.pk]
    tasks.check_kept_batch(*asked)
    assert AgreementRun.objects.count() == 1, "nothing is wrong, so nothing is measured anew"


def test_what_the_nightly_check_finds_is_measured_anew(history, run, monkeypatch):
    KeptTally.objects.filter(slice=None).update(raters={})
    woken: list[int] = []
    monkeypatch.setattr(runs, "enqueue", lambda task, run: woken.append(run.pk))
    tasks.check_kept_batch(history.batch.pk)
    assert woken == [AgreementRun.objects.exclude(pk=run.pk).get().pk]


@pytest.mark.parametrize("harm", ["missing", "too few answers", "too few units"])
def test_counts_that_cannot_be_right_are_counted_anew_and_told(history, caplog, harm):
    """What changed is to be taken away from them, and is not there."""
    whole = KeptTally.objects.filter(slice=None)
    if harm == "missing":
        whole.delete()
    elif harm == "too few answers":
        whole.update(raters={})
    else:
        nothing_there = tallying.nothing(layout_of_batch(history.batch).criteria[0])
        whole.update(content=zlib.compress(pack(nothing_there)))
    history.change()
    for seat in history.correctable():
        history._say(rating.revise, seat)
    run = measured(history.batch)
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 1
    assert told[0].startswith(f"batch {history.batch.pk}: kept counts are wrong, counting anew: ")
    assert measuring.check_kept(history.batch.pk) is None
    assert stored(run) == stored(measured_from_nothing(run))


def layout_of_batch(batch):
    return layout.layout_of(batch, batch.rubric_version_id, 10**9)


def test_a_worker_killed_before_the_end_leaves_the_kept_counts(history, monkeypatch):
    before = list(KeptTally.objects.order_by("pk").values()), TallyState.objects.values().get()
    history.happen(10)
    run, _ = measuring.start(Batch.objects.get(pk=history.batch.pk))

    class Killed(BaseException):
        """What no `except Exception` catches."""

    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(runs.Attempt, "finish", killed)
        with pytest.raises(Killed):
            carried_out(run)
    assert before == (
        list(KeptTally.objects.order_by("pk").values()),
        TallyState.objects.values().get(),
    )
    AgreementRun.objects.filter(pk=run.pk).update(state="pending")
    assert stored(carried_out(run)) == stored(measured_from_nothing(run))


def test_more_ratings_of_a_unit_than_its_places_hold(run, monkeypatch):
    # One bit holds one rating; the count must notice and begin again with wider places.
    narrow = layout._bits
    monkeypatch.setattr(layout, "_bits", lambda counted, ratings: 1)
    again = measured_from_nothing(run)
    assert stored(again) == stored(run)
    assert narrow(layout.layout_of(again.batch, again.rubric_version_id, 10**9).criteria, 3) > 1


def test_scales_too_long_for_one_number(run, monkeypatch):
    monkeypatch.setattr(layout, "WORD_BITS", 8)
    monkeypatch.setattr(layout, "_bits", lambda counted, ratings: 3)
    assert stored(measured_from_nothing(run)) == stored(run)


def test_ids_too_large_for_one_number(run, monkeypatch):
    monkeypatch.setattr(score_stream, "NUMBER_BITS", 4)
    assert stored(measured_from_nothing(run)) == stored(run)


def test_responses_whose_ids_lie_close_together(run, monkeypatch):
    monkeypatch.setattr(counting, "scores_about", lambda batch: 10_000)
    assert stored(measured_from_nothing(run)) == stored(run)
