"""Counting only what changed gives what counting everything gives, to the last bit."""

from __future__ import annotations

import random
import threading
import time

import pytest
from django.db import connection

from evals import measuring, selecting
from evals.gaps.rule import parse_rule
from evals.measuring import keeping, plan
from evals.models import AgreementRun, KeptTally, TallyState
from evals.reliability import clusters
from labeling import locks
from labeling.models import Batch, Reask
from tests import factories
from tests.conftest import application_connection
from tests.evals.histories import History, carried_out, measured, measured_from_nothing, stored
from tests.labeling.loading import run_load, write_lines
from tests.parallel import PATIENCE


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
        deadline = time.monotonic() + PATIENCE
        while not other.execute(waiting, [locks.KEPT_TALLIES]).fetchone()[0]:
            assert time.monotonic() < deadline
        assert found == []
        other.execute("ROLLBACK")
    reader.join(PATIENCE)
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
