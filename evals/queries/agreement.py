"""Finished measurings, read for pages, the API and the shell alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet

from evals.lessons import MANY
from evals.models import Agreement, AgreementRun, AgreementSlice
from evals.reliability.shrinkage import Measured, Shrinkage, Shrunk, shrink
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
                "criteria": _criteria(list(rows(run, wanted)), run),
            }
            for run in runs
        ],
    }


def lowest(run: AgreementRun) -> str | None:
    """The key of the criterion with the lowest alpha on the whole batch; None without any."""
    alphas = Agreement.objects.filter(
        criterion_slice__run=run,
        criterion_slice__slice__isnull=True,
        statistic="alpha",
        value__isnull=False,
    )
    keys = alphas.order_by("value").values_list("criterion_slice__criterion__key", flat=True)
    return keys.first()


def shrunk(measured: Sequence[AgreementSlice]) -> Shrinkage:
    """The alphas of the criteria of one slice drawn towards their mean, when they are many."""
    alphas = [one for row in measured for one in row.statistics.all() if one.statistic == "alpha"]
    estimates = [
        None
        if one.value is None or one.ci_low is None or one.ci_high is None
        else Measured(one.value, one.ci_low, one.ci_high)
        for one in alphas
    ]
    if sum(one is not None for one in estimates) < MANY:
        return Shrinkage(None, (None,) * len(estimates), f"fewer than {MANY} criteria")
    return shrink(estimates, ci_level=measured[0].ci_level)


def _criteria(measured: Sequence[AgreementSlice], run: AgreementRun) -> list[dict[str, Any]]:
    """Every row of the report, its alpha also as one of those of its slice."""
    by_slice: dict[str | None, list[AgreementSlice]] = defaultdict(list)
    for row in measured:
        by_slice[row.slice].append(row)
    drawn = {
        row.pk: to
        for beside in by_slice.values()
        for row, to in zip(beside, shrunk(beside).shrunk, strict=True)
    }
    return [{**criterion(row, run), "alpha_shrunk": _drawn(drawn[row.pk])} for row in measured]


def _drawn(to: Shrunk | None) -> dict[str, float] | None:
    if to is None:
        return None
    return {"value": to.value, "ci_low": to.low, "ci_high": to.high, "weight": to.weight}


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
        "expected_p": row.expected_p,
        "alpha_below_667": row.alpha_below_667,
        "alpha_below_800": row.alpha_below_800,
        "prevalence": row.prevalence,
        **coefficients,
        **{name: row.details[name] for name in ("within_items",) if name in row.details},
        "ci_method": row.ci_method,
        "ci_level": row.ci_level,
        "resamples": row.resamples,
        "resamples_undefined": row.resamples_undefined,
        "seed": run.seed,
        "details": row.details,
        "warnings": [warning["text"] for warning in row.warnings],
    }
