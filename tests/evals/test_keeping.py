"""Counting only what changed gives what counting everything gives, to the last bit."""

from __future__ import annotations

import pytest

from evals.measuring import keeping
from evals.models import KeptTally, TallyState
from evals.reliability import clusters
from tests.evals.histories import History, measured, measured_from_nothing, stored


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
    # The first run, the one after the version, and those that follow a count from nothing.
    assert sum(refreshes) >= 2
