"""How far the ratings of one unit lie apart, without a prior."""

import numpy as np

from evals.reliability.counts import Floats, Integers
from evals.reliability.scientific import special


def pair_agreement(counts: Integers) -> Floats:
    """P_u, the share of agreeing pairs of ratings; NaN inside the array for fewer than two.

    Coarse: 2 of 2 and 5 of 5 both give 1, so it ranks units, it does not certify them.
    """
    m = counts.sum(axis=1).astype(np.float64)
    agreeing = (counts * (counts - 1)).sum(axis=1)
    return np.where(m >= 2, agreeing / np.where(m >= 2, m * (m - 1), 1), np.nan)


def within_group_agreement(counts: Integers) -> Floats:
    """r_wg = 1 - s^2 / ((A^2 - 1) / 12) on A ordered levels; below 0 it is worse than random."""
    steps = np.arange(counts.shape[1])
    m = counts.sum(axis=1).astype(np.float64)
    spread = counts @ steps**2 - (counts @ steps) ** 2 / np.maximum(m, 1)
    variance = np.where(m >= 2, spread / np.where(m >= 2, m - 1, 1), np.nan)
    return 1 - variance / ((counts.shape[1] ** 2 - 1) / 12)


def ordered_consensus(counts: Integers | Floats) -> Floats:
    """Tastle and Wierman's 1 + sum_k p_k log2(1 - |k - mean| / (A - 1)); 0 when split in two."""
    steps = np.arange(counts.shape[1])
    m = counts.sum(axis=1, keepdims=True).astype(np.float64)
    shares = np.where(m > 0, counts / np.maximum(m, 1), np.nan)
    distance = np.abs(steps - (shares @ steps)[:, None]) / (counts.shape[1] - 1)
    # 0 log 0 is 0: a level nobody chose adds nothing, however far from the mean.
    return 1 + np.sum(special.xlogy(shares, 1 - distance), axis=1) / np.log(2)
