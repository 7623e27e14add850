"""What is resampled: items, with all of their units, because responses to one item are alike.

Few items are kept as they are (`ItemClusters`), equal ones counted once. Of many items only a
covariance is kept (`ItemMoments`). Both are whole numbers over the unit patterns, so that they add
up to the last bit, in whatever order chunks are merged and increments are added.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evals.reliability.counts import Integers, Mask, row_sums
from evals.reliability.patterns import unit_patterns
from evals.reliability.scientific import sparse

# Up to here every item is kept; above, only the covariance of what items hold.
EXACT_ITEMS = 5_000
# Patterns of one item up to which it is kept as products.
MIXED_PATTERNS = 32
# Units of an item, and cells of patterns x patterns, up to which counting pairs is the faster way.
_NEIGHBOURS_MAX = 16
_CELLS_MAX = 4_000_000
_CHUNK = 1 << 18


class Contradiction(ValueError):
    """Something is to be taken away that is not there: one of the two was counted wrongly."""


@dataclass(frozen=True, eq=False)
class ItemClusters:
    """`units[c, p]`: how many units of pattern p an item of kind c holds; `repeats`: such items.

    `alone`: every item has a single rated unit, so that the kinds of items are the unit patterns.
    """

    units: sparse.csr_array
    repeats: Integers
    alone: bool = False

    @property
    def n_items(self) -> int:
        """Items with a rating."""
        return int(self.repeats.sum())

    def n_shared(self, pairable: Mask) -> int:
        """Items with a unit that two ratings share, when `pairable` marks such patterns."""
        return int(self.repeats[self.units @ pairable.astype(np.int64) > 0].sum())


@dataclass(frozen=True, eq=False)
class ItemMoments:
    """`together[p, q]`: over all items, the sum of units of pattern p times units of pattern q.

    With the units of each pattern it gives the covariance of anything that is summed over units.
    Items of more than `MIXED_PATTERNS` patterns stand in `mixed` instead, because their products
    would take more room than they themselves.
    """

    together: sparse.csr_array
    mixed: ItemClusters
    n_items: int
    shared: int

    def n_shared(self, pairable: Mask) -> int:
        """Items with a unit that two ratings share."""
        return self.shared

    def balance(self, units: int) -> float:
        """How many items of equal size would vary as much: (sum of units)^2 / sum of units^2."""
        held = row_sums(self.mixed.units).astype(np.float64)
        return units**2 / float(self.together.sum() + self.mixed.repeats @ held**2)


type Clusters = ItemClusters | ItemMoments


def alone(repeats: Integers, rated: Mask) -> ItemClusters:
    """Every unit is its own item."""
    seen = np.flatnonzero(rated)
    table = (np.ones(len(seen), dtype=np.int64), (np.arange(len(seen)), seen))
    return ItemClusters(
        sparse.csr_array(table, shape=(len(seen), len(rated))), repeats[seen], alone=True
    )


def each_its_own(items: Integers) -> bool:
    """Whether no item has two units; items are numbered from 0 on."""
    return len(items) == 0 or int(np.bincount(items).max()) == 1


def gathered(of_unit: Integers, items: Integers, size: int, pairable: Mask) -> Clusters:
    """Clusters of rated units, given by pattern (there are `size`) and item."""
    if each_its_own(items):
        repeats = np.bincount(of_unit, minlength=size)
        return alone(repeats, repeats > 0)
    present = np.bincount(items)
    n_items = int(np.count_nonzero(present))
    plain = present.max() <= min(_NEIGHBOURS_MAX, MIXED_PATTERNS) and size**2 <= _CELLS_MAX
    if n_items > EXACT_ITEMS and plain:
        shared = int(np.count_nonzero(np.bincount(items[pairable[of_unit]])))
        together = _neighbours(of_unit, items, size, int(present.max()))
        return ItemMoments(together, _no_items(size), n_items, shared)
    of_item = np.cumsum(present > 0)[items] - 1
    table = (np.ones(len(items), dtype=np.int64), (of_item, of_unit))
    units = sparse.csr_array(table, shape=(n_items, size))
    units.sum_duplicates()
    each = ItemClusters(units, np.ones(n_items, dtype=np.int64))
    return collapsed(each) if n_items <= EXACT_ITEMS else moments(each, pairable)


def _no_items(size: int) -> ItemClusters:
    return ItemClusters(sparse.csr_array((0, size), dtype=np.int64), np.zeros(0, dtype=np.int64))


def _neighbours(of_unit: Integers, items: Integers, size: int, most: int) -> sparse.csr_array:
    """`ItemMoments.together` by counting pairs of units; `most` units belong to one item."""
    if (np.diff(items) < 0).any():
        order = np.argsort(items, kind="stable")
        of_unit, items = of_unit[order], items[order]
    counted = np.zeros(size * size, dtype=np.int64)
    for start in range(0, len(items), _CHUNK):
        for step in range(1, most):
            one = slice(start, min(start + _CHUNK, len(items) - step))
            other = slice(one.start + step, one.stop + step)
            both = items[one] == items[other]
            pairs = (of_unit[one] * size + of_unit[other])[both]
            counted += np.bincount(pairs, minlength=size * size)
    table = counted.reshape(size, size)
    return sparse.csr_array(table + table.T + np.diag(np.bincount(of_unit, minlength=size)))


def moments(clusters: ItemClusters, pairable: Mask) -> ItemMoments:
    """What is kept of items when they are many."""
    few = np.diff(clusters.units.indptr) <= MIXED_PATTERNS
    plain = clusters.units[np.flatnonzero(few)]
    weighted = plain.multiply(clusters.repeats[few][:, None]).tocsr()
    rest = np.flatnonzero(~few)
    return ItemMoments(
        together=sparse.csr_array(plain.T @ weighted),
        mixed=ItemClusters(sparse.csr_array(clusters.units[rest]), clusters.repeats[rest]),
        n_items=clusters.n_items,
        shared=clusters.n_shared(pairable),
    )


def collapsed(clusters: ItemClusters) -> ItemClusters:
    """Equal items counted once, in an order that depends on nothing but their content."""
    kinds = unit_patterns(clusters.units)
    repeats = np.zeros(len(kinds.repeats), dtype=np.int64)
    np.add.at(repeats, kinds.of_unit, clusters.repeats)
    if (repeats < 0).any():
        raise Contradiction("An item was taken away that is not there.")
    left = repeats > 0
    return ItemClusters(
        sparse.csr_array(kinds.rows)[np.flatnonzero(left)], repeats[left], clusters.alone
    )


def side_by_side(one: Clusters, other: Clusters, sign: int, pairable: Mask) -> Clusters:
    """Both over the patterns of one followed by those of the other, the latter times `sign`."""
    split = one.units.shape[1] if isinstance(one, ItemClusters) else one.together.shape[1]
    if isinstance(one, ItemClusters) and isinstance(other, ItemClusters):
        return _next_to(one, other, sign)
    first = one if isinstance(one, ItemMoments) else moments(one, pairable[:split])
    second = other if isinstance(other, ItemMoments) else moments(other, pairable[split:])
    return ItemMoments(
        sparse.csr_array(sparse.block_diag([first.together, sign * second.together], format="csr")),
        _next_to(first.mixed, second.mixed, sign),
        first.n_items + sign * second.n_items,
        first.shared + sign * second.shared,
    )


def _next_to(one: ItemClusters, other: ItemClusters, sign: int) -> ItemClusters:
    return ItemClusters(
        sparse.csr_array(sparse.block_diag([one.units, other.units], format="csr")),
        np.concatenate([one.repeats, sign * other.repeats]),
        one.alone and other.alone,
    )


def renumbered(clusters: Clusters, number: Integers, size: int) -> Clusters:
    """The same over other patterns: pattern p is now `number[p]`, or left out where that is -1."""
    kept = np.flatnonzero(number >= 0)
    ones = np.ones(len(kept), dtype=np.int64)
    move = sparse.csr_array((ones, (kept, number[kept])), shape=(len(number), size))
    if isinstance(clusters, ItemClusters):
        return replace(clusters, units=sparse.csr_array(clusters.units @ move))
    return replace(
        clusters,
        together=sparse.csr_array(move.T @ clusters.together @ move),
        mixed=replace(clusters.mixed, units=sparse.csr_array(clusters.mixed.units @ move)),
    )


def settled(clusters: Clusters, repeats: Integers, rated: Mask, pairable: Mask) -> Clusters:
    """The form that the rule asks for, so that equal content always has one form."""
    units = int(repeats[rated].sum())
    if isinstance(clusters, ItemMoments):
        clusters.together.eliminate_zeros()
        clusters.together.sort_indices()
        mixed = collapsed(clusters.mixed)
        least = min(clusters.together.data.min(initial=0), clusters.n_items, clusters.shared)
        if least < 0:
            raise Contradiction("Items were taken away that are not there.")
        # Without mixed items this is the sum of units squared over items, at least that of units.
        if not mixed.n_items and int(clusters.together.sum()) == units:
            return alone(repeats, rated)
        return replace(clusters, mixed=mixed)
    if clusters.alone or int(row_sums(clusters.units).max(initial=0)) <= 1:
        return alone(repeats, rated)
    if clusters.n_items > EXACT_ITEMS:
        return settled(moments(clusters, pairable), repeats, rated, pairable)
    clusters.units.sort_indices()
    return collapsed(clusters)


def stacked(tables: list[sparse.csr_array]) -> sparse.csr_array:
    """Rows of all tables, one below the other."""
    return sparse.csr_array(sparse.vstack(tables, format="csr"))
