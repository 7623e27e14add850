"""The `krippendorff` package behind our own question: the oracle of the tests, an engine on demand.

Its edges, measured with 0.9.0: it raises ValueError where nothing is shared or one value occurs,
answers NaN when a second value is declared but never shared, 0.0 on a single shared unit, and needs
memory for units x levels^2. So the reasons are settled before it is asked, and long scales refused.
"""

import krippendorff
import numpy as np

from evals.reliability import alpha
from evals.reliability.counts import UnitCounts
from evals.reliability.patterns import unit_patterns
from evals.reliability.statistic import Statistic
from evals.reliability.sums import Measurement

# units x levels^2 floats: 400 MB.
CELLS_MAX = 50_000_000


class TooLargeForPackage(ValueError):
    """The package would need memory for units x levels^2; the own engine would not."""


def krippendorff_alpha(
    counts: UnitCounts, measurement: Measurement | str, *, raters: int | None = None
) -> Statistic:
    """Alpha as the package computes it, from the same counts and with the same reasons."""
    if reason := alpha.undefined(unit_patterns(counts.counts), raters=raters):
        return Statistic(None, reason)
    cells = len(counts) * len(counts.values) ** 2
    if cells > CELLS_MAX:
        raise TooLargeForPackage(
            f"{len(counts)} units on {len(counts.values)} levels need {cells} cells in the "
            f"krippendorff package; the limit is {CELLS_MAX}."
        )
    return Statistic(_asked(counts, Measurement(measurement)))


def _asked(counts: UnitCounts, measurement: Measurement) -> float:
    value = krippendorff.alpha(
        value_counts=counts.dense(),
        value_domain=_domain(counts, measurement),
        level_of_measurement=measurement.value,
    )
    return float(value)


def _domain(counts: UnitCounts, measurement: Measurement) -> np.ndarray:
    """The package sorts out order by position, and distance by value."""
    if measurement is Measurement.INTERVAL:
        return np.array(counts.values)
    return np.arange(len(counts.values), dtype=np.float64)
