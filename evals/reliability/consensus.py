"""What the experts settled on, unit by unit, and how sure one can be of it.

A unit's counts update a Dirichlet prior (`prior.py`) to Dirichlet(a), A = sum a. Clarity is the
probability that the observed mode is what most experts would say: P(theta_mode > .5), the tail of
Beta(a_mode, A - a_mode). A unit is clear only when every condition of `Doubt` is absent.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evals.reliability import prior as priors
from evals.reliability.counts import Floats, Integers, Mask, UnitCounts
from evals.reliability.patterns import unit_patterns
from evals.reliability.prior import Prior
from evals.reliability.scientific import special
from evals.reliability.sums import Measurement

# With more than two levels the flat prior gives even unanimous units less.
FLAT_MANY_LEVELS_MIN = 0.90
_SPREAD_LEVELS_MIN = 4


class Doubt(StrEnum):
    """Why a unit is not clear; `sentence` says it to people."""

    TOO_FEW_RATINGS = "too_few_ratings"
    NOT_ASSESSED = "not_assessed"
    TIE = "tie"
    OTHER_SIDE = "other_side"
    SPREAD = "spread"
    NOT_CLEAR = "not_clear"

    @property
    def sentence(self) -> str:
        """Say it to people."""
        return _SENTENCES[self]


_SENTENCES = {
    Doubt.TOO_FEW_RATINGS: "Too few experts rated it.",
    Doubt.NOT_ASSESSED: "An expert answered NA or could not assess it.",
    Doubt.TIE: "No answer was given more often than every other.",
    Doubt.OTHER_SIDE: "The answer given most often is not on the side where most answers are.",
    Doubt.SPREAD: "An expert is more than one level away from the others' answer.",
    Doubt.NOT_CLEAR: "Too few experts agree to be sure what most experts would say.",
}


@dataclass(frozen=True, eq=False)
class Verdicts:
    """One entry per unit, in the order of the counts.

    `consensus` is the position of the level rated most often, -1 for a tie or no rating.
    `clarity` is shown as 'majority known', `consistency` beside it: P(theta_mode > .8), that four
    of five experts would say it. `clarity_fitted` is None while there are too few items to fit a
    prior. `uninformative`: by the fitted prior the ratings tell nothing about single units.
    """

    consensus: Integers
    unanimous: Mask
    clarity: Floats
    clarity_fitted: Floats | None
    consistency: Floats
    clear: Mask
    doubts: tuple[tuple[Doubt, Mask], ...]
    uninformative: bool = False

    def reasons(self, unit: int) -> list[Doubt]:
        """Every doubt about one unit; empty exactly when it is clear."""
        return [doubt for doubt, mask in self.doubts if mask[unit]]


def judge(
    counts: UnitCounts,
    measurement: Measurement | str,
    *,
    threshold: float = 0.95,
    raters_min: int = 3,
    pass_at: float | None = None,
    not_assessed: Mask | None = None,
    prior: Prior | None = None,
) -> Verdicts:
    """Settle every unit. `not_assessed` marks units with an NA or cannot_assess.

    With `pass_at` (a level's value) clarity is about which side of it most experts are on; without,
    about the level itself. `prior` defaults to one fitted on these units from 50 items on.
    """
    if not counts.declared:
        raise ValueError("Clarity needs a declared list of levels; this scale is continuous.")
    patterns = unit_patterns(counts.counts)
    rows, of_unit = patterns.dense(), patterns.of_unit
    settled = mode(rows)
    sides, informed = _asked(counts, rows, pass_at, prior or priors.if_enough(counts))
    even = clarity(sides, priors.flat(sides.shape[1]))
    likely = None if informed is None else clarity(sides, informed)
    doubts = (
        (Doubt.TOO_FEW_RATINGS, counts.sizes < raters_min),
        (Doubt.NOT_ASSESSED, _mask_or_nobody(not_assessed, len(counts))),
        (Doubt.TIE, ((settled < 0) | (mode(sides) < 0))[of_unit]),
        (Doubt.OTHER_SIDE, _other_side(sides, settled, counts, pass_at)[of_unit]),
        (Doubt.SPREAD, _spread(rows, settled, Measurement(measurement))[of_unit]),
        (Doubt.NOT_CLEAR, _unclear(even, likely, threshold, sides.shape[1])[of_unit]),
    )
    return Verdicts(
        consensus=settled[of_unit],
        unanimous=counts.unanimous(),
        clarity=even[of_unit],
        clarity_fitted=None if likely is None else likely[of_unit],
        consistency=clarity(sides, priors.flat(sides.shape[1]), above=0.8)[of_unit],
        clear=~np.logical_or.reduce([mask for _, mask in doubts]),
        doubts=doubts,
        uninformative=informed is not None and informed.uninformative,
    )


def mode(rows: Integers) -> Integers:
    """Position of the level rated most often; -1 where two levels tie or nobody rated."""
    most = rows.max(axis=1, keepdims=True)
    single = (rows == most).sum(axis=1) == 1
    return np.where(single & (most[:, 0] > 0), rows.argmax(axis=1), -1)


def clarity(rows: Integers, prior: Prior, *, above: float = 0.5) -> Floats:
    """P(theta_mode > above | counts): most experts would say what is said most often here.

    With above = .8 it is the consistency: four of five experts would.
    """
    chosen = rows.argmax(axis=1)
    mass = rows.max(axis=1) + prior.mass[chosen]
    others = rows.sum(axis=1) + prior.strength - mass
    return np.asarray(special.betainc(others, mass, 1 - above))


def expected_agreement(rows: Integers, prior: Prior) -> Floats:
    """Probability that two fresh experts agree: sum_k a_k (a_k + 1) / (A (A + 1))."""
    a = rows + prior.mass
    total = a.sum(axis=1)
    return np.asarray((a * (a + 1)).sum(axis=1) / (total * (total + 1)))


def within_one_level(rows: Integers, prior: Prior, *, above: float = 0.8) -> Floats:
    """P(more than `above` of the experts lie within one level of the mode); for display."""
    a = rows + prior.mass
    chosen = rows.argmax(axis=1)[:, None]
    near = np.abs(np.arange(rows.shape[1]) - chosen) <= 1
    inside = (a * near).sum(axis=1)
    outside = (a * ~near).sum(axis=1)
    return np.where(
        near.all(axis=1), 1.0, special.betainc(np.where(outside > 0, outside, 1), inside, 1 - above)
    )


def collapsed(rows: Integers, at: int) -> Integers:
    """Two columns: ratings of levels before position `at`, and of the rest."""
    return np.column_stack([rows[:, :at].sum(axis=1), rows[:, at:].sum(axis=1)])


def _asked(
    counts: UnitCounts, rows: Integers, pass_at: float | None, prior: Prior | None
) -> tuple[Integers, Prior | None]:
    """The counts and the prior that clarity is about: both sides of the pass level, or levels."""
    if pass_at is not None and pass_at not in counts.values:
        raise ValueError(f"The scale has no level {pass_at:g} to pass at.")
    position = 0 if pass_at is None else counts.values.index(pass_at)
    if position == 0:
        return rows, prior
    return collapsed(rows, position), None if prior is None else prior.collapsed(position)


def _other_side(
    sides: Integers, settled: Integers, counts: UnitCounts, pass_at: float | None
) -> Mask:
    """Answers spread over one side can outweigh the single level that leads on the other."""
    if pass_at is None or sides.shape[1] == len(counts.values):
        return np.zeros(len(sides), dtype=bool)
    side = (settled >= counts.values.index(pass_at)).astype(np.int64)
    return np.asarray((settled >= 0) & (mode(sides) >= 0) & (side != mode(sides)))


def _mask_or_nobody(mask: Mask | None, n: int) -> Mask:
    return np.zeros(n, dtype=bool) if mask is None else np.asarray(mask, dtype=bool)


def _spread(rows: Integers, settled: Integers, measurement: Measurement) -> Mask:
    if measurement is Measurement.NOMINAL or rows.shape[1] < _SPREAD_LEVELS_MIN:
        return np.zeros(len(rows), dtype=bool)
    away = np.abs(np.arange(rows.shape[1]) - settled[:, None]) > 1
    return ((rows > 0) & away).any(axis=1) & (settled >= 0)


def _unclear(even: Floats, likely: Floats | None, threshold: float, levels: int) -> Mask:
    even_min = threshold if levels == 2 else min(threshold, FLAT_MANY_LEVELS_MIN)
    unclear = even < even_min
    return unclear if likely is None else unclear | (likely < threshold)
