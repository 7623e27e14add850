"""From what experts say of responses as a whole to pairs that weights would have to put right.

A pair is two responses to one item, the first better than the second. What the weights have to make
positive is its difference: the credits of the better response less those of the worse one.

    neither fails a gate     credits of the better - credits of the worse
    the worse one fails      credits of the better - 0, since its reward is 0 whatever it has
    the better one fails     nothing helps: its reward is 0, and no reward is below that
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.weighing.neighbours import neighbours
from evals.weighing.sums import Weighed

type Overall = Mapping[str, Fraction]
type Named = tuple[str, str]

# More pairs than this are drawn from: a conflict among them is one among all.
PAIRS_MAX = 40_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Responses by id; experts put the first above the second."""

    item: str
    better: str
    worse: str


@dataclass(frozen=True, eq=False)
class Order:
    """The pairs, as rows of a `Weighed`, and what is not among them.

    `total` are the pairs there are, of which these were drawn by `seed` where they are too many.
    `ties` are pairs of equal overall scores, which ask for nothing. `unweighed` are responses with
    an overall score but no reward, `unjudged` those with a reward but no overall score.
    """

    better: NDArray[np.int64]
    worse: NDArray[np.int64]
    total: int
    ties: int = 0
    unweighed: int = 0
    unjudged: int = 0
    seed: int = 0

    def __len__(self) -> int:
        return len(self.better)

    @property
    def is_drawn(self) -> bool:
        return len(self) < self.total


def by_overall(
    weighed: Weighed, overall: Overall, *, limit: int = PAIRS_MAX, seed: int = 0
) -> Order:
    """Every two responses to one item whose overall scores differ, item by item."""
    names = [weighed.judgements.responses[at] for at in weighed.rows]
    rows = np.flatnonzero([name in overall for name in names])
    scores = [overall[names[row]] for row in rows]
    heights = {score: at for at, score in enumerate(sorted(set(scores)))}
    ranks = np.array([heights[score] for score in scores], dtype=np.int64)
    items = weighed.judgements.item_places[weighed.rows[rows]]
    pairs = neighbours(items, limit=limit, seed=seed)
    apart = ranks[pairs.first] - ranks[pairs.second]
    better = np.where(apart > 0, pairs.first, pairs.second)[apart != 0]
    worse = np.where(apart > 0, pairs.second, pairs.first)[apart != 0]
    ties = _ties(items, ranks)
    return Order(
        rows[better],
        rows[worse],
        total=pairs.total - ties,
        ties=ties,
        unweighed=len(overall) - len(rows),
        unjudged=len(weighed) - len(rows),
        seed=seed,
    )


def by_pairs(weighed: Weighed, pairs: Iterable[Named]) -> Order:
    """Pairs given as (better, worse); raises ValueError where two do not belong to one item."""
    rows = _rows(weighed)
    items = dict(zip(weighed.judgements.responses, weighed.judgements.items, strict=True))
    kept, left_out, named = [], set(), set()
    for better, worse in dict.fromkeys(pairs):
        if better == worse or items.get(better) is None or items.get(better) != items.get(worse):
            raise ValueError(f"{better} and {worse} are not two responses to one item.")
        named |= {better, worse}
        left_out |= {one for one in (better, worse) if one not in rows}
        if better in rows and worse in rows:
            kept.append((rows[better], rows[worse]))
    places = np.array(kept, dtype=np.int64).reshape(-1, 2)
    unjudged = len(rows.keys() - named)
    total = len(places)
    return Order(places[:, 0], places[:, 1], total, unweighed=len(left_out), unjudged=unjudged)


def differences(weighed: Weighed, order: Order) -> NDArray[Any]:
    """A row a pair in units of `credit_unit`; the better response of each passes its gates."""
    passing = np.where(weighed.gated[:, None], 0, weighed.credits)
    return np.asarray(weighed.credits[order.better] - passing[order.worse])


def signs(weighed: Weighed) -> NDArray[np.int64]:
    """1 for criteria that pay, -1 for pitfalls."""
    return np.array([-1 if one.is_pitfall else 1 for one in weighed.criteria], dtype=np.int64)


def pair_at(weighed: Weighed, order: Order, at: int) -> Pair:
    """The pair by its names."""
    judgements = weighed.judgements
    better, worse = (int(weighed.rows[one[at]]) for one in (order.better, order.worse))
    return Pair(judgements.items[better], judgements.responses[better], judgements.responses[worse])


def concordance(weighed: Weighed, order: Order, values: NDArray[Any]) -> tuple[int, int, int]:
    """Pairs in the experts' order, tied, and reversed, where `values` order the rows."""
    better, worse = values[order.better], values[order.worse]
    right, tied = int((better > worse).sum()), int((better == worse).sum())
    return right, tied, len(order) - right - tied


def within_items(weighed: Weighed, order: Order, values: NDArray[Any]) -> float | None:
    """The share of an item's pairs in the experts' order, ties half, averaged over the items.

    1 is the experts' order, 1/2 what chance gives; None without pairs.
    """
    if not len(order):
        return None
    better, worse = values[order.better], values[order.worse]
    right = (better > worse) + (better == worse) / 2
    items = weighed.judgements.item_places[weighed.rows[order.better]]
    _, places, counts = np.unique(items, return_inverse=True, return_counts=True)
    return float((np.bincount(places, weights=right.astype(np.float64)) / counts).mean())


def _rows(weighed: Weighed) -> dict[str, int]:
    names = weighed.judgements.responses
    return {names[at]: row for row, at in enumerate(weighed.rows)}


def _ties(items: NDArray[np.int64], ranks: NDArray[np.int64]) -> int:
    """Pairs of one item and one rank."""
    if not len(items):
        return 0
    _, counts = np.unique(np.column_stack([items, ranks]), axis=0, return_counts=True)
    return int((counts * (counts - 1) // 2).sum())
