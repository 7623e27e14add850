"""From what stands in a ratings file to an answer on a criterion's scale."""

import re
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from labeling.errors import DomainError
from labeling.language import gettext as _
from labeling.language import joined
from labeling.spec.fields import as_decimal, is_finite, is_number, kind_of, number_fault
from labeling.spec.rubric import CriterionSpec, LevelSpec, ScaleSpec, ScaleType
from labeling.strict_json import number_text

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")


class ValueOutsideScale(DomainError):
    """A rating that the criterion's scale does not know."""


class AnswerKind(StrEnum):
    SCORED = "scored"
    NA = "NA"
    CANNOT_ASSESS = "cannot_assess"
    NOT_RATED = "not_rated"


class Answer(NamedTuple):
    """What a rater said about one criterion; value only when scored, level where there is one."""

    kind: AnswerKind
    value: Decimal | None = None
    level: LevelSpec | None = None


_WITHOUT_VALUE = {
    "": Answer(AnswerKind.NOT_RATED),
    "na": Answer(AnswerKind.NA),
    "cannot_assess": Answer(AnswerKind.CANNOT_ASSESS),
}


def level_for(criterion: CriterionSpec, raw: object) -> Answer:
    """The answer a raw rating means: a label to the letter, a number, or a label in other case."""
    if raw is None:
        return _WITHOUT_VALUE[""]
    if isinstance(raw, str):
        return _for_text(criterion, raw.strip())
    if is_number(raw) and is_finite(raw):
        return _for_number(criterion, as_decimal(raw))
    shown = str(raw)[:40] if is_number(raw) else kind_of(raw)
    raise _outside(
        criterion, _("`value` is %(shown)s, which the scale does not have") % {"shown": shown}
    )


def _for_text(criterion: CriterionSpec, text: str) -> Answer:
    levels = criterion.scale.levels
    for level in levels:
        if level.label == text:
            return Answer(AnswerKind.SCORED, level.value, level)
    if _NUMBER.fullmatch(text):
        return _for_number(criterion, as_decimal(Decimal(text)))
    folded = text.casefold()
    if folded in _WITHOUT_VALUE:
        return _without_value(criterion, _WITHOUT_VALUE[folded])
    alike = [level for level in levels if level.label.casefold() == folded]
    if len(alike) == 1:
        return Answer(AnswerKind.SCORED, alike[0].value, alike[0])
    shown = f"`{text if len(text) <= 40 else text[:40] + '…'}`"
    raise _outside(
        criterion, _("`value` is %(shown)s, which the scale does not have") % {"shown": shown}
    )


def _without_value(criterion: CriterionSpec, answer: Answer) -> Answer:
    if answer.kind in _refused(criterion):
        raise _outside(
            criterion,
            _("%(kind)s is not an answer that this criterion takes") % {"kind": answer.kind},
        )
    return answer


def _refused(criterion: CriterionSpec) -> set[AnswerKind]:
    allowed = {
        AnswerKind.NA: criterion.allow_na,
        AnswerKind.CANNOT_ASSESS: criterion.allow_cannot_assess,
    }
    return {kind for kind, is_allowed in allowed.items() if not is_allowed}


def _for_number(criterion: CriterionSpec, value: Decimal) -> Answer:
    scale, fault = criterion.scale, number_fault(value)
    if not fault and scale.allows(value):
        return Answer(AnswerKind.SCORED, value, scale.level(value))
    raise _outside(criterion, _why_not(scale, value, fault))


def _why_not(scale: ScaleSpec, value: Decimal, fault: str | None) -> str:
    low, high = scale.bounds
    shown = number_text(value)[:40]
    if scale.type in (ScaleType.ORDINAL, ScaleType.INTERVAL):
        if value > high:
            words = _("`value` is %(shown)s, the scale ends at %(end)s")
            return words % {"shown": shown, "end": number_text(high)}
        if value < low:
            words = _("`value` is %(shown)s, the scale begins at %(end)s")
            return words % {"shown": shown, "end": number_text(low)}
    if fault:
        return joined(" ", ["`value`", fault])
    return _("`value` is %(shown)s, which the scale does not have") % {"shown": shown}


def _outside(criterion: CriterionSpec, fault: str) -> ValueOutsideScale:
    others = (AnswerKind.NA, AnswerKind.CANNOT_ASSESS)
    aside = joined(_(" or "), (kind for kind in others if kind not in _refused(criterion)))
    allowed = joined(", ", (part for part in (_allowed(criterion.scale), aside) if part))
    told = _("%(fault)s; allowed are %(allowed)s") % {"fault": fault, "allowed": allowed}
    # The key stands before it in every language: whoever shows it elsewhere takes it off.
    return ValueOutsideScale(joined(": ", [f"`{criterion.key}`", told]))


def _allowed(scale: ScaleSpec) -> str:
    if scale.type != ScaleType.INTERVAL:
        return ", ".join(f"{number_text(level.value)} ({level.label})" for level in scale.levels)
    low, high = map(number_text, scale.bounds)
    if scale.step is None:
        return _("numbers from %(low)s to %(high)s") % {"low": low, "high": high}
    words = _("numbers from %(low)s to %(high)s in steps of %(step)s")
    return words % {"low": low, "high": high, "step": number_text(scale.step)}
