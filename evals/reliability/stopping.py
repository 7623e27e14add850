"""Adaptive overlap: after each label, whether a unit is settled or the next rater is asked.

Clarity q = P(most experts would say what is said most often), under the flat prior (for two levels
Jeffreys'), since a prior fitted on units that stopped by their labels would believe itself. A unit
is accepted when q >= conf; else the next rater is asked while there are fewer than n_max labels;
else it goes to adjudication, or is ambiguous when q < floor.

Whoever stops on agreement makes what is accepted look unanimous: agreement between raters is
measured on the first n_min places and on a random part of the responses of fixed overlap only.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from evals.reliability import prior as priors
from evals.reliability.consensus import clarity, collapsed
from evals.reliability.counts import Floats, Integers


class Verdict(IntEnum):
    """What becomes of a unit; the numbers only name them."""

    ASK = 0
    ACCEPT = 1
    ADJUDICATE = 2
    AMBIGUOUS = 3


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """`n_min` independent labels to begin with, `n_max` at most."""

    n_min: int = 2
    n_max: int = 5
    conf: float = 0.9
    floor: float = 0.6

    def __post_init__(self) -> None:
        if not 2 <= self.n_min <= self.n_max:
            raise ValueError("At least two labels to begin with, and no fewer at most.")
        if not 0.5 <= self.floor <= self.conf < 1:
            raise ValueError("Clarity lies between one half and 1, and the floor under conf.")


@dataclass(frozen=True, eq=False)
class Stops:
    """One entry a unit, in the order of the counts."""

    verdicts: Integers
    clarity: Floats


def decide(
    counts: Integers,
    rule: StoppingRule,
    *,
    asked: Integers | None = None,
    pass_at: int = 0,
    not_applicable: Integers | None = None,
) -> Stops:
    """The verdict on every unit; `counts` is units x levels.

    `asked` is how many raters were asked, where some could not assess: they count towards n_max
    and say nothing. `not_applicable` says how many answered that the criterion does not apply,
    which is an answer of its own. With a `pass_at` above 0 (a level's position) it is about which
    side of it most experts are on.
    """
    rows = np.asarray(counts, dtype=np.int64)
    if pass_at > 0:
        rows = collapsed(rows, pass_at)
    if not_applicable is not None:
        q = np.where(
            not_applicable > 0,
            _clarity(np.column_stack([rows, not_applicable])),
            _clarity(rows),
        )
        labels = rows.sum(axis=1) + not_applicable
    else:
        q, labels = _clarity(rows), rows.sum(axis=1)
    n = labels if asked is None else np.maximum(np.asarray(asked, dtype=np.int64), labels)
    verdicts = np.full(len(rows), int(Verdict.ADJUDICATE))
    verdicts[q < rule.floor] = Verdict.AMBIGUOUS
    verdicts[n < rule.n_max] = Verdict.ASK
    verdicts[(q >= rule.conf) & (labels >= rule.n_min)] = Verdict.ACCEPT
    return Stops(verdicts, q)


def _clarity(rows: Integers) -> Floats:
    return clarity(rows, priors.flat(rows.shape[1]))
