"""Counting only what changed gives what counting everything gives, to the last bit."""

from __future__ import annotations

import pytest

from evals import measuring
from evals.measuring import counting, keeping
from evals.models import AgreementRun, KeptTally, TallyState
from evals.queries import layout, score_stream
from evals.reliability import clusters
from labeling import runs
from labeling.models import Batch, Reask
from tests.evals.histories import History, carried_out, measured, measured_from_nothing, stored


@pytest.fixture(autouse=True)
def _kept_however_small(settings):
    settings.AGREEMENT_KEEP_SCORES = 0


@pytest.fixture
def refreshes(monkeypatch):
    """How many of the runs counted only what changed."""
    done = []
    original = keeping.refreshed

    def noted(run):
        found = original(run)
        done.append(found is not None)
        return found

    monkeypatch.setattr(keeping, "refreshed", noted)
    return done


# With 4 items kept exactly, most batches keep only moments; with 5,000 all are kept one by one.
@pytest.mark.parametrize("exact", [4, 5_000])
@pytest.mark.parametrize("seed", range(4))
def test_refreshing_equals_counting_anew(project, monkeypatch, refreshes, seed, exact):
    monkeypatch.setattr(clusters, "EXACT_ITEMS", exact)
    history = History(project, seed, items=9)
    history.happen(30)
    for step in range(4):
        if step == 2:
            history.move_on()
        run = measured(history.batch)
        kept = list(KeptTally.objects.order_by("lineage", "slice").values_list("content"))
        state = TallyState.objects.values().get()
        anew = measured_from_nothing(run)
        assert stored(run) == stored(anew)
        assert run.ratings_through == anew.ratings_through
        assert kept == list(KeptTally.objects.order_by("lineage", "slice").values_list("content"))
        assert state == TallyState.objects.values().get()
        history.happen(12)
        history.change()
    # The first run, the one after the version, and those that follow a count from nothing.
    assert sum(refreshes) >= 2


@pytest.mark.parametrize("seed", range(3))
def test_it_does_however_often_the_batch_moves_on(project, seed):
    history, lineages = History(project, seed, items=7), []
    history.happen(25)
    for _ in range(4):
        run = measured(history.batch)
        lineages.append(set(run.criteria.values_list("lineage", flat=True)))
        asked = set(run.rubric_version.criteria.values_list("lineage", flat=True))
        assert lineages[-1] == asked
        assert stored(run) == stored(measured_from_nothing(run))
        # Counted from what is kept, with nothing between but the move, then with answers to it.
        history.move_on()
        run = measured(history.batch)
        assert stored(run) == stored(measured_from_nothing(run))
        history.happen(10)
    assert Reask.objects.filter(assignment__isnull=False).exists()
    assert lineages[0] != lineages[-1]


@pytest.fixture
def history(project):
    history = History(project, seed=3, items=6)
    history.happen(30)
    return history


def test_the_nightly_check_finds_nothing_wrong(history):
    measured(history.batch)
    history.happen(10)
    run = measured(history.batch)
    assert measuring.check_kept(history.batch.pk) is None
    assert TallyState.objects.get().watermark == run.watermark


def test_the_nightly_check_says_what_differs_and_measures_anew(history, caplog):
    run = measured(history.batch)
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


def test_a_worker_killed_before_the_end_leaves_the_kept_counts(history, monkeypatch):
    measured(history.batch)
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


def test_an_older_run_that_ends_later_does_not_turn_the_counts_back(history):
    older, _ = measuring.start(Batch.objects.get(pk=history.batch.pk))
    history.happen(10)
    newer = measured(history.batch)
    carried_out(older)
    assert TallyState.objects.get().watermark == newer.watermark
    assert measuring.check_kept(history.batch.pk) is None
    assert stored(older) == stored(measured_from_nothing(older))


def test_slices_asked_for_are_not_kept(history):
    run = measured(history.batch, slices=["metadata.case=3"])
    assert run.criteria.filter(slice="metadata.case=3").count() == 3
    assert not KeptTally.objects.filter(slice="metadata.case=3").exists()
    history.happen(5)
    later = measured(history.batch)
    assert stored(later) == stored(measured_from_nothing(later))


def test_small_batches_keep_nothing(history, settings):
    settings.AGREEMENT_KEEP_SCORES = 100_000
    measured(history.batch)
    assert not TallyState.objects.exists()


def test_more_ratings_of_a_unit_than_its_places_hold(history, monkeypatch):
    # One bit holds one rating; the count must notice and begin again with wider places.
    expected = measured(history.batch)
    narrow = layout._bits
    monkeypatch.setattr(layout, "_bits", lambda counted, ratings: 1)
    again = measured_from_nothing(expected)
    assert stored(again) == stored(expected)
    assert narrow(layout.layout_of(again.batch, again.rubric_version_id, 10**9).criteria, 3) > 1


def test_scales_too_long_for_one_number(history, monkeypatch):
    expected = measured(history.batch)
    monkeypatch.setattr(layout, "WORD_BITS", 8)
    monkeypatch.setattr(layout, "_bits", lambda counted, ratings: 3)
    assert stored(measured_from_nothing(expected)) == stored(expected)


def test_ids_too_large_for_one_number(history, monkeypatch):
    expected = measured(history.batch)
    monkeypatch.setattr(score_stream, "NUMBER_BITS", 4)
    assert stored(measured_from_nothing(expected)) == stored(expected)


def test_responses_whose_ids_lie_close_together(history, monkeypatch):
    expected = measured(history.batch)
    monkeypatch.setattr(counting, "scores_about", lambda batch: 10_000)
    assert stored(measured_from_nothing(expected)) == stored(expected)
