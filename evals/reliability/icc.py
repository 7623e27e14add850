"""Intraclass correlation: agreement on numbers, for one rater and for the mean of several.

ICC(1)    one-way: raters are not told apart; their leniency is part of the error.
ICC(2,1)  two-way: absolute agreement of single raters drawn from many.
`mean_of` makes ICC(1,k) and ICC(2,k) of them: the reliability of the mean of k raters.
ICC(3,*) is not offered, see `WHY_NO_ICC_3`.

y = mean + unit (variance u) + rater (r) + error (e): ICC(2,1) = u / (u + r + e), and ICC(1) =
u / (u + w) with w the variance within units. Without gaps u, r, e come from the mean squares of
Shrout and Fleiss (1979). With gaps (experts rate different units) they are the analysis-of-variance
estimates of Henderson's first method (1953; Searle, Casella and McCulloch, Variance Components,
1992, chapter 5), which are the same where nothing is missing. Units of fewer than two ratings are
left out.

Intervals: the F distribution where every item has one response and nothing is missing; otherwise
items are the clusters of a linearised standard error, which speaks of the raters as they are: how
much other raters would differ is in the value, not in the width.
"""

from dataclasses import dataclass, replace

import numpy as np

from evals.reliability import icc_intervals as intervals
from evals.reliability import icc_sums
from evals.reliability.answers import Answers
from evals.reliability.bootstrap import Interval
from evals.reliability.clusters import ItemClusters
from evals.reliability.linearised import (
    Coefficient,
    squares_by_pattern,
    squares_by_unit,
    without_value,
)
from evals.reliability.statistic import Statistic, Undefined
from evals.reliability.tally import Counted, Tally, tallied

WHY_NO_ICC_3 = (
    "ICC(3) asks only that raters order the responses alike and ignores that one is stricter than "
    "another. Scores that become rewards carry that strictness along, so it is not offered."
)


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Of a table without gaps: n units, each rated once by the same k raters."""

    n: int
    k: int
    units: float
    raters: float
    residual: float

    @property
    def within(self) -> float:
        """Between ratings of one unit, raters not told apart."""
        return (self.raters + (self.n - 1) * self.residual) / self.n


def one_way(counted: Counted, *, raters: int | None = None, ci_level: float = 0.95) -> Coefficient:
    """ICC(1) from value counts. Units with unequal numbers of ratings are weighed by them."""
    tally = tallied(counted)
    if reason := _undefined(tally, raters):
        return without_value("ICC(1)", reason, n_units=tally.n_pairable)
    parts = icc_sums.one_way_parts(tally)
    sums = tally.repeats @ parts
    value = float(icc_sums.of_one_way(sums[None, :])[0])
    m = tally.sizes[tally.pairable()]
    if isinstance(tally.clusters, ItemClusters) and tally.clusters.alone and m.min() == m.max():
        units, within, _ = icc_sums.mean_squares_one_way(sums[None, :])
        n, k = tally.n_pairable, int(m[0])
        interval = intervals.one_way(float(units[0]), float(within[0]), n, k, ci_level)
        return _answer("ICC(1)", value, tally.n_pairable, None, interval)
    size = np.asarray(tally.repeats @ np.abs(parts), dtype=np.float64)
    influence = parts @ icc_sums.gradient(icc_sums.of_one_way, sums, size)
    found = squares_by_pattern(influence, tally.clusters, tally.n_shared_items)
    centre = float(tally.repeats @ influence)
    se, interval = intervals.linearised(value, found, centre, ci_level)
    return _answer("ICC(1)", value, tally.n_pairable, se, interval)


def two_way(answers: Answers, *, ci_level: float = 0.95) -> Coefficient:
    """ICC(2,1): absolute agreement. Experts may have rated different units."""
    tally = Tally.of(answers.counts())
    raters = int(np.count_nonzero(answers.per_rater))
    if reason := _undefined(tally, raters):
        return without_value("ICC(2,1)", reason, n_units=tally.n_pairable)
    shared = answers.per_unit >= 2
    squares = mean_squares(answers)
    if squares is None or len(np.unique(answers.items[shared])) < tally.n_pairable:
        return _with_gaps(answers.keep(shared[answers.units]), tally.n_pairable, ci_level)
    value = _of_squares(squares)
    interval = intervals.two_way(squares, value, ci_level)
    return _answer("ICC(2,1)", value, squares.n, None, interval)


def mean_of(single: Coefficient, k: int) -> Coefficient:
    """ICC(1,k) or ICC(2,k) of a single rater's ICC: k r / (1 + (k - 1) r), Spearman and Brown."""
    if k < 1:
        raise ValueError("A mean needs at least one rater.")
    name = f"{single.name[:5]},{k})"
    if single.value is None:
        return replace(single, name=name)
    if 1 + (k - 1) * single.value <= 0:
        return without_value(name, Undefined.UNITS_ALIKE, n_units=single.n_units)
    value = k * single.value / (1 + (k - 1) * single.value)
    low, high = single.interval.low, single.interval.high
    interval = single.interval
    if low is not None and high is not None:
        interval = intervals.of_mean(low, high, k, single.interval.method)
    slope = k / (1 + (k - 1) * single.value) ** 2
    return replace(
        single,
        name=name,
        statistic=Statistic(value),
        se=None if single.se is None else single.se * slope,
        interval=interval,
    )


