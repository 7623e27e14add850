"""Ratings as value counts per unit: how many raters chose each level.

A unit is a response under a criterion; its item is the cluster it is resampled with. Counts are
all that agreement needs, so neither raters nor single ratings are held, and memory is linear in
the units. Scales of up to `DENSE_LEVELS` levels lie in a dense array, longer ones in a sparse one.
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.reliability.scientific import sparse

DENSE_LEVELS = 32

type Floats = NDArray[np.float64]
type Integers = NDArray[np.int64]
type Mask = NDArray[np.bool_]
type Matrix = Any  # an integer or float ndarray, or a csr_array: both know @, sum and [rows]
type Row = tuple[Hashable, Hashable, float, int]


@dataclass(frozen=True, eq=False)
class UnitCounts:
    """Units x levels. `items[u]` is the index of the item that unit u belongs to.

    `values` are the declared levels in their order, or, when `declared` is False (a continuous
    scale), the distinct values that were seen.
    """

    values: tuple[float, ...]
    counts: Matrix
    items: Integers
    unit_ids: Sequence[Hashable]
    declared: bool = True

    @classmethod
    def from_rows(
        cls, rows: Iterable[Row], *, values: Sequence[float] | None = None
    ) -> "UnitCounts":
        """Build from (unit, item, value, how many raters chose it); rows of a pair add up."""
        units: dict[Hashable, int] = {}
        items: dict[Hashable, int] = {}
        owners: list[int] = []
        cells: list[tuple[int, float, int]] = []
        for unit, item, value, n in rows:
            index = units.setdefault(unit, len(units))
            owner = items.setdefault(item, len(items))
            if index == len(owners):
                owners.append(owner)
            elif owners[index] != owner:
                raise ValueError(f"Unit {unit!r} stands under two items.")
            cells.append((index, _checked(value, unit), _checked_number(n, unit)))
        levels = _levels(values, cells)
        return cls(
            values=levels,
            counts=_tabulated(cells, levels, len(units)),
            items=np.array(owners, dtype=np.int64),
            unit_ids=tuple(units),
            declared=values is not None,
        )

    @classmethod
    def from_matrix(
        cls,
        values: Sequence[float],
        counts: NDArray[Any],
        *,
        items: NDArray[Any] | None = None,
        unit_ids: Sequence[Hashable] | None = None,
        declared: bool = True,
    ) -> "UnitCounts":
        """Take an integer array units x levels; without `items` every unit is its own item."""
        counts = np.asarray(counts)
        if counts.ndim != 2 or counts.shape[1] != len(values):
            raise ValueError("Counts must have one column for each level.")
        if not np.issubdtype(counts.dtype, np.integer) or (counts.size and counts.min() < 0):
            raise ValueError("Counts must be whole numbers of ratings, none below 0.")
        own = items is None
        owners = np.arange(len(counts)) if own else _numbered(np.asarray(items, dtype=np.int64))
        if owners.shape != (len(counts),):
            raise ValueError("Every unit needs exactly one item.")
        wide = counts if counts.itemsize >= 4 else counts.astype(np.int32)
        return cls(
            values=_levels(values, []),
            counts=wide if len(values) <= DENSE_LEVELS else sparse.csr_array(wide),
            items=owners,
            unit_ids=range(len(counts)) if unit_ids is None else unit_ids,
            declared=declared,
        )

    def __len__(self) -> int:
        return int(self.counts.shape[0])

    @cached_property
    def sizes(self) -> Integers:
        """Ratings of each unit."""
        return row_sums(self.counts)

    def pairable(self) -> Mask:
        """Units with two ratings or more: only they say something about agreement."""
        return self.sizes >= 2

    def unanimous(self) -> Mask:
        """Pairable units whose ratings are all equal."""
        return self.pairable() & (levels_used(self.counts) == 1)

    def percent(self) -> float | None:
        """Mean share of agreeing pairs of ratings over shared units (the p_a of Gwet).

        Every unit weighs the same, however many experts rated it.
        """
        m = self.sizes
        shared = m >= 2
        if not shared.any():
            return None
        agreeing = row_sums(squares(self.counts)) - m
        return float(np.mean(agreeing[shared] / (m[shared] * (m[shared] - 1))))

    def marginals(self) -> Integers:
        """Ratings of each level, over all units."""
        return column_sums(self.counts)

    def shares(self) -> Floats:
        """Prevalence: each level's share of all ratings (all zero before the first rating)."""
        marginals = self.marginals()
        return marginals / max(int(marginals.sum()), 1)

    def select(self, mask: Mask) -> "UnitCounts":
        """The same scale over some of the units: a slice, or the units with enough raters."""
        chosen = np.flatnonzero(mask)
        return UnitCounts(
            values=self.values,
            counts=self.counts[chosen],
            items=self.items[chosen],
            unit_ids=[self.unit_ids[u] for u in chosen.tolist()],
            declared=self.declared,
        )

    def dense(self) -> Integers:
        """Units x levels as one array, whatever the storage; for short tables only."""
        return self.counts.toarray() if isinstance(self.counts, sparse.csr_array) else self.counts


