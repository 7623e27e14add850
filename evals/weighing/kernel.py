"""The one combination of unknowns that satisfies some equations, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence


def kernel(equations: Sequence[Sequence[int]], unknowns: int) -> list[int] | None:
    """The solution of equations @ y = 0 when it is unique up to a factor, else None.

    Gauss-Jordan over one common denominator (Bareiss): no division leaves a remainder.
    """
    lines = [list(line) for line in equations]
    pivots: list[int] = []
    q = 1
    for column in range(unknowns):
        at = len(pivots)
        found = next((place for place in range(at, len(lines)) if lines[place][column]), None)
        if found is None:
            continue
        lines[at], lines[found] = lines[found], lines[at]
        q = _eliminate(lines, at, column, q)
        pivots.append(column)
    free = sorted(set(range(unknowns)) - set(pivots))
    if len(free) != 1:
        return None
    solution = [0] * unknowns
    solution[free[0]] = q
    for line, column in zip(lines, pivots, strict=False):
        solution[column] = -line[free[0]]
    return solution


def _eliminate(lines: list[list[int]], at: int, column: int, q: int) -> int:
    """Clear the column from every other line; the pivot is the new common denominator."""
    line, by = lines[at], lines[at][column]
    for place, other in enumerate(lines):
        if place != at:
            factor = other[column]
            lines[place] = [
                (entry * by - factor * against) // q
                for entry, against in zip(other, line, strict=True)
            ]
    return by
