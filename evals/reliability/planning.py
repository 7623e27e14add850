"""How wide alpha's interval will be, told before anybody rates: by simulated studies.

A scenario says how often each level is the true one and how often an expert finds it (one-coin
raters: all experts alike, mistaken independently of each other). A study of N units by R experts is
drawn as counts of the C(R + K - 1, K - 1) patterns a unit can have, so thousands of studies take
milliseconds. The half-width is 1.96 standard deviations of the studies' alphas: between two experts
alpha moves in steps, and so would quantiles. A unit is one response of its own item: several
responses of an item tell less than as many items.

Two plain formulas stand beside: the proportion's half-width z^2 p (1 - p) / h^2, and the units that
two coders need for a one-sided test of alpha (Bloch and Kraemer 1989 as Krippendorff uses it).
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from math import ceil

import numpy as np

from evals.reliability import alpha
from evals.reliability.counts import Floats, Integers, UnitCounts
from evals.reliability.scientific import special
from evals.reliability.sums import Measurement, unit_sums

LEVELS_MAX = 7
RATERS_MAX = 10
UNITS_MAX = 20_000
UNDEFINED_SHARE_MAX = 0.05
# Studies x patterns of a cell; a page shows some thirty cells.
_DRAWS = 100_000
_STUDIES = (400, 5_000)
_Z = 1.959963984540054
_Z_ONE_SIDED = 1.645


@dataclass(frozen=True, slots=True)
class Scenario:
    """`shares[k]` of the units have level k as their true one; experts give it with probability
    `accuracy`, otherwise any other level alike (nominal) or one a step away (ordinal, interval).
    """

    accuracy: float
    shares: tuple[float, ...]
    measurement: Measurement = Measurement.NOMINAL

    def __post_init__(self) -> None:
        if not 0 <= self.accuracy <= 1:
            raise ValueError("Accuracy is a share from 0 to 1.")
        if not 2 <= len(self.shares) <= LEVELS_MAX:
            raise ValueError(f"A scenario has 2 to {LEVELS_MAX} levels.")
        if min(self.shares) < 0 or abs(sum(self.shares) - 1) > 1e-9:
            raise ValueError("The shares of the levels are none below 0 and sum to 1.")

    def answers(self) -> Floats:
        """Row t: how often an expert gives each level where t is the true one."""
        return _answers(self.accuracy, len(self.shares), self.measurement)

    def agreement(self) -> float:
        """Probability that two experts give a unit the same level."""
        return float(np.array(self.shares) @ np.square(self.answers()).sum(axis=1))


@dataclass(frozen=True, slots=True)
class Precision:
    """What simulated studies of one size say; 95 % of their alphas lie from `low` to `high`.

    `half_width` is None where too few have an alpha.
    """

    raters: int
    units: int
    half_width: float | None
    low: float | None
    high: float | None
    undefined: float  # share of studies whose ratings were all equal
    studies: int
    seed: int

    @property
    def ratings(self) -> int:
        return self.raters * self.units


@lru_cache(maxsize=4_096)
def study(scenario: Scenario, raters: int, units: int, *, seed: int = 0) -> Precision:
    """Simulate studies of this size, some hundreds to thousands by the length of the scale."""
    if not 2 <= raters <= RATERS_MAX or not 2 <= units <= UNITS_MAX:
        raise ValueError(f"2 to {RATERS_MAX} experts and 2 to {UNITS_MAX:,} units can be planned.")
    rows, chances = _patterns(scenario, raters)
    studies = int(np.clip(_DRAWS // len(rows), *_STUDIES))
    rng = np.random.default_rng([seed, raters, units])
    drawn = _drawn(rng, units, chances, studies)
    scale = UnitCounts.from_matrix(range(len(scenario.shares)), rows)
    sums = unit_sums(rows, scale, scenario.measurement).weighted(drawn)
    alphas = alpha.of_sums(sums, scale, scenario.measurement)
    defined = alphas[~np.isnan(alphas)]
    undefined = 1 - len(defined) / studies
    if undefined > UNDEFINED_SHARE_MAX:
        return Precision(raters, units, None, None, None, undefined, studies, seed)
    low, high = (float(one) for one in np.quantile(defined, [0.025, 0.975]))
    half_width = _Z * float(defined.std(ddof=1))
    return Precision(raters, units, half_width, low, high, undefined, studies, seed)


@lru_cache(maxsize=512)
def units_needed(
    scenario: Scenario, raters: int, half_width: float, *, seed: int = 0
) -> int | None:
    """Fewest units for this half-width, to about a tenth; None when `UNITS_MAX` do not reach it.

    The half-width falls with the square root of the units: two corrections of a first guess.
    """
    if not 0 < half_width < 1:
        raise ValueError("A half-width lies between 0 and 1.")
    units = 100
    for _ in range(3):
        found = study(scenario, raters, units, seed=seed).half_width
        if found is None:
            units *= 4
        else:
            units = max(5, ceil(units * (found / half_width) ** 2))
        if units > UNITS_MAX:
            return None
    return None if found is None else _rounded_up(units)


@lru_cache(maxsize=512)
def true_alpha(scenario: Scenario) -> float | None:
    """Alpha of endlessly many units; None when only one level would ever be given."""
    rows, chances = _patterns(scenario, 2)
    scale = UnitCounts.from_matrix(range(len(scenario.shares)), rows)
    many = 1e9 * chances[None, :]
    sums = unit_sums(rows, scale, scenario.measurement).weighted(many)
    value = float(alpha.of_sums(sums, scale, scenario.measurement)[0])
    return None if np.isnan(value) else value


def fitted(
    shares: tuple[float, ...], agreement: float, measurement: Measurement
) -> Scenario | None:
    """The scenario in which experts give these shares and agree this often.

    Accuracy is the root of the agreement, the true shares are the given ones with the mistakes
    taken out. None where the ratings agree less than this model can explain.
    """
    if not 2 <= len(shares) <= LEVELS_MAX or not 0 <= agreement <= 1 or min(shares) < 0:
        return None
    given = np.array(shares) / sum(shares)
    low, high = 1 / len(shares) + 1e-6, 1.0
    if _at(low, given, measurement).agreement() > agreement:
        return None
    for _ in range(20):
        middle = (low + high) / 2
        below = _at(middle, given, measurement).agreement() < agreement
        low, high = (middle, high) if below else (low, middle)
    return _at(high, given, measurement)


def proportion_units(share: float, half_width: float) -> int:
    """Units for a share's 95 % interval of this half-width: z^2 p (1 - p) / h^2, rounded up."""
    if not 0 <= share <= 1 or not half_width > 0:
        raise ValueError("A share lies from 0 to 1, a half-width above 0.")
    return ceil(_Z**2 * share * (1 - share) / half_width**2)


