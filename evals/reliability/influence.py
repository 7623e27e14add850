"""How much one more unit of each pattern would move a coefficient: its derivative, exactly.

With the covariance of what items hold, influences give the standard error of any coefficient (the
delta method). They serve where a coefficient is made of too many sums to draw them all: long
scales on many items. alpha = 1 - (n - 1) O / E and AC = (a - e) / (1 - e) are differentiated as
they stand; ranks of an ordinal scale and chance move with the unit too.
"""

import numpy as np

from evals.reliability.alpha import ratio_distances
from evals.reliability.counts import Floats, Integers, Matrix, row_sums
from evals.reliability.scientific import sparse
from evals.reliability.sums import Measurement, Scale, Sums


def of_alpha(
    rows: Matrix, repeats: Integers, sums: Sums, scale: Scale, measurement: Measurement
) -> Floats:
    """Influence of each pattern on alpha, which must be defined; `sums` are those of the rows."""
    m = row_sums(rows) * sums.shared
    n = float(repeats @ m)
    if measurement is Measurement.INTERVAL:
        total = repeats @ sums.moments
        expected = 2 * (n * total[2] - total[1] ** 2)
        d_expected = 2 * (m * total[2] + n * sums.moments[:, 2] - 2 * total[1] * sums.moments[:, 1])
        observed, d_observed = float(repeats @ sums.disagreement), sums.disagreement
    elif measurement is Measurement.ORDINAL:
        observed, d_observed, expected, d_expected = _ordinal(rows, repeats, sums)
    else:
        marginals = np.asarray(repeats @ sums.paired, dtype=np.float64).ravel()
        reach = _reach(marginals, scale, measurement)
        expected, d_expected = float(marginals @ reach), 2 * np.asarray(sums.paired @ reach)
        observed, d_observed = float(repeats @ sums.disagreement), sums.disagreement
    each = (n - 1) * (d_observed - observed / expected * d_expected) + m * observed
    return np.asarray(-each / expected)


def of_corrected(repeats: Integers, sums: Sums, agreeing: Floats, factor: float) -> Floats:
    """Influence of each pattern on AC1 or AC2: `factor` is T_w / (q (q - 1))."""
    units, shared = float(repeats @ sums.units), float(repeats @ sums.shared)
    shares = np.asarray(repeats @ sums.shares, dtype=np.float64).ravel() / units
    pi_squared = float(shares @ shares)
    observed, expected = float(repeats @ agreeing) / shared, factor * (1 - pi_squared)
    d_observed = (agreeing - observed * sums.shared) / shared
    d_squared = 2 * (np.asarray(sums.shares @ shares) - pi_squared * sums.units) / units
    remaining = 1 - expected
    moved = d_observed / remaining + factor * d_squared * (1 - observed) / remaining**2
    return np.asarray(moved)


def _reach(marginals: Floats, scale: Scale, measurement: Measurement) -> Floats:
    """Level by level the sum of n_k times the distance to k."""
    if measurement is Measurement.NOMINAL:
        return np.asarray(marginals.sum() - marginals)
    return ratio_distances(marginals[None, :], scale)[0]


def _ordinal(rows: Matrix, repeats: Integers, sums: Sums) -> tuple[float, Floats, float, Floats]:
    """Observed and expected disagreement between mid-ranks r, and their derivatives.

    The expected one is 2 n sum n_c r_c^2 = n (n^3 - sum n_c^3) / 6. The observed one also changes
    because a new rating of level d lifts the ranks above d by 1 and that of d itself by 1/2.
    """
    paired = sparse.csr_array(sums.paired)
    marginals = np.asarray(repeats @ paired, dtype=np.float64).ravel()
    n = float(marginals.sum())
    ranks = np.cumsum(marginals) - marginals / 2 - n / 2
    m = row_sums(paired).astype(np.float64)
    per_pair = np.where(m >= 2, 2 / np.maximum(m - 1, 1), 0.0)
    first = paired @ ranks
    observed_each = per_pair * (m * (paired @ ranks**2) - first**2)
    weight = repeats * per_pair
    slope = 2 * (ranks * ((weight * m) @ paired) - (weight * first) @ paired)
    lifted = slope[::-1].cumsum()[::-1] - slope / 2
    cubes = float((marginals**3).sum())
    expected = n * (n**3 - cubes) / 6
    d_expected = m * (4 * n**3 - cubes) / 6 - n * (paired @ marginals**2) / 2
    return (
        float(repeats @ observed_each),
        observed_each + paired @ lifted,
        expected,
        d_expected,
    )
