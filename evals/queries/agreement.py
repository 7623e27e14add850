"""Finished measurings, read for pages, the API and the shell alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet

from evals.models import AgreementRun, AgreementSlice
from labeling.models import Batch, Project, Score


def latest_run(batch: Batch) -> AgreementRun | None:
    """The finished run with the highest watermark; of those, the newest."""
    runs = AgreementRun.objects.finished().filter(batch=batch)
    return runs.order_by("-watermark", "-pk").select_related("rubric_version").first()


def newest_run(batch: Batch) -> AgreementRun | None:
    """The last run that was started, whatever became of it."""
    return AgreementRun.objects.filter(batch=batch).order_by("-pk").first()


def stale_by(run: AgreementRun) -> int:
    """Scores of the batch that are newer than the run."""
    return Score.objects.filter(
        batch=run.batch_id, rating_id__gt=run.watermark, superseded_by__isnull=True
    ).count()


def rows(run: AgreementRun, slices: Sequence[str | None] = (None,)) -> QuerySet[AgreementSlice]:
    """The run's criteria in the rubric's order, each on the named slices; two queries."""
    named = Q(slice__in=[name for name in slices if name is not None])
    if None in slices:
        named |= Q(slice__isnull=True)
    return (
        AgreementSlice.objects.filter(named, run=run)
        .select_related("criterion")
        .prefetch_related("statistics")
        .order_by("criterion__position", F("slice").asc(nulls_first=True))
    )


def report(project: Project, runs: Iterable[AgreementRun], slices: Sequence[str]) -> dict[str, Any]:
    """The document of `agreement PROJECT --json`."""
    wanted = (None, *slices)
    return {
        "project": project.slug,
        "results": [
            {
                "batch": run.batch.name,
                "run": run.pk,
                "rubric_version": run.rubric_version.number,
                "ratings_through": run.ratings_through,
                "stale_by": stale_by(run),
                "criteria": [criterion(row, run) for row in rows(run, wanted)],
            }
            for run in runs
        ],
    }


def criterion(row: AgreementSlice, run: AgreementRun) -> dict[str, Any]:
    """One criterion on one slice; exactly one of value and undefined_reason is null."""
    statistics = {one.statistic: one for one in row.statistics.all()}
    coefficients = {
        name: {
            "value": one.value,
            "ci_low": one.ci_low,
            "ci_high": one.ci_high,
            "undefined_reason": one.undefined_reason,
        }
        for name, one in statistics.items()
        if name != "percent"
    }
    return {
        "key": row.criterion.key,
        "slice": row.slice,
        "measurement": row.measurement,
        "n_items": row.n_items,
        "n_units": row.n_units,
        "n_pairable_units": row.n_pairable_units,
        "n_raters": row.n_raters,
        "n_ratings": row.n_ratings,
        "n_na": row.n_na,
        "n_cannot_assess": row.n_cannot_assess,
        "n_excluded": row.n_excluded,
        "percent": statistics["percent"].value,
        "unanimous": row.unanimous,
        "expected_unanimous": row.expected_unanimous,
        "prevalence": row.prevalence,
        **coefficients,
        "ci_method": row.ci_method,
        "ci_level": row.ci_level,
        "resamples": row.resamples,
        "resamples_undefined": row.resamples_undefined,
        "seed": run.seed,
        "warnings": [warning["text"] for warning in row.warnings],
    }
