"""Krippendorff's alpha: 1 perfect agreement, 0 chance, below 0 systematic disagreement.

alpha = 1 - D_o / D_e with D_o the mean distance of two ratings of one unit and D_e that of any two
ratings of shared units. Distances: nominal 1 where levels differ; interval (x - y)^2; ordinal
(sum of n_g from one level to the other - half of both ends)^2, which is the squared difference of
the two levels' mid-ranks. So interval and ordinal need only sums and sums of squares, and no table
of levels^2 is ever built for a long scale.
"""

import numpy as np
from scipy.sparse import csr_array

from evals.reliability.counts import Floats, Matrix, UnitCounts, row_sums
from evals.reliability.patterns import UnitPatterns, unit_patterns
from evals.reliability.statistic import Statistic, Undefined
from evals.reliability.sums import Measurement, Sums, level_pairs, unit_sums

# Closed forms leave rounding noise where the expected disagreement is exactly zero.
_NOISE = 1e-12


def krippendorff_alpha(
    counts: UnitCounts, measurement: Measurement | str, *, raters: int | None = None
) -> Statistic:
    """Alpha of these units. `raters`, when known, only sharpens the reason for no value."""
    patterns = unit_patterns(counts.counts)
    if reason := undefined(patterns, raters=raters):
        return Statistic(None, reason)
    sums = unit_sums(patterns.rows, counts, Measurement(measurement))
    return Statistic(point(patterns, sums, Measurement(measurement)))


def point(patterns: UnitPatterns, sums: Sums, measurement: Measurement) -> float:
    """Alpha of patterns that are known to have one."""
    repeats = patterns.repeats[None, :].astype(np.float64)
    if long_ordinal(patterns, measurement):
        return float(of_long_ordinal(repeats, patterns.rows, sums.paired)[0])
    return float(of_sums(sums.weighted(repeats), measurement)[0])


def undefined(patterns: UnitPatterns, *, raters: int | None = None) -> Undefined | None:
    """Why these units have no alpha, if they have none."""
    sizes = patterns.sizes()
    if not sizes.any():
        return Undefined.NO_RATINGS
    if raters == 1:
        return Undefined.ONE_RATER
    shared = np.where(sizes >= 2, patterns.repeats, 0)
    if not shared.any():
        return Undefined.NO_SHARED_UNIT
    if np.count_nonzero(shared @ patterns.rows) < 2:
        return Undefined.ONE_VALUE
    return Undefined.SINGLE_UNIT if shared.sum() == 1 else None


def of_sums(sums: Sums, measurement: Measurement) -> Floats:
    """Alpha of every row of sums; NaN, for the caller's eyes only, where it is undefined."""
    if measurement is Measurement.ORDINAL:
        return _ordinal(sums)
    if measurement is Measurement.INTERVAL:
        n, first, second = sums.moments.T
        return _ratio(n, sums.disagreement, 2 * (n * second - first**2), n * second)
    n = row_sums(sums.paired)
    expected = n**2 - row_sums(np.square(sums.paired))
    return _ratio(n, sums.disagreement, expected, n**2)


def long_ordinal(patterns: UnitPatterns, measurement: Measurement) -> bool:
    """Whether coincidences were not tabulated because the ordinal scale is too long."""
    return measurement is Measurement.ORDINAL and isinstance(patterns.rows, csr_array)


def of_long_ordinal(weights: Floats, rows: Matrix, paired: Matrix) -> Floats:
    """Ordinal alpha of every row of weights over unit rows, by mid-ranks instead of pairs."""
    marginals = weights @ paired
    ranks = _mid_ranks(marginals)
    m = row_sums(rows).astype(np.float64)
    per_pair = np.where(m >= 2, 2 / np.maximum(m - 1, 1), 0.0)[:, None]
    spread = per_pair * (m[:, None] * (rows @ (ranks**2).T) - (rows @ ranks.T) ** 2)
    return _against_ranks(marginals, ranks, np.einsum("bu,ub->b", weights, spread))


def _ordinal(sums: Sums) -> Floats:
    marginals = np.asarray(sums.paired)
    ranks = _mid_ranks(marginals)
    low, high = level_pairs(marginals.shape[1])
    distance = (ranks[:, low] - ranks[:, high]) ** 2
    return _against_ranks(marginals, ranks, 2 * (sums.pairs * distance).sum(axis=1))


def _mid_ranks(marginals: Floats) -> Floats:
    """Centred, so that squares of large ranks keep their last digits."""
    middle = marginals.sum(axis=1, keepdims=True) / 2
    return np.cumsum(marginals, axis=1) - marginals / 2 - middle


def _against_ranks(marginals: Floats, ranks: Floats, observed: Floats) -> Floats:
    n = marginals.sum(axis=1)
    second = (marginals * ranks**2).sum(axis=1)
    expected = 2 * (n * second - (marginals * ranks).sum(axis=1) ** 2)
    expected[np.count_nonzero(marginals, axis=1) < 2] = 0.0
    return _ratio(n, observed, expected, n * second)


def _ratio(n: Floats, observed: Floats, expected: Floats, scale: Floats) -> Floats:
    """1 - D_o / D_e with observed = n D_o and expected = n (n - 1) D_e."""
    answer = np.full(len(n), np.nan)
    usable = expected > _NOISE * scale
    answer[usable] = 1 - (n[usable] - 1) * observed[usable] / expected[usable]
    return answer
