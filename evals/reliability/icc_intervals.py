"""Intervals of intraclass correlations.

From the F distribution where every item has one response and nothing is missing (Shrout and Fleiss
1979; the two-way one with Satterthwaite's degrees of freedom); otherwise the linearised standard
error with items as clusters and Student's t.
"""

from dataclasses import replace
from typing import Protocol

from evals.reliability.bootstrap import Interval
from evals.reliability.icc_sums import NOISE
from evals.reliability.linearised import Spread, Squares
from evals.reliability.scientific import special

_F = "F distribution"


class TwoWay(Protocol):
    """Mean squares of n units by k raters."""

    @property
    def n(self) -> int: ...
    @property
    def k(self) -> int: ...
    @property
    def units(self) -> float: ...
    @property
    def raters(self) -> float: ...
    @property
    def residual(self) -> float: ...


def one_way(units: float, within: float, n: int, k: int, ci_level: float) -> Interval:
    """Of ICC(1), from the mean squares between and within n units of k ratings each."""
    if within <= NOISE * units:
        return Interval(None, None, "no interval: raters never differ")
    ratio, tail = units / within, (1 + ci_level) / 2
    low = ratio / _quantile(n - 1, n * (k - 1), tail)
    high = ratio * _quantile(n * (k - 1), n - 1, tail)
    return Interval((low - 1) / (low + k - 1), (high - 1) / (high + k - 1), _F)


def two_way(s: TwoWay, value: float, ci_level: float) -> Interval:
    """Of ICC(2,1), whose value is given."""
    if s.residual <= NOISE * (s.units + s.raters):
        return Interval(None, None, "no interval: raters differ by the same amount everywhere")
    tail = (1 + ci_level) / 2
    n, k = s.n, s.k
    freedom = _satterthwaite(s, value)
    one, other = _quantile(n - 1, freedom, tail), _quantile(freedom, n - 1, tail)
    spread = k * s.raters + (k * n - k - n) * s.residual
    low = n * (s.units - one * s.residual) / (one * spread + n * s.units)
    high = n * (other * s.units - s.residual) / (spread + n * other * s.units)
    return Interval(low, min(1.0, high), f"{_F} with Satterthwaite's degrees of freedom")


def linearised(
    value: float,
    found: Squares,
    centre: float,
    ci_level: float,
    *,
    of_these_raters: bool = False,
) -> tuple[float | None, Interval]:
    """From the squared influences of the items; `centre` is the sum of the influences."""
    spread = Spread(ci_level)
    around = Squares(found.total - centre**2 / max(found.items, 1), found.items)
    se = around.standard_error(1, spread)
    interval = around.t_interval(value, se, spread)
    if of_these_raters and interval.low is not None:
        interval = replace(interval, method=f"{interval.method}, for these raters")
    return se, interval


def of_mean(low: float, high: float, k: int, method: str) -> Interval:
    """The interval of a single rater's ICC carried over to the mean of k raters."""
    if 1 + (k - 1) * low <= 0:
        return Interval(None, None, "no interval: its lower end has no mean of that many raters")
    return Interval(k * low / (1 + (k - 1) * low), k * high / (1 + (k - 1) * high), method)


def _satterthwaite(s: TwoWay, value: float) -> float:
    n, k = s.n, s.k
    of_raters = k * value * s.raters / s.residual
    of_error = n * (1 + (k - 1) * value) - k * value
    above = (k - 1) * (n - 1) * (of_raters + of_error) ** 2
    return above / ((n - 1) * of_raters**2 + of_error**2)


def _quantile(above: float, below: float, tail: float) -> float:
    return float(special.fdtri(above, below, tail))
