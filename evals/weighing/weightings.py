"""Weights as points of a rubric: near to those it has, in small whole numbers, checked exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.weighing.deciding import Rows, Weights, decide, rounded
from evals.weighing.orders import Order, concordance, signs
from evals.weighing.proposals import Floats, closest, normalised, widest
from evals.weighing.simplex import smallest_whole
from evals.weighing.sums import Weighed

# Ways from the rubric's own points to the weights with the widest margin.
WAYS = 10
# Programmes solved for the best weights where none put every pair right.
FORGIVEN = 5
# Rows that the programmes see; what they propose is held against all.
SEEN = 600


@dataclass(frozen=True, eq=False)
class Weighting:
    """Whole points by criterion key, 0 where the criterion is not needed.

    `right`, `tied` and `reversed` count all pairs by their sums; `clamped` are pairs that are right
    by their sums but tied as rewards, because both sums lie below 0. `margin` is the smallest
    difference of two rewards among the pairs that are right, before clipping. `idle` are criteria
    on which the responses of no pair differ: any points would do. `is_own`: these are the rubric's
    own points, but for a factor.
    """

    points: dict[str, int]
    right: int
    tied: int
    reversed: int
    clamped: int
    margin: Fraction | None
    idle: frozenset[str]
    is_own: bool


def weighting_of(
    weighed: Weighed, order: Order, rows: Rows, rest: NDArray[np.int64], decided: Weights
) -> Weighting:
    """Weights that put the rest right, if possible so that clipping ties none of them."""
    unclamped = _paid_rows(weighed, order, rows, rest)
    for wanted in (np.vstack([rows[rest], unclamped]), rows[rest]):
        if found := _near(weighed, wanted):
            return _made(weighed, order, rows, found)
        if isinstance(again := decide(wanted), Weights):
            return _made(weighed, order, rows, again.values)
    return _made(weighed, order, rows, decided.values)


def best_effort(weighed: Weighed, order: Order, rows: Rows, rest: NDArray[np.int64]) -> Weighting:
    """The rubric's own points or weights that put more pairs right; no claim that these are most.

    Each programme forgives the more, the farther the one before missed a pair: so few are missed.
    """
    seen = rest[np.linspace(0, len(rest) - 1, min(len(rest), SEEN)).astype(np.int64)]
    shown = normalised(rows[seen])
    best = tuple(abs(one) for one in weighed.points)
    most = _right(weighed, order, rows, best)
    costs = np.ones(len(seen))
    for _ in range(FORGIVEN):
        proposal = closest(shown, np.zeros(len(seen), dtype=bool), costs)
        if proposal is None or proposal.max(initial=0.0) <= 0:
            break
        for scale in (10, 100, 1_000):
            whole = [int(number) for number in np.rint(proposal / proposal.max() * scale)]
            weights = tuple(smallest_whole(whole))
            if (right := _right(weighed, order, rows, weights)) > most:
                best, most = weights, right
        costs = 1 / (np.maximum(1 - shown @ proposal, 0) + 0.1)
    return _made(weighed, order, rows, best)


def _near(weighed: Weighed, rows: Rows) -> tuple[int, ...] | None:
    """The rubric's own points moved only as far towards the widest margin as it takes."""
    seen = rows[np.linspace(0, len(rows) - 1, min(len(rows), SEEN)).astype(np.int64)]
    margin = widest(normalised(seen))
    if margin is None or margin.width <= 0:
        return None
    own = _own(weighed)
    goal = margin.weights / max(float(margin.weights.sum()), 1e-300)
    for step in range(WAYS + 1):
        found = rounded(rows, own * (1 - step / WAYS) + goal * (step / WAYS))
        if found is not None:
            return found.values
    return None


def _own(weighed: Weighed) -> Floats:
    sizes = [abs(one) for one in weighed.points]
    total = sum(sizes) or 1
    return np.array([size / total for size in sizes], dtype=np.float64)


def _paid_rows(weighed: Weighed, order: Order, rows: Rows, rest: NDArray[np.int64]) -> NDArray[Any]:
    """The credits of every better response: where its sum is above 0, clipping ties no pair."""
    better = np.unique(order.better[rest])
    return np.asarray(weighed.credits[better] * signs(weighed)).astype(rows.dtype)


def _summed(
    weighed: Weighed, rows: Rows, weights: tuple[int, ...]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The points as they are paid, and what every response has of them."""
    points = np.array(_with_something_to_pay(weighed, rows, weights), dtype=object) * signs(weighed)
    return points, np.where(weighed.gated, 0, weighed.credits.astype(object) @ points)


def _right(weighed: Weighed, order: Order, rows: Rows, weights: tuple[int, ...]) -> int:
    """How many pairs these weights put right: all that is asked of a proposal."""
    return concordance(weighed, order, _summed(weighed, rows, weights)[1])[0]


def _made(weighed: Weighed, order: Order, rows: Rows, weights: tuple[int, ...]) -> Weighting:
    points, sums = _summed(weighed, rows, weights)
    positive = np.where(points > 0, points, 0) * weighed.credit_unit
    wholes = weighed.applies.astype(object) @ positive
    right, tied, reversed_ = concordance(weighed, order, sums)
    by_reward = concordance(weighed, order, np.maximum(sums, 0))
    idle = (rows == 0).all(axis=0)
    return Weighting(
        points={one.key: int(w) for one, w in zip(weighed.criteria, points, strict=True)},
        right=right,
        tied=tied,
        reversed=reversed_,
        clamped=right - by_reward[0],
        margin=_margin(order, sums, wholes),
        idle=frozenset(one.key for one, no in zip(weighed.criteria, idle, strict=True) if no),
        is_own=tuple(smallest_whole([int(one) for one in points]))
        == tuple(smallest_whole(weighed.points)),
    )


def _with_something_to_pay(
    weighed: Weighed, rows: Rows, weights: tuple[int, ...]
) -> tuple[int, ...]:
    """Where only pitfalls weigh, some criterion has to pay: so little that no pair changes."""
    paying = [at for at, one in enumerate(weighed.criteria) if not one.is_pitfall]
    if any(weights[at] for at in paying):
        return weights
    times = int(np.abs(rows).max(initial=0)) + 1
    return tuple(times * w + (at == paying[0]) for at, w in enumerate(weights))


def _margin(order: Order, sums: NDArray[Any], wholes: NDArray[Any]) -> Fraction | None:
    shares = [
        Fraction(int(sums[a] - sums[b]), int(wholes[a]))
        for a, b in zip(order.better, order.worse, strict=True)
        if sums[a] > sums[b] and wholes[a]
    ]
    return min(shares, default=None)
