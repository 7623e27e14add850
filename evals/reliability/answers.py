"""Single ratings of one criterion: who gave which answer to which unit.

Agreement needs value counts only; what is said about raters needs to know who said what. One row a
rating, so memory is linear in the ratings however few units two raters share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.reliability.counts import Floats, Integers, Mask, UnitCounts
from evals.reliability.scientific import sparse
from evals.reliability.sums import Measurement

# Scales whose values can be subtracted.
METRIC = (Measurement.INTERVAL, Measurement.RATIO)


@dataclass(frozen=True, eq=False)
class Answers:
    """Rating j says that rater `raters[j]` put unit `units[j]` at level `levels[j]`.

    Raters are 0..n_raters-1 and units 0..n_units-1, in the caller's order; a level is a position
    in `values`: the declared levels in their order, or, when `declared` is False (a continuous
    scale), the distinct values seen. `items[u]` is the item of unit u.
    """

    values: tuple[float, ...]
    units: Integers
    raters: Integers
    levels: Integers
    n_units: int
    n_raters: int
    items: Integers
    declared: bool = True

    @classmethod
    def of(
        cls,
        *,
        units: NDArray[Any],
        raters: NDArray[Any],
        given: NDArray[Any],
        values: Sequence[float] | None = None,
        n_units: int | None = None,
        n_raters: int | None = None,
        items: NDArray[Any] | None = None,
    ) -> Answers:
        """From positions of units and raters and the values `given`; the three run in parallel.

        `values` are the declared levels, None on a continuous scale. `items` has one entry a unit
        (without it every unit is its own item). ValueError: a value that is no level or not
        finite, a rater who rated a unit twice, arrays that do not fit together.
        """
        units, raters = np.asarray(units, dtype=np.int64), np.asarray(raters, dtype=np.int64)
        given = np.asarray(given, dtype=np.float64)
        if not (units.shape == raters.shape == given.shape and units.ndim == 1):
            raise ValueError("Units, raters and values run in parallel, one entry a rating.")
        many = _how_many(units, n_units, "unit")
        people = _how_many(raters, n_raters, "rater")
        seats = np.sort(raters * max(many, 1) + units)
        if (seats[1:] == seats[:-1]).any():
            raise ValueError("A rater rated a unit twice; pass the first or the corrected rating.")
        owners = np.arange(many) if items is None else np.asarray(items, dtype=np.int64)
        if owners.shape != (many,):
            raise ValueError("Every unit needs exactly one item.")
        scale, levels = _placed(given, values)
        return cls(scale, units, raters, levels, many, people, owners, values is not None)

    def __len__(self) -> int:
        return len(self.units)

    @cached_property
    def given(self) -> Floats:
        """The value of each rating."""
        return np.asarray(self.values, dtype=np.float64)[self.levels]

    def steps(self, measurement: Measurement | str) -> Floats:
        """Each rating as a number to take differences of: values on interval and ratio scales,
        positions elsewhere, so that one step is one level (of a binary scale: the share of the
        upper one).
        """
        if Measurement(measurement) in METRIC:
            return self.given
        return self.levels.astype(np.float64)

    @cached_property
    def per_unit(self) -> Integers:
        """Ratings of each unit."""
        return np.bincount(self.units, minlength=self.n_units)

    @cached_property
    def per_rater(self) -> Integers:
        """Ratings of each rater."""
        return np.bincount(self.raters, minlength=self.n_raters)

    @cached_property
    def item_of(self) -> Integers:
        """The item of each rating."""
        return self.items[self.units]

    @cached_property
    def table(self) -> sparse.csr_array:
        """Units x levels: how many raters chose each."""
        ones = np.ones(len(self), dtype=np.int64)
        shape = (self.n_units, len(self.values))
        return sparse.csr_array((ones, (self.units, self.levels)), shape=shape)

    def counts(self) -> UnitCounts:
        """What agreement is computed from: the same ratings without their raters."""
        table = self.table
        dense = table.toarray() if len(self.values) <= 32 else table
        return UnitCounts(self.values, dense, self.items, range(self.n_units), self.declared)

    def keep(self, mask: Mask) -> Answers:
        """Some of the ratings, over the same units and raters."""
        return Answers(
            self.values,
            self.units[mask],
            self.raters[mask],
            self.levels[mask],
            self.n_units,
            self.n_raters,
            self.items,
            self.declared,
        )

    def others(self, numbers: Floats) -> tuple[Floats, Mask]:
        """Mean of `numbers` (one a rating) over the other ratings of each rating's unit, and which
        ratings have others at all; the mean is 0 where they have not.
        """
        total = np.bincount(self.units, numbers, minlength=self.n_units)[self.units]
        m = self.per_unit[self.units]
        return np.where(m > 1, (total - numbers) / np.maximum(m - 1, 1), 0.0), m > 1

    @cached_property
    def agreeing(self) -> tuple[Floats, Mask]:
        """Share of the other ratings of its unit that are equal to each rating, and which ratings
        have others; 0 where they have not.
        """
        cell = self.units * max(len(self.values), 1) + self.levels
        same = np.unique(cell, return_inverse=True, return_counts=True)
        equal = same[2][same[1]] - 1
        m = self.per_unit[self.units]
        return equal / np.maximum(m - 1, 1), m > 1


def _how_many(places: Integers, n: int | None, noun: str) -> int:
    if len(places) and places.min() < 0:
        raise ValueError(f"Each {noun} is a position, 0 or above.")
    least = int(places.max()) + 1 if len(places) else 0
    if n is not None and n < least:
        raise ValueError(f"A rating names {noun} {least - 1} of {n}.")
    return least if n is None else n


def _placed(given: Floats, values: Sequence[float] | None) -> tuple[tuple[float, ...], Integers]:
    if not np.isfinite(given).all():
        raise ValueError("A value is not a finite number.")
    seen, place = np.unique(given, return_inverse=True)
    if values is None:
        return tuple(seen.tolist()), place.ravel()
    scale = tuple(float(value) for value in values)
    if len(set(scale)) != len(scale):
        raise ValueError("A scale may name each level once.")
    column = {value: position for position, value in enumerate(scale)}
    if unknown := set(seen.tolist()) - column.keys():
        raise ValueError(f"The scale has no level {min(unknown):g}.")
    positions = np.array([column[value] for value in seen.tolist()], dtype=np.int64)
    return scale, positions[place.ravel()] if len(given) else np.zeros(0, dtype=np.int64)
