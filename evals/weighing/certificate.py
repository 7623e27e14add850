"""Weights that put responses in the experts' order, or a proof that there are none.

All weightings are meant that keep the signs: criteria with positive points weigh 0 or more and
pitfalls 0 or less. Rewards are compared by their sums before these are clipped; a failed gate makes
0, NA is unmet, and a response that could not be assessed is left out. Every outcome holds exactly;
what is told of conflicts is worked out once more from the answers alone before it is given away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.weighing.arithmetic import holds
from evals.weighing.conflicts import Conflict, Kind
from evals.weighing.deciding import Contradiction, Rows, Weights, decide
from evals.weighing.orders import (
    Named,
    Order,
    Overall,
    by_overall,
    by_pairs,
    concordance,
    differences,
    pair_at,
    signs,
    within_items,
)
from evals.weighing.smallest import ROUNDS, smallest
from evals.weighing.sums import Weighed
from evals.weighing.weightings import Weighting, best_effort, weighting_of

# Pairs that contradict every weighting by themselves: so many of each kind are told one by one.
TOLD = 10


@dataclass(frozen=True, slots=True)
class Agreed:
    """How the rubric's own points order the pairs; `within_items` is their concordance."""

    right: int
    tied: int
    reversed: int
    within_items: float | None


@dataclass(frozen=True, eq=False)
class Certificate:
    """`alone` counts the pairs that no weights put right, by kind; the first are in `conflicts`.

    `together` are more pairs, each of which some weights put right, but none put right all of
    them. `weighting` puts every pair right that is in no conflict of its own; where those, too,
    contradict each other it is the best one found.
    """

    n_pairs: int
    n_responses: int
    order: Order
    present: Agreed
    alone: dict[Kind, int]
    conflicts: tuple[Conflict, ...]
    together: Conflict | None
    weighting: Weighting | None

    @property
    def is_possible(self) -> bool:
        """Whether some weights put every pair right."""
        return not self.alone and self.together is None

    @property
    def shortest(self) -> Conflict | None:
        """The conflict of the fewest pairs."""
        return self.conflicts[0] if self.conflicts else self.together


def certificate(
    weighed: Weighed,
    *,
    overall: Overall | None = None,
    pairs: Iterable[Named] | None = None,
    rounds: int = ROUNDS,
) -> Certificate:
    """Whether any weights give the experts' order: by their overall scores, or pairs of ids.

    `rounds` bounds the search for the smallest conflict. Raises ValueError for pairs that are not
    of one item, or when neither or both orders are given.
    """
    if (overall is None) == (pairs is None):
        raise ValueError("An order is given by overall scores or by pairs.")
    order = by_overall(weighed, overall) if overall is not None else by_pairs(weighed, pairs or ())
    rows = differences(weighed, order) * signs(weighed)
    kinds = _kinds(weighed, order, rows)
    single = kinds != ""
    rest = _distinct(rows, np.flatnonzero(~single))
    decided = decide(rows[rest]) if len(rest) else None
    together = None
    if isinstance(decided, Contradiction):
        together = _together(weighed, order, rows, decided.among(rest), rest, rounds)
    return Certificate(
        n_pairs=len(order),
        n_responses=len(np.unique(np.concatenate([order.better, order.worse]))),
        order=order,
        present=Agreed(
            *concordance(weighed, order, weighed.held), within_items(weighed, order, weighed.held)
        ),
        alone={kind: n for kind in Kind if (n := int((kinds == kind.value).sum()))},
        conflicts=tuple(_alone(weighed, order, kinds)),
        together=together,
        weighting=_weighting(weighed, order, rows, rest, decided),
    )


def _kinds(weighed: Weighed, order: Order, rows: Rows) -> NDArray[Any]:
    """The kind of each pair that no weights put right, empty for all others."""
    kinds = np.full(len(order), "", dtype=object)
    nothing = (rows <= 0).all(axis=1)
    kinds[nothing] = Kind.OUTDONE.value
    kinds[nothing & (rows == 0).all(axis=1)] = Kind.SAME.value
    kinds[nothing & weighed.gated[order.worse]] = Kind.UNPAID.value
    kinds[weighed.gated[order.better]] = Kind.GATE.value
    return kinds


def _distinct(rows: Rows, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first of all pairs with the same difference: the others ask for nothing more."""
    if rows.dtype == object:
        first: dict[tuple[int, ...], int] = {}
        for at in chosen:
            first.setdefault(tuple(rows[at]), int(at))
        return np.array(list(first.values()), dtype=np.int64)
    _, places = np.unique(rows[chosen], axis=0, return_index=True)
    return np.sort(chosen[places])


def _together(
    weighed: Weighed,
    order: Order,
    rows: Rows,
    found: Contradiction,
    rest: NDArray[np.int64],
    rounds: int,
) -> Conflict:
    within = {int(at): place for place, at in enumerate(rest)}
    start = Contradiction({within[at]: n for at, n in found.multipliers.items()})
    least = smallest(rows[rest], start, rounds=rounds)
    proof = least.contradiction.among(rest)
    places = sorted(proof.multipliers)
    multipliers = tuple(proof.multipliers[at] for at in places)
    kind = Kind.CIRCLE if _is_circle(order, places, multipliers) else Kind.SUM
    pairs = tuple(pair_at(weighed, order, at) for at in places)
    return _checked(weighed, Conflict(kind, pairs, multipliers, least.at_least))


def _is_circle(order: Order, places: list[int], multipliers: tuple[int, ...]) -> bool:
    """Whether every response is as often the better as the worse one: any criteria would fail."""
    net: dict[int, int] = {}
    for at, times in zip(places, multipliers, strict=True):
        for row, sign in ((order.better[at], 1), (order.worse[at], -1)):
            net[int(row)] = net.get(int(row), 0) + sign * times
    return not any(net.values())


def _alone(weighed: Weighed, order: Order, kinds: NDArray[Any]) -> Iterable[Conflict]:
    for kind in Kind:
        for at in np.flatnonzero(kinds == kind.value)[:TOLD]:
            yield _checked(weighed, Conflict(kind, (pair_at(weighed, order, int(at)),), (1,)))


def _checked(weighed: Weighed, conflict: Conflict) -> Conflict:
    if not holds(weighed, conflict):
        raise AssertionError(f"This proves nothing: {conflict}")
    return conflict


def _weighting(
    weighed: Weighed,
    order: Order,
    rows: Rows,
    rest: NDArray[np.int64],
    decided: Weights | Contradiction | None,
) -> Weighting | None:
    if isinstance(decided, Weights):
        return weighting_of(weighed, order, rows, rest, decided)
    return best_effort(weighed, order, rows, rest) if decided is not None else None
