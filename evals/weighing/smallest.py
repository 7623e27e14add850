"""The fewest pairs that no weighting can put right together, and whether fewer would do.

First an irreducible set: without any one of its pairs, weights exist (deletion filter). Then the
smallest one. Weights that put some pairs wrong are a proof: a set that no weights put right must
hold one of those wrong ones, else these very weights would put it right. So the fewest pairs that
meet the wrong ones of all weights known are a lower bound. Either they contradict each other and
are the smallest set, or new weights put them right and add to the proof (implicit hitting sets).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evals.weighing.couples import ROWS_MAX, couple
from evals.weighing.deciding import Contradiction, Rows, Weights, decide, products, proved
from evals.weighing.hitting import GaveUp, fewest_hits
from evals.weighing.proposals import Floats, closest, lightest, normalised

# Bounds on the work and not on time, so that the same pairs always give the same answer.
ROUNDS = 60
STEPS = 20_000
# Rows that the programmes see; what comes of them is held against all rows.
SEEN = 400
# Times that multipliers are drawn towards few rows: each costs the more, the less of it there was.
DRAWN = 4


@dataclass(frozen=True, slots=True)
class Smallest:
    """A contradiction of which every row is needed; no set of fewer than `at_least` is one."""

    contradiction: Contradiction
    at_least: int

    @property
    def is_proved(self) -> bool:
        """Whether no smaller set contradicts itself."""
        return self.at_least >= len(self.contradiction.multipliers)


def irreducible(rows: Rows, found: Contradiction) -> Contradiction:
    """The contradiction without the rows it does not need."""
    kept, at = sorted(found.multipliers), 0
    while at < len(kept):
        rest = [*kept[:at], *kept[at + 1 :]]
        decided = decide(rows[rest])
        if isinstance(decided, Contradiction):
            found = decided.among(rest)
            # Rows before `at` are in every contradiction among these, so they stay where they are.
            kept = sorted(found.multipliers)
        else:
            at += 1
    return found


def smallest(rows: Rows, found: Contradiction, *, rounds: int = ROUNDS) -> Smallest:
    """The smallest contradiction among the rows, or the smallest found with the bound that holds.

    `found` is any of them. No row may be a contradiction alone.
    """
    if len(rows) <= ROWS_MAX:
        two = couple(rows)
        if two is not None:
            return Smallest(two, at_least=2)
    search = _Search(rows, irreducible(rows, found), bound=3 if len(rows) <= ROWS_MAX else 2)
    try:
        for _ in range(rounds):
            if search.is_over():
                break
    except GaveUp:
        # What is known by then holds all the same.
        pass
    return Smallest(search.best, min(search.bound, len(search.best.multipliers)))


@dataclass(slots=True)
class _Search:
    """The smallest contradiction so far, the bound, and by weights the rows they put wrong."""

    rows: Rows
    best: Contradiction
    bound: int
    wrong: list[frozenset[int]] = field(default_factory=list)

    def is_over(self) -> bool:
        """One round: whether the smallest is found, else there is one more proof."""
        size = len(self.best.multipliers)
        if self.bound >= size:
            return True
        held = fewest_hits(self.wrong, self.bound, size - 1, steps=STEPS)
        if held is None:
            self.bound = size
            return True
        self.bound = max(self.bound, len(held))
        places = sorted(held)
        decided = decide(self.rows[np.array(places, dtype=np.int64)])
        if isinstance(decided, Contradiction):
            self.best = decided.among(places)
            return True
        self._draw_towards(places)
        self.wrong.append(self._put_wrong(places, decided))
        return False

    def _put_wrong(self, held: list[int], decided: Weights) -> frozenset[int]:
        """What weights put wrong that hold these right and come close on the others."""
        seen = self._seen(held)
        found = closest(normalised(self.rows[seen]), np.isin(seen, held))
        whole = decided.values if found is None else _whole(found)
        values = products(self.rows, whole)
        if not (values[held] > 0).all():
            values = products(self.rows, decided.values)
        return frozenset(int(at) for at in np.flatnonzero(values <= 0))

    def _draw_towards(self, held: list[int]) -> None:
        """Look for a smaller contradiction that rests on the held rows, and keep it."""
        seen = self._seen(sorted({*held, *self.best.multipliers}))
        shown = normalised(self.rows[seen])
        costs = np.where(np.isin(seen, held), 0.01, 1.0)
        for _ in range(DRAWN):
            multipliers = lightest(shown, costs)
            if multipliers is None:
                return
            if int((multipliers > 1e-9).sum()) < len(self.best.multipliers):
                self._keep(seen, multipliers)
            costs = 1 / (multipliers + 1e-3)

    def _keep(self, seen: NDArray[np.int64], multipliers: Floats) -> None:
        found = proved(self.rows[seen], multipliers)
        if found is not None:
            lean = irreducible(self.rows, found.among(seen))
            if len(lean.multipliers) < len(self.best.multipliers):
                self.best = lean

    def _seen(self, held: list[int]) -> NDArray[np.int64]:
        if len(self.rows) <= SEEN:
            return np.arange(len(self.rows))
        spread = np.linspace(0, len(self.rows) - 1, SEEN).astype(np.int64)
        return np.union1d(spread, np.array(held, dtype=np.int64))


def _whole(proposal: Floats) -> tuple[int, ...]:
    top = max(proposal.max(initial=0.0), 1e-300)
    return tuple(int(number) for number in np.rint(proposal / top * 10**6))
