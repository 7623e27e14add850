"""A criterion or a rubric field by field: what changed, and what kind of change that is."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from labeling.revising.changes import Change, FieldChange
from labeling.revising.words import is_cosmetic
from labeling.spec import (
    CriterionSpec,
    LevelSpec,
    RubricSpec,
    ScaleSpec,
    ScaleType,
    level_credits,
)
from labeling.strict_json import dumps, number_text

# Texts an expert judges by: other words ask for something else.
WORDING = {"name": "Name", "criterion": "Criterion", "guidance": "Guidance"}
# What is asked of an answer, and of whom.
ASKED = {
    "allow_na": "“Does not apply” is an answer",
    "allow_cannot_assess": "“Cannot assess” is an answer",
    "needs_rationale": "Needs a reason",
    "needs_evidence": "Needs evidence",
    "expertise": "Who may judge it",
}
# What a label is worth; the label stays what it is.
WEIGHT = {
    "points": "Points",
    "weight_class": "Weight class",
    "gate": "Gate",
    "pass_at": "Passes at",
    "check": "Check by code",
}
# Where it stands and is filed; no expert judges by it.
FILING = {
    "key": "Key",
    "tags": "Tags",
    "dimension": "Dimension",
    "path": "Section",
    "extra": "Kept of another format",
}
RUBRIC = {"title": "Title", "description": "Description", "guidelines": "Guidelines"}
# A letter corrected here changes nothing; in the criterion itself each one is looked at.
FORGIVING = {"guidance", "description", "guidelines", "example"}


def rubric_changes(before: RubricSpec, after: RubricSpec) -> Iterator[FieldChange]:
    """What the rubrics say outside their criteria."""
    for name, where in RUBRIC.items():
        yield from _text(name, where, getattr(before, name), getattr(after, name))
    old, new = _told(before.extra), _told(after.extra)
    if old != new:
        yield FieldChange(FILING["extra"], Change.COSMETIC, old, new)


def criterion_changes(
    before: CriterionSpec, after: CriterionSpec, *, same_scale: bool
) -> Iterator[FieldChange]:
    """Every field of a criterion that differs."""
    for name, where in WORDING.items():
        yield from _text(name, where, getattr(before, name), getattr(after, name))
    if not same_scale:
        old, new = _scale(before.scale), _scale(after.scale)
        if old != new:
            yield FieldChange("Scale", Change.SCALE, old, new)
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
            yield FieldChange(where, change, _told(old), _told(new))


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
    for name, noun in (("label", "Label"), ("anchor", "Anchor"), ("example", "Example")):
        was, now = getattr(old, name, ""), getattr(new, name, "")
        yield from _text(name, f"{noun} of {number_text(value)}", was, now)


def _credits(before: ScaleSpec, after: ScaleSpec) -> Iterator[FieldChange]:
    """What each level earns; one that is stated and was worked out to the same is cosmetic."""
    earned, earns = level_credits(before), level_credits(after)
    for value in sorted(earned.keys() & earns.keys()):
        old, new = before.level(value), after.level(value)
        if old is not None and new is not None and old.credit != new.credit:
            same = earned[value] == earns[value]
            change = Change.COSMETIC if same else Change.WEIGHT
            where = f"Credit of {number_text(value)}"
            yield FieldChange(where, change, _credit(earned[value]), _credit(earns[value]))


def _credit(credit: Fraction | None) -> str:
    return "none" if credit is None else str(credit)


def _text(name: str, where: str, before: str, after: str) -> Iterator[FieldChange]:
    if before != after:
        cosmetic = is_cosmetic(before, after, typos=name in FORGIVING)
        yield FieldChange(where, Change.COSMETIC if cosmetic else Change.WORDING, before, after)


def _scale(scale: ScaleSpec) -> str:
    """A scale on one line."""
    levels = ", ".join(f"{number_text(one.value)} {one.label}" for one in scale.levels)
    if scale.type != ScaleType.INTERVAL:
        return f"{scale.type}: {levels}"
    low, high = map(number_text, scale.bounds)
    steps = f" in steps of {number_text(scale.step)}" if scale.step is not None else ""
    return f"{scale.type}: {low} to {high}{steps}"


def _told(value: object) -> str:
    if value is None or value in ("", (), []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return dumps(value) if isinstance(value, dict) else str(value)
