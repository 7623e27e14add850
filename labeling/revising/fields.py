"""A criterion or a rubric field by field: what changed, and what kind of change that is."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.revising.changes import Change, FieldChange
from labeling.revising.words import is_cosmetic
from labeling.spec import (
    CriterionSpec,
    LevelSpec,
    RubricSpec,
    ScaleSpec,
    ScaleType,
    WeightClass,
    level_credits,
)
from labeling.strict_json import dumps, number_text

# Texts an expert judges by: other words ask for something else.
WORDING = {
    "name": gettext_noop("Name"),
    "criterion": gettext_noop("Criterion"),
    "guidance": gettext_noop("Guidance"),
}
# What is asked of an answer, and of whom.
ASKED = {
    "allow_na": gettext_noop("“Does not apply” is an answer"),
    "allow_cannot_assess": gettext_noop("“Cannot assess” is an answer"),
    "needs_rationale": gettext_noop("Needs a reason"),
    "needs_evidence": gettext_noop("Needs evidence"),
    "expertise": gettext_noop("Who may judge it"),
}
# What a label is worth; the label stays what it is.
WEIGHT = {
    "points": gettext_noop("Points"),
    "weight_class": gettext_noop("Weight class"),
    "gate": gettext_noop("Gate"),
    "pass_at": gettext_noop("Passes at"),
    "check": gettext_noop("Check by code"),
}
# Where it stands and is filed; no expert judges by it.
FILING = {
    "key": gettext_noop("Key"),
    "tags": gettext_noop("Tags"),
    "dimension": gettext_noop("Dimension"),
    "path": gettext_noop("Section"),
    "extra": gettext_noop("Kept of another format"),
}
LEVEL = {
    "label": gettext_noop("Label of %(value)s"),
    "anchor": gettext_noop("Anchor of %(value)s"),
    "example": gettext_noop("Example of %(value)s"),
}
RUBRIC = {
    "title": gettext_noop("Title"),
    "description": gettext_noop("Description"),
    "guidelines": gettext_noop("Guidelines"),
}
# A letter corrected here changes nothing; in the criterion itself each one is looked at.
FORGIVING = {"guidance", "description", "guidelines", "example"}


def rubric_changes(before: RubricSpec, after: RubricSpec) -> Iterator[FieldChange]:
    """What the rubrics say outside their criteria."""
    for name, where in RUBRIC.items():
        yield from _text(name, _(where), getattr(before, name), getattr(after, name))
    old, new = _told(before.extra), _told(after.extra)
    if old != new:
        yield FieldChange(_(FILING["extra"]), Change.COSMETIC, old, new)


def criterion_changes(
    before: CriterionSpec, after: CriterionSpec, *, same_scale: bool
) -> Iterator[FieldChange]:
    """Every field of a criterion that differs."""
    for name, where in WORDING.items():
        yield from _text(name, _(where), getattr(before, name), getattr(after, name))
    if not same_scale:
        old, new = _scale(before.scale), _scale(after.scale)
        if old != new:
            yield FieldChange(_("Scale"), Change.SCALE, old, new)
    yield from _levels(before.scale, after.scale)
    for names, change in ((ASKED, Change.WORDING), (WEIGHT, Change.WEIGHT)):
        yield from _values(names, change, before, after)
    yield from _values(FILING, Change.COSMETIC, before, after)


def _values(
    names: dict[str, str], change: Change, before: CriterionSpec, after: CriterionSpec
) -> Iterator[FieldChange]:
    for name, where in names.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield FieldChange(_(where), change, _told(old), _told(new))


def _levels(before: ScaleSpec, after: ScaleSpec) -> Iterator[FieldChange]:
    """Texts and credits of the levels both have; on an interval also anchors that came or went."""
    if before.type != after.type:
        return
    values = {level.value for level in before.levels} & {level.value for level in after.levels}
    if before.type == ScaleType.INTERVAL:
        values |= {level.value for one in (before, after) for level in one.levels}
    for value in sorted(values):
        yield from _level_texts(value, before.level(value), after.level(value))
    yield from _credits(before, after)


def _level_texts(
    value: Decimal, old: LevelSpec | None, new: LevelSpec | None
) -> Iterator[FieldChange]:
    for name, where in LEVEL.items():
        was, now = getattr(old, name, ""), getattr(new, name, "")
        yield from _text(name, _(where) % {"value": number_text(value)}, was, now)


def _credits(before: ScaleSpec, after: ScaleSpec) -> Iterator[FieldChange]:
    """What each level earns; one that is stated and was worked out to the same is cosmetic."""
    earned, earns = level_credits(before), level_credits(after)
    for value in sorted(earned.keys() & earns.keys()):
        old, new = before.level(value), after.level(value)
        if old is not None and new is not None and old.credit != new.credit:
            same = earned[value] == earns[value]
            change = Change.COSMETIC if same else Change.WEIGHT
            where = _("Credit of %(value)s") % {"value": number_text(value)}
            yield FieldChange(where, change, _credit(earned[value]), _credit(earns[value]))


def _credit(credit: Fraction | None) -> str:
    return _("none") if credit is None else str(credit)


def _text(name: str, where: str, before: str, after: str) -> Iterator[FieldChange]:
    if before != after:
        cosmetic = is_cosmetic(before, after, typos=name in FORGIVING)
        yield FieldChange(where, Change.COSMETIC if cosmetic else Change.WORDING, before, after)


def _scale(scale: ScaleSpec) -> str:
    """A scale on one line."""
    levels = ", ".join(f"{number_text(one.value)} {one.label}" for one in scale.levels)
    if scale.type != ScaleType.INTERVAL:
        return f"{scale.type.word}: {levels}"
    low, high = map(number_text, scale.bounds)
    if scale.step is None:
        return _("interval: %(low)s to %(high)s") % {"low": low, "high": high}
    words = _("interval: %(low)s to %(high)s in steps of %(step)s")
    return words % {"low": low, "high": high, "step": number_text(scale.step)}


def _told(value: object) -> str:
    if value is None or value in ("", (), []):
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, WeightClass):
        return _(value.value)
    return dumps(value) if isinstance(value, dict) else str(value)