def coder_units(least: float, split: float) -> int:
    """Units two coders need to show alpha above `least`, one-sided 5 %, a share `split` being one
    value: 2 z^2 ((1 + a)(3 - a) / (4 (1 - a) p (1 - p)) - a). Conservative; the planner simulates.
    """
    if not 0 <= least < 1 or not 0 < split < 1:
        raise ValueError("Alpha lies from 0 to below 1, the split between 0 and 1.")
    spread = (1 + least) * (3 - least) / (4 * (1 - least) * split * (1 - split))
    return round(2 * _Z_ONE_SIDED**2 * (spread - least))


def _answers(accuracy: float, levels: int, measurement: Measurement) -> Floats:
    steps = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels)))
    near = steps == 1 if measurement is not Measurement.NOMINAL else steps > 0
    wrong = near / near.sum(axis=1, keepdims=True)
    return accuracy * np.eye(levels) + (1 - accuracy) * wrong


def _at(accuracy: float, given: Floats, measurement: Measurement) -> Scenario:
    """With this accuracy, true shares that explain the given ones as far as shares can."""
    answers = _answers(accuracy, len(given), measurement)
    true = np.clip(np.linalg.lstsq(answers.T, given, rcond=None)[0], 0, None)
    total = true.sum()
    share = true / total if total > 0 else given
    # Nobody knows more digits, and equal scenarios are simulated once.
    rounded = [round(one, 4) for one in share.tolist()[:-1]]
    return Scenario(round(accuracy, 4), (*rounded, max(0.0, 1 - sum(rounded))), measurement)


@lru_cache(maxsize=256)
def _patterns(scenario: Scenario, raters: int) -> tuple[Integers, Floats]:
    """Every pattern of so many ratings, and how often a unit has it."""
    levels = len(scenario.shares)
    chosen = np.array(list(combinations_with_replacement(range(levels), raters)))
    rows = np.stack([(chosen == level).sum(axis=1) for level in range(levels)], axis=1)
    ways = np.exp(special.gammaln(raters + 1) - special.gammaln(rows + 1).sum(axis=1))
    each = np.prod(scenario.answers()[None, :, :] ** rows[:, None, :], axis=2)
    chances = ways * (each @ np.array(scenario.shares))
    return rows.astype(np.int64), chances / chances.sum()


def _drawn(rng: np.random.Generator, units: int, chances: Floats, studies: int) -> Floats:
    """How often each pattern occurs in each study, one by one where there are more patterns."""
    if len(chances) <= units:
        return rng.multinomial(units, chances, size=studies).astype(np.float64)
    ends = np.cumsum(chances)
    picked = np.searchsorted(ends / ends[-1], rng.random((studies, units)), side="right")
    picked += len(chances) * np.arange(studies)[:, None]
    counted = np.bincount(picked.ravel(), minlength=studies * len(chances))
    return counted.reshape(studies, len(chances)).astype(np.float64)


def _rounded_up(units: int) -> int:
    """To five below 200, then to a twentieth of the decade: no more is known."""
    step = 5 if units < 200 else 10 ** (len(str(units)) - 1) // 20 * 2 or 5
    return -(-units // step) * step
