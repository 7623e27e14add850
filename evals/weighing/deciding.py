"""Whether some weights put every pair right: decided in whole numbers, whatever floats propose.

A row is a pair: the better response's credits minus the worse one's, the sign of pitfalls turned,
so that weights are never negative. Weights x put it right when row @ x > 0. That none put all rows
right is proved by multipliers y >= 0 whose sum of rows is nowhere above 0 (Farkas): any weights
would make it at most 0, although every part of it would have to be above 0.

HiGHS proposes either; what it proposes is rounded and believed only once it holds in whole numbers.
Else the exact simplex decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.weighing import simplex
from evals.weighing.kernel import kernel
from evals.weighing.proposals import Floats, normalised, widest
from evals.weighing.simplex import smallest_whole

# n x m whole numbers, of 64 bits or, where those do not hold them, of Python's.
type Rows = NDArray[Any]

SCALES = (*range(1, 13), 15, 20, 24, 30, 36, 48, 60, 100, 1_000, 10**6, 10**9)
# Rows that a programme begins with, and that join where its outcome does not hold.
WORKING = 600
SAFE = 2**62
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Weights:
    """Whole numbers >= 0, one a column, that put every row right."""

    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Whole numbers > 0 by row: so combined, the rows are nowhere above 0."""

    multipliers: dict[int, int]

    def among(self, places: Sequence[int] | NDArray[np.int64]) -> Contradiction:
        """The same of rows that stood elsewhere: the n-th at `places[n]`."""
        return Contradiction({int(places[at]): n for at, n in self.multipliers.items()})


def decide(rows: Rows) -> Weights | Contradiction:
    """One of the two, proved. Large systems are decided on a part of their rows that grows."""
    working = np.arange(min(len(rows), WORKING))
    while True:
        found = _decide_at_once(rows[working])
        if isinstance(found, Contradiction):
            return found.among(working)
        values = products(rows, found.values)
        wrong = np.flatnonzero(values <= 0)
        if not len(wrong):
            return found
        worst = wrong[np.argsort(values[wrong].astype(np.float64), kind="stable")[:WORKING]]
        working = np.union1d(working, worst)


def products(rows: Rows, weights: Sequence[int]) -> NDArray[Any]:
    """rows @ weights without a rounding error."""
    if rows.dtype != object and int(np.abs(rows).max(initial=0)) * sum(weights) < SAFE:
        return np.asarray(rows @ np.array(weights, dtype=np.int64))
    return np.asarray(rows.astype(object) @ np.array(weights, dtype=object))


def combination(rows: Rows, multipliers: Mapping[int, int]) -> list[int]:
    """The multiplied rows added up, column by column."""
    chosen = rows[list(multipliers)].astype(object)
    return list(np.array(list(multipliers.values()), dtype=object) @ chosen)


def contradicts(rows: Rows, multipliers: Mapping[int, int]) -> bool:
    """Whether the multipliers prove that no weights put these rows right."""
    positive = bool(multipliers) and all(number > 0 for number in multipliers.values())
    return positive and all(total <= 0 for total in combination(rows, multipliers))


def rounded(rows: Rows, proposal: Floats) -> Weights | None:
    """The proposal in the smallest whole numbers tried that still put every row right."""
    top = proposal.max(initial=0.0)
    if top <= 0:
        return None
    for scale in SCALES:
        whole = [int(number) for number in np.rint(proposal / top * scale)]
        if (products(rows, whole) > 0).all():
            return Weights(tuple(smallest_whole(whole)))
    return None


def proved(rows: Rows, proposal: Floats) -> Contradiction | None:
    """The proposed multipliers in whole numbers, if their support holds a contradiction at all."""
    support = np.flatnonzero(proposal > TOLERANCE)
    if not len(support):
        return None
    chosen = rows[support]
    found = _from_kernel(chosen, proposal[support]) or exactly(chosen)
    return found.among(support) if isinstance(found, Contradiction) else None


def exactly(rows: Rows) -> Weights | Contradiction:
    """Decided by the exact simplex on as few rows as it takes, one more whenever one is wrong."""
    working = [0] if len(rows) else []
    while True:
        solved = simplex.solve([[int(entry) for entry in rows[at]] for at in working])
        if solved.multipliers is not None:
            found = {at: n for at, n in enumerate(solved.multipliers) if n}
            return Contradiction(found).among(working)
        weights = solved.weights or [0] * rows.shape[1]
        values = products(rows, weights)
        if not len(values) or values.min() > 0:
            return Weights(tuple(weights))
        working.append(int(values.argmin()))


def _decide_at_once(rows: Rows) -> Weights | Contradiction:
    margin = widest(normalised(rows)) if len(rows) else None
    found: Weights | Contradiction | None = None
    if margin is not None and margin.width > TOLERANCE:
        found = rounded(rows, margin.weights)
    elif margin is not None:
        found = proved(rows, margin.multipliers)
    return found or exactly(rows)


def _from_kernel(rows: Rows, proposal: Floats) -> Contradiction | None:
    """The only multipliers, up to a factor, that make the columns 0 which the proposal makes 0."""
    sums = proposal @ normalised(rows)
    level = rows[:, np.abs(sums) < 1e-7]
    found = kernel([[int(entry) for entry in column] for column in level.T], len(rows))
    if found is None:
        return None
    if found[0] < 0:
        found = [-number for number in found]
    multipliers = dict(enumerate(smallest_whole(found)))
    return Contradiction(multipliers) if contradicts(rows, multipliers) else None
