"""The criteria of a measuring as rows of the forest plot and of the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from evals import charts, figures
from evals.models import Agreement, AgreementRun, AgreementSlice

NAMES = {"alpha": "Alpha", "ac1": "AC1", "ac2": "AC2"}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic in words: value with interval, or why there is none."""

    name: str
    value: str
    low: str
    high: str
    undefined: str


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One line of components/forest.html."""

    name: str
    url: str
    verdict: str
    x: float | None
    x_low: float | None
    x_high: float | None
    value: str
    low: str
    high: str
    n: str
    undefined: str
    percent: str
    shares: list[charts.Share]


@dataclass(frozen=True, slots=True)
class CountsRow:
    """What was counted for one criterion, each number with its door."""

    name: str
    url: str
    others: list[Estimate]
    row: AgreementSlice
    disagreed: int
    unanimous_url: str
    disagreed_url: str
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Forest:
    """The plot and its table."""

    axis: charts.Axis
    rows: list[ForestRow]
    counts: list[CountsRow]


def forest(run: AgreementRun, rows: Sequence[AgreementSlice]) -> Forest:
    """Lay out all criteria on one axis."""
    alphas = [_statistic(row, "alpha") for row in rows]
    axis = charts.forest_axis(
        value for one in alphas for value in (one.value, one.ci_low, one.ci_high)
    )
    return Forest(
        axis,
        [_forest_row(axis, run, row, one) for row, one in zip(rows, alphas, strict=True)],
        [_counts_row(run, row) for row in rows],
    )


def defined_alphas(rows: Sequence[AgreementSlice]) -> list[float]:
    """The alphas of the criteria that have one."""
    values = (_statistic(row, "alpha").value for row in rows)
    return [value for value in values if value is not None]


def items_url(run: AgreementRun, row: AgreementSlice, show: str = "") -> str:
    """The door to the items behind a number of this row."""
    asked = {
        "batch": run.batch_id,
        "criterion": row.criterion.key,
        "slice": row.slice or "",
        "show": show,
    }
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"{reverse('items', args=[run.project.slug])}?{query}"


def _forest_row(
    axis: charts.Axis, run: AgreementRun, row: AgreementSlice, alpha: Agreement
) -> ForestRow:
    mark = charts.mark(axis, alpha.value, alpha.ci_low, alpha.ci_high)
    percent = _statistic(row, "percent").value
    estimate = _estimate(alpha)
    return ForestRow(
        name=row.criterion.name,
        url=items_url(run, row),
        verdict=mark.verdict,
        x=mark.x,
        x_low=mark.x_low,
        x_high=mark.x_high,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=figures.thousands(row.n_pairable_units),
        undefined=estimate.undefined,
        percent="" if percent is None else figures.percent(percent),
        shares=charts.shares(row.prevalence, _labels(row)),
    )


def _counts_row(run: AgreementRun, row: AgreementSlice) -> CountsRow:
    others = [one for one in row.statistics.all() if one.statistic in ("ac1", "ac2")]
    return CountsRow(
        name=row.criterion.name,
        url=items_url(run, row),
        others=[_estimate(one) for one in sorted(others, key=lambda one: one.statistic)],
        row=row,
        disagreed=row.n_pairable_units - row.unanimous,
        unanimous_url=items_url(run, row, "unanimous"),
        disagreed_url=items_url(run, row, "disagreement"),
        warnings=[warning["text"] for warning in row.warnings],
    )


def _estimate(one: Agreement) -> Estimate:
    value, low, high = (
        "" if number is None else figures.decimal(number)
        for number in (one.value, one.ci_low, one.ci_high)
    )
    return Estimate(NAMES[one.statistic], value, low, high, one.undefined_reason or "")


def _statistic(row: AgreementSlice, name: str) -> Agreement:
    return next(one for one in row.statistics.all() if one.statistic == name)


def _labels(row: AgreementSlice) -> list[str]:
    return [level.label for level in row.criterion.levels.all()]
