"""Two pairs that contradict each other: looked for among all twos, without a rounding error."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from evals.weighing.deciding import Contradiction, Rows

# More rows than this are too many twos to look at each of them.
ROWS_MAX = 4_000
CHUNK = 500


def couple(rows: Rows) -> Contradiction | None:
    """The first two rows that some multipliers bring nowhere above 0; no row does so alone.

    Wherever one is above 0 the other must be below it: few twos are left to be looked at closely.
    Raises ValueError above `ROWS_MAX` rows.
    """
    if len(rows) > ROWS_MAX:
        raise ValueError(f"{len(rows)} rows are too many to look at all twos.")
    above = (rows > 0).astype(np.float32)
    not_below = (rows >= 0).astype(np.float32)
    for start in range(0, len(rows), CHUNK):
        end = start + CHUNK
        # Sums of zeros and ones, which floats hold exactly.
        clashes = above[start:end] @ not_below.T + not_below[start:end] @ above.T
        for at, other in np.argwhere(clashes == 0):
            first, second = start + int(at), int(other)
            if first < second and (share := _share(rows[first], rows[second])):
                return Contradiction({first: share.denominator, second: share.numerator})
    return None


def _share(row: Rows, other: Rows) -> Fraction | None:
    """t > 0 with row + t x other <= 0 everywhere, if there is one."""
    low, high = Fraction(0), None
    for one, two in zip(
        (int(entry) for entry in row), (int(entry) for entry in other), strict=True
    ):
        if two < 0:
            low = max(low, Fraction(one, -two))
        elif two > 0:
            bound = Fraction(-one, two)
            high = bound if high is None else min(high, bound)
        elif one > 0:
            return None
    if high is None:
        return low or Fraction(1)
    # Between the two the smaller numbers read better; both ends are bounds that hold.
    return (low or high) if low <= high and high > 0 else None
