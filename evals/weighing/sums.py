"""The canonical reward of many responses at once, in whole numbers.

labeling.scoring says what an answer pays and when a gate fails. Credits are brought to one common
denominator and points to another, so a reward is a sum of whole numbers over a whole number; where
64 bits do not hold them Python's own numbers do. Nothing is rounded anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.weighing.judgements import Judgements
from labeling.language import gettext_noop
from labeling.scoring import UndefinedReward, worth
from labeling.spec import AnswerKind, CriterionSpec

type Whole = NDArray[Any]
type Mask = NDArray[np.bool_]

TIE = gettext_noop("the experts tie on a criterion")
# Small enough that sums multiplied by a step of a class still fit 64 bits.
SAFE = 2**40
# What keeps a reward from being defined, the weightiest last.
_KINDS: tuple[tuple[AnswerKind | None, str], ...] = (
    (None, TIE),
    (AnswerKind.CANNOT_ASSESS, UndefinedReward.CANNOT_ASSESS.value),
    (AnswerKind.NOT_RATED, UndefinedReward.NOT_RATED.value),
)


@dataclass(frozen=True, eq=False)
class Weighed:
    """Responses whose reward is defined; `rows` are their places in the judgements.

    `gates` are criteria without points that can make a reward 0.
    `parts[i, j]` / `wholes[i]` is what the j-th of the criteria with points adds to the i-th sum.
    `credits[i, j]` / `credit_unit` is the credit, `applies` whether it counts there at all.
    """

    judgements: Judgements
    criteria: tuple[CriterionSpec, ...]
    gates: tuple[CriterionSpec, ...]
    rows: NDArray[np.int64]
    credits: Whole
    credit_unit: int
    points: tuple[int, ...]
    applies: Mask
    gated: Mask
    undefined: dict[str, int]

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def parts(self) -> Whole:
        return np.asarray(self.credits * self._row_of_points)

    @cached_property
    def sums(self) -> Whole:
        """Each response's sum before it is clipped or gated, in parts of `wholes`."""
        return np.asarray(self.parts.sum(axis=1))

    @cached_property
    def wholes(self) -> Whole:
        """Each response's positive points that apply, in the same unit."""
        positive = np.where(self._row_of_points > 0, self._row_of_points, 0) * self.credit_unit
        return np.asarray((self.applies * positive).sum(axis=1))

    @cached_property
    def held(self) -> Whole:
        """The sums within 0 and the whole, 0 where a gate failed: the order of the rewards."""
        clipped = np.minimum(np.maximum(self.sums, 0), self.wholes)
        return np.where(self.gated, 0, clipped)

    def reward(self, at: int) -> Fraction:
        """The reward of the at-th row."""
        return Fraction(int(self.held[at]), int(self.wholes[at]))

    def contributions(self, at: int) -> dict[str, Fraction]:
        """What each criterion adds to the at-th sum, as labeling.scoring has it."""
        whole = int(self.wholes[at])
        return {
            criterion.key: Fraction(int(part), whole)
            for criterion, part, counts in zip(
                self.criteria, self.parts[at], self.applies[at], strict=True
            )
            if counts
        }

    @cached_property
    def _row_of_points(self) -> Whole:
        return np.array(self.points, dtype=self.credits.dtype)


def weigh(criteria: Sequence[CriterionSpec], judgements: Judgements) -> Weighed:
    """Every reward that is defined, and for how many others which reason stands against it."""
    counted = [one for one in criteria if one.points or one.gate]
    paid = [one for one in counted if one.points]
    applies = {one.key: judgements.applies(one.key) for one in counted}
    reasons = _reasons(counted, judgements, applies)
    positive = [applies[one.key] for one in paid if not one.is_pitfall]
    payable = np.logical_or.reduce(positive) if positive else np.zeros(len(judgements), dtype=bool)
    reasons[~payable] = UndefinedReward.NO_POSITIVE_POINTS.value
    rows = np.flatnonzero(reasons == "")
    points = _whole([Fraction(one.points or 0) for one in paid])
    credits, unit = _credits(paid, judgements, rows, sum(map(abs, points)))
    counts = _stacked([applies[one.key][rows] for one in paid], len(rows), bool)
    return Weighed(
        judgements=judgements,
        criteria=tuple(paid),
        gates=tuple(one for one in counted if not one.points),
        rows=rows,
        credits=credits * counts,
        credit_unit=unit,
        points=tuple(points),
        applies=counts,
        gated=_gated(counted, judgements, applies)[rows],
        undefined=dict(Counter(str(reason) for reason in reasons if reason)),
    )


def _reasons(
    counted: Sequence[CriterionSpec], judgements: Judgements, applies: dict[str, Mask]
) -> NDArray[Any]:
    """Why each reward is undefined, empty where it is not."""
    reasons = np.full(len(judgements), "", dtype=object)
    for kind, reason in _KINDS:
        for one in counted:
            if (found := _is(judgements, one.key, kind)) is not None:
                reasons[applies[one.key] & found] = reason
    return reasons


def _is(judgements: Judgements, key: str, kind: AnswerKind | None) -> Mask | None:
    """Where the answer is of that kind; None where it nowhere is."""
    column = judgements.columns.get(key)
    if column is None:
        return np.ones(len(judgements), dtype=bool) if kind == AnswerKind.NOT_RATED else None
    found = [kind is None if one is None else one.kind == kind for one in column.answers]
    return np.array(found, dtype=bool)[column.codes] if any(found) else None


def _credits(
    paid: Sequence[CriterionSpec], judgements: Judgements, rows: NDArray[np.int64], points: int
) -> tuple[Whole, int]:
    """Credits of the rows in whole numbers, and the denominator they all have.

    In 64 bits where every sum of these times points, which add up to `points`, fits them.
    """
    tables = [_worths(one, judgements) for one in paid]
    unit = lcm(*(credit.denominator for table in tables for credit, _ in table))
    kind = np.int64 if unit * points < SAFE else object
    columns = []
    for one, table in zip(paid, tables, strict=True):
        whole = np.array([int(credit * unit) for credit, _ in table], dtype=kind)
        if one.key in judgements.columns and len(whole):
            columns.append(whole[judgements.columns[one.key].codes[rows]])
        else:
            columns.append(np.zeros(len(rows), dtype=kind))
    return _stacked(columns, len(rows), kind), unit


def _worths(criterion: CriterionSpec, judgements: Judgements) -> list[tuple[Fraction, bool]]:
    """Credit and gate of each of the different answers; those without any are not looked at."""
    column = judgements.columns.get(criterion.key)
    return [
        worth(criterion, one)
        if one is not None and one.kind in (AnswerKind.SCORED, AnswerKind.NA)
        else (Fraction(0), False)
        for one in (column.answers if column else ())
    ]


def _gated(
    counted: Sequence[CriterionSpec], judgements: Judgements, applies: dict[str, Mask]
) -> Mask:
    failed = np.zeros(len(judgements), dtype=bool)
    for one in counted:
        if one.gate and one.key in judgements.columns:
            fails = np.array([fails for _, fails in _worths(one, judgements)], dtype=bool)
            failed |= applies[one.key] & fails[judgements.columns[one.key].codes]
    return failed


def _whole(numbers: Sequence[Fraction]) -> list[int]:
    """The numbers over their common denominator, which cancels out of every reward."""
    unit = lcm(*(number.denominator for number in numbers))
    return [int(number * unit) for number in numbers]


def _stacked(columns: Sequence[NDArray[Any]], n: int, kind: Any) -> NDArray[Any]:
    return np.column_stack(columns) if columns else np.zeros((n, 0), dtype=kind)
