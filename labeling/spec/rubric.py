"""A rubric as values: no identity, no database, equal when it says the same."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from labeling.language import gettext as _
from labeling.language import gettext_noop

type Measurement = Literal["nominal", "ordinal", "interval"]


class ScaleType(StrEnum):
    BINARY = "binary"
    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"

    @property
    def word(self) -> str:
        """The kind in a word, as sentences about it say."""
        return _(_SCALE_WORDS[self])


_SCALE_WORDS = {
    ScaleType.BINARY: gettext_noop("binary"),
    ScaleType.ORDINAL: gettext_noop("ordinal"),
    ScaleType.NOMINAL: gettext_noop("nominal"),
    ScaleType.INTERVAL: gettext_noop("interval"),
}


class WeightClass(StrEnum):
    """How much a criterion matters, in words; its points say it in numbers."""

    ESSENTIAL = gettext_noop("essential")
    IMPORTANT = gettext_noop("important")
    OPTIONAL = gettext_noop("optional")
    PITFALL = gettext_noop("pitfall")


@dataclass(frozen=True, slots=True)
class LevelSpec:
    """One step of a scale; `credit` is None where the scale's own line gives it."""

    value: Decimal
    label: str
    anchor: str = ""
    example: str = ""
    credit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ScaleSpec:
    """The steps a rater chooses from; an interval is a range, its levels are only anchors."""

    type: ScaleType
    levels: tuple[LevelSpec, ...] = ()
    min: Decimal | None = None
    max: Decimal | None = None
    step: Decimal | None = None

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The lowest and the highest value that can be given."""
        if self.min is not None and self.max is not None:
            return self.min, self.max
        values = [level.value for level in self.levels]
        return min(values), max(values)

    def level(self, value: Decimal) -> LevelSpec | None:
        """The level that has exactly this value."""
        return next((level for level in self.levels if level.value == value), None)

    def allows(self, value: Decimal) -> bool:
        """Whether a rater could have given this value."""
        if self.type != ScaleType.INTERVAL:
            return self.level(value) is not None
        low, high = self.bounds
        return low <= value <= high and (self.step is None or (value - low) % self.step == 0)


@dataclass(frozen=True, slots=True)
class CriterionSpec:
    """One thing to judge; `points` None keeps it out of the reward.

    `expertise` tags those who may judge it. `extra` is what a foreign format said of the
    criterion that has no place here, kept so that it can be written back.
    """

    key: str
    name: str
    criterion: str
    scale: ScaleSpec
    guidance: str = ""
    tags: tuple[str, ...] = ()
    dimension: str = ""
    path: tuple[str, ...] = ()
    points: Decimal | None = None
    gate: bool = False
    pass_at: Decimal | None = None
    check: dict[str, object] | None = None
    weight_class: WeightClass | None = None
    allow_na: bool = True
    allow_cannot_assess: bool = True
    needs_rationale: bool = False
    needs_evidence: bool = False
    expertise: tuple[str, ...] = ()
    extra: dict[str, object] | None = None

    @property
    def is_pitfall(self) -> bool:
        """Negative points: credit then measures how much of the fault is there."""
        return self.points is not None and self.points < 0


@dataclass(frozen=True, slots=True)
class RubricSpec:
    """Everything a rubric version says; `extra` as with a criterion."""

    title: str
    description: str = ""
    guidelines: str = ""
    criteria: tuple[CriterionSpec, ...] = ()
    extra: dict[str, object] | None = None


def measurement(scale: ScaleSpec) -> Measurement:
    """How agreement on this scale is measured."""
    match scale.type:
        case ScaleType.ORDINAL:
            return "ordinal"
        case ScaleType.INTERVAL:
            return "interval"
        case _:
            return "nominal"


@lru_cache(maxsize=4096)
def level_credits(scale: ScaleSpec) -> dict[Decimal, Fraction | None]:
    """The credit of each level: as stated, else linear; None on a nominal level without any."""
    if not scale.levels:
        return {}
    low, high = scale.bounds
    return {level.value: _credit(scale, level, low, high) for level in scale.levels}


def linear_credit(value: Decimal, low: Decimal, high: Decimal) -> Fraction:
    """0 at the low end, 1 at the high end, in proportion between."""
    return (Fraction(value) - Fraction(low)) / (Fraction(high) - Fraction(low))


def _credit(scale: ScaleSpec, level: LevelSpec, low: Decimal, high: Decimal) -> Fraction | None:
    if level.credit is not None:
        return Fraction(level.credit)
    if scale.type == ScaleType.NOMINAL or low == high:
        return None
    return linear_credit(level.value, low, high)