def mean_squares(answers: Answers) -> MeanSquares | None:
    """Two-way analysis of variance; None where a rater did not rate a unit that others did."""
    shared = answers.keep(answers.per_unit[answers.units] >= 2)
    n, k = (int(np.count_nonzero(each)) for each in (shared.per_unit, shared.per_rater))
    if len(shared) != n * k or n < 2 or k < 2:
        return None
    y = shared.given - float(shared.given.mean())
    of_units = np.bincount(shared.units, y) / k
    of_raters = np.bincount(shared.raters, y) / n
    between_units = k * float(of_units @ of_units) / (n - 1)
    between_raters = n * float(of_raters @ of_raters) / (k - 1)
    residual = y - of_units[shared.units] - of_raters[shared.raters]
    error = float(residual @ residual) / ((n - 1) * (k - 1))
    return MeanSquares(n, k, between_units, between_raters, error)


def _of_squares(s: MeanSquares) -> float:
    error = s.k * (s.raters - s.residual) / s.n
    return (s.units - s.residual) / (s.units + (s.k - 1) * s.residual + error)


def _with_gaps(shared: Answers, n_units: int, ci_level: float) -> Coefficient:
    """By variance components; also of whole tables whose items have several responses."""
    raters = int(np.count_nonzero(shared.per_rater))
    sums, along = icc_sums.two_way_sums(shared)
    variances = icc_sums.components(sums, raters)
    if variances is None:
        return without_value("ICC(2,1)", Undefined.RATERS_NOT_CROSSED, n_units=n_units)
    of_sums = icc_sums.two_way(raters)
    value = float(of_sums(sums[None, :])[0])
    if np.isnan(value):
        return without_value("ICC(2,1)", Undefined.UNITS_ALIKE, n_units=n_units)
    size = np.maximum(np.abs(sums), np.abs(along).sum(axis=0))
    rated = shared.per_unit > 0
    influence = along[rated] @ icc_sums.gradient(of_sums, sums, size)
    found = squares_by_unit(influence, shared.items[rated])
    centre = float(influence.sum())
    se, interval = intervals.linearised(value, found, centre, ci_level, of_these_raters=True)
    return _answer("ICC(2,1)", value, n_units, se, interval)


def _answer(
    name: str, value: float, n_units: int, se: float | None, interval: Interval
) -> Coefficient:
    return Coefficient(name, Statistic(value), n_units, None, None, se, interval)


def _undefined(tally: Tally, raters: int | None) -> Undefined | None:
    if not tally.n_ratings:
        return Undefined.NO_RATINGS
    if raters == 1:
        return Undefined.ONE_RATER
    if not tally.n_pairable:
        return Undefined.NO_SHARED_UNIT
    shared = np.where(tally.pairable(), tally.repeats, 0)
    if int(np.count_nonzero(shared @ tally.rows)) < 2:
        return Undefined.ONE_VALUE
    return Undefined.SINGLE_UNIT if tally.n_pairable == 1 else None
