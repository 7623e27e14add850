"""Units of one criterion on one slice, counted by pattern: all that agreement is computed from.

A pattern is how many ratings a unit has at each level, and how many NA and cannot_assess. A million
units have a few hundred patterns, so nothing after a tally costs more than its patterns. Tallies of
different items add up (`+`), and items that changed are taken away (`-`) and added anew: whichever
way a tally came about, equal content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.reliability import clusters as grouping
from evals.reliability.clusters import Clusters, Contradiction, ItemMoments
from evals.reliability.counts import (
    DENSE_LEVELS,
    Integers,
    Matrix,
    UnitCounts,
    column_sums,
    row_sums,
)
from evals.reliability.patterns import Patterns, fitting, joined, parted, patterns, unit_patterns
from evals.reliability.scientific import sparse
from evals.reliability.tally_counts import TallyCounts


@dataclass(frozen=True, eq=False)
class Tally(TallyCounts):
    """Counts by pattern that can be made, joined and taken apart."""

    @classmethod
    def of(
        cls,
        counts: UnitCounts,
        *,
        na: NDArray[Any] | None = None,
        cannot: NDArray[Any] | None = None,
    ) -> Tally:
        """Count units by pattern. `na` and `cannot` are such ratings of each unit."""
        table = joined(counts.counts, na, cannot)
        if grouping.each_its_own(counts.items):
            found, clusters = patterns(table), None
        else:
            found, clusters = _clustered(table, counts)
        rows, no, unknown = parted(found.rows, len(counts.values))
        if clusters is None:
            clusters = grouping.alone(found.repeats, row_sums(rows) > 0)
        return _canonical(
            counts.values, counts.declared, rows, no, unknown, found.repeats, clusters
        )

    @classmethod
    def from_patterns(
        cls,
        values: Sequence[float],
        rows: NDArray[Any] | sparse.csr_array,
        repeats: NDArray[Any],
        *,
        na: NDArray[Any] | None = None,
        cannot: NDArray[Any] | None = None,
        declared: bool = True,
        clusters: Clusters | None = None,
    ) -> Tally:
        """Take rows that are counted already, in any order, equal ones more than once if need be.

        `clusters` speaks of these rows by position (see `clusters.gathered`, `ItemMoments`) and of
        rated units only; without it every unit is its own item.
        """
        levels = tuple(float(value) for value in values)
        if rows.shape != (len(repeats), len(levels)) or len(set(levels)) != len(levels):
            raise ValueError("A tally needs one row for each pattern, one column for each level.")
        if len(repeats) and (rows.min() < 0 or min(repeats) < 0):
            raise ValueError("Counts must be whole numbers of ratings, none below 0.")
        number = np.asarray(repeats, dtype=np.int64)
        nothing = np.zeros(len(number), dtype=np.int64)
        table = sparse.csr_array(rows) if len(levels) > DENSE_LEVELS else rows
        if clusters is None:
            clusters = grouping.alone(number, row_sums(table) > 0)
        no = nothing if na is None else np.asarray(na, dtype=np.int64)
        unknown = nothing if cannot is None else np.asarray(cannot, dtype=np.int64)
        return _canonical(levels, declared, table, no, unknown, number, clusters)

    def __add__(self, other: Tally) -> Tally:
        """Both together; they must hold different items."""
        return _merged(self, other, 1)

    def __sub__(self, other: Tally) -> Tally:
        """Without the items of `other`; raises Contradiction when they are not all here."""
        return _merged(self, other, -1)

    def scored(self) -> Tally:
        """The same without NA and cannot_assess, on which no statistic of values may depend."""
        if not (self.na.any() or self.cannot.any()):
            return self
        none = np.zeros(len(self), dtype=np.int64)
        return _canonical(
            self.values, self.declared, self.rows, none, none, self.repeats, self.clusters
        )

    @property
    def recount_needed(self) -> bool:
        """Whether so many items were taken away that they must be counted anew one by one."""
        few = self.n_items <= grouping.EXACT_ITEMS
        return isinstance(self.clusters, ItemMoments) and few


type Counted = UnitCounts | Tally


def patterns_of(counted: Counted) -> Patterns:
    """The patterns of a tally, or of units that are not tallied."""
    if isinstance(counted, Tally):
        return Patterns(counted.rows, counted.repeats)
    return patterns(counted.counts)


def tallied(counted: Counted) -> Tally:
    """A tally of units, or the tally itself."""
    return counted if isinstance(counted, Tally) else Tally.of(counted)


def _clustered(table: Matrix, counts: UnitCounts) -> tuple[Patterns, Clusters]:
    """Patterns of the units, and which of them items hold together; unrated units left out."""
    found = unit_patterns(table)
    sizes = row_sums(found.rows[:, : len(counts.values)])
    of_unit, items = found.of_unit, counts.items
    if len(sizes) and not sizes.all():
        rated = sizes[of_unit] > 0
        of_unit, items = of_unit[rated], items[rated]
    return found, grouping.gathered(of_unit, items, len(sizes), sizes >= 2)


def _merged(one: Tally, other: Tally, sign: int) -> Tally:
    if one.declared != other.declared or (one.declared and one.values != other.values):
        raise ValueError("Only tallies of one scale can be joined.")
    values = tuple(sorted({*one.values, *other.values})) if not one.declared else one.values
    parts = [one, other]
    tables = [sparse.csr_array(_spread(part, values)) for part in parts]
    rows = grouping.stacked(tables)
    pairable = np.concatenate([part.pairable() for part in parts])
    return _canonical(
        values,
        one.declared,
        rows if len(values) > DENSE_LEVELS else rows.toarray(),
        np.concatenate([part.na for part in parts]),
        np.concatenate([part.cannot for part in parts]),
        np.concatenate([one.repeats, sign * other.repeats]),
        grouping.side_by_side(one.clusters, other.clusters, sign, pairable),
    )


def _spread(part: Tally, values: tuple[float, ...]) -> Matrix:
    """The rows of one tally over the values of both."""
    if part.values == values:
        return part.rows
    place = {value: position for position, value in enumerate(values)}
    table = sparse.csr_array(part.rows).tocoo()
    column = np.array([place[value] for value in part.values], dtype=np.int64)[table.col]
    return sparse.csr_array((table.data, (table.row, column)), shape=(len(part), len(values)))


def _canonical(
    values: tuple[float, ...],
    declared: bool,
    rows: Matrix,
    na: Integers,
    cannot: Integers,
    repeats: Integers,
    clusters: Clusters,
) -> Tally:
    """Equal rows joined, empty ones dropped, and the rest in the order of their content."""
    merged = unit_patterns(joined(rows, na, cannot))
    number = np.zeros(len(merged.repeats), dtype=np.int64)
    np.add.at(number, merged.of_unit, repeats)
    if (number < 0).any():
        raise Contradiction("A unit was taken away that is not there.")
    rows, na, cannot = parted(merged.rows, len(values))
    sizes = row_sums(rows)
    clusters = grouping.renumbered(clusters, merged.of_unit, len(number))
    clusters = grouping.settled(clusters, number, (sizes > 0) & (number > 0), sizes >= 2)
    if (number > 0).all() and (declared or column_sums(rows).all()):
        whole = fitting(rows).astype(np.int64)
        return Tally(values, declared, whole, na, cannot, number, clusters)
    left = np.flatnonzero(number)
    seen = np.flatnonzero(column_sums(rows[left])) if not declared else np.arange(len(values))
    place = np.full(len(number), -1)
    place[left] = np.arange(len(left))
    return _canonical(
        tuple(values[position] for position in seen.tolist()),
        declared,
        fitting(rows[left][:, seen]),
        na[left],
        cannot[left],
        number[left],
        grouping.renumbered(clusters, place, len(left)),
    )
