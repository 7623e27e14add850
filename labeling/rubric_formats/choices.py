"""Scales as a list of choices from worst to best, for formats that know nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from labeling.spec import CriterionSpec, ScaleSpec, ScaleType, level_credits
from labeling.spec.rubric import linear_credit
from labeling.strict_json import number_text

DECIMALS = 6
# An interval is written as at most so many choices.
MOST = 21

type Json = dict[str, object]


def written(scale: ScaleSpec) -> list[tuple[str, Fraction]]:
    """Each choice with its credit, in the order of the scale."""
    if scale.type == ScaleType.INTERVAL:
        low, high = scale.bounds
        values = _values(scale)
        return [(number_text(value), linear_credit(value, low, high)) for value in values]
    credits = level_credits(scale)
    return [(level.label, credits[level.value] or Fraction(0)) for level in scale.levels]


def is_reversed(criterion: CriterionSpec) -> bool:
    """A binary criterion that pays for not being met."""
    scale = criterion.scale
    return scale.type == ScaleType.BINARY and any(
        level.value == 1 and level.credit == 0 for level in scale.levels
    )


def evenly(labels: Sequence[str]) -> list[Json]:
    """Levels in equal steps of credit, each of the next whole value."""
    return [
        {"value": value, "label": label}
        for value, label in zip(values_for(labels), labels, strict=True)
    ]


def values_for(labels: Sequence[str]) -> list[int]:
    """Whole values in order, none of which is the label of another level."""
    taken = {label: at for at, label in enumerate(labels)}
    for start in (0, 1, 100, 10_000, 1_000_000):
        values = [start + at for at in range(len(labels))]
        if all(taken.get(str(value), at) == at for at, value in enumerate(values)):
            return values
    return list(range(len(labels)))


def rounded(credit: Fraction) -> int | float:
    """A credit in the decimals that are kept."""
    exact = round(Decimal(credit.numerator) / Decimal(credit.denominator), DECIMALS)
    return int(exact) if exact == int(exact) else float(exact)


def _values(scale: ScaleSpec) -> list[Decimal]:
    low, high = scale.bounds
    step = scale.step or (high - low) / (MOST - 1)
    count = int((high - low) / step)
    if count >= MOST:
        step, count = (high - low) / (MOST - 1), MOST - 1
    return [low + step * at for at in range(count + 1)]
