"""Two responses to one item: all such pairs, or a drawn part where they are too many to hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows in twos that belong to one item; of `total` pairs these were drawn by the seed."""

    first: Integers
    second: Integers
    total: int
    seed: int

    def __len__(self) -> int:
        return len(self.first)

    @property
    def is_drawn(self) -> bool:
        return len(self) < self.total


def neighbours(places: Integers, *, limit: int, seed: int = 0) -> Pairs:
    """Pairs of rows with the same place; above the limit so many drawn ones, each at most once."""
    order = np.argsort(places, kind="stable")
    ends = np.searchsorted(places[order], places[order], side="right")
    # The rows of its item that come after each one, and how many pairs come before its own.
    following = ends - np.arange(len(order)) - 1
    starts = np.cumsum(following) - following
    total = int(following.sum())
    chosen = np.arange(total) if total <= limit else _drawn(total, limit, seed)
    first = np.searchsorted(starts + following, chosen, side="right")
    second = first + 1 + chosen - starts[first]
    return Pairs(order[first], order[second], total, seed)


def _drawn(total: int, limit: int, seed: int) -> Integers:
    """Different numbers below `total`, without holding all of them."""
    rng = np.random.default_rng(seed)
    found = np.zeros(0, dtype=np.int64)
    while len(found) < limit:
        found = np.union1d(found, rng.integers(0, total, size=limit))
    return np.sort(rng.permutation(found)[:limit])
