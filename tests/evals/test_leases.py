"""A statement that takes longer than a lease: whoever waits for it keeps what it holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.db.models.functions import Now

from evals import grading, leases, measuring
from evals.measuring import chunks
from evals.measuring.plan import plan_of
from evals.models import AgreementChunk, AgreementRun, GradingRun
from labeling import runs
from tests import factories
from tests.conftest import owner_connection
from tests.evals.histories import History, measured_from_nothing, stored
from tests.parallel import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
PAST = Now() - timedelta(seconds=1)


@pytest.fixture
def run(project, monkeypatch) -> AgreementRun:
    # A lease stays half a minute long; it is only renewed so often that nobody waits for it here.
    monkeypatch.setattr(leases, "BEATS", 3_000)
    history = History(project, seed=5, items=6)
    history.happen(30)
    return measuring.start(history.batch)[0]


@pytest.fixture
def scores_are_locked() -> Iterator[Callable[[], None]]:
    """Nobody reads scores until this is called: a statement that asks for them waits."""
    with owner_connection() as owner:
        owner.execute("BEGIN")
        owner.execute("LOCK TABLE labeling_score IN ACCESS EXCLUSIVE MODE")
        yield partial(owner.execute, "ROLLBACK")


def beside(work: Callable[[], object]) -> threading.Thread:
    """The work in a thread with a connection of its own, as a worker does it."""

    def carry_out() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=carry_out, daemon=True)
    thread.start()
    return thread


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def measure(run: AgreementRun) -> None:
    with runs.executing(AgreementRun, run.pk) as attempt:
        assert attempt
        measuring.measure(attempt)


def a_statement_waits() -> bool:
    with owner_connection() as other:
        query = "select count(*) from pg_locks where not granted and relation = %s::regclass"
        return other.execute(query, ["labeling_score"]).fetchone()[0] > 0


def test_a_run_is_kept_alive_while_one_statement_counts(run, scores_are_locked):
    held = AgreementRun.objects.filter(pk=run.pk)
    worker = beside(partial(measure, run))
    eventually(a_statement_waits)
    for _ in range(3):
        # As if a whole lease had gone by since the statement began.
        held.update(lease_until=PAST)
        eventually(held.filter(lease_until__gt=Now()).exists)
    with runs.executing(AgreementRun, run.pk) as second:
        assert second is None, "nobody takes it from a worker that waits"
    assert a_statement_waits(), "all that while the same statement went on"
    scores_are_locked()
    worker.join(PATIENCE)
    run.refresh_from_db()
    assert (run.state, run.attempt, run.fence) == ("finished", 1, 1)
    assert stored(run) == stored(measured_from_nothing(run))


def test_a_worker_that_was_given_up_meanwhile_writes_nothing(run, scores_are_locked):
    worker = beside(partial(measure, run))
    eventually(a_statement_waits)
    AgreementRun.objects.filter(pk=run.pk).update(fence=7)
    scores_are_locked()
    worker.join(PATIENCE)
    run.refresh_from_db()
    assert (run.state, run.fence) == ("running", 7)
    assert not run.criteria.exists()


def test_a_chunk_is_kept_alive_while_one_statement_counts(run, scores_are_locked):
    with runs.executing(AgreementRun, run.pk) as attempt:
        # Its own rows tell the plan, which looks at no score.
        assert chunks.cut(attempt, plan_of(run), scores=30_000_000) == 2
    chunk = AgreementChunk.objects.filter(run=run, number=0)
    helper = beside(partial(measuring.help_with, run.pk))
    eventually(a_statement_waits)
    chunk.update(lease_until=PAST)
    eventually(chunk.filter(lease_until__gt=Now()).exists)
    assert a_statement_waits()
    scores_are_locked()
    helper.join(PATIENCE)
    assert list(run.chunks.order_by("number").values_list("done", "fence")) == [(True, 1)] * 2


def test_a_grading_is_kept_alive_while_one_response_is_graded(project, monkeypatch):
    monkeypatch.setattr(leases, "BEATS", 3_000)
    factories.response(factories.item(project), text="See 4.2.")
    spec = {"type": "string_check", "name": "cites", "operation": "like", "reference": "4.2"}
    spec["input"] = "{{sample.output_text}}"
    run, _ = grading.start(grading.register(project, spec))
    begun, over, original = threading.Event(), threading.Event(), grading._grade

    def graded(*arguments):
        begun.set()
        over.wait(PATIENCE)
        return original(*arguments)

    def grade() -> None:
        with runs.executing(GradingRun, run.pk) as attempt:
            grading.grade(attempt)

    monkeypatch.setattr(grading, "_grade", graded)
    worker = beside(grade)
    assert begun.wait(PATIENCE)
    held = GradingRun.objects.filter(pk=run.pk)
    for _ in range(3):
        held.update(lease_until=PAST)
        eventually(held.filter(lease_until__gt=Now()).exists)
    over.set()
    worker.join(PATIENCE)
    run.refresh_from_db()
    assert (run.state, run.attempt, run.grades.count()) == ("finished", 1, 1)
