"""Runs as rows: joined when they are the same work, fenced, retried, swept."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from evals.models import AgreementRun
from labeling import runs
from labeling.errors import DomainError
from labeling.models import RunState
from tests import factories


@pytest.fixture
def batch(project):
    return factories.batch(factories.published(project))


@pytest.fixture
def start(batch):
    def start(key: str = "work"):
        return runs.start(
            AgreementRun,
            key={"input_hash": key},
            project=batch.project,
            batch=batch,
            rubric_version=batch.rubric_version,
        )

    return start


def silence(run, seconds: int = 60) -> None:
    """As if the worker had died that long ago."""
    past = Now() - timedelta(seconds=seconds)
    AgreementRun.objects.filter(pk=run.pk).update(lease_until=past, enqueued_at=past)


def test_the_same_work_joins_the_run_there_is(start):
    first, new = start()
    second, again = start()
    assert (first.pk, new, again) == (second.pk, True, False)


def test_failed_work_can_be_started_again(start):
    first, _ = start()
    AgreementRun.objects.filter(pk=first.pk).update(state="failed", error="the disk was full")
    second, new = start()
    assert new
    assert second.pk != first.pk


def test_one_worker_takes_a_run(start):
    run, _ = start()
    with runs.executing(AgreementRun, run.pk) as first:
        with runs.executing(AgreementRun, run.pk) as second:
            assert second is None
        first.finish()
    run.refresh_from_db()
    assert run.state == RunState.FINISHED
    assert run.attempt == 1


def test_a_finished_run_is_not_taken_again(start):
    run, _ = start()
    with runs.executing(AgreementRun, run.pk) as attempt:
        attempt.finish()
    with runs.executing(AgreementRun, run.pk) as attempt:
        assert attempt is None


def test_a_worker_that_was_replaced_cannot_write(start):
    run, _ = start()
    with runs.executing(AgreementRun, run.pk) as sleeper:
        silence(run)
        with runs.executing(AgreementRun, run.pk) as successor:
            assert successor.fence == sleeper.fence + 1
            with pytest.raises(runs.Superseded):
                sleeper.guard()
            with pytest.raises(runs.Superseded):
                sleeper.progress(5)
            with pytest.raises(runs.Superseded):
                sleeper.finish()
            successor.finish()
    run.refresh_from_db()
    assert run.state == RunState.FINISHED


def test_a_domain_error_fails_the_run_with_its_sentence(start):
    run, _ = start()
    with runs.executing(AgreementRun, run.pk):
        raise DomainError("No response has been rated yet.")
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, "No response has been rated yet.")


def test_an_unexpected_error_is_tried_three_times(start):
    run, _ = start()
    for attempt in (1, 2, 3):
        with runs.executing(AgreementRun, run.pk):
            raise ZeroDivisionError("division by zero")
        run.refresh_from_db()
        assert run.attempt == attempt
    assert run.state == RunState.FAILED
    assert "failed 3 times, last with ZeroDivisionError: division by zero" in run.error


def test_the_sweeper_wakes_a_run_whose_worker_is_gone(start):
    run, _ = start()
    runs._take(AgreementRun, run.pk)
    woken = []
    runs.sweep(AgreementRun, woken.append)
    assert woken == [], "its lease still holds"
    silence(run)
    runs.sweep(AgreementRun, woken.append)
    assert woken == [run.pk]


def test_the_sweeper_wakes_a_run_that_no_broker_carried(start):
    run, _ = start()
    silence(run)
    woken = []
    runs.sweep(AgreementRun, woken.append)
    assert woken == [run.pk]


def test_the_sweeper_gives_up_after_three_attempts(start):
    run, _ = start()
    for _ in range(3):
        runs._take(AgreementRun, run.pk)
        silence(run)
    woken = []
    runs.sweep(AgreementRun, woken.append)
    run.refresh_from_db()
    assert woken == []
    assert run.state == RunState.FAILED
    assert "stopped without a word" in run.error


def test_a_finished_run_is_sealed(start, raw, refused):
    run, _ = start()
    with runs.executing(AgreementRun, run.pk) as attempt:
        attempt.finish()
    with refused("agreementrun_sealed"):
        raw("update evals_agreementrun set seed = 7 where id = %s", run.pk)
    with refused("agreementrun_sealed"):
        raw("delete from evals_agreementrun where id = %s", run.pk)
