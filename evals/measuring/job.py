"""What a run does: count, compute, and write every row at once."""

from __future__ import annotations

from django.db import transaction

from evals.models import Agreement, AgreementRun, AgreementSlice
from evals.queries.unit_counts import CriterionUnits, criterion_units
from evals.queries.value_counts import counts_of, measurement_of
from evals.reliability import Summary, summarise
from evals.reliability.summary import Estimate
from evals.slices import Slice, parse_slice, usual_slices
from labeling import runs


def measure(attempt: runs.Attempt[AgreementRun]) -> None:
    """Count, compute and write all rows of the run in one transaction, then seal it."""
    run = attempt.run
    work = work_of(run)
    attempt.progress(0, len(work))
    measured = []
    for done, (units, part) in enumerate(work, start=1):
        measured.append(rows_of(run, units, part))
        attempt.progress(done, len(work))
    with transaction.atomic():
        attempt.guard()
        for row, statistics in measured:
            row.save()
            Agreement.objects.bulk_create(statistics)
        attempt.finish()


def work_of(run: AgreementRun) -> list[tuple[CriterionUnits, Slice]]:
    """Every criterion on every slice, counted as of the run's watermark."""
    batch = run.batch
    # The batch may have moved on to a newer version; the run measures the one it was started on.
    batch.rubric_version = run.rubric_version
    criteria = criterion_units(batch, run.watermark or 0)
    slices = [*usual_slices(criteria), *(parse_slice(name) for name in run.slices)]
    return [(units, part) for units in criteria for part in dict.fromkeys(slices)]


def rows_of(
    run: AgreementRun, units: CriterionUnits, part: Slice
) -> tuple[AgreementSlice, list[Agreement]]:
    """The rows of one criterion on one slice, not saved yet; verifying computes them again."""
    summary = _summarise(units, part, run)
    row = _slice_row(run, units, part, summary)
    return row, _statistics(row, summary)


def _summarise(units: CriterionUnits, part: Slice, run: AgreementRun) -> Summary:
    chosen = [unit for unit in units.units if part.keeps(unit)]
    labels = {float(level.value): level.label for level in units.criterion.levels.all()}
    return summarise(
        counts_of(units, chosen),
        measurement=measurement_of(units.criterion.scale),
        raters=units.n_raters(part.keeps_generator),
        labels=labels,
        seed=run.seed,
        resamples=run.resamples,
    )


def _slice_row(
    run: AgreementRun, units: CriterionUnits, part: Slice, summary: Summary
) -> AgreementSlice:
    chosen = [unit for unit in units.units if part.keeps(unit)]
    return AgreementSlice(
        run=run,
        lineage_id=units.criterion.lineage_id or units.criterion.pk,
        criterion=units.criterion,
        slice=part.name,
        measurement=summary.measurement,
        n_items=summary.n_items,
        n_units=summary.n_units,
        n_pairable_units=summary.n_pairable_units,
        n_raters=units.n_raters(part.keeps_generator),
        n_ratings=summary.n_ratings,
        n_na=sum(unit.n_na for unit in chosen),
        n_cannot_assess=sum(unit.n_cannot_assess for unit in chosen),
        n_excluded=units.left_out if part.name is None else {},
        prevalence=summary.prevalence,
        unanimous=summary.unanimous,
        expected_unanimous=summary.expected_unanimous,
        ci_method=summary.ci_method,
        ci_level=summary.ci_level,
        resamples=summary.resamples,
        resamples_undefined=summary.resamples_undefined,
        warnings=[{"code": c.code, "text": c.sentence} for c in summary.cautions],
    )


def _statistics(row: AgreementSlice, summary: Summary) -> list[Agreement]:
    rows = [_statistic(row, "alpha", summary.alpha), _statistic(row, "ac1", summary.ac1)]
    if summary.ac2 is not None:
        rows.append(_statistic(row, "ac2", summary.ac2))
    no_pairs = "No response has been rated by two experts yet."
    rows.append(
        Agreement(
            criterion_slice=row,
            statistic="percent",
            value=summary.percent,
            undefined_reason=None if summary.percent is not None else no_pairs,
        )
    )
    return rows


def _statistic(row: AgreementSlice, name: str, estimate: Estimate) -> Agreement:
    return Agreement(
        criterion_slice=row,
        statistic=name,
        value=estimate.value,
        undefined_reason=estimate.undefined_reason,
        ci_low=estimate.ci_low,
        ci_high=estimate.ci_high,
    )
