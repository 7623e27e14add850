"""How many units would look unanimous if experts answered by the marginals alone.

Two answers. `expected_unanimous` is the plain one: sum over shared units of sum_k p_k^m, with p_k
the share of level k among all ratings given. `permutation` is the exact one: within a criterion the
ratings are shuffled over the units, every unit keeping its number of ratings; it needs no p_k and
gives a one-sided p-value (1 + replicates at or above the observed count) / (1 + replicates).
Shuffling stays inside the units that are passed: pass the slice that is meant, for example the
responses of models only.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import starmap

import numpy as np
from scipy.special import ndtr

from evals.reliability.cautions import PREVALENCE_SHARE
from evals.reliability.counts import Floats, Integers, UnitCounts

# Ratings x replicates that are still shuffled; above, the exact mean and variance are used.
_SHUFFLES_MAX = 50_000_000
_SHUFFLED_AT_A_TIME = 4_000_000


@dataclass(frozen=True, slots=True)
class ChanceUnanimity:
    """Unanimous units seen, beside those expected by chance alone."""

    observed: int
    mean: float
    sd: float
    p_value: float
    method: str
    replicates: int
    seed: int

    @property
    def mostly_prevalence(self) -> bool:
        """Whether chance alone would give nearly all of the unanimous units."""
        return self.observed > 0 and self.mean >= PREVALENCE_SHARE * self.observed

    def sentence(self) -> str:
        """Say it to people."""
        words = (
            f"{self.observed} units are unanimous; shuffled answers alone would give about "
            f"{self.mean:.0f} ± {self.sd:.0f} (one-sided p = {self.p_value:.3g})."
        )
        if self.mostly_prevalence:
            words += " Most of this agreement is prevalence: one answer is simply common."
        return words


def unanimous(counts: UnitCounts, *, level: float | None = None) -> int:
    """Shared units whose ratings are all equal (and, with `level`, all at that level)."""
    mask = counts.unanimous()
    if level is None:
        return int(mask.sum())
    column = counts.counts[:, [_column(counts, level)]]
    return int((mask & (np.asarray(column.sum(axis=1)).ravel() > 0)).sum())


def expected_unanimous(counts: UnitCounts, *, level: float | None = None) -> float:
    """Sum over shared units of sum_k p_k^m (of p_level^m alone when a level is given)."""
    shares = counts.shares()
    if level is not None:
        shares = shares[[_column(counts, level)]]
    sizes, units = np.unique(counts.sizes[counts.pairable()], return_counts=True)
    return float(sum(n * np.sum(shares**m) for m, n in zip(sizes, units, strict=True)))


def permutation(
    criteria: Sequence[UnitCounts],
    *,
    levels: Sequence[float | None] | None = None,
    seed: int = 0,
    replicates: int = 2_000,
) -> ChanceUnanimity:
    """Test the unanimous units of several criteria together against shuffled ratings.

    `levels` names, criterion by criterion, the level at which unanimity counts (None: any level).
    """
    wanted = [None] * len(criteria) if levels is None else list(levels)
    if len(wanted) != len(criteria):
        raise ValueError("Name one level, or None, for every criterion.")
    pairs = list(zip(criteria, wanted, strict=True))
    observed = sum(unanimous(counts, level=level) for counts, level in pairs)
    mean, variance = (sum(part) for part in zip((0.0, 0.0), *starmap(_moments, pairs), strict=True))
    sd = math.sqrt(max(variance, 0.0))
    if sum(int(counts.sizes.sum()) for counts in criteria) * replicates > _SHUFFLES_MAX:
        p_value = float(ndtr((mean + 0.5 - observed) / sd)) if sd else 1.0
        method = "normal approximation with the exact mean and variance"
        return ChanceUnanimity(observed, mean, sd, p_value, method, 0, seed)
    rng = np.random.default_rng(seed)
    total = np.zeros(replicates, dtype=np.int64)
    for counts, level in pairs:
        total += _shuffled(counts, level, replicates, rng)
    p_value = (1 + int((total >= observed).sum())) / (1 + replicates)
    return ChanceUnanimity(observed, mean, sd, p_value, "permutation", replicates, seed)


def _column(counts: UnitCounts, level: float) -> int:
    if level not in counts.values:
        raise ValueError(f"The scale has no level {level:g}.")
    return counts.values.index(level)


def _shuffled(
    counts: UnitCounts, level: float | None, replicates: int, rng: np.random.Generator
) -> Integers:
    """Unanimous units of every replicate of one criterion."""
    codes = np.repeat(np.arange(len(counts.values), dtype=np.int32), counts.marginals())
    wanted = None if level is None else _column(counts, level)
    sizes, units = np.unique(counts.sizes, return_counts=True)
    batch = max(1, _SHUFFLED_AT_A_TIME // max(len(codes), 1))
    found = [
        _unanimous_rows(
            rng.permuted(np.tile(codes, (min(batch, replicates - start), 1)), axis=1),
            sizes.tolist(),
            units.tolist(),
            wanted,
        )
        for start in range(0, replicates, batch)
    ]
    return np.concatenate(found)


def _unanimous_rows(
    ratings: Integers, sizes: list[int], units: list[int], wanted: int | None
) -> Integers:
    """Deal every row of ratings to the units in turn and count those dealt one value only."""
    total = np.zeros(len(ratings), dtype=np.int64)
    start = 0
    for size, n in zip(sizes, units, strict=True):
        dealt = ratings[:, start : start + size * n].reshape(len(ratings), n, size)
        start += size * n
        if size < 2:
            continue
        equal = (dealt[:, :, 1:] == dealt[:, :, :1]).all(axis=2)
        if wanted is not None:
            equal &= dealt[:, :, 0] == wanted
        total += equal.sum(axis=1)
    return total


def _moments(counts: UnitCounts, level: float | None) -> tuple[float, float]:
    """Exact mean and variance of the number of unanimous units under shuffling.

    P(unit u all at level k) = (n_k)_m / (n)_m with falling factorials; for two units together
    (n_k)_(m+m') / (n)_(m+m') at one level and (n_k)_m (n_l)_m' / (n)_(m+m') at two.
    """
    n_k = counts.marginals()
    n = int(n_k.sum())
    wanted = n_k if level is None else n_k[[_column(counts, level)]]
    sizes, units = np.unique(counts.sizes[counts.pairable()], return_counts=True)
    tally = list(zip(sizes.tolist(), units.tolist(), strict=True))
    mean = sum(units * float(_chance(wanted, n, m).sum()) for m, units in tally)
    second = mean
    for m, units in tally:
        for k, others in tally:
            couples = units * (others - 1 if m == k else others)
            second += couples * _both(wanted, m, k, n) if couples else 0.0
    return mean, second - mean**2


def _both(n_k: Integers, m: int, k: int, n: int) -> float:
    """Probability that two units of m and k ratings are both unanimous at wanted levels."""
    same = _chance(n_k, n, m + k).sum()
    first, second = _chance(n_k, n, m), _chance(n_k, n - m, k)
    return float(same + first.sum() * second.sum() - (first * second).sum())


def _chance(n_k: Integers, n: int, m: int) -> Floats:
    """(n_k)_m / (n)_m for every level: m ratings drawn from n without return are all at it."""
    drawn = np.arange(m)
    return np.asarray(np.prod(np.maximum(n_k[:, None] - drawn, 0) / (n - drawn), axis=1))
