"""Units with equal counts and items with equal units are interchangeable: count them once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from evals.reliability.counts import Integers, Matrix, row_sums

# A fixed seed: two runs over the same ratings must find the same patterns in the same order.
_HASH_SEED = 20_111_971
_RADIX_LIMIT = 2**62


@dataclass(frozen=True, eq=False)
class UnitPatterns:
    """Distinct rows of counts, how many units have each, and which one each unit has."""

    rows: Matrix
    repeats: Integers
    of_unit: Integers

    def dense(self) -> Integers:
        """The rows as one array, whatever their storage."""
        return self.rows.toarray() if isinstance(self.rows, csr_array) else self.rows

    def sizes(self) -> Integers:
        """Ratings of a unit of each pattern."""
        return row_sums(self.rows)


def unit_patterns(counts: Matrix) -> UnitPatterns:
    """Collapse equal rows: a million units on five levels have some 250 of them."""
    first, of_unit = _distinct(_row_keys(counts))
    repeats = np.bincount(of_unit, minlength=len(first))
    return UnitPatterns(rows=counts[first], repeats=repeats, of_unit=of_unit)


@dataclass(frozen=True, eq=False)
class ItemClusters:
    """What is resampled: `units[c, p]` says how often cluster c holds unit pattern p.

    `repeats` says how many items look alike; `grouped` that clusters are random groups of items.
    """

    units: csr_array
    repeats: Integers
    grouped: bool = False


def item_clusters(
    patterns: UnitPatterns, items: Integers, *, limit: int, groups: int, seed: int
) -> ItemClusters:
    """Collapse items that hold the same multiset of unit patterns.

    More than `limit` different items are dealt at random into `groups` equal groups instead, and a
    group is resampled as one: items are independent, so the spread of a sum stays what it was.
    """
    if _each_its_own(items):
        if len(patterns.repeats) <= limit:
            return ItemClusters(_identity(len(patterns.repeats)), patterns.repeats)
    else:
        order, bounds = _by_item(items)
        first, of_item = _distinct_items(patterns, order, bounds)
        if len(first) <= limit:
            repeats = np.bincount(of_item, minlength=len(first))
            return ItemClusters(_members(patterns, order, bounds, first), repeats)
    return _grouped(patterns, items, groups=groups, seed=seed)


def _by_item(items: Integers) -> tuple[Integers, Integers]:
    """The units in the order of their items, and where each item begins and the last one ends."""
    order = np.argsort(items, kind="stable")
    starts = np.flatnonzero(np.diff(items[order], prepend=-1))
    return order, np.append(starts, len(order))


def _distinct_items(
    patterns: UnitPatterns, order: Integers, bounds: Integers
) -> tuple[Integers, Integers]:
    """Recognise a multiset by the sum of 64 random bits per unit pattern.

    Among a million distinct items two would be mistaken with a probability under 1e-7.
    """
    bits = _random_bits(len(patterns.repeats))[patterns.of_unit[order]]
    return _distinct(np.add.reduceat(bits, bounds[:-1]))


def _members(
    patterns: UnitPatterns, order: Integers, bounds: Integers, first: Integers
) -> csr_array:
    units = [patterns.of_unit[order[bounds[i] : bounds[i + 1]]] for i in first.tolist()]
    cluster = np.repeat(np.arange(len(first)), [len(each) for each in units])
    return _table(cluster, np.concatenate(units), (len(first), len(patterns.repeats)))


def _grouped(patterns: UnitPatterns, items: Integers, *, groups: int, seed: int) -> ItemClusters:
    present = np.bincount(items) > 0
    group = np.zeros(len(present), dtype=np.int64)
    group[present] = np.random.default_rng(seed).permutation(int(present.sum())) % groups
    units = _table(group[items], patterns.of_unit, (groups, len(patterns.repeats)))
    return ItemClusters(units=units, repeats=np.ones(groups, dtype=np.int64), grouped=True)


def _table(row: Integers, column: Integers, shape: tuple[int, int]) -> csr_array:
    table = csr_array((np.ones(len(row)), (row, column)), shape=shape)
    table.sum_duplicates()
    return table


def _identity(n: int) -> csr_array:
    return _table(np.arange(n), np.arange(n), (n, n))


def _each_its_own(items: Integers) -> bool:
    return len(items) == 0 or int(np.bincount(items).max()) == 1


def _row_keys(counts: Matrix) -> NDArray[np.uint64] | Integers:
    """One number per row that two rows share exactly when they are equal."""
    levels = counts.shape[1]
    radix = int(counts.max()) + 1 if min(counts.shape) else 1
    if isinstance(counts, csr_array) or radix**levels > _RADIX_LIMIT:
        return _hashed_rows(csr_array(counts))
    keys = np.zeros(counts.shape[0], dtype=np.int64)
    for level in range(levels):
        keys *= radix
        keys += counts[:, level]
    return keys


def _hashed_rows(counts: csr_array) -> NDArray[np.uint64]:
    terms = counts.data.astype(np.uint64) * _random_bits(counts.shape[1])[counts.indices]
    # Wrapping sums of 64 bits: a running total and its differences lose nothing.
    total = np.concatenate(([np.uint64(0)], np.cumsum(terms, dtype=np.uint64)))
    return total[counts.indptr[1:]] - total[counts.indptr[:-1]]


def _random_bits(n: int) -> NDArray[np.uint64]:
    return np.random.default_rng(_HASH_SEED).integers(0, 2**64, size=n, dtype=np.uint64)


def _distinct(keys: NDArray[np.uint64] | Integers) -> tuple[Integers, Integers]:
    """First position of every distinct key, and which of them each position holds."""
    if keys.dtype == np.int64 and len(keys) and int(keys.max()) < 4 * len(keys) + 2**16:
        return _distinct_by_counting(keys.astype(np.int64, copy=False))
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return first, inverse.ravel()


def _distinct_by_counting(keys: Integers) -> tuple[Integers, Integers]:
    """The same without sorting, for keys in a short range."""
    first_at = np.full(int(keys.max()) + 1, -1, dtype=np.int64)
    first_at[keys[::-1]] = np.arange(len(keys) - 1, -1, -1)
    seen = np.flatnonzero(first_at >= 0)
    rank = np.empty(len(first_at), dtype=np.int64)
    rank[seen] = np.arange(len(seen))
    return first_at[seen], rank[keys]
