"""Doors for Celery: an id in, one verb called. Nothing else happens here."""

from __future__ import annotations

import logging
from functools import partial

from celery import shared_task
from django.db import connection
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError

from evals import adaptive, exporting, grading, measuring, selecting
from evals.measuring import raters
from evals.models import AgreementRun, Export, GradingRun, RaterRun, Selection
from labeling import adjudicating, assigning, locks, runs
from labeling.models import Batch, Heartbeat, Import
from labeling.staleness import SECONDS
from labeling.tasks import run_import

log = logging.getLogger(__name__)


@shared_task(acks_late=True)
def measure_agreement(run_id: int) -> None:
    with runs.executing(AgreementRun, run_id) as attempt:
        if attempt:
            measuring.measure(attempt, call=partial(runs.enqueue, count_chunks))
    if attempt:
        # What was measured is what adjudicators wait for; their page reads it too if this is lost.
        adjudicating.refresh(Batch.objects.get(pk=attempt.run.batch_id))
    _let_rule_look(run_id)


def _let_rule_look(run_id: int) -> None:
    """Wake the stopping rule of the measured batch, if it has one; beat's round does it too."""
    ruled = Batch.objects.filter(agreement_runs=run_id, n_min__isnull=False)
    for batch in ruled.values_list("pk", flat=True):
        try:
            ask_next.delay(batch)
        except BrokerError as error:
            log.warning("broker away, the rule of batch %s waits for the round: %s", batch, error)


@shared_task
def ask_next(batch_id: int) -> None:
    """Let a batch's stopping rule look at what was measured."""
    adaptive.decide_batch(batch_id)


@shared_task
def count_chunks(run_id: int) -> None:
    """Help with a measuring that another worker holds; it does without help, too."""
    measuring.help_with(run_id)


@shared_task
def measure_stale(batch_id: int) -> None:
    """Sent once when a batch becomes stale, to arrive when the burst of submits is over."""
    if run := measuring.start_if_stale(batch_id):
        runs.enqueue(measure_agreement, run)
    elif measuring.is_stale(batch_id):
        # It is being measured; what came meanwhile is measured afterwards.
        measure_stale.apply_async([batch_id], countdown=SECONDS)


@shared_task
def check_kept() -> None:
    """Beat's nightly look whether kept counts are what full counts give, batch by batch."""
    for batch in measuring.batches_kept():
        check_kept_batch.delay(batch)


@shared_task
def check_kept_batch(batch_id: int) -> None:
    if run := measuring.check_kept(batch_id):
        runs.enqueue(measure_agreement, run)


@shared_task(acks_late=True)
def compare_raters(run_id: int) -> None:
    with runs.executing(RaterRun, run_id) as attempt:
        if attempt:
            raters.compare(attempt)


@shared_task(acks_late=True)
def grade_responses(run_id: int) -> None:
    with runs.executing(GradingRun, run_id) as attempt:
        if attempt:
            grading.grade(attempt)


@shared_task(acks_late=True)
def select_items(run_id: int) -> None:
    with runs.executing(Selection, run_id) as attempt:
        if attempt:
            selecting.select(attempt)


@shared_task(acks_late=True)
def write_export(run_id: int) -> None:
    with runs.executing(Export, run_id) as attempt:
        if attempt:
            exporting.write(attempt)


@shared_task
def sweep() -> None:
    """Beat's round: a sign of life, lost runs woken, leases ended, stale batches measured."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name="worker", heard_at=Now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["heard_at"],
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [locks.SWEEP])
        if not cursor.fetchone()[0]:
            return
        try:
            _round()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [locks.SWEEP])


def _round() -> None:
    runs.sweep(AgreementRun, measure_agreement.delay)
    runs.sweep(RaterRun, compare_raters.delay)
    runs.sweep(GradingRun, grade_responses.delay)
    runs.sweep(Selection, select_items.delay)
    runs.sweep(Export, write_export.delay)
    runs.sweep(Import, run_import.delay)
    assigning.expire_leases()
    for batch in adaptive.undecided():
        ask_next.delay(batch)
    for run in measuring.start_stale():
        runs.enqueue(measure_agreement, run)
    for comparison in raters.start_due():
        runs.enqueue(compare_raters, comparison)
