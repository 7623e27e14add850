"""A number about raters with its uncertainty, or the reason in words why there is none."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evals.reliability import sentences
from evals.reliability.counts import Floats, Integers
from evals.reliability.scientific import special

RESAMPLES = 1_000
# Up to this many items are drawn anew; with more, the spread of their sums is as good.
BOOTSTRAP_ITEMS_MAX = 500
ITEMS_MIN = 5
_BATCH_CELLS = 500_000


@dataclass(frozen=True, slots=True)
class Figure:
    """Exactly one of `value` and `reason` is None. `low` and `high` are both there or neither.

    `n` is how many ratings (or units, as the function says) it rests on; `method` names the
    interval, or says why there is none.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str = ""
    reason: str | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("A figure has a value or a reason, never both and never neither.")
        if (self.low is None) != (self.high is None):
            raise ValueError("An interval has two ends.")
        if any(end is not None and math.isnan(end) for end in (self.value, self.low, self.high)):
            raise ValueError("A figure is never NaN.")


def absent(reason: str, n: int = 0) -> Figure:
    """No value, and why."""
    return Figure(None, None, None, n, "", reason)


def share(right: Floats, items: Integers, *, ci_level: float = 0.95) -> Figure:
    """Mean of values between 0 and 1 (usually hits), one a rating; `items` is each one's item.

    Wilson's interval at the effective number of ratings n / deff, where deff >= 1 is the variance
    of the mean with items as clusters over p (1 - p) / n (the design effect of Kish). It keeps its
    width at 0 and 1, where resampling has none; there deff is unknown and taken as 1. Of soft
    values, whose variance is below p (1 - p), it is conservative.
    """
    n = len(right)
    if n == 0:
        return absent(sentences.NOT_COMPARED())
    p = float(np.mean(right))
    effective = n / _design_effect(right, items, p)
    low, high = wilson(p, effective, ci_level=ci_level)
    clustered = len(np.unique(items)) < n
    method = "Wilson, items as clusters" if clustered else "Wilson"
    return Figure(p, low, high, n, method)


def wilson(p: float, n: float, *, ci_level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share p of n: TEST 0/8 -> upper .324; 2/8 -> [.072, .591]."""
    z = float(special.ndtri((1 + ci_level) / 2))
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    # At 0 and 1 the end is exact, and rounding must not carry it past the value.
    return (0.0 if p == 0 else middle - half), (1.0 if p == 1 else middle + half)


def _design_effect(right: Floats, items: Integers, p: float) -> float:
    place = np.unique(items, return_inverse=True)[1]
    clusters = int(place.max()) + 1
    if p in (0.0, 1.0) or clusters < 2:
        return 1.0
    residuals = np.bincount(place, right - p)
    variance = clusters / (clusters - 1) * float(residuals @ residuals) / len(right) ** 2
    return max(1.0, variance * len(right) / (p * (1 - p)))


def ratio(
    above: Floats, below: Floats, items: Integers, *, seed: int = 0, ci_level: float = 0.95
) -> Figure:
    """Sum of `above` over sum of `below`, one entry a rating, with items drawn anew.

    Both are summed per item first. Up to 500 items: percentile interval of 1,000 seeded resamples
    of items ("item bootstrap"); more: linearised variance of the ratio with items as clusters and
    Student's t. Under 5 items there is a value and no interval.
    """
    place = np.unique(items, return_inverse=True)[1]
    top, bottom = np.bincount(place, above), np.bincount(place, below)
    return of_item_sums(
        np.column_stack([top, bottom]),
        lambda sums: sums[:, 0] / sums[:, 1],
        n=len(above),
        seed=seed,
        ci_level=ci_level,
    )


def of_item_sums(
    sums: Floats,
    statistic: Callable[[Floats], Floats],
    *,
    n: int,
    seed: int = 0,
    ci_level: float = 0.95,
) -> Figure:
    """A smooth function of sums over items. `sums` is items x parts, `statistic` takes rows of
    parts and answers one number a row (NaN or infinite where undefined).

    Interval as in `ratio`; above 500 items the linearisation is numerical. No interval when over
    5 % of resamples have no value.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(statistic(sums.sum(axis=0, keepdims=True))[0]) if len(sums) else math.nan
        if not math.isfinite(value):
            return absent(sentences.NO_VARIATION(), n)
        if len(sums) < ITEMS_MIN:
            return Figure(value, None, None, n, f"no interval: fewer than {ITEMS_MIN} items")
        if len(sums) > BOOTSTRAP_ITEMS_MAX:
            low, high = _linearised(sums, statistic, value, ci_level)
            return Figure(value, low, high, n, "linearised, items as clusters")
        drawn = statistic(_resampled(sums, seed))
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < 0.95 * RESAMPLES:
        return Figure(value, None, None, n, "no interval: undefined in over 5 % of resamples")
    low, high = np.quantile(drawn, [(1 - ci_level) / 2, (1 + ci_level) / 2]).tolist()
    return Figure(value, low, high, n, "item bootstrap")


def _resampled(sums: Floats, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    n = len(sums)
    batch = max(1, _BATCH_CELLS // n)
    sizes = [min(batch, RESAMPLES - start) for start in range(0, RESAMPLES, batch)]
    return np.concatenate([rng.multinomial(n, np.full(n, 1 / n), size=b) @ sums for b in sizes])


def _linearised(
    sums: Floats, statistic: Callable[[Floats], Floats], value: float, ci_level: float
) -> tuple[float, float]:
    """Each item's influence is the derivative along its own sums."""
    n = len(sums)
    total = sums.sum(axis=0)
    step = 1e-4 * np.maximum(np.abs(sums).sum(axis=0), 1e-12)
    gradient = (statistic(total + np.diag(step)) - statistic(total - np.diag(step))) / (2 * step)
    influence = (sums - total / n) @ gradient
    half = float(special.stdtrit(n - 1, (1 + ci_level) / 2)) * math.sqrt(
        n / (n - 1) * float(influence @ influence)
    )
    return value - half, value + half
