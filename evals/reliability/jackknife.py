"""Krippendorff's alpha with each item left out in turn: standard error and t interval.

se^2 = (n - 1) / n * sum_i (alpha_(i) - their mean)^2 over the n items with shared units, and
alpha +- t(n - 1) se, never above 1 (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
chapter 11). It needs no seed and stands beside the bootstrap where items are few.
"""

import math

import numpy as np

from evals.reliability import alpha
from evals.reliability.bootstrap import Interval
from evals.reliability.clusters import ItemMoments
from evals.reliability.counts import Floats
from evals.reliability.linearised import NOISE, Coefficient, without_value
from evals.reliability.scientific import sparse, special
from evals.reliability.statistic import Statistic
from evals.reliability.sums import Measurement, Sums, unit_sums
from evals.reliability.tally import Counted, Tally, patterns_of, tallied

# Multiplications that a scale of many levels may cost, some seconds.
WORK_MAX = 5_000_000_000
_BATCH_CELLS = 2_000_000


def jackknife_alpha(
    counted: Counted,
    measurement: Measurement | str,
    *,
    raters: int | None = None,
    ci_level: float = 0.95,
) -> Coefficient:
    """Alpha with the jackknife's standard error; `observed` and `expected` stay None."""
    tally, scale = tallied(counted), Measurement(measurement)
    if reason := alpha.undefined(patterns_of(tally), raters=raters):
        return without_value("alpha", reason, n_units=tally.n_pairable)
    value = alpha.krippendorff_alpha(tally, scale).value
    assert value is not None  # every reason for none was asked for above
    se, interval = _spread(tally, scale, value, ci_level)
    return Coefficient("alpha", Statistic(value), tally.n_pairable, None, None, se, interval)


def _spread(
    tally: Tally, measurement: Measurement, value: float, ci_level: float
) -> tuple[float | None, Interval]:
    n = tally.n_shared_items
    if refusal := _refusal(tally, measurement, n):
        return None, Interval(None, None, f"no interval: {refusal}")
    left_out, repeats = _without_each(tally, measurement)
    if np.isnan(left_out).any():
        return None, Interval(None, None, "no interval: without some item, alpha is undefined")
    mean = float(repeats @ left_out) / n
    se = math.sqrt((n - 1) / n * float(repeats @ (left_out - mean) ** 2))
    if se <= NOISE:
        return se, Interval(None, None, "no interval: every item says the same")
    reach = float(special.stdtrit(n - 1, (1 + ci_level) / 2)) * se
    return se, Interval(value - reach, min(1.0, value + reach), "item jackknife, t")


def _refusal(tally: Tally, measurement: Measurement, items: int) -> str | None:
    if items < 2:
        return "the jackknife needs two items"
    if isinstance(tally.clusters, ItemMoments):
        return "too many items with several responses to leave out one by one"
    kinds, levels = tally.clusters.units.shape[0], len(tally.values)
    cost = {
        Measurement.RATIO: kinds * levels**2,
        Measurement.ORDINAL: kinds * len(tally) * levels,
    }.get(measurement, 0)
    return "too many distinct values to leave out items one by one" if cost > WORK_MAX else None


def _without_each(tally: Tally, measurement: Measurement) -> tuple[Floats, Floats]:
    """Alpha without one item of each kind, and how many items are of that kind."""
    assert not isinstance(tally.clusters, ItemMoments)
    shared = tally.clusters.units @ tally.pairable().astype(np.int64) > 0
    kinds = tally.clusters.units[np.flatnonzero(shared)]
    of_unit = unit_sums(tally.rows, tally, measurement)
    everything = tally.repeats[None, :].astype(np.float64)
    total = of_unit.weighted(everything)
    step = max(1, _BATCH_CELLS // max(of_unit.width(), len(tally)))
    found = []
    for start in range(0, kinds.shape[0], step):
        some = kinds[start : start + step]
        if alpha.long_ordinal(patterns_of(tally), measurement):
            weights = everything - some.toarray()
            found.append(alpha.of_long_ordinal(weights, tally.rows, of_unit.paired))
        else:
            rest = _difference(total, of_unit.weighted(some))
            found.append(alpha.of_sums(rest, tally, measurement))
    return np.concatenate(found), tally.clusters.repeats[shared].astype(np.float64)


def _difference(total: Sums, part: Sums) -> Sums:
    """Sums of everything but each row of `part`."""
    left = []
    for name in Sums.__dataclass_fields__:
        taken = getattr(part, name)
        whole = getattr(total, name)
        left.append(whole - (taken.toarray() if isinstance(taken, sparse.csr_array) else taken))
    return Sums(*left)
