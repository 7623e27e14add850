"""What every statistic answers: a number, or the reason in words why there is none."""

from dataclasses import dataclass
from enum import StrEnum


class Undefined(StrEnum):
    """Why a statistic has no value. The member is for machines, `sentence` for people."""

    NO_RATINGS = "no_ratings"
    ONE_RATER = "one_rater"
    NO_SHARED_UNIT = "no_shared_unit"
    SINGLE_UNIT = "single_unit"
    ONE_VALUE = "one_value"
    ONE_LEVEL = "one_level"
    NO_DECLARED_LEVELS = "no_declared_levels"
    TOO_MANY_LEVELS = "too_many_levels"
    RATERS_NOT_CROSSED = "raters_not_crossed"
    NO_REPEATS = "no_repeats"
    UNITS_ALIKE = "units_alike"

    def sentence(self, *, raters: int, units: int, statistic: str = "alpha") -> str:
        """Say it to people. `units` counts the units that two or more ratings share."""
        return _SENTENCES[self].format(
            everybody=_everybody(raters),
            shared=f"all {units} shared units" if units != 1 else "the one shared unit",
            statistic=statistic,
        )


_SENTENCES = {
    Undefined.NO_RATINGS: "Nobody has rated here yet: {statistic} is undefined",
    Undefined.ONE_RATER: (
        "Only one expert rated here: agreement needs two, {statistic} is undefined"
    ),
    Undefined.NO_SHARED_UNIT: (
        "No unit was rated by two experts: there is nothing to compare, {statistic} is undefined"
    ),
    Undefined.SINGLE_UNIT: (
        "Only one unit is shared: chance cannot be told from agreement, {statistic} is undefined"
    ),
    Undefined.ONE_VALUE: (
        "{everybody} gave the same answer on {shared}: "
        "agreement is perfect, {statistic} is undefined"
    ),
    Undefined.ONE_LEVEL: "The scale has a single level: {statistic} is undefined",
    Undefined.NO_DECLARED_LEVELS: (
        "The scale is continuous: {statistic} needs a declared list of levels and is undefined"
    ),
    Undefined.TOO_MANY_LEVELS: (
        "The scale has too many values to compare level by level: {statistic} is undefined"
    ),
    Undefined.RATERS_NOT_CROSSED: (
        "Too few experts rated several of the shared units to tell strict experts from poor "
        "responses: {statistic} is undefined"
    ),
    Undefined.UNITS_ALIKE: (
        "The shared units differ no more than the ratings of one unit: {statistic} is undefined"
    ),
    Undefined.NO_REPEATS: "Nothing was rated a second time: {statistic} is undefined",
}


def _everybody(raters: int) -> str:
    return "Both experts" if raters == 2 else f"All {raters} experts"


@dataclass(frozen=True, slots=True)
class Statistic:
    """Exactly one of `value` and `undefined` is None; neither is ever NaN."""

    value: float | None
    undefined: Undefined | None = None
    one_class: bool = False

    def __post_init__(self) -> None:
        if (self.value is None) == (self.undefined is None):
            raise ValueError("A statistic has a value or a reason, never both and never neither.")
        if self.value is not None and self.value != self.value:
            raise ValueError("A statistic is never NaN.")
