"""A criterion on a slice as stored rows, from its tally."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from evals.lessons import UNINFORMATIVE
from evals.measuring.plan import Plan
from evals.measuring.tallying import Counting, nothing
from evals.models import Agreement, AgreementRun, AgreementSlice
from evals.queries.value_counts import measurement_of
from evals.reliability import Summary, sentences, summarise
from evals.reliability.summary import Estimate
from evals.reliability.tally import Tally
from evals.reliability.within_items import within_items
from evals.slices import WHOLE, Slice


def rows_of(
    run: AgreementRun, plan: Plan, counting: Counting, at: int, part: Slice, left: dict[str, int]
) -> tuple[AgreementSlice, list[Agreement]]:
    """The rows of one criterion on one slice, not saved yet.

    `left` says how many of the criterion's scores were left out of the whole batch, and why.
    """
    counted = plan.layout.criteria[at]
    raters = len(counting.raters.get((at, part), {}))
    tally = counting.tallies.get((at, part)) or nothing(counted)
    summary = summarise(
        tally,
        measurement=measurement_of(counted.criterion.scale),
        raters=raters,
        labels={float(level.value): level.label for level in counted.criterion.levels.all()},
        seed=run.seed,
        resamples=run.resamples,
    )
    row = AgreementSlice(
        run=run,
        lineage_id=counted.lineage,
        criterion=counted.criterion,
        slice=part.name,
        measurement=summary.measurement,
        n_items=summary.n_items,
        n_units=summary.n_units,
        n_pairable_units=summary.n_pairable_units,
        n_raters=raters,
        n_ratings=summary.n_ratings,
        n_na=summary.applicability.n_na,
        n_cannot_assess=summary.applicability.n_cannot_assess,
        n_excluded={} if part.field else left,
        prevalence=summary.prevalence,
        unanimous=summary.unanimous,
        expected_unanimous=summary.expected_unanimous,
        expected_p=summary.expected_p,
        alpha_below_667=summary.alpha_below_667,
        alpha_below_800=summary.alpha_below_800,
        ci_method=summary.ci_method,
        ci_level=summary.ci_level,
        resamples=summary.resamples,
        resamples_undefined=summary.resamples_undefined,
        warnings=[{"code": c.code, "text": c.sentence} for c in summary.cautions],
        details=_details(run, summary, tally, plan, part),
    )
    return row, _statistics(row, summary)


def mark_uninformative(rows: Sequence[AgreementSlice], plan: Plan) -> None:
    """Say beside the whole batch that the responses which train say nothing, if so."""
    low = next((row.details.get("alpha_low") for row in rows if row.details.get("training")), None)
    for row in rows:
        low_ = row.details.pop("alpha_low", None)
        if row.slice is None and low is not None and low <= 0 and low_ is not None:
            text = sentences.SAYS_NOTHING(part=plan.training.value)
            row.warnings = [*row.warnings, {"code": UNINFORMATIVE, "text": text}]


def _details(
    run: AgreementRun, summary: Summary, tally: Tally, plan: Plan, part: Slice
) -> dict[str, Any]:
    """What charts are drawn from, and whether this is the slice that will train."""
    told: dict[str, Any] = {
        "alpha_low": summary.alpha.ci_low,
        "applicability": {
            "units_na": summary.applicability.units_na,
            "units_disputed": summary.applicability.units_disputed,
        },
    }
    if summary.coincidences is not None:
        told["coincidences"] = {
            "values": list(tally.values),
            "labels": list(summary.prevalence),
            "matrix": [list(row) for row in summary.coincidences],
        }
    if part in (plan.training, WHOLE):
        found = within_items(tally, summary.measurement, seed=run.seed, resamples=run.resamples)
        told["within_items"] = asdict(found)
    if part == plan.training:
        told["training"] = True
    return told


def _statistics(row: AgreementSlice, summary: Summary) -> list[Agreement]:
    rows = [_statistic(row, "alpha", summary.alpha), _statistic(row, "ac1", summary.ac1)]
    if summary.ac2 is not None:
        rows.append(_statistic(row, "ac2", summary.ac2))
    rows.append(
        Agreement(
            criterion_slice=row,
            statistic="percent",
            value=summary.percent,
            undefined_reason=None if summary.percent is not None else sentences.NO_PAIRS(),
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
