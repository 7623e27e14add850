"""What reads otherwise in formats that know less: said before the export."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from labeling.errors import Problem
from labeling.rubric_formats import choices
from labeling.spec import CriterionSpec, RubricSpec

SHOWN = 3


def reversed_pitfalls(spec: RubricSpec, how: str) -> list[Problem]:
    """Weights that cannot be negative, and what that does to the reward."""
    pitfalls = [one for one in spec.criteria if one.is_pitfall]
    if not pitfalls:
        return []
    count = "1 pitfall is" if len(pitfalls) == 1 else f"{len(pitfalls)} pitfalls are"
    message = (
        f"Weights cannot be negative: {count} written {how} ({named(pitfalls)});"
        " rewards move and shrink, and the order of answers to one prompt stays where none is"
        " clipped"
    )
    return [Problem("points", message)]


def uneven_credit(spec: RubricSpec) -> list[Problem]:
    """Choices are worth equal steps there, whatever credit they have here."""
    uneven = [one for one in spec.criteria if one.points and not _is_even(one)]
    if not uneven:
        return []
    message = f"Choices are paid in equal steps, so {named(uneven)} would be paid otherwise"
    return [Problem("credit", message)]


def met_or_not(spec: RubricSpec) -> list[Problem]:
    """Criteria that pay for not being met, in formats that pay for being met."""
    odd = [one for one in spec.criteria if one.points and choices.is_reversed(one)]
    if not odd:
        return []
    message = f"There a criterion pays for being met; {named(odd)} would pay for the opposite"
    return [Problem("credit", message)]


def named(criteria: Sequence[CriterionSpec]) -> str:
    """The first criteria by key, and how many more there are."""
    shown = ", ".join(f"`{one.key}`" for one in criteria[:SHOWN])
    more = len(criteria) - SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown


def _is_even(criterion: CriterionSpec) -> bool:
    credits = sorted(credit for _, credit in choices.written(criterion.scale))
    last = len(credits) - 1
    return last < 1 or credits == [Fraction(at, last) for at in range(last + 1)]
