"""What the planning page shows: half-widths of a scenario, and the list a budget pays for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evals import figures
from evals.budgeting import LINES_MAX, Line, Pool, pool_of
from evals.models import AgreementRun, AgreementSlice
from evals.precision_map import PrecisionMap, precision_map
from evals.queries import planning as reads
from evals.reliability.budget import Expected, Offer
from evals.reliability.planning import (
    Precision,
    Scenario,
    fitted,
    study,
    true_alpha,
    units_needed,
)
from evals.reliability.sums import Measurement
from labeling.models import Project, Response

RATERS = (2, 3, 4, 5)
ITEMS = (30, 50, 100, 200, 400, 800)
SHOWN = 20
# Other budgets beside the one that was asked for, as multiples of it.
OTHERS = (0.5, 1, 2, 4)
OWN = "own"
# Criteria are compared at three experts on a hundred items.
TYPICAL, COMPARED = (3, 100), 20


@dataclass(frozen=True, slots=True)
class Needed:
    """Items that so many experts need for the half-width; None where no number reaches it."""

    raters: int
    items: int | None

    @property
    def ratings(self) -> int | None:
        return None if self.items is None else self.items * self.raters


@dataclass(frozen=True, slots=True)
class Precisions:
    """A scenario in words, its grid, and what the asked half-width takes."""

    words: str
    alpha: float | None
    here: Precision
    grid: list[list[Precision]]
    chart: PrecisionMap
    needed: list[Needed]


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the list."""

    response: Response
    line: Line
    rate: float


@dataclass(frozen=True, slots=True)
class OtherBudget:
    """What another budget would give, without an interval."""

    hours: float
    ratings: int
    responses: int
    gain: float
    current: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """The list that a budget pays for. `seats` is the list as the assigning form sends it."""

    pool: Pool
    lines: list[Line]
    rows: list[Shown]
    ratings: int
    hours: float
    expected: Expected
    worth: int
    cut: bool
    others: list[OtherBudget]
    seats: str


def scenarios(rows: list[AgreementSlice]) -> dict[str, tuple[AgreementSlice, Scenario]]:
    """What experts are like by criterion, where the one-coin model explains the measurement."""
    found = {row.criterion.key: (row, _scenario(row)) for row in rows}
    return {key: (row, one) for key, (row, one) in found.items() if one is not None}


def most_demanding(known: dict[str, tuple[AgreementSlice, Scenario]]) -> str:
    """The criterion with the widest interval: what suffices for it suffices for the others."""
    alphas = {key: true_alpha(one) for key, (_, one) in known.items()}
    defined = {key: value for key, value in alphas.items() if value is not None}
    # Of very many criteria those that agree least are looked at: the others need less.
    least = sorted(defined, key=lambda key: defined[key])[:COMPARED]
    widths = {key: study(known[key][1], *TYPICAL).half_width for key in least}
    return max(widths, key=lambda key: widths[key] or 0.0) if widths else OWN


def precisions(
    asked: dict[str, Any], known: dict[str, tuple[AgreementSlice, Scenario]]
) -> Precisions:
    """The grid around what was asked."""
    words, scenario = _assumed(asked, known)
    raters = sorted({*RATERS, asked["raters"]})
    items = sorted({*ITEMS, asked["items"]})
    grid = [[study(scenario, r, n) for n in items] for r in raters]
    return Precisions(
        words=words,
        alpha=true_alpha(scenario),
        here=study(scenario, asked["raters"], asked["items"]),
        grid=grid,
        chart=precision_map(grid),
        needed=[Needed(r, units_needed(scenario, r, asked["half_width"])) for r in raters],
    )


def budget(run: AgreementRun, ratings: int, seconds: float, most: int) -> Budget:
    """The list for so many ratings, worth the most first."""
    pool = pool_of(run)
    whole = pool.offer(most)
    chosen = whole.within(ratings)
    cut = len(chosen.chosen) > LINES_MAX
    if cut:
        chosen = chosen.first(LINES_MAX)
    lines = pool.lines(chosen)
    named = reads.named_responses([line.response for line in lines[:SHOWN]])
    return Budget(
        pool=pool,
        lines=lines,
        rows=[
            Shown(named[line.response], line, line.gain / line.more * 3600 / seconds)
            for line in lines[:SHOWN]
        ],
        ratings=chosen.ratings,
        hours=chosen.ratings * seconds / 3600,
        expected=pool.expected(chosen),
        worth=len(whole.chosen),
        cut=cut,
        others=_others(whole, ratings, seconds),
        seats=",".join(f"{line.response}:{line.places}" for line in lines),
    )


def measured_run(project: Project, batches: list[int], asked: str | None) -> AgreementRun | None:
    """The newest finished measuring of the asked batch, else of the latest measured one."""
    runs = (
        AgreementRun.objects.finished()
        .filter(project=project, batch__in=batches)
        .select_related("batch__project", "rubric_version")
    )
    if asked and asked.isascii() and asked.isdigit() and len(asked) < 19:
        runs = runs.filter(batch=int(asked))
    return runs.order_by("-batch", "-watermark", "-pk").first()


def _scenario(row: AgreementSlice) -> Scenario | None:
    percent = next((s.value for s in row.statistics.all() if s.statistic == "percent"), None)
    levels = list(row.criterion.levels.all())
    shares = tuple(
        row.prevalence.get(level.label, row.prevalence.get(f"{level.value:g}", 0.0))
        for level in levels
    )
    if percent is None or row.measurement == Measurement.INTERVAL or not sum(shares) > 0:
        return None
    return fitted(shares, percent, Measurement(row.measurement))


def _assumed(
    asked: dict[str, Any], known: dict[str, tuple[AgreementSlice, Scenario]]
) -> tuple[str, Scenario]:
    if asked["criterion"] not in known:
        share = asked["share"] / 100
        scenario = Scenario(asked["accuracy"] / 100, (1 - share, share))
        words = _("Two levels, %(right)s, %(share)s truly met.") % {
            "right": _right(scenario),
            "share": figures.percent(share),
        }
        return words, scenario
    row, scenario = known[asked["criterion"]]
    levels = [level.label for level in row.criterion.levels.all()]
    true = ", ".join(
        f"{figures.percent(share)} “{label}”"
        for label, share in zip(levels, scenario.shares, strict=True)
    )
    words = ngettext(
        "As “%(criterion)s” was measured on %(n)s responses: %(right)s, and the truth is %(true)s.",
        "As “%(criterion)s” was measured on %(n)s responses: %(right)s, and the truth is %(true)s.",
        row.n_units,
    ) % {
        "criterion": row.criterion.name,
        "n": figures.thousands(row.n_units),
        "right": _right(scenario),
        "true": true,
    }
    return words, scenario


def _right(scenario: Scenario) -> str:
    words = _("every expert is right %(share)s of the time")
    if scenario.measurement is not Measurement.NOMINAL:
        words = _("every expert is right %(share)s of the time (else one level beside)")
    return words % {"share": figures.percent(scenario.accuracy)}


def _others(whole: Offer, ratings: int, seconds: float) -> list[OtherBudget]:
    found = []
    for times in OTHERS:
        part = whole.within(int(ratings * times))
        found.append(
            OtherBudget(
                hours=ratings * times * seconds / 3600,
                ratings=part.ratings,
                responses=len(part.chosen),
                gain=float(part.gains.sum()),
                current=times == 1,
            )
        )
    return found
