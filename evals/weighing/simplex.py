"""Linear programming in whole numbers, without a rounding error: small, slow, and always right.

    maximise sum(y)  under  y @ rows <= 0,  sum(y) <= 1,  y >= 0

The optimum is 1 where the rows contradict each other (y says how) and 0 where they do not; the dual
of the latter is x >= 0 with rows @ x >= 1. Bland's rule keeps it from running in circles, and
integer pivoting (Edmonds) keeps every entry a whole number over one common denominator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd


@dataclass(frozen=True, slots=True)
class Solved:
    """Exactly one of the two, in whole numbers: weights of the columns, multipliers of the rows."""

    weights: list[int] | None
    multipliers: list[int] | None


def solve(rows: Sequence[Sequence[int]]) -> Solved:
    """Weights x >= 0 with every row @ x > 0, or multipliers y >= 0, not all 0, with y @ rows <= 0.

    `rows` is a list of equally long lists of whole numbers.
    """
    tableau = _Tableau(rows)
    while (column := tableau.entering()) is not None:
        tableau.pivot(tableau.leaving(column), column)
    if tableau.objective() > 0:
        return Solved(None, smallest_whole(tableau.primal(len(rows))))
    width = len(rows[0]) if rows else 0
    return Solved(smallest_whole(tableau.dual(len(rows), width)), None)


def smallest_whole(numbers: Sequence[int]) -> list[int]:
    """The same proportions in the smallest whole numbers."""
    shared = gcd(*numbers) or 1
    return [number // shared for number in numbers]


class _Tableau:
    """The rows of the programme as columns, a slack a constraint, costs last."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        width = len(rows[0]) if rows else 0
        self.q = 1
        self.lines: list[list[int]] = []
        for at in range(width + 1):
            slack = [int(at == other) for other in range(width + 1)]
            entries = [row[at] for row in rows] if at < width else [1] * len(rows)
            self.lines.append([*entries, *slack, int(at == width)])
        self.costs = [*([-1] * len(rows)), *([0] * (width + 1)), 0]
        self.basis = [len(rows) + at for at in range(width + 1)]

    def entering(self) -> int | None:
        """The first column that would raise the objective."""
        return next((at for at, cost in enumerate(self.costs[:-1]) if cost < 0), None)

    def leaving(self, column: int) -> int:
        """The line that bounds the column first; of several the one whose variable is first."""
        best, found = None, -1
        for at, line in enumerate(self.lines):
            if line[column] <= 0:
                continue
            if best is None:
                best, found = line, at
                continue
            apart = line[-1] * best[column] - best[-1] * line[column]
            if apart < 0 or (apart == 0 and self.basis[at] < self.basis[found]):
                best, found = line, at
        # sum(y) <= 1 bounds every column, so there is always such a line.
        assert best is not None
        return found

    def pivot(self, at: int, column: int) -> None:
        """Bring the column into the basis; every division leaves no remainder."""
        line = self.lines[at]
        by, q = line[column], self.q
        for place, other in enumerate(self.lines):
            if place != at:
                self.lines[place] = _eliminated(other, line, by, column, q)
        self.costs = _eliminated(self.costs, line, by, column, q)
        self.q, self.basis[at] = by, column

    def objective(self) -> int:
        return self.costs[-1]

    def primal(self, n: int) -> list[int]:
        values = [0] * n
        for line, variable in zip(self.lines, self.basis, strict=True):
            if variable < n:
                values[variable] = line[-1]
        return values

    def dual(self, n: int, width: int) -> list[int]:
        return self.costs[n : n + width]


def _eliminated(other: list[int], line: list[int], by: int, column: int, q: int) -> list[int]:
    factor = other[column]
    if factor == 0:
        return [entry * by // q for entry in other]
    return [
        (entry * by - factor * against) // q for entry, against in zip(other, line, strict=True)
    ]
