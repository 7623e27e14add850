"""A burst of submits is one measuring, seconds after its first."""

from __future__ import annotations

from uuid import uuid4

import pytest
from kombu.exceptions import OperationalError

from evals import measuring, tasks
from evals.models import AgreementRun
from labeling import assigning, rating, staleness
from labeling.models import Batch, Response
from tests import factories
from tests.labeling.practice import practising

ANSWERS = {"cites_policy": {"value": "1"}, "polite": {"value": "0"}}


@pytest.fixture
def batch(project):
    for _ in range(4):
        factories.response(factories.item(project))
    version = factories.published(project)
    chosen = Response.objects.filter(project=project)
    return assigning.open_batch(project, version, "Rated", responses=chosen, overlap=2, by=None)


@pytest.fixture
def sent(monkeypatch):
    messages = []

    def send(name, arguments, countdown):
        messages.append((name, arguments, countdown))

    monkeypatch.setattr(staleness.current_app, "send_task", send)
    return messages


@pytest.fixture
def submit(django_capture_on_commit_callbacks):
    def once(batch, expert):
        with django_capture_on_commit_callbacks(execute=True):
            seat = assigning.claim_next(batch, expert)
            rating.submit(seat, ANSWERS, submission_id=uuid4(), by=expert)

    return once


def test_a_burst_sends_one_message(batch, ana, ben, sent, submit):
    for expert in (ana, ben, ana, ben):
        submit(batch, expert)
    assert sent == [("evals.tasks.measure_stale", [batch.pk], 2)]


def test_the_message_starts_one_run_and_a_second_finds_nothing(batch, ana, sent, submit):
    submit(batch, ana)
    tasks.measure_stale(batch.pk)
    tasks.measure_stale(batch.pk)
    run = AgreementRun.objects.get(batch=batch)
    assert run.watermark == batch.ratings.get().pk
    assert not measuring.is_stale(batch.pk)


def test_practice_is_not_measured_since_nothing_there_counts(project, ana, sent, submit):
    version = factories.published(project)
    practice = practising.opened(version, practising.known_responses(project, version, 2))
    submit(practice, ana)
    tasks.measure_stale(practice.pk)
    assert measuring.start_stale() == []
    assert not AgreementRun.objects.exists()


def test_what_comes_during_a_run_is_measured_after_it(batch, ana, ben, sent, submit, monkeypatch):
    again = []
    monkeypatch.setattr(
        tasks.measure_stale, "apply_async", lambda arguments, countdown: again.append(arguments)
    )
    submit(batch, ana)
    tasks.measure_stale(batch.pk)
    submit(batch, ben)
    assert len(sent) == 2, "stale again, so somebody is woken again"
    tasks.measure_stale(batch.pk)
    assert measuring.start_stale() == []
    assert (AgreementRun.objects.count(), again) == (1, [[batch.pk]])
    tasks.measure_agreement(AgreementRun.objects.get().pk)
    tasks.measure_stale(batch.pk)
    assert AgreementRun.objects.count() == 2


def test_without_a_broker_a_submit_goes_through(batch, ana, submit, monkeypatch):
    def away(*_, **__):
        raise OperationalError("nobody there")

    monkeypatch.setattr(staleness.current_app, "send_task", away)
    submit(batch, ana)
    assert Batch.objects.get(pk=batch.pk).stale_since is not None
    assert [run.batch_id for run in measuring.start_stale()] == [batch.pk]
