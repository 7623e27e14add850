"""The canonical reward of a response, from the settled answers of its criteria. Exact."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from evals.gaps.pool import Criterion, Special


def canonical_reward(
    criteria: Sequence[Criterion], answers: Mapping[str, object]
) -> Fraction | None:
    """Sum of points x credit over the sum of positive points, clamped to 0..1; a gate can veto.

    NA earns nothing and keeps its points in the denominator. None without positive points.
    """
    positive = sum((each.points for each in criteria if each.points and each.points > 0), _ZERO)
    if not positive:
        return None
    if not all(passes_gate(each, answers[each.key]) for each in criteria if each.gate):
        return _ZERO
    earned = sum(
        (each.points * credit(each, answers[each.key]) for each in criteria if each.points), _ZERO
    )
    return max(_ZERO, min(Fraction(1), earned / positive))


def credit(criterion: Criterion, answer: object) -> Fraction:
    """What an answer is worth on its scale; NA is worth nothing."""
    return _ZERO if answer is Special.NA else criterion.credits[answer]


def passes_gate(criterion: Criterion, answer: object) -> bool:
    """A gate asks for the credit of its pass level; a negative one fails at that credit."""
    return is_met(criterion, answer) != criterion.is_negative


def is_met(criterion: Criterion, answer: object) -> bool:
    """Whether an answer reaches the pass level, full credit where none is named."""
    needed = criterion.pass_credit if criterion.pass_credit is not None else Fraction(1)
    return credit(criterion, answer) >= needed


_ZERO = Fraction(0)
