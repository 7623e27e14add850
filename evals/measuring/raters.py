"""Comparing the raters of a batch, as of a measuring's watermark, in a job of its own."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from evals.leases import Progress, kept_alive
from evals.measuring.batch_documents import of_batch
from evals.measuring.rater_documents import of_criterion
from evals.models import AgreementRun, RaterReport, RaterRun
from evals.queries.raters import last_ruling, rated_batch
from evals.reliability.minutes import sittings
from labeling import runs, strict_json
from labeling.models import Batch, RunState, User

# A larger batch takes minutes and much memory: its raters are compared when somebody asks.
SCORES_MAX = 2_000_000
# A batch that changes every second is left alone until it is quiet, but not for ever.
QUIET = timedelta(minutes=1)
PATIENCE = timedelta(minutes=15)


def start(
    measured: AgreementRun, *, by: User | None = None, seed: int = 0
) -> tuple[RaterRun, bool]:
    """Make the run that compares raters over the same ratings as a measuring.

    Adjudications are taken as they are now. The same work joins the run there is. Returns the
    run and whether it is new; the caller enqueues `tasks.compare_raters`.
    """
    rulings = last_ruling(measured.project_id)
    work = ["raters", measured.batch_id, measured.watermark, measured.rubric_version_id]
    text = strict_json.dumps([*work, rulings, seed])
    return runs.start(
        RaterRun,
        key={"input_hash": hashlib.sha256(text.encode()).hexdigest()},
        project_id=measured.project_id,
        batch_id=measured.batch_id,
        rubric_version_id=measured.rubric_version_id,
        watermark=measured.watermark,
        seed=seed,
        document={"rulings_through": rulings},
        created_by=by,
    )


def start_due(now: datetime | None = None) -> list[RaterRun]:
    """Start a comparison for every batch that was measured anew and has become quiet."""
    due = AgreementRun.objects.filter(pk__in=_due(now or timezone.now()).values("measured"))
    return [run for run, new in map(start, due) if new]


def _due(now: datetime) -> QuerySet[Any]:
    measured = AgreementRun.objects.finished().filter(batch=OuterRef("pk"))
    newest = measured.order_by("-watermark", "-pk")
    compared = RaterRun.objects.filter(batch=OuterRef("pk"))
    last = compared.order_by("-pk")
    return (
        Batch.objects.annotate(
            measured=Subquery(newest.values("pk")[:1]),
            through=Subquery(newest.values("watermark")[:1]),
            scores=Subquery(newest.values("ratings_through")[:1]),
            measured_at=Subquery(newest.values("finished_at")[:1]),
            compared_through=Coalesce(Subquery(last.values("watermark")[:1]), -1),
            compared_at=Coalesce(Subquery(last.values("created_at")[:1]), F("created_at")),
        )
        .filter(scores__gt=0, scores__lte=SCORES_MAX, through__gt=F("compared_through"))
        .filter(Q(measured_at__lt=now - QUIET) | Q(compared_at__lt=now - PATIENCE))
        .exclude(Exists(compared.filter(state__in=[RunState.PENDING, RunState.RUNNING])))
    )


def compare(attempt: runs.Attempt[RaterRun]) -> None:
    """Read the ratings once, compare criterion by criterion, write all documents at once."""
    run = attempt.run
    parts = run.rubric_version.criteria.count() + 1
    attempt.progress(0, parts)
    with kept_alive(attempt, parts) as progress:
        reports, whole = _compared(run, progress)
    with transaction.atomic():
        attempt.guard()
        RaterReport.objects.bulk_create(reports)
        attempt.finish(document=whole)


def _compared(run: RaterRun, progress: Progress) -> tuple[list[RaterReport], dict[str, Any]]:
    rulings = run.document["rulings_through"]
    rated = rated_batch(run.batch, run.rubric_version, run.watermark or 0, rulings)
    sat = sittings(rated.rater, rated.submitted)
    reports = []
    for column, criterion in enumerate(rated.criteria):
        progress.check()
        reports.append(
            RaterReport(
                run=run,
                lineage_id=criterion.lineage_id or criterion.pk,
                criterion=criterion,
                document=of_criterion(rated, column, sat, seed=run.seed),
            )
        )
        progress.reach(progress.done + 1)
    return reports, {**of_batch(rated, sat, seed=run.seed), "rulings_through": rulings}
