"""Numbers on their way between formats."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from labeling.spec.fields import as_decimal, is_finite, is_number


def json_number(number: Decimal | Fraction | None) -> int | float:
    """A number for JSON; what is outside the reward weighs nothing."""
    if number is None:
        return 0
    return int(number) if number == int(number) else float(number)


def points_of(weight: object) -> object:
    """Points of a weight: nothing weighs 0, and a criterion of no weight has no points."""
    return None if is_number(weight) and weight == 0 else weight


def exact(number: object) -> Fraction | None:
    """The number as it is written, 0.1 being a tenth; None when it is none."""
    if not is_number(number) or not is_finite(number):
        return None
    return Fraction(as_decimal(number))
