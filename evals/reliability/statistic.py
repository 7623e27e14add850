"""What every statistic answers: a number, or the reason in words why there is none."""

from dataclasses import dataclass
from enum import StrEnum

from evals.reliability import sentences


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
        if self is not Undefined.ONE_VALUE:
            return _SENTENCES[self](statistic=statistic)
        if raters == 2:
            return sentences.ONE_VALUE_BOTH(n=units, statistic=statistic)
        return sentences.ONE_VALUE_ALL(raters=raters, n=units, statistic=statistic)


_SENTENCES = {
    Undefined.NO_RATINGS: sentences.NO_RATINGS,
    Undefined.ONE_RATER: sentences.ONE_RATER,
    Undefined.NO_SHARED_UNIT: sentences.NO_SHARED_UNIT,
    Undefined.SINGLE_UNIT: sentences.SINGLE_UNIT,
    Undefined.ONE_LEVEL: sentences.ONE_LEVEL,
    Undefined.NO_DECLARED_LEVELS: sentences.NO_DECLARED_LEVELS,
    Undefined.TOO_MANY_LEVELS: sentences.TOO_MANY_LEVELS,
    Undefined.RATERS_NOT_CROSSED: sentences.RATERS_NOT_CROSSED,
    Undefined.UNITS_ALIKE: sentences.UNITS_ALIKE,
    Undefined.NO_REPEATS: sentences.NO_REPEATS,
}


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
