"""The `krippendorff` package behind our own question: the oracle of the tests, an engine on demand.

Its edges, measured with 0.9.0: it raises ValueError where nothing is shared or one value occurs,
answers NaN when a second value is declared but never shared, 0.0 on a single shared unit, and needs
memory for units x levels^2. So the reasons are settled before it is asked, and long scales refused.
"""

import krippendorff
import numpy as np

from evals.reliability import alpha
from evals.reliability.statistic import Statistic
from evals.reliability.sums import Measurement, Scale
from evals.reliability.tally import Counted, patterns_of

# units x levels^2 floats: 400 MB.
CELLS_MAX = 50_000_000


class TooLargeForPackage(ValueError):
    """The package would need memory for units x levels^2; the own engine would not."""


def krippendorff_alpha(
    counts: Counted, measurement: Measurement | str, *, raters: int | None = None
) -> Statistic:
    """Alpha as the package computes it, from the same counts and with the same reasons."""
    found = patterns_of(counts)
    if reason := alpha.undefined(found, raters=raters):
        return Statistic(None, reason)
    units = int(found.repeats.sum())
    cells = units * len(counts.values) ** 2
    if cells > CELLS_MAX:
        raise TooLargeForPackage(
            f"{units} units on {len(counts.values)} levels need {cells} cells in the "
            f"krippendorff package; the limit is {CELLS_MAX}."
        )
    rows = np.repeat(found.dense(), found.repeats, axis=0)
    value = krippendorff.alpha(
        value_counts=rows,
        value_domain=_domain(counts, Measurement(measurement)),
        level_of_measurement=Measurement(measurement).value,
    )
    return Statistic(float(value))


def _domain(scale: Scale, measurement: Measurement) -> np.ndarray:
    """The package sorts out order by position, and distance by value."""
    if measurement in (Measurement.INTERVAL, Measurement.RATIO):
        return np.array(scale.values)
    return np.arange(len(scale.values), dtype=np.float64)
