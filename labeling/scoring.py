"""The canonical reward: what the answers on one response are worth, in exact fractions.

    reward = sum(points x credit) / sum(positive points), held within 0..1

Credit runs from 0 to 1. Negative points mark a pitfall, whose credit is the amount of fault. A
failed gate makes the reward 0. A criterion that does not apply to the item leaves both sums for
every response of it; an NA on a criterion that does apply counts as unmet, so that nothing can be
gained by making a criterion not apply.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from labeling.language import gettext_noop
from labeling.spec import Answer, AnswerKind, CriterionSpec, RubricSpec, ScaleType
from labeling.spec.answers import ValueOutsideScale
from labeling.spec.rubric import level_credits, linear_credit

_ZERO = Fraction(0)
_ONE = Fraction(1)
_NOT_RATED = Answer(AnswerKind.NOT_RATED)


class UndefinedReward(StrEnum):
    """Why there is no reward; never a 0 in its place."""

    NO_POSITIVE_POINTS = gettext_noop("no criterion that applies has positive points")
    NOT_RATED = gettext_noop("not every criterion was rated")
    CANNOT_ASSESS = gettext_noop("a criterion could not be assessed")


@dataclass(frozen=True, slots=True)
class Reward:
    """Exactly one of `value` and `undefined_reason` is None.

    `contributions` are the criteria's shares of the sum before it is clipped or gated;
    `undefined_keys` names the criteria that keep the reward from being defined.
    """

    value: Fraction | None
    undefined_reason: UndefinedReward | None = None
    undefined_keys: tuple[str, ...] = ()
    gated: bool = False
    clipped: bool = False
    contributions: dict[str, Fraction] = field(default_factory=dict)


def reward(
    criteria: RubricSpec | Sequence[CriterionSpec],
    answers: Mapping[str, Answer],
    *,
    not_applicable: AbstractSet[str] = frozenset(),
) -> Reward:
    """The reward of one response; answers to other criteria than those given are left aside."""
    if isinstance(criteria, RubricSpec):
        criteria = criteria.criteria
    counted = [c for c in criteria if (c.points or c.gate) and c.key not in not_applicable]
    positive = sum((Fraction(c.points) for c in counted if c.points and c.points > 0), _ZERO)
    if not positive:
        return Reward(None, UndefinedReward.NO_POSITIVE_POINTS)
    given = {c.key: answers.get(c.key, _NOT_RATED) for c in counted}
    if undefined := _undefined(given):
        return undefined
    credits = {c.key: _credit_of(c, given[c.key]) for c in counted}
    shares = {c.key: Fraction(c.points) * credits[c.key] / positive for c in counted if c.points}
    if any(_fails(c, credits[c.key]) for c in counted):
        return Reward(_ZERO, gated=True, contributions=shares)
    total = sum(shares.values(), _ZERO)
    value = min(max(total, _ZERO), _ONE)
    return Reward(value, clipped=value != total, contributions=shares)


def credit(criterion: CriterionSpec, value: Decimal) -> Fraction:
    """What a value is worth, 0..1; for a pitfall, how much of the fault is there."""
    scale = criterion.scale
    if not scale.allows(value):
        raise ValueOutsideScale(f"`{criterion.key}`: {value} is not a value of the scale")
    if scale.type == ScaleType.INTERVAL:
        return linear_credit(value, *scale.bounds)
    worth = level_credits(scale)[value]
    if worth is None:
        raise ValueOutsideScale(f"`{criterion.key}`: the level {value} states no credit")
    return worth


def gate_failed(criterion: CriterionSpec, value: Decimal) -> bool:
    """Whether this value fails the criterion's gate; what is no gate never fails."""
    return criterion.gate and _fails(criterion, credit(criterion, value))


def worth(criterion: CriterionSpec, answer: Answer) -> tuple[Fraction, bool]:
    """What an answer with a value or an NA pays, and whether it fails the criterion's gate."""
    paid = _credit_of(criterion, answer)
    return paid, _fails(criterion, paid)


def points_share(
    criteria: Iterable[CriterionSpec],
    chosen: AbstractSet[str],
    *,
    not_applicable: AbstractSet[str] = frozenset(),
) -> Fraction | None:
    """How much of the points that apply the chosen criteria carry; None where none apply.

    Points count by size, whatever their sign: a pitfall that is left out changes the reward as
    much as a criterion of the same weight.
    """
    applying = [c for c in criteria if c.points and c.key not in not_applicable]
    total = sum((abs(Fraction(c.points or 0)) for c in applying), _ZERO)
    carried = sum((abs(Fraction(c.points or 0)) for c in applying if c.key in chosen), _ZERO)
    return carried / total if total else None


def _undefined(given: Mapping[str, Answer]) -> Reward | None:
    for kind, reason in (
        (AnswerKind.NOT_RATED, UndefinedReward.NOT_RATED),
        (AnswerKind.CANNOT_ASSESS, UndefinedReward.CANNOT_ASSESS),
    ):
        if keys := tuple(key for key, answer in given.items() if answer.kind == kind):
            return Reward(None, reason, keys)
    return None


def _credit_of(criterion: CriterionSpec, answer: Answer) -> Fraction:
    # NA where the criterion does apply is unmet: no credit, and the denominator stays.
    return _ZERO if answer.value is None else credit(criterion, answer.value)


def _fails(criterion: CriterionSpec, worth: Fraction) -> bool:
    if not criterion.gate or criterion.pass_at is None:
        return False
    needed = credit(criterion, criterion.pass_at)
    return worth >= needed if criterion.is_pitfall else worth < needed
