"""The criteria of a measuring as rows of the forest plot and of the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from evals import charts, figures
from evals.kept import in_words
from evals.lessons import COVERAGE, UNINFORMATIVE, Cautioned, Lesson, lessons
from evals.models import Agreement, AgreementRun, AgreementSlice
from evals.queries import agreement as reads
from evals.reliability.cautions import Code, coverage_note
from evals.reliability.shrinkage import Shrunk

NAMES = {
    "alpha": gettext_noop("Alpha"),
    "ac1": gettext_noop("AC1"),
    "ac2": gettext_noop("AC2"),
}
WHOLE = "all"
# Said beside the criterion itself, in this order; what they mean stands below the plot.
REMARKS = {
    Code.NO_SIGNAL: gettext_noop("agreed but uninformative"),
    UNINFORMATIVE: gettext_noop("agreed but uninformative"),
    Code.LOW_INFORMATION: gettext_noop("low information"),
    Code.ONE_CLASS: gettext_noop("one answer only"),
    Code.FEW_UNITS: gettext_noop("too few"),
}


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
    n_url: str
    verdict: str
    x: float | None
    x_low: float | None
    x_high: float | None
    x_shrunk: float | None
    value: str
    low: str
    high: str
    shrunk: str
    below: str
    n: str
    undefined: str
    percent: str
    shares: list[charts.Share]
    remarks: list[str]


@dataclass(frozen=True, slots=True)
class CountsRow:
    """What was counted for one criterion, each number with its door."""

    name: str
    url: str
    others: list[Estimate]
    row: AgreementSlice
    disagreed: int
    units_url: str
    items_url: str
    unanimous_url: str
    disagreed_url: str


@dataclass(frozen=True, slots=True)
class Forest:
    """The plot, its table, and what to know before the numbers are believed."""

    axis: charts.Axis
    rows: list[ForestRow]
    counts: list[CountsRow] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)

    @property
    def is_shrunk(self) -> bool:
        return any(row.x_shrunk is not None for row in self.rows)


def forest(run: AgreementRun, rows: Sequence[AgreementSlice]) -> Forest:
    """Lay out all criteria on one axis; many of them also drawn towards their common mean."""
    shrinkage = reads.shrunk(rows)
    axis = axis_of(rows)
    defined = defined_alphas(rows)
    return Forest(
        axis,
        [
            forest_row(axis, row, criterion_url(run, row), run=run, name=row.criterion.name, to=to)
            for row, to in zip(rows, shrinkage.shrunk, strict=True)
        ],
        [_counts_row(run, row) for row in rows],
        lessons([cautioned(run, row) for row in rows], shrinkage.pool, defined),
    )


def axis_of(rows: Sequence[AgreementSlice]) -> charts.Axis:
    """One axis for the alphas of all rows."""
    alphas = [statistic(row, "alpha") for row in rows]
    return charts.forest_axis(
        value for one in alphas for value in (one.value, one.ci_low, one.ci_high)
    )


def defined_alphas(rows: Sequence[AgreementSlice]) -> list[float]:
    """The alphas of the criteria that have one."""
    values = (statistic(row, "alpha").value for row in rows)
    return [value for value in values if value is not None]


def criterion_url(run: AgreementRun, row: AgreementSlice) -> str:
    """The page of the row's criterion, on the row's slice."""
    query = urlencode({"batch": run.batch_id, "slice": row.slice or WHOLE})
    return f"{reverse('agreement_criterion', args=[run.project.slug, row.criterion.key])}?{query}"


def units_url(run: AgreementRun, row: AgreementSlice, **more: str) -> str:
    """The door to the units behind a number of this row, as the run found them."""
    asked = {"criterion": row.criterion.key, "slice": row.slice or "", **more}
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"{reverse('units', args=[run.project.slug, run.pk])}?{query}"


def items_url(run: AgreementRun, row: AgreementSlice) -> str:
    """The door to the items behind a number of this row, as the run found them."""
    asked = {
        "batch": run.batch_id,
        "criterion": row.criterion.key,
        "slice": row.slice or "",
        "run": run.pk,
    }
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"{reverse('items', args=[run.project.slug])}?{query}"


def forest_row(
    axis: charts.Axis,
    row: AgreementSlice,
    url: str,
    *,
    run: AgreementRun,
    name: str,
    to: Shrunk | None = None,
) -> ForestRow:
    """One criterion on one slice as a line of the plot; `to` is where shrinking puts it."""
    alpha = statistic(row, "alpha")
    mark = charts.mark(axis, alpha.value, alpha.ci_low, alpha.ci_high)
    percent = statistic(row, "percent").value
    said = estimate(alpha)
    below = row.alpha_below_667
    codes = {warning["code"] for warning in row.warnings}
    return ForestRow(
        name=name,
        url=url,
        n_url=units_url(run, row, show="shared"),
        verdict=mark.verdict,
        x=mark.x,
        x_low=mark.x_low,
        x_high=mark.x_high,
        x_shrunk=None if to is None else axis.at(to.value),
        value=said.value,
        low=said.low,
        high=said.high,
        shrunk="" if to is None else _interval(to),
        below="" if below is None else figures.percent(below),
        n=figures.thousands(row.n_pairable_units),
        undefined=said.undefined,
        percent="" if percent is None else figures.percent(percent),
        shares=charts.shares(row.prevalence, labels(row)),
        remarks=list(dict.fromkeys(_(words) for code, words in REMARKS.items() if code in codes)),
    )


def estimate(one: Agreement) -> Estimate:
    """A stored statistic in words."""
    value, low, high = (
        "" if number is None else figures.decimal(number)
        for number in (one.value, one.ci_low, one.ci_high)
    )
    name = _(NAMES[one.statistic]) if one.statistic in NAMES else one.statistic
    return Estimate(name, value, low, high, in_words(one.undefined_reason))


def statistic(row: AgreementSlice, name: str) -> Agreement:
    """One of the row's stored statistics."""
    return next(one for one in row.statistics.all() if one.statistic == name)


def labels(row: AgreementSlice) -> list[str]:
    """The scale's levels, the lowest first; empty on a scale without."""
    return [level.label for level in row.criterion.levels.all()]


def _interval(to: Shrunk) -> str:
    value, low, high = (figures.decimal(number) for number in (to.value, to.low, to.high))
    return f"{value} [{low}, {high}]"


def _counts_row(run: AgreementRun, row: AgreementSlice) -> CountsRow:
    others = [one for one in row.statistics.all() if one.statistic in ("ac1", "ac2")]
    return CountsRow(
        name=row.criterion.name,
        url=criterion_url(run, row),
        others=[estimate(one) for one in sorted(others, key=lambda one: one.statistic)],
        row=row,
        disagreed=row.n_pairable_units - row.unanimous,
        units_url=units_url(run, row, show="all"),
        items_url=items_url(run, row),
        unanimous_url=units_url(run, row, show="unanimous"),
        disagreed_url=units_url(run, row, show="disagreement"),
    )


def cautioned(run: AgreementRun, row: AgreementSlice) -> Cautioned:
    """The row's cautions, and what its interval holds less than it promises."""
    said = [(warning["code"], in_words(warning["text"])) for warning in row.warnings]
    commonest = max(row.prevalence.values(), default=None)
    if commonest is not None and statistic(row, "alpha").ci_low is not None:
        note = coverage_note(row.n_items, commonest)
        said += [(COVERAGE, in_words(note))] if note else []
    return Cautioned(row.criterion.name, criterion_url(run, row), said)
