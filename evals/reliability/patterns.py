"""Units with equal counts are interchangeable: count them once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.reliability.counts import DENSE_LEVELS, Integers, Matrix, row_sums
from evals.reliability.scientific import sparse

# A fixed seed: two runs over the same ratings must find the same patterns in the same order.
_HASH_SEED = 20_111_971
_RADIX_LIMIT = 2**62
# Rows that are widened at a time.
_CHUNK = 1 << 16


@dataclass(frozen=True, eq=False)
class Patterns:
    """Distinct rows of counts, and how many units have each."""

    rows: Matrix
    repeats: Integers

    def dense(self) -> Integers:
        """The rows as one array, whatever their storage."""
        return self.rows.toarray() if isinstance(self.rows, sparse.csr_array) else self.rows

    def sizes(self) -> Integers:
        """Ratings of a unit of each pattern."""
        return row_sums(self.rows)


@dataclass(frozen=True, eq=False)
class UnitPatterns(Patterns):
    """The same with the pattern that each unit has."""

    of_unit: Integers


def patterns(counts: Matrix) -> Patterns:
    """Collapse equal rows: a million units on five levels have some 250 of them."""
    radix = _radix(counts)
    if isinstance(counts, sparse.csr_array) or radix ** counts.shape[1] > _countable_keys(
        len(counts)
    ):
        found = unit_patterns(counts)
        return Patterns(found.rows, found.repeats)
    repeats = np.bincount(_positional(counts, radix))
    seen = np.flatnonzero(repeats)
    return Patterns(seen[:, None] // _places(counts, radix) % radix, repeats[seen])


def unit_patterns(counts: Matrix) -> UnitPatterns:
    """Collapse equal rows, and remember where each went. The order depends on the rows alone."""
    first, of_unit = _distinct(_row_keys(counts))
    repeats = np.bincount(of_unit, minlength=len(first))
    return UnitPatterns(rows=counts[first], repeats=repeats, of_unit=of_unit)


def fitting(rows: Matrix) -> Matrix:
    """Dense when short, sparse when long, so that equal content has equal storage."""
    if rows.shape[1] > DENSE_LEVELS:
        return sparse.csr_array(rows)
    return rows.toarray() if isinstance(rows, sparse.csr_array) else rows


def joined(rows: Matrix, na: NDArray[Any] | None, cannot: NDArray[Any] | None) -> Matrix:
    """Units x (levels, NA, cannot_assess); the last two only where there are any."""
    extra = [np.zeros(rows.shape[0], dtype=np.int64) if n is None else n for n in (na, cannot)]
    if not any(np.any(n) for n in extra):
        return rows
    beside = np.column_stack(extra)
    if isinstance(rows, sparse.csr_array):
        return sparse.csr_array(sparse.hstack([rows, sparse.csr_array(beside)], format="csr"))
    return np.hstack([rows, beside])


def parted(table: Matrix, levels: int) -> tuple[Matrix, Integers, Integers]:
    """Take `joined` apart again."""
    if table.shape[1] == levels:
        nothing = np.zeros(table.shape[0], dtype=np.int64)
        return table, nothing, nothing
    beside = table[:, levels:]
    dense = beside.toarray() if isinstance(beside, sparse.csr_array) else beside
    return table[:, :levels], dense[:, 0].astype(np.int64), dense[:, 1].astype(np.int64)


def _radix(counts: Matrix) -> int:
    return int(counts.max()) + 1 if min(counts.shape) else 1


def _row_keys(counts: Matrix) -> NDArray[np.uint64] | Integers:
    """One number per row that two rows share exactly when they are equal."""
    radix = _radix(counts)
    if isinstance(counts, sparse.csr_array) or radix ** counts.shape[1] > _RADIX_LIMIT:
        return _hashed_rows(sparse.csr_array(counts))
    return _positional(counts, radix)


def _positional(counts: Integers, radix: int) -> Integers:
    """Each row read as the digits of one number."""
    places = _places(counts, radix)
    if counts.dtype == np.int64:
        return np.asarray(counts @ places)
    # Widening the whole table at once would take several times its memory.
    keys = np.empty(len(counts), dtype=np.int64)
    for start in range(0, len(keys), _CHUNK):
        keys[start : start + _CHUNK] = counts[start : start + _CHUNK].astype(np.int64) @ places
    return keys


def _places(counts: Integers, radix: int) -> Integers:
    return np.array([radix**place for place in reversed(range(counts.shape[1]))], dtype=np.int64)


def _hashed_rows(counts: sparse.csr_array) -> NDArray[np.uint64]:
    terms = counts.data.astype(np.uint64) * _random_bits(counts.shape[1])[counts.indices]
    # Wrapping sums of 64 bits: a running total and its differences lose nothing.
    total = np.concatenate(([np.uint64(0)], np.cumsum(terms, dtype=np.uint64)))
    return total[counts.indptr[1:]] - total[counts.indptr[:-1]]


def _random_bits(n: int) -> NDArray[np.uint64]:
    return np.random.default_rng(_HASH_SEED).integers(0, 2**64, size=n, dtype=np.uint64)


def _distinct(keys: NDArray[np.uint64] | Integers) -> tuple[Integers, Integers]:
    """First position of every distinct key, and which of them each position holds."""
    if _countable(keys):
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


def _countable(keys: NDArray[np.uint64] | Integers) -> bool:
    """Whether the keys lie in a range short enough to be counted instead of sorted."""
    return bool(
        keys.dtype == np.int64 and len(keys) and int(keys.max()) < _countable_keys(len(keys))
    )


def _countable_keys(n: int) -> int:
    return 4 * n + 2**16
