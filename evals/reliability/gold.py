"""Units with a known answer, mixed in unseen: how often a rater gives it.

Hidden gold feeds one cumulative Beta(1 + right, 1 + wrong) posterior a rater. A pass mark belongs
to practice, where at least 20 units are asked up front: 16 of 20 lets a rater who is right nine
times of ten through with .957, and one who is right six times of ten with .051 (8 of 10: .930 and
.167).
"""

from dataclasses import dataclass

import numpy as np

from evals.reliability import sentences
from evals.reliability.counts import Floats, Mask
from evals.reliability.scientific import special

VERDICT_MIN = 20
PASS_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Gold:
    """`mean`, `low` and `high` of the posterior. `passed` is None, with a reason, without verdict.

    Without any gold unit `mean`, `low` and `high` are None too.
    """

    n: int
    right: int
    mean: float | None
    low: float | None
    high: float | None
    passed: bool | None
    reason: str | None


def hits(given: Floats, known: Floats, *, within: float = 0.0) -> Mask:
    """Which answers are the known one, or at most `within` away from it. A NaN among the known
    answers (legitimate disagreement, ruling withdrawn) is refused: such a unit is no gold.
    """
    if not (np.isfinite(given).all() and np.isfinite(known).all()):
        raise ValueError("A gold unit has one known answer, and an answer given.")
    return np.abs(given - known) <= within


def posterior(right: int, n: int, *, practice: bool = False, ci_level: float = 0.95) -> Gold:
    """All gold answers of a rater so far. `practice` asks for a verdict, given from 20 units on."""
    if not 0 <= right <= n:
        raise ValueError(f"{right} of {n} answers cannot be right.")
    passed, reason = _verdict(right, n, practice)
    if n == 0:
        return Gold(0, 0, None, None, None, passed, reason)
    a, b = 1 + right, 1 + n - right
    low, high = (float(special.betaincinv(a, b, (1 + side * ci_level) / 2)) for side in (-1, 1))
    return Gold(n, right, a / (a + b), low, high, passed, reason)


def course(right: Mask, *, ci_level: float = 0.95) -> tuple[Gold, ...]:
    """The posterior after each gold answer, in the order they were given."""
    total = np.cumsum(right).tolist()
    return tuple(posterior(k, n, ci_level=ci_level) for n, k in enumerate(total, start=1))


def pass_mark(n: int) -> int:
    """The fewest right answers of n that pass in practice: four of five."""
    return int(np.ceil(round(PASS_SHARE * n, 9)))


def chance_of_passing(accuracy: float, *, right: int = 16, n: int = VERDICT_MIN) -> float:
    """P(at least `right` of n) for a rater who is right with that probability."""
    return float(special.bdtrc(right - 1, n, accuracy)) if right > 0 else 1.0


def _verdict(right: int, n: int, practice: bool) -> tuple[bool | None, str | None]:
    if n == 0:
        return None, sentences.NO_GOLD()
    if not practice:
        return None, sentences.HIDDEN_GOLD()
    if n < VERDICT_MIN:
        return None, sentences.FEW_GOLD(units=n, least=VERDICT_MIN)
    return right >= pass_mark(n), None
