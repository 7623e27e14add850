"""Pairs that no weights put right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evals.weighing.orders import Pair


class Kind(StrEnum):
    """Why no weights help."""

    GATE = "gate"
    SAME = "same"
    OUTDONE = "outdone"
    UNPAID = "unpaid"
    SUM = "sum"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Pairs that no weights put right together: multiplied and added up, nothing is left to pay.

    Without any one of them there are weights; a set of fewer than `at_least` is none.
    """

    kind: Kind
    pairs: tuple[Pair, ...]
    multipliers: tuple[int, ...]
    at_least: int = 1

    @property
    def is_smallest(self) -> bool:
        """Whether it is proved that no smaller set of pairs contradicts every weighting."""
        return self.at_least >= len(self.pairs)
