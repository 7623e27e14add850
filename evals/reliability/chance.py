"""How many units would look unanimous if experts answered by the marginals alone.

Two answers. `expected_unanimous` is the plain one: sum over shared units of sum_k p_k^m, with p_k
the share of level k among all ratings given. `permutation` is the exact one: within a criterion the
ratings are shuffled over the units, every unit keeping its number of ratings; it needs no p_k and
gives a one-sided p-value (1 + replicates at or above the observed count) / (1 + replicates). Large
tables are not shuffled: there the exact mean and variance give a normal tail, or a Poisson one
where chance gives fewer than ten units more than it must.
Shuffling stays inside the units that are passed: pass the slice that is meant, for example the
responses of models only.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import starmap

import numpy as np

from evals.reliability.cautions import PREVALENCE_SHARE
from evals.reliability.counts import Floats, Integers, levels_used
from evals.reliability.scientific import special
from evals.reliability.sums import Scale
from evals.reliability.tally import Counted, patterns_of

# Ratings x replicates that are still shuffled; above, the exact mean and variance are used.
_SHUFFLES_MAX = 50_000_000
# Beside every number of unanimous units there is time for fewer.
_SHUFFLES_USUAL = 400_000
# Fewer events than these are not normal.
_NORMAL_FROM = 10
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


def unanimous(counts: Counted, *, level: float | None = None) -> int:
    """Shared units whose ratings are all equal (and, with `level`, all at that level)."""
    found = patterns_of(counts)
    mask = (found.sizes() >= 2) & (levels_used(found.rows) == 1)
    if level is not None:
        column = found.rows[:, [_column(counts, level)]]
        mask &= np.asarray(column.sum(axis=1)).ravel() > 0
    return int(found.repeats[mask].sum())


def expected_unanimous(counts: Counted, *, level: float | None = None) -> float:
    """Sum over shared units of sum_k p_k^m (of p_level^m alone when a level is given)."""
    dealt = _dealt(counts)
    shares = dealt.of_level / max(int(dealt.of_level.sum()), 1)
    if level is not None:
        shares = shares[[_column(counts, level)]]
    return float(sum(n * np.sum(shares**m) for m, n in dealt.shared()))


@dataclass(frozen=True, eq=False)
class _Dealt:
    """What is dealt anew: ratings of each level, to `units` units of each number of ratings."""

    of_level: Integers
    sizes: Integers
    units: Integers

    @property
    def n(self) -> int:
        return int(self.of_level.sum())

    def shared(self) -> list[tuple[int, int]]:
        """Number of ratings and of units, where units have two ratings or more."""
        pairs = zip(self.sizes.tolist(), self.units.tolist(), strict=True)
        return [(size, units) for size, units in pairs if size >= 2]


def _dealt(counts: Counted) -> _Dealt:
    found = patterns_of(counts)
    sizes = found.sizes()
    units = np.bincount(sizes, found.repeats).astype(np.int64)
    seen = np.flatnonzero(units)
    of_level = np.asarray(found.repeats @ found.rows).ravel()
    return _Dealt(of_level.astype(np.int64), seen, units[seen])


def p_value(counts: Counted, *, seed: int = 0) -> float | None:
    """One-sided p of the unanimous units when the same ratings are dealt to the units anew.

    As `permutation` has it, with less shuffling. None without a shared unit.
    """
    if not _dealt(counts).shared():
        return None
    return permutation([counts], seed=seed, shuffles_max=_SHUFFLES_USUAL).p_value


def permutation(
    criteria: Sequence[Counted],
    *,
    levels: Sequence[float | None] | None = None,
    seed: int = 0,
    replicates: int = 2_000,
    shuffles_max: int | None = None,
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
    most = _SHUFFLES_MAX if shuffles_max is None else shuffles_max
    if sum(_dealt(counts).n for counts in criteria) * replicates > most:
        fewest = sum(starmap(_fewest, pairs))
        tail, method = _tail(observed, fewest, mean, sd)
        return ChanceUnanimity(observed, mean, sd, tail, method, 0, seed)
    rng = np.random.default_rng(seed)
    total = np.zeros(replicates, dtype=np.int64)
    for counts, level in pairs:
        total += _shuffled(counts, level, replicates, rng)
    share = (1 + int((total >= observed).sum())) / (1 + replicates)
    return ChanceUnanimity(observed, mean, sd, share, "permutation", replicates, seed)


def _fewest(counts: Counted, level: float | None) -> int:
    """Units that stay unanimous however the answers that are not the commonest are dealt."""
    if level is not None:
        return 0
    dealt = _dealt(counts)
    rare = dealt.n - int(dealt.of_level.max(initial=0))
    return max(0, sum(units for _, units in dealt.shared()) - rare)


def _tail(observed: int, fewest: int, mean: float, sd: float) -> tuple[float, str]:
    """P(as many or more): units above the fewest possible are rare events, or normal."""
    if mean - fewest < _NORMAL_FROM:
        above = observed - fewest
        p = float(special.pdtrc(above - 1, max(mean - fewest, 0.0))) if above > 0 else 1.0
        return p, "Poisson approximation with the exact mean"
    p = float(special.ndtr((mean + 0.5 - observed) / sd)) if sd else 1.0
    return p, "normal approximation with the exact mean and variance"


def _column(counts: Scale, level: float) -> int:
    if level not in counts.values:
        raise ValueError(f"The scale has no level {level:g}.")
    return counts.values.index(level)


def _shuffled(
    counts: Counted, level: float | None, replicates: int, rng: np.random.Generator
) -> Integers:
    """Unanimous units of every replicate of one criterion."""
    dealt = _dealt(counts)
    codes = np.repeat(np.arange(len(counts.values), dtype=np.int32), dealt.of_level)
    wanted = None if level is None else _column(counts, level)
    batch = max(1, _SHUFFLED_AT_A_TIME // max(len(codes), 1))
    found = [
        _unanimous_rows(
            rng.permuted(np.tile(codes, (min(batch, replicates - start), 1)), axis=1),
            dealt.sizes.tolist(),
            dealt.units.tolist(),
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


def _moments(counts: Counted, level: float | None) -> tuple[float, float]:
    """Exact mean and variance of the number of unanimous units under shuffling.

    P(unit u all at level k) = (n_k)_m / (n)_m with falling factorials; for two units together
    (n_k)_(m+m') / (n)_(m+m') at one level and (n_k)_m (n_l)_m' / (n)_(m+m') at two.
    """
    dealt = _dealt(counts)
    n_k, n = dealt.of_level, dealt.n
    wanted = n_k if level is None else n_k[[_column(counts, level)]]
    tally = dealt.shared()
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
