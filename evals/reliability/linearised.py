"""A chance-corrected coefficient with its standard error by linearisation (the delta method).

K = (p_a - p_e) / (1 - p_e). Every unit u has an influence k_u whose mean is K, and the spread of
the items' sums of k_u - K gives the standard error:
    se^2 = G / (G - 1) * sum over items of (sum of k_u - K over the item's units)^2 / n^2
with n units on G items. With one unit per item that is Gwet's variance (Handbook of Inter-Rater
Reliability, 2014, chapter 5); with several it keeps responses to one item together. The factor
G / (G - 1) is left out for tables of two raters, as Fleiss, Cohen and Everitt (1969) print them.
"""

import math
from dataclasses import dataclass

import numpy as np

from evals.reliability.bootstrap import Interval
from evals.reliability.clusters import Clusters, ItemMoments
from evals.reliability.counts import Floats, Integers
from evals.reliability.scientific import special
from evals.reliability.statistic import Statistic, Undefined

# Rounding noise of influences that are all equal.
NOISE = 1e-10


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient, the shares it is made of, its standard error and its interval.

    `observed` and `expected` are the (weighted) shares of agreeing pairs seen and by chance; None
    where the coefficient is undefined or not made of shares (ICC). `n_units` are shared units.
    """

    name: str
    statistic: Statistic
    n_units: int
    observed: float | None
    expected: float | None
    se: float | None
    interval: Interval

    @property
    def value(self) -> float | None:
        """The number, or None; then `statistic.undefined` says why."""
        return self.statistic.value


def without_value(name: str, reason: Undefined, *, n_units: int = 0) -> Coefficient:
    """A coefficient that is undefined."""
    interval = Interval(None, None, f"no interval: {name} is undefined")
    return Coefficient(name, Statistic(None, reason), n_units, None, None, None, interval)


@dataclass(frozen=True, slots=True)
class Spread:
    """How a coefficient's interval is drawn: its level, and whether G / (G - 1) is left out."""

    ci_level: float = 0.95
    two_raters: bool = False


DEFAULT = Spread()


@dataclass(frozen=True, slots=True)
class Squares:
    """Sum over items of the squared sum of their units' deviations, and how many items."""

    total: float
    items: int

    def standard_error(self, units: int, spread: Spread) -> float | None:
        """None on fewer than two items."""
        if self.items < 2:
            return None
        scale = 1.0 if spread.two_raters else self.items / (self.items - 1)
        return math.sqrt(max(scale * self.total, 0.0)) / units

    def t_interval(self, value: float, se: float | None, spread: Spread) -> Interval:
        """K +- t(G - 1) se, never above 1. Refused where no disagreement was seen to vary."""
        if se is None:
            return Interval(None, None, "no interval: it takes two items to see any spread")
        if se <= NOISE:
            return Interval(None, None, "no interval: every item says the same")
        reach = float(special.stdtrit(self.items - 1, (1 + spread.ci_level) / 2)) * se
        kind = "asymptotic" if spread.two_raters else "linearised"
        method = f"{kind} standard error by item, t"
        return Interval(value - reach, min(1.0, value + reach), method)


def influences(value: float, expected: float, agreeing: Floats, by_chance: Floats) -> Floats:
    """k_u of each unit: `agreeing` has the mean p_a, `by_chance` (half of p_e's part) the mean p_e.

    k_u = (a_u - p_e) / (1 - p_e) - 2 (1 - K) (e_u - p_e) / (1 - p_e).
    """
    return (agreeing - expected - 2 * (1 - value) * (by_chance - expected)) / (1 - expected)


def squares_by_pattern(deviations: Floats, clusters: Clusters, items: int) -> Squares:
    """From the deviation of the units of each pattern of a tally."""
    if isinstance(clusters, ItemMoments):
        mixed = squares_by_pattern(deviations, clusters.mixed, items)
        return Squares(float(deviations @ (clusters.together @ deviations)) + mixed.total, items)
    of_item = clusters.units @ deviations
    return Squares(float(clusters.repeats @ of_item**2), items)


def squares_by_unit(deviations: Floats, items: Integers) -> Squares:
    """From the deviation of each unit and the number of its item."""
    of_item = np.bincount(items, weights=deviations) if len(items) else np.zeros(0)
    groups = int(np.count_nonzero(np.bincount(items))) if len(items) else 0
    return Squares(float(np.sum(of_item**2)), groups)
