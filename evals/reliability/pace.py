"""How long ratings take, and which took so little that they were hardly read.

A rating is hasty when its seconds per criterion are under a quarter of the rater's OWN median: slow
and quick readers are each measured by themselves.
"""

from dataclasses import dataclass

import numpy as np

from evals.reliability import sentences
from evals.reliability.counts import Floats, Integers

HASTY_SHARE = 0.25
RATINGS_MIN = 10


@dataclass(frozen=True, eq=False)
class Pace:
    """`median` seconds per criterion of `n` measured ratings; `hasty` their positions.

    `unmeasured` ratings came without a time (imported ones, for example) and are left out. Under
    10 measured ratings `median` is None, with a reason, and nothing is called hasty.
    """

    n: int
    unmeasured: int
    median: float | None
    quartiles: tuple[float, float] | None
    hasty: Integers
    reason: str | None


def pace(
    raters: Integers, seconds: Floats, criteria: Integers, *, n_raters: int
) -> tuple[Pace, ...]:
    """One pace a rater, in their order. The three arrays have one entry a rating: who, the active
    seconds (NaN or below 0 where nobody measured them) and how many criteria were answered.
    """
    per_criterion = seconds / np.maximum(criteria, 1)
    measured = np.isfinite(seconds) & (seconds >= 0) & (criteria > 0)
    return tuple(
        _of(np.flatnonzero(raters == rater), per_criterion, measured) for rater in range(n_raters)
    )


def _of(mine: Integers, per_criterion: Floats, measured: np.ndarray) -> Pace:
    timed = mine[measured[mine]]
    n, missing = len(timed), len(mine) - len(timed)
    if n < RATINGS_MIN:
        reason = sentences.FEW_TIMED(ratings=n, least=RATINGS_MIN)
        return Pace(n, missing, None, None, timed[:0], reason)
    low, median, high = np.quantile(per_criterion[timed], [0.25, 0.5, 0.75]).tolist()
    hasty = timed[per_criterion[timed] < HASTY_SHARE * median]
    return Pace(n, missing, median, (low, high), hasty, None)
