"""The observed side of every chance-corrected coefficient: how far the pairs of ratings agree."""

from dataclasses import dataclass

import numpy as np

from evals.reliability.counts import Floats, Mask, Matrix, row_sums
from evals.reliability.scientific import sparse
from evals.reliability.tally import Tally
from evals.reliability.weights import Weighting, weights_of

_ROWS_AT_A_TIME = 4_096


@dataclass(frozen=True, eq=False)
class Agreeing:
    """Agreement of the units of each pattern of a tally under some weights."""

    tally: Tally
    weights: Floats
    share: Floats  # weighted share of agreeing pairs of a unit; 0 below two ratings

    @classmethod
    def of(cls, tally: Tally, weighting: Weighting) -> "Agreeing":
        """Weigh the pairs of each pattern."""
        weights = weights_of(weighting, tally.values)
        return cls(tally, weights, agreeing_shares(tally.rows, weights))

    def observed(self) -> float:
        """p_a, the mean share over shared units."""
        return float(self.tally.repeats @ self.share) / self.tally.n_pairable

    def around(self, expected: float) -> Floats:
        """Shares of the patterns, scaled so that their mean over rated units is p_a."""
        return scaled_around(expected, self.share, self.tally.pairable(), self.tally)

    def prevalence(self) -> Floats:
        """pi: the mean share of each level over the rated units."""
        per_unit = self.tally.repeats / np.maximum(self.tally.sizes, 1)
        return np.asarray(per_unit @ self.tally.rows) / self.tally.n_units

    def mean_over_ratings(self, of_level: Floats) -> Floats:
        """Mean of a number per level over the ratings of a unit of each pattern."""
        return np.asarray(self.tally.rows @ of_level) / np.maximum(self.tally.sizes, 1)


def agreeing_shares(rows: Matrix, weights: Floats) -> Floats:
    """Weighted share of the agreeing pairs of ratings of each row of counts; 0 below two."""
    m = row_sums(rows).astype(np.float64)
    pairs = _agreeing_pairs(rows, weights) - m
    return np.where(m >= 2, pairs / np.maximum(m * (m - 1), 1), 0.0)


def scaled_around(expected: float, share: Floats, shared: Mask, tally: Tally) -> Floats:
    """Shares scaled around p_e. Gwet holds the number of shared units fixed: a unit of a single
    rating counts like chance.
    """
    scale = tally.n_units / tally.n_pairable
    return np.where(shared, scale * (share - expected), 0.0) + expected


def _agreeing_pairs(rows: Matrix, weights: Floats) -> Floats:
    """Sum over levels of n_k (W n)_k for each row, some rows of a long table at a time."""
    found = [np.zeros(0)]
    for start in range(0, rows.shape[0], _ROWS_AT_A_TIME):
        some = rows[start : start + _ROWS_AT_A_TIME]
        near = some @ weights
        product = some.multiply(near) if isinstance(some, sparse.csr_array) else some * near
        found.append(row_sums(product).astype(np.float64))
    return np.concatenate(found)
