"""The one answer that the experts of a response gave, or in words why there is none.

A ruling stands for all of them. Otherwise the most frequent kind of answer (a value, NA, cannot
assess) decides, and of values the most frequent one; on a scale with an order the median, where the
two in the middle are the same, or the value between them is one of a continuous scale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from labeling.spec import Answer, AnswerKind, ScaleSpec, ScaleType

NA: Final = Answer(AnswerKind.NA)
CANNOT_ASSESS: Final = Answer(AnswerKind.CANNOT_ASSESS)
NOT_RATED: Final = Answer(AnswerKind.NOT_RATED)
ORDERED = (ScaleType.ORDINAL, ScaleType.INTERVAL)


def settled(
    scale: ScaleSpec, values: Sequence[Decimal], *, na: int = 0, cannot_assess: int = 0
) -> Answer | None:
    """What the experts settled on; None for a tie."""
    most = max(len(values), na, cannot_assess)
    if not most:
        return NOT_RATED
    if [len(values), na, cannot_assess].count(most) > 1:
        return None
    if most == na:
        return NA
    if most == cannot_assess:
        return CANNOT_ASSESS
    value = _middle(scale, values) if scale.type in ORDERED else _most_frequent(values)
    return None if value is None else Answer(AnswerKind.SCORED, value)


def overall(values: Sequence[Decimal]) -> Fraction | None:
    """The median; between two middle values their mean, since only the order of it is used."""
    if not values:
        return None
    low, high = _middle_two(values)
    return (Fraction(low) + Fraction(high)) / 2


def _most_frequent(values: Sequence[Decimal]) -> Decimal | None:
    (first, count), *rest = Counter(values).most_common(2)
    return None if rest and rest[0][1] == count else first


def _middle(scale: ScaleSpec, values: Sequence[Decimal]) -> Decimal | None:
    low, high = _middle_two(values)
    if low == high:
        return low
    between = (low + high) / 2
    return between if scale.type == ScaleType.INTERVAL and scale.allows(between) else None


def _middle_two(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
