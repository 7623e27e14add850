"""What HiGHS proposes in floating point. Nothing here is believed before it holds exactly.

scipy is imported where it is used: half a second that only those wait for who ask for weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Margin:
    """The widest margin that weights of sum 1 leave to every row; weights and dual with it."""

    width: float
    weights: Floats
    multipliers: Floats


def normalised(rows: NDArray[Any]) -> Floats:
    """The rows for floating point: the largest entry of each is 1."""
    largest = np.maximum(np.abs(rows).max(axis=1, initial=1), 1)
    if rows.dtype == object:
        # Whole numbers of hundreds of digits are no floats, their ratios are.
        shares = [
            [int(one) / int(top) for one in row] for row, top in zip(rows, largest, strict=True)
        ]
        return np.array(shares, dtype=np.float64).reshape(rows.shape)
    return rows / largest[:, None]


def widest(rows: Floats) -> Margin | None:
    """max t under rows @ x >= t, sum(x) <= 1, x >= 0; None when HiGHS has no answer."""
    n, m = rows.shape
    below = np.column_stack([-rows, np.ones(n)])
    total = np.append(np.ones(m), 0.0)
    solved = _solved(
        np.append(np.zeros(m), -1.0),
        A_ub=np.vstack([below, total]),
        b_ub=np.append(np.zeros(n), 1.0),
        bounds=[(0, None)] * m + [(0, 1)],
    )
    if solved is None:
        return None
    return Margin(float(solved.x[-1]), solved.x[:-1], -solved.ineqlin.marginals[:-1])


def closest(rows: Floats, held: NDArray[np.bool_], costs: Floats | None = None) -> Floats | None:
    """Weights that put the held rows right and miss the others by the least sum of costs."""
    n, m = rows.shape
    slack = np.diag((~held).astype(np.float64))[:, ~held]
    loose = np.ones(n) if costs is None else costs
    solved = _solved(
        np.append(np.zeros(m), loose[~held]),
        A_ub=np.hstack([-rows, -slack]),
        b_ub=-np.ones(n),
        bounds=(0, None),
    )
    return None if solved is None else solved.x[:m]


def lightest(rows: Floats, costs: Floats) -> Floats | None:
    """The multipliers of sum 1, nowhere above 0 when combined, that cost least."""
    n, m = rows.shape
    solved = _solved(
        costs,
        A_ub=rows.T,
        b_ub=np.zeros(m),
        A_eq=np.ones((1, n)),
        b_eq=np.ones(1),
        bounds=(0, None),
    )
    return None if solved is None else solved.x


def _solved(costs: Floats, **programme: Any) -> Any:
    from scipy.optimize import linprog

    solved = linprog(costs, method="highs", **programme)
    return solved if solved.status == 0 else None
