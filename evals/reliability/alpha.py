"""Krippendorff's alpha: 1 perfect agreement, 0 chance, below 0 systematic disagreement.

alpha = 1 - D_o / D_e with D_o the mean distance of two ratings of one unit and D_e that of any two
ratings of shared units. Distances: nominal 1 where levels differ; interval (x - y)^2; ordinal
(sum of n_g from one level to the other - half of both ends)^2, which is the squared difference of
the two levels' mid-ranks; ratio ((x - y) / (x + y))^2, with 0 between two zeros. Interval and
ordinal need only sums and sums of squares, and no table of levels^2 is kept for a long scale.
Source: Krippendorff, Content Analysis (2004), chapter 11; Computing Krippendorff's
Alpha-Reliability (2011).
"""

import numpy as np

from evals.reliability.counts import Floats, Matrix, row_sums
from evals.reliability.patterns import Patterns
from evals.reliability.statistic import Statistic, Undefined
from evals.reliability.sums import (
    PAIR_LEVELS,
    Measurement,
    Scale,
    Sums,
    level_pairs,
    ratio_values,
    relative_distance,
    unit_sums,
)
from evals.reliability.tally import Counted, patterns_of

# Closed forms leave rounding noise where the expected disagreement is exactly zero.
_NOISE = 1e-12
# Distances of a ratio scale that are held at a time, 1 MB.
_DISTANCES = 131_072


def krippendorff_alpha(
    counts: Counted, measurement: Measurement | str, *, raters: int | None = None
) -> Statistic:
    """Alpha of these units. `raters`, when known, only sharpens the reason for no value."""
    patterns = patterns_of(counts)
    if reason := undefined(patterns, raters=raters):
        return Statistic(None, reason)
    sums = unit_sums(patterns.rows, counts, Measurement(measurement))
    return Statistic(point(patterns, sums, counts, Measurement(measurement)))


def point(patterns: Patterns, sums: Sums, scale: Scale, measurement: Measurement) -> float:
    """Alpha of patterns that are known to have one."""
    repeats = patterns.repeats[None, :].astype(np.float64)
    if long_ordinal(patterns, measurement):
        return float(of_long_ordinal(repeats, patterns.rows, sums.paired)[0])
    return float(of_sums(sums.weighted(repeats), scale, measurement)[0])


def undefined(patterns: Patterns, *, raters: int | None = None) -> Undefined | None:
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


def of_sums(sums: Sums, scale: Scale, measurement: Measurement) -> Floats:
    """Alpha of every row of sums; NaN, for the caller's eyes only, where it is undefined."""
    if measurement is Measurement.ORDINAL:
        return _ordinal(sums)
    if measurement is Measurement.INTERVAL:
        n, first, second = sums.moments.T
        return _one_minus(n, sums.disagreement, 2 * (n * second - first**2), n * second)
    n = row_sums(sums.paired)
    if measurement is Measurement.RATIO:
        expected = row_sums(sums.paired * ratio_distances(sums.paired, scale))
        return _one_minus(n, sums.disagreement, expected, n**2)
    expected = n**2 - row_sums(np.square(sums.paired))
    return _one_minus(n, sums.disagreement, expected, n**2)


def ratio_distances(marginals: Floats, scale: Scale) -> Floats:
    """Rows x levels: the sum of n_k times the distance of k, level by level."""
    x = ratio_values(scale)
    step = max(1, _DISTANCES // max(len(x), 1))
    found = np.empty_like(marginals)
    for start in range(0, len(x), step):
        distances = relative_distance(x[:, None], x[None, start : start + step])
        found[:, start : start + step] = marginals @ distances
    return found


def long_ordinal(patterns: Patterns, measurement: Measurement) -> bool:
    """Whether coincidences were not tabulated because the ordinal scale is too long."""
    return measurement is Measurement.ORDINAL and patterns.rows.shape[1] > PAIR_LEVELS


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
    return _one_minus(n, observed, expected, n * second)


def _one_minus(n: Floats, observed: Floats, expected: Floats, scale: Floats) -> Floats:
    """1 - D_o / D_e with observed = n D_o and expected = n (n - 1) D_e."""
    answer = np.full(len(n), np.nan)
    usable = expected > _NOISE * scale
    answer[usable] = 1 - (n[usable] - 1) * observed[usable] / expected[usable]
    return answer
