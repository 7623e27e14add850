"""The sums that alpha and AC1 are made of: they add up over units, items and chunks.

Every unit contributes its row; a weighted sum of rows is all that a point estimate, a resample or
a merge of two chunks needs. m is the number of ratings of a unit, n_c those at level c.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from evals.reliability.counts import Floats, Matrix, row_sums, scaled_rows, squares
from evals.reliability.scientific import sparse

# Scales of more levels are not tabulated pair by pair.
PAIR_LEVELS = 12


class Measurement(StrEnum):
    """What distances between levels mean. Binary scales are nominal."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Scale(Protocol):
    """Values of the levels in their order, and whether they were declared or only seen."""

    @property
    def values(self) -> tuple[float, ...]: ...

    @property
    def declared(self) -> bool: ...


@dataclass(frozen=True, eq=False)
class Sums:
    """One row per unit, per item or per resample, depending on what was summed."""

    units: Floats  # units with at least one rating
    shared: Floats  # units with two ratings or more
    agreeing: Floats  # sum of P_u, the share of agreeing pairs of ratings of a unit
    agreeing_nearly: Floats  # the same with quadratic weights
    disagreement: Floats  # sum of pairs x distance / (m - 1); not for ordinal
    moments: Floats  # m, sum of n_c x, sum of n_c x^2 over shared units; interval only
    paired: Matrix  # n_c over shared units; not for interval
    shares: Matrix  # n_c / m over all units; declared scales only
    pairs: Floats  # n_c n_d / (m - 1) for c < d; ordinal scales of few levels only

    def weighted(self, weights: Matrix) -> Sums:
        """Each row of `weights` (ndarray or csr_array) makes one row of sums."""
        parts = [getattr(self, name) for name in self.__dataclass_fields__]
        if any(isinstance(part, sparse.csr_array) for part in parts):
            return Sums(*(weights @ part for part in parts))
        # One product over all numbers reads the weights once.
        return self.like(weights @ self.flat())

    def width(self) -> int:
        """How many numbers one row has."""
        return sum(_columns(getattr(self, name)) for name in self.__dataclass_fields__)

    def flat(self) -> Floats:
        """All numbers of a row side by side."""
        parts = [getattr(self, name) for name in self.__dataclass_fields__]
        dense = [part.toarray() if isinstance(part, sparse.csr_array) else part for part in parts]
        return np.column_stack(dense)

    def like(self, flat: Floats) -> Sums:
        """Rows of numbers side by side, in the order of `flat`, as sums again."""
        parts, start = [], 0
        for name in self.__dataclass_fields__:
            part = getattr(self, name)
            stop = start + _columns(part)
            parts.append(flat[:, start] if part.ndim == 1 else flat[:, start:stop])
            start = stop
        return Sums(*parts)


def _columns(part: Matrix) -> int:
    return 1 if part.ndim == 1 else int(part.shape[1])


def unit_sums(rows: Matrix, scale: Scale, measurement: Measurement) -> Sums:
    """What each row of counts on that scale contributes; ValueError for a negative ratio value."""
    interval = measurement is Measurement.INTERVAL
    m = row_sums(rows).astype(np.float64)
    shared = m >= 2
    pairs_per_rating = np.where(shared, 1 / np.maximum(m - 1, 1), 0.0)
    equal = row_sums(squares(rows)).astype(np.float64)
    x = _positions(scale.values, measurement)
    moments = np.column_stack([m, rows @ x, rows @ x**2]) * shared[:, None]
    spread = 2 * (m * moments[:, 2] - moments[:, 1] ** 2)
    possible = np.maximum(m, 1)
    reach = float(np.ptp(x)) ** 2 if len(x) > 1 else 0.0
    return Sums(
        units=(m >= 1).astype(np.float64),
        shared=shared.astype(np.float64),
        agreeing=(equal - m) * pairs_per_rating / possible,
        agreeing_nearly=shared - spread * pairs_per_rating / possible / (reach or 1.0),
        disagreement=_disagreement(rows, scale, measurement, m**2 - equal, spread)
        * pairs_per_rating,
        moments=moments,
        paired=_nothing(rows) if interval else scaled_rows(rows, shared.astype(np.float64)),
        shares=scaled_rows(rows, 1 / possible) if scale.declared else _nothing(rows),
        pairs=_pairs(rows, pairs_per_rating, measurement),
    )


def _positions(values: tuple[float, ...], measurement: Measurement) -> Floats:
    """Where the levels lie: at their values on an interval scale, one step apart elsewhere.

    Values are centred, because sums of squares far from zero lose their last digits.
    """
    if measurement is not Measurement.INTERVAL:
        return np.arange(len(values), dtype=np.float64) - (len(values) - 1) / 2
    x: Floats = np.array(values, dtype=np.float64)
    return x - float(np.median(x)) if len(x) else x


def _disagreement(
    rows: Matrix, scale: Scale, measurement: Measurement, unequal: Floats, spread: Floats
) -> Floats:
    """Pairs of ratings of each unit times their distance."""
    if measurement is Measurement.RATIO:
        return _relative(sparse.csr_array(rows), ratio_values(scale))
    return unequal if measurement is Measurement.NOMINAL else spread


def ratio_values(scale: Scale) -> Floats:
    """The values of a ratio scale, whose zero means nothing at all."""
    x: Floats = np.array(scale.values, dtype=np.float64)
    if len(x) and x.min() < 0:
        raise ValueError("A ratio scale has no values below 0.")
    return x


def relative_distance(one: Floats, other: Floats) -> Floats:
    """((x - y) / (x + y))^2, and 0 between two zeros."""
    total = one + other
    total[total == 0] = 1.0
    found: Floats = one - other
    found /= total
    found *= found
    return found


def _relative(rows: sparse.csr_array, x: Floats) -> Floats:
    """Row by row the sum over pairs of ratings of their relative distance."""
    owner = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    found = np.zeros(rows.shape[0])
    for step in range(1, int(np.diff(rows.indptr).max(initial=0))):
        near, far = slice(None, -step), slice(step, None)
        mine = owner[near] == owner[far]
        pairs = 2.0 * rows.data[near][mine] * rows.data[far][mine]
        distance = relative_distance(x[rows.indices[near][mine]], x[rows.indices[far][mine]])
        found += np.bincount(owner[near][mine], pairs * distance, rows.shape[0])
    return found


def _pairs(rows: Matrix, pairs_per_rating: Floats, measurement: Measurement) -> Floats:
    if measurement is not Measurement.ORDINAL or rows.shape[1] > PAIR_LEVELS:
        return _nothing(rows)
    low, high = level_pairs(rows.shape[1])
    products = rows[:, low].astype(np.float64) * rows[:, high]
    return products * pairs_per_rating[:, None]


def _nothing(rows: Matrix) -> Floats:
    return np.zeros((rows.shape[0], 0))


def level_pairs(levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices c < d of all pairs of levels, in the order of `Sums.pairs`."""
    if levels > PAIR_LEVELS:
        raise ValueError("Pairs of levels are tabulated for short scales only.")
    return np.triu_indices(levels, k=1)
