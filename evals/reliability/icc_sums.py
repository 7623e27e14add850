"""The sums that intraclass correlations are made of, and each unit's part in them.

A correlation is a smooth function of a few sums over units; its derivative along a unit's parts is
the unit's influence, from which the linearised standard error follows.
"""

from collections.abc import Callable

import numpy as np

from evals.reliability.answers import Answers
from evals.reliability.counts import Floats
from evals.reliability.tally import Tally

# Variances below this share of all squares are rounding noise.
NOISE = 1e-12
_STEP = 1e-6


def one_way_parts(tally: Tally) -> Floats:
    """Patterns x (1, m, m^2, T^2 / m, T, sum of x^2) of shared units, values centred."""
    x = np.asarray(tally.values, dtype=np.float64)
    x = x - float(tally.marginals() @ x) / max(tally.n_ratings, 1)
    m = tally.sizes.astype(np.float64)
    first, second = np.asarray(tally.rows @ x), np.asarray(tally.rows @ x**2)
    parts = [np.ones_like(m), m, m**2, first**2 / np.maximum(m, 1), first, second]
    return np.column_stack(parts) * tally.pairable()[:, None]


def of_one_way(sums: Floats) -> Floats:
    """ICC(1) of each row of sums; NaN, for the caller's eyes only, where nothing varies.

    (B - W) / (B + (m0 - 1) W) with mean squares between and within units and
    m0 = (N - sum m^2 / N) / (n - 1) (Donner 1986); m0 = m when all units have m ratings.
    """
    between, within, size = mean_squares_one_way(sums)
    below = between + (size - 1) * within
    varies = below > NOISE * (sums[:, 5] / sums[:, 1])
    return np.where(varies, (between - within) / np.where(varies, below, 1), np.nan)


def mean_squares_one_way(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Between units, within units, and m0."""
    n, ratings, squared, means, first, second = sums.T
    between = (means - first**2 / ratings) / (n - 1)
    within = (second - means) / (ratings - n)
    return between, np.maximum(within, 0.0), (ratings - squared / ratings) / (n - 1)


def two_way_sums(shared: Answers) -> tuple[Floats, Floats]:
    """(N, n, sum m_i^2, sum n_j^2, sum y^2, sum T_i^2 / m_i, sum Y_j^2 / n_j, sum y) of shared
    units i and raters j, and units x the derivative of each sum along a unit.
    """
    y = shared.given - float(shared.given.mean())
    units, raters = shared.units, shared.raters
    m, given = shared.per_unit.astype(np.float64), shared.per_rater.astype(np.float64)
    total = np.bincount(units, y, minlength=shared.n_units)
    mean = np.bincount(raters, y, minlength=shared.n_raters) / np.maximum(given, 1)
    of_rater = 2 * mean[raters] * y - mean[raters] ** 2
    parts = [
        m,
        (m > 0).astype(np.float64),
        m**2,
        np.bincount(units, 2 * given[raters], minlength=shared.n_units),
        np.bincount(units, y**2, minlength=shared.n_units),
        total**2 / np.maximum(m, 1),
        np.bincount(units, of_rater, minlength=shared.n_units),
        total,
    ]
    along = np.column_stack(parts)
    sums = along.sum(axis=0)
    sums[3], sums[6] = float(given @ given), float(given @ mean**2)
    return sums, along


def two_way(raters: int) -> Callable[[Floats], Floats]:
    """ICC(2,1) of each row of sums, by Henderson's first method; NaN where it has no value."""

    def of_sums(sums: Floats) -> Floats:
        answer = np.full(len(sums), np.nan)
        for row, each in enumerate(sums):
            variances = components(each, raters)
            if variances is not None and variances.sum() > NOISE * each[4] / each[0]:
                answer[row] = variances[0] / variances.sum()
        return answer

    return of_sums


def components(sums: Floats, raters: int) -> Floats | None:
    """Variances of units, raters and error; None where raters are not crossed enough.

    The expectations of sum T_i^2 / m_i, sum Y_j^2 / n_j, sum y^2 and (sum y)^2 / N under the random
    model, solved for the variances.
    """
    n_all, n, by_unit, by_rater, squares, of_units, of_raters, total = sums.tolist()
    b = raters
    if n_all - n - b + 1 < 1:
        return None
    u, r, middle = by_unit / n_all, by_rater / n_all, total**2 / n_all
    equations = np.array(
        [
            [n_all - u, n - r, n - 1],
            [b - u, n_all - r, b - 1],
            [u - b, r - n, n_all - n - b + 1],
        ]
    )
    if np.linalg.cond(equations / np.abs(equations).max(axis=1, keepdims=True)) > 1e8:
        return None
    rest = squares - of_units - of_raters + middle
    return np.linalg.solve(equations, [of_units - middle, of_raters - middle, rest])


def gradient(function: Callable[[Floats], Floats], sums: Floats, size: Floats) -> Floats:
    """Central differences; `size` is how large each sum's terms are together."""
    step = _STEP * np.maximum(size, 1e-12)
    ahead, behind = function(sums + np.diag(step)), function(sums - np.diag(step))
    return np.asarray((ahead - behind) / (2 * step))
