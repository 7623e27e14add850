"""Counting only what changed gives what counting everything gives, to the last bit."""

from __future__ import annotations

import random
import threading
import time
import zlib

import pytest
from django.db import connection

from evals import measuring, selecting, tasks
from evals.gaps.rule import parse_rule
from evals.measuring import checking, counting, keeping, plan, tallying
from evals.models import AgreementRun, KeptTally, TallyState
from evals.queries import layout, score_stream
from evals.reliability import clusters
from evals.reliability.tally_bytes import pack
from labeling import locks, rating, runs
from labeling.models import Batch, Reask
from tests import factories
from tests.conftest import application_connection
from tests.evals.histories import History, carried_out, measured, measured_from_nothing, stored
from tests.labeling.loading import run_load, write_lines


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
@pytest.mark.parametrize(("seed", "exact"), [(0, 4), (1, 5_000), (2, 4), (3, 5_000)])
def test_refreshing_equals_counting_anew(project, monkeypatch, refreshes, seed, exact):
    monkeypatch.setattr(clusters, "EXACT_ITEMS", exact)
    history = History(project, seed, items=9)
    history.happen(30)
    for step in range(5):
        if step == 2:
            history.move_on()
        if step == 4:
            history.write_more()
        run = measured(history.batch)
        assert measuring.check_kept(history.batch.pk) is None
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


def test_the_nightly_check_drops_also_what_was_added_to_wrong_counts(history, monkeypatch):
    """A run that ends while the check counts has brought the wrong counts further."""
    measured(history.batch)
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
    measured(history.batch)
    asked: list[int] = []
    monkeypatch.setattr(tasks.check_kept_batch, "delay", asked.append)
    tasks.check_kept()
    assert asked == [history.batch.pk]
    tasks.check_kept_batch(*asked)
    assert AgreementRun.objects.count() == 1, "nothing is wrong, so nothing is measured anew"


def test_what_the_nightly_check_finds_is_measured_anew(history, monkeypatch):
    run = measured(history.batch)
    KeptTally.objects.filter(slice=None).update(raters={})
    woken: list[int] = []
    monkeypatch.setattr(runs, "enqueue", lambda task, run: woken.append(run.pk))
    tasks.check_kept_batch(history.batch.pk)
    assert woken == [AgreementRun.objects.exclude(pk=run.pk).get().pk]


@pytest.mark.parametrize("harm", ["missing", "too few answers", "too few units"])
def test_counts_that_cannot_be_right_are_counted_anew_and_told(history, caplog, harm):
    """What changed is to be taken away from them, and is not there."""
    measured(history.batch)
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


@pytest.mark.django_db(transaction=True)
def test_kept_counts_are_read_while_nobody_replaces_them(project):
    """A run that ends meanwhile writes first what they stand for, then the counts themselves."""
    history = History(project, seed=3, items=6)
    history.happen(30)
    measured(history.batch)
    history.change()
    run, _ = measuring.start(Batch.objects.get(pk=history.batch.pk))
    found = []
    with application_connection() as other:
        other.execute("BEGIN")
        other.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [locks.KEPT_TALLIES, history.batch.pk]
        )
        reader = threading.Thread(target=lambda: found.append(_in_a_thread(run)))
        reader.start()
        waiting = "select count(*) from pg_locks where not granted and classid = %s"
        deadline = time.monotonic() + 60
        while not other.execute(waiting, [locks.KEPT_TALLIES]).fetchone()[0]:
            assert time.monotonic() < deadline
        assert found == []
        other.execute("ROLLBACK")
    reader.join(60)
    assert found[0] is not None


def _in_a_thread(run):
    try:
        return keeping.refreshed(AgreementRun.objects.get(pk=run.pk))
    finally:
        connection.close()


@pytest.mark.parametrize("seed", range(2))
def test_runs_that_end_in_another_order_than_they_began(project, seed):
    """Two workers may hold runs of one batch, at different watermarks."""
    history = History(project, seed, items=7)
    history.happen(25)
    measured(history.batch)
    for _ in range(3):
        begun = []
        for _ in range(3):
            history.change()
            begun.append(measuring.start(Batch.objects.get(pk=history.batch.pk))[0])
        history.random.shuffle(begun)
        for run in begun:
            carried_out(run)
            assert measuring.check_kept(history.batch.pk) is None
        newest = max(begun, key=lambda run: run.watermark)
        assert TallyState.objects.get().watermark == newest.watermark
        for run in begun:
            assert stored(run) == stored(measured_from_nothing(run))


def test_imports_and_their_corrections_are_counted_as_from_nothing(project, tmp_path):
    """Later loads bring new raters and responses, and correct single answers of earlier ones."""
    draw = random.Random(5)
    factories.published(project)
    for number in range(8):
        item = factories.item(project, f"item-{number % 5}-{number}", tags=[f"t{number % 2}"])
        factories.response(item, external_id=f"r{number}")
    revisions: dict[tuple[str, str], int] = {}
    for _ in range(6):
        lines = []
        for _ in range(12):
            response, rater = f"r{draw.randrange(8)}", f"rater-{draw.randrange(4)}"
            if any(line["response_id"] == response and line["rater"] == rater for line in lines):
                continue
            revisions[response, rater] = revisions.get((response, rater), 0) + 1
            keys = draw.choice([["polite"], ["cites_policy"], ["polite", "cites_policy"]])
            lines += [
                {
                    "response_id": response,
                    "rater": rater,
                    "criterion": key,
                    "value": draw.choice([0, 1, "NA"]),
                    "revision": revisions[response, rater],
                }
                for key in keys
            ]
        path = write_lines(tmp_path / "ratings.jsonl", lines)
        assert run_load(project.slug, "--ratings", path)["ratings"]["new"] == len(lines)
        batch = Batch.objects.get(kind="imported")
        run = measured(batch)
        assert measuring.check_kept(batch.pk) is None
        assert stored(run) == stored(measured_from_nothing(run))


def test_of_many_generators_the_one_that_trains_is_measured(history, project, monkeypatch):
    monkeypatch.setattr(plan, "GENERATORS_MAX", 1)
    assert measured(history.batch).plan["training"] == "generator_kind=model"
    selecting.start(project, parse_rule({"target_generator": "poet"}), batch=history.batch)
    run = measured(history.batch, again=True)
    named = set(run.criteria.values_list("slice", flat=True))
    assert "generator=poet" in named
    assert "generator=model-a" not in named
    assert run.plan["training"] == "generator=poet"


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
