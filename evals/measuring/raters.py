"""Comparing the raters of a batch, as of a measuring's watermark, in a job of its own."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from evals.leases import Progress, kept_alive
from evals.measuring.batch_documents import of_batch
from evals.measuring.due import due
from evals.measuring.rater_documents import of_criterion
from evals.models import AgreementRun, RaterReport, RaterRun
from evals.queries.raters import rated_batch
from evals.queries.settled_units import last_known, last_ruling
from evals.reliability.minutes import sittings
from labeling import runs, strict_json
from labeling.models import User


def start(
    measured: AgreementRun, *, by: User | None = None, seed: int = 0
) -> tuple[RaterRun, bool]:
    """Make the run that compares raters over the same ratings as a measuring.

    Adjudications and known answers are taken as they are now. The same work joins the run there
    is. Returns the run and whether it is new; the caller enqueues `tasks.compare_raters`.
    """
    rulings, known = last_ruling(measured.project_id), last_known(measured.project_id)
    work = ["raters", measured.batch_id, measured.watermark, measured.rubric_version_id]
    text = strict_json.dumps([*work, rulings, seed, *([known] if known else [])])
    return runs.start(
        RaterRun,
        key={"input_hash": hashlib.sha256(text.encode()).hexdigest()},
        project_id=measured.project_id,
        batch_id=measured.batch_id,
        rubric_version_id=measured.rubric_version_id,
        watermark=measured.watermark,
        seed=seed,
        document={"rulings_through": rulings, "known_through": known},
        created_by=by,
    )


def start_due(now: datetime | None = None) -> list[RaterRun]:
    """Start a comparison for every batch of which the last one says too little."""
    chosen = due(now or timezone.now()).values("measured")
    found = AgreementRun.objects.filter(pk__in=chosen)
    return [run for run, new in map(start, found) if new]


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
    rulings, known = run.document["rulings_through"], run.document.get("known_through", 0)
    rated = rated_batch(run.batch, run.rubric_version, run.watermark or 0, rulings, known)
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
    through = {"rulings_through": rulings, "known_through": known}
    return reports, {**of_batch(rated, sat, seed=run.seed), **through}
