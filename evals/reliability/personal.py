"""One expert's own numbers: how often they gave the answer that the others settled on.

The settled answer of a unit is the latest ruling, else the consensus of the OTHER raters (two or
more): the rater's own answer never speaks for itself. Units where the others tie or fall into two
groups have none and are left out, which flatters everybody a little; `soft`, the mean share of the
others who gave the same answer, leaves nobody out. Nothing here compares two people.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evals.reliability import figure, sentences
from evals.reliability.answers import METRIC, Answers
from evals.reliability.counts import Floats, Integers, Mask
from evals.reliability.figure import Figure
from evals.reliability.leniency import is_ordered
from evals.reliability.settling import Ruling, Settlement, Source, settle
from evals.reliability.sums import Measurement

OTHERS_MIN = 2


@dataclass(frozen=True, slots=True)
class Difference:
    """A unit where the rater and the settled answer differ."""

    unit: int
    given: float
    settled: float
    source: Source


@dataclass(frozen=True, slots=True)
class Personal:
    """One rater under one criterion. `n` of each figure counts units.

    `exact`: share equal to the settled answer; `near`: at most one level from it (ordered scales of
    four levels or more); `distance`: mean absolute difference, in levels or in the scale's unit.
    `left_out` counts the rater's units without a settled answer.
    """

    rater: int
    exact: Figure
    near: Figure
    distance: Figure
    soft: Figure
    differing: tuple[Difference, ...]
    left_out: int


def personal(
    answers: Answers,
    rater: int,
    measurement: Measurement | str,
    *,
    rulings: Mapping[int, Ruling] | None = None,
    settlement: Settlement | None = None,
    seed: int = 0,
) -> Personal:
    """The numbers of one rater; `rulings` by position of the unit, `settlement` what `beside`
    answered, for callers who need it too.

    Differing units come farthest first (on an unordered scale in the order of units).
    """
    mine = np.flatnonzero(answers.raters == rater)
    settlement = settlement or beside(answers, rater, measurement, rulings=rulings)
    settled = settlement.settled
    given, right = answers.given[mine], settlement.values
    apart = _steps_apart(answers, Measurement(measurement), given, right, settled)
    items = answers.item_of[mine]
    exact = _exact(answers, given[settled] == right[settled], items[settled])
    return Personal(
        rater=rater,
        exact=exact,
        near=_near(answers, measurement, apart, items, settled),
        distance=_distance(answers, measurement, apart, items, settled, seed),
        soft=_soft(answers, mine),
        differing=_differing(answers, mine, settlement, apart),
        left_out=int((~settled).sum()),
    )


def beside(
    answers: Answers,
    rater: int,
    measurement: Measurement | str,
    *,
    rulings: Mapping[int, Ruling] | None = None,
) -> Settlement:
    """What the others settled on, for each unit that this rater rated, in the rater's order."""
    mine = answers.units[answers.raters == rater]
    place = np.full(answers.n_units, -1, dtype=np.int64)
    place[mine] = np.arange(len(mine))
    others = (place[answers.units] >= 0) & (answers.raters != rater)
    seen = Answers(
        answers.values,
        place[answers.units[others]],
        answers.raters[others],
        answers.levels[others],
        len(mine),
        answers.n_raters,
        answers.items[mine],
        answers.declared,
    )
    about = {int(place[unit]): r for unit, r in (rulings or {}).items() if place[unit] >= 0}
    return settle(seen.counts(), measurement, rulings=about, raters_min=OTHERS_MIN, strict=False)


def _steps_apart(
    answers: Answers, scale: Measurement, given: Floats, right: Floats, settled: Mask
) -> Floats:
    """Distance from the settled answer, in levels or values; 0 where nothing is settled."""
    here, there = given[settled], right[settled]
    if scale not in METRIC and answers.declared:
        # A settled answer of a scale with levels is one of them, a ruling included.
        order = np.argsort(answers.values)
        levels = np.array(answers.values)[order]
        here, there = (order[np.searchsorted(levels, x)].astype(float) for x in (here, there))
    apart = np.zeros(len(given))
    apart[settled] = np.abs(here - there)
    return apart


def _exact(answers: Answers, hits: Mask, items: Integers) -> Figure:
    if not answers.declared:
        return figure.absent(sentences.CONTINUOUS(), len(hits))
    return figure.share(hits.astype(np.float64), items) if len(hits) else _nothing()


def _near(
    answers: Answers,
    measurement: Measurement | str,
    apart: Floats,
    items: Integers,
    settled: Mask,
) -> Figure:
    if not answers.declared:
        return figure.absent(sentences.CONTINUOUS(), int(settled.sum()))
    if Measurement(measurement) is Measurement.NOMINAL or len(answers.values) < 4:
        return figure.absent(sentences.ALL_NEAR())
    hits = (apart[settled] <= 1).astype(np.float64)
    return figure.share(hits, items[settled]) if len(hits) else _nothing()


def _distance(
    answers: Answers,
    measurement: Measurement | str,
    apart: Floats,
    items: Integers,
    settled: Mask,
    seed: int,
) -> Figure:
    if not is_ordered(answers, measurement):
        return figure.absent(sentences.NO_ORDER())
    n = int(settled.sum())
    if n == 0:
        return _nothing()
    return figure.ratio(apart[settled], np.ones(n), items[settled], seed=seed)


def _soft(answers: Answers, mine: Integers) -> Figure:
    if not answers.declared:
        return figure.absent(sentences.CONTINUOUS(), len(mine))
    share, compared = answers.agreeing
    kept = mine[compared[mine]]
    return (
        figure.share(share[kept], answers.item_of[kept])
        if len(kept)
        else figure.absent(sentences.ALONE())
    )


def _differing(
    answers: Answers, mine: Integers, settlement: Settlement, apart: Floats
) -> tuple[Difference, ...]:
    given = answers.given[mine]
    differs = np.flatnonzero(settlement.settled & (given != settlement.values))
    farthest = differs[np.argsort(-apart[differs], kind="stable")]
    return tuple(
        Difference(
            unit=int(answers.units[mine[at]]),
            given=float(given[at]),
            settled=float(settlement.values[at]),
            source=Source.RULING if settlement.ruled[at] else Source.CONSENSUS,
        )
        for at in farthest.tolist()
    )


def _nothing() -> Figure:
    return figure.absent(sentences.NOT_SETTLED())
