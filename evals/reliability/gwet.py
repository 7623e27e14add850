"""Gwet's AC1 and AC2: agreement corrected for chance in a way that survives a rare class.

AC = (p_a - p_e) / (1 - p_e). p_a: mean over shared units of the (weighted) share of agreeing
pairs. p_e = T_w / (q (q - 1)) sum_k pi_k (1 - pi_k), where pi_k is the mean share of level k over
ALL rated units, singly rated ones included, q the number of DECLARED levels and T_w the sum of the
weights (q for AC1, whose weights are 1 on the diagonal).
"""

from enum import StrEnum

import numpy as np

from evals.reliability.counts import Floats, row_sums
from evals.reliability.statistic import Statistic, Undefined
from evals.reliability.sums import Measurement, Sums, unit_sums
from evals.reliability.tally import Counted, patterns_of


class Weights(StrEnum):
    """How much a pair of levels d steps apart on a scale of q counts as agreement."""

    LINEAR = "linear"  # 1 - d / (q - 1)
    QUADRATIC = "quadratic"  # 1 - (d / (q - 1))^2


def ac1(counts: Counted, *, raters: int | None = None) -> Statistic:
    """Chance-corrected agreement on exact levels. All ratings equal: 1, marked `one_class`."""
    if reason := undefined(counts, raters=raters):
        return Statistic(None, reason)
    sums = _summed(counts, Measurement.NOMINAL)
    return Statistic(float(ac1_of_sums(sums)[0]), one_class=_one_class(counts))


def ac2(
    counts: Counted, weights: Weights | str = Weights.QUADRATIC, *, raters: int | None = None
) -> Statistic:
    """The same with partial credit for near misses, for ordinal scales: levels are equal steps."""
    if reason := undefined(counts, raters=raters):
        return Statistic(None, reason)
    if Weights(weights) is Weights.QUADRATIC:
        value = ac2_of_sums(_summed(counts, Measurement.ORDINAL))[0]
    else:
        value = _linear_ac2(counts)
    return Statistic(float(value), one_class=_one_class(counts))


def undefined(counts: Counted, *, raters: int | None = None) -> Undefined | None:
    """Why these units have no AC1 or AC2, if they have none."""
    sizes = patterns_of(counts).sizes()
    if not sizes.any():
        return Undefined.NO_RATINGS
    if not counts.declared:
        return Undefined.NO_DECLARED_LEVELS
    if len(counts.values) < 2:
        return Undefined.ONE_LEVEL
    if raters == 1:
        return Undefined.ONE_RATER
    return None if bool((sizes >= 2).any()) else Undefined.NO_SHARED_UNIT


def ac1_of_sums(sums: Sums) -> Floats:
    """AC1 of every row of sums; NaN, for the caller's eyes only, without a shared unit."""
    return _corrected(sums, *parts(sums)[0])


def ac2_of_sums(sums: Sums) -> Floats:
    """AC2 with quadratic weights of every row of sums (of a nominal or an ordinal scale)."""
    return _corrected(sums, *parts(sums)[1])


def parts(sums: Sums) -> tuple[tuple[Floats, float], tuple[Floats, float]]:
    """Of AC1 and of quadratic AC2: the sums of agreeing pairs, and T_w / (q (q - 1))."""
    q = sums.shares.shape[1]
    quadratic = _step_weights(q, 2).sum() / (q * (q - 1))
    return (sums.agreeing, 1 / (q - 1)), (sums.agreeing_nearly, float(quadratic))


def _corrected(sums: Sums, agreeing: Floats, factor: float) -> Floats:
    """(p_a - p_e) / (1 - p_e); p_e is below 1 whenever q is above 1."""
    with np.errstate(invalid="ignore", divide="ignore"):
        pi_squared = row_sums(np.square(sums.shares)) / sums.units**2
        expected = factor * (1 - pi_squared)
        return (agreeing / sums.shared - expected) / (1 - expected)


def _linear_ac2(counts: Counted) -> float:
    patterns = patterns_of(counts)
    q = len(counts.values)
    weights = _step_weights(q, 1)
    m = patterns.sizes().astype(np.float64)
    near = row_sums(patterns.dense() * (patterns.rows @ weights)) - m
    share = np.where(m >= 2, near / np.maximum(m * (m - 1), 1), 0.0)
    sums = _summed(counts, Measurement.ORDINAL)
    agreeing = np.array([share @ patterns.repeats])
    return float(_corrected(sums, agreeing, weights.sum() / (q * (q - 1)))[0])


def _step_weights(q: int, power: int) -> Floats:
    steps = np.abs(np.subtract.outer(np.arange(q), np.arange(q))) / (q - 1)
    return np.asarray(1 - steps**power)


def _summed(counts: Counted, measurement: Measurement) -> Sums:
    patterns = patterns_of(counts)
    sums = unit_sums(patterns.rows, counts, measurement)
    return sums.weighted(patterns.repeats[None, :].astype(np.float64))


def _one_class(counts: Counted) -> bool:
    return int(np.count_nonzero(counts.marginals())) == 1