def distinct_items(items: Integers) -> int:
    """How many items there are; items are numbered from 0 on, with gaps in a slice."""
    return int(np.count_nonzero(np.bincount(items)))


def row_sums(matrix: Matrix) -> NDArray[Any]:
    """Sum of each row, of an array or a sparse array."""
    return np.asarray(matrix.sum(axis=1)).ravel()


def column_sums(matrix: Matrix) -> NDArray[Any]:
    """Sum of each column, of an array or a sparse array."""
    return np.asarray(matrix.sum(axis=0)).ravel()


def scaled_rows(matrix: Matrix, factors: Floats) -> Matrix:
    """Each row times its factor."""
    if isinstance(matrix, sparse.csr_array):
        return sparse.csr_array(matrix.multiply(factors[:, None]))
    return matrix * factors[:, None]


def squares(matrix: Matrix) -> Matrix:
    """Element by element; sparse stays sparse."""
    return matrix.power(2) if isinstance(matrix, sparse.csr_array) else matrix**2


def levels_used(matrix: Matrix) -> Integers:
    """How many levels each row uses."""
    return row_sums(matrix != 0)


def _numbered(items: Integers) -> Integers:
    """Items numbered from 0 on, so that they can be counted without sorting."""
    if not len(items) or (items.min() >= 0 and items.max() < 4 * len(items)):
        return items
    return np.unique(items, return_inverse=True)[1].ravel()


def _checked(value: float, unit: Hashable) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"Unit {unit!r} has a value that is not a finite number.")
    return number


def _checked_number(n: int, unit: Hashable) -> int:
    if n != int(n) or n < 0:
        raise ValueError(f"Unit {unit!r} has {n!r} ratings; that is not a number of ratings.")
    return int(n)


def _levels(
    values: Sequence[float] | None, cells: list[tuple[int, float, int]]
) -> tuple[float, ...]:
    if values is None:
        return tuple(sorted({value for _, value, _ in cells}))
    levels = tuple(float(value) for value in values)
    if len(set(levels)) != len(levels):
        raise ValueError("A scale may name each level once.")
    return levels


def _tabulated(
    cells: list[tuple[int, float, int]], levels: tuple[float, ...], n_units: int
) -> Matrix:
    column = {value: position for position, value in enumerate(levels)}
    if unknown := {value for _, value, _ in cells} - column.keys():
        raise ValueError(f"The scale has no level {min(unknown):g}.")
    row = np.array([unit for unit, _, _ in cells], dtype=np.int64)
    level = np.array([column[value] for _, value, _ in cells], dtype=np.int64)
    n = np.array([n for _, _, n in cells], dtype=np.int64)
    table = sparse.csr_array((n, (row, level)), shape=(n_units, len(levels)))
    table.sum_duplicates()
    table.eliminate_zeros()
    return table.toarray() if len(levels) <= DENSE_LEVELS else table
