"""A measuring shared out in chunks gives what one worker gives, whoever counts what."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from evals import measuring
from evals.measuring import chunks
from evals.measuring.plan import plan_of
from evals.models import AgreementChunk, AgreementRun
from evals.reliability import clusters
from labeling import runs
from labeling.models import Score
from tests.evals.histories import History, carried_out, measured, measured_from_nothing, stored
from tests.parallel import PATIENCE


@pytest.fixture
def history(project):
    history = History(project, seed=5, items=9)
    history.happen(60)
    return history


@pytest.fixture
def in_chunks(settings):
    settings.AGREEMENT_CHUNK_SCORES = 20


@pytest.mark.parametrize("exact", [4, 5_000])
def test_chunked_equals_whole(history, in_chunks, settings, monkeypatch, exact):
    monkeypatch.setattr(clusters, "EXACT_ITEMS", exact)
    chunked = measured(history.batch)
    scores = Score.objects.filter(batch=history.batch).count()
    # Scores of the nine items are shared out; no chunk is smaller than an item.
    assert chunked.chunks.count() == min(9, -(-scores // 20))
    settings.AGREEMENT_CHUNK_SCORES = scores
    whole = measured_from_nothing(chunked)
    assert not whole.chunks.exists()
    assert stored(chunked) == stored(whole)
    assert chunked.ratings_through == whole.ratings_through


def test_every_helper_is_called_for(history, in_chunks):
    run, _ = measuring.start(history.batch)
    called = []
    with runs.executing(AgreementRun, run.pk) as attempt:
        measuring.measure(attempt, call=called.append)
    assert len(called) == run.chunks.count() - 1
    assert not run.chunks.filter(content__isnull=False).exists(), "merged counts are dropped"


def test_a_chunk_of_a_dead_worker_is_taken_when_its_lease_ends(history, in_chunks):
    run, _ = measuring.start(history.batch)
    with runs.executing(AgreementRun, run.pk) as attempt:
        chunks.cut(attempt, plan_of(run), scores=100)
        with connection.cursor() as cursor:
            cursor.execute(chunks.TAKE, {"run": run.pk, "lease": 0})
        measuring.measure(attempt)
    run.refresh_from_db()
    assert run.state == "finished"
    assert AgreementChunk.objects.get(run=run, number=0).fence == 2
    assert stored(run) == stored(measured_from_nothing(run))


def test_a_worker_thought_dead_cannot_write_its_count(history, in_chunks, monkeypatch):
    run, _ = measuring.start(history.batch)
    with runs.executing(AgreementRun, run.pk) as attempt:
        chunks.cut(attempt, plan_of(run), scores=20)
        original = chunks.packed

        def overtaken(counting):
            AgreementChunk.objects.filter(run=run).update(fence=7)
            return original(counting)

        monkeypatch.setattr(chunks, "packed", overtaken)
        assert chunks.count_next(AgreementRun.objects.get(pk=run.pk))
    assert not AgreementChunk.objects.filter(run=run, done=True).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_one_run(history, in_chunks, monkeypatch):
    counted_by: dict[str, int] = {}
    two_count = threading.Event()
    original = chunks.counted

    def noted(*arguments):
        name = threading.current_thread().name
        counted_by[name] = counted_by.get(name, 0) + 1
        # Whoever has taken a chunk waits until somebody else has one, too.
        if len(counted_by) > 1:
            two_count.set()
        two_count.wait(PATIENCE)
        return original(*arguments)

    monkeypatch.setattr(chunks, "counted", noted)
    threads = []

    def call(run):
        thread = threading.Thread(target=helping, args=[run.pk], name=f"helper {len(threads)}")
        threads.append(thread)
        thread.start()

    def helping(pk):
        try:
            measuring.help_with(pk)
        finally:
            connection.close()

    run, _ = measuring.start(history.batch)
    with runs.executing(AgreementRun, run.pk) as attempt:
        measuring.measure(attempt, call=call)
    for thread in threads:
        thread.join()
    run.refresh_from_db()
    assert (run.state, run.error) == ("finished", "")
    assert len(counted_by) > 1, "somebody helped"
    assert sum(counted_by.values()) == run.chunks.count(), "nothing was counted twice"
    alone = measured_from_nothing(run)
    assert stored(run) == stored(alone)


def test_a_run_lost_in_the_middle_is_finished_by_another(history, in_chunks):
    run, _ = measuring.start(history.batch)
    with runs.executing(AgreementRun, run.pk) as attempt:
        made = chunks.cut(attempt, plan_of(run), scores=100)
        assert chunks.count_next(AgreementRun.objects.get(pk=run.pk))
    AgreementRun.objects.filter(pk=run.pk).update(state="pending")
    carried_out(run)
    assert run.chunks.count() == made, "what was counted is not counted again"
    assert run.chunks.filter(fence=1).count() == made
    assert stored(run) == stored(measured_from_nothing(run))
