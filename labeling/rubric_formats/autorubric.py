"""autorubric 1.6: `{name, weight, requirement}`, with options of their own value or without."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.rubric_formats import choices, kept
from labeling.rubric_formats.base import (
    Entry,
    Format,
    ItemRubric,
    Json,
    Read,
    assemble,
    extra_of,
    objects,
    of_item,
    short,
    with_extras,
    with_head,
)
from labeling.rubric_formats.cautions import met_or_not
from labeling.rubric_formats.numbers import exact, json_number, points_of
from labeling.spec import CriterionSpec, RubricSpec, ScaleType
from labeling.spec.fields import Fields

SLUG = "autorubric"
DEFAULT_WEIGHT = 10
_NAMES = {"criterion": "requirement", "points": "weight", "scale": "options"}
_NOT_APPLICABLE: Json = {"label": "N/A", "value": 0, "na": True}


def _recognises(data: object) -> bool:
    entries = objects(data)
    if entries is not None:
        return all("requirement" in entry for entry in entries)
    if not isinstance(data, dict):
        return False
    return _is_dataset(data) or _recognises(data.get("criteria"))


def _is_dataset(data: Json) -> bool:
    items = objects(data.get("items"))
    return items is not None and all("submission" in item for item in items)


def _read(data: object, title: str) -> Read:
    if isinstance(data, dict) and _is_dataset(data):
        return _dataset(data, title)
    return _rubric(data, "", title)


def _dataset(data: Json, title: str) -> Read:
    own = [
        (at, item)
        for at, item in enumerate(objects(data["items"]) or [])
        if item.get("rubric") is not None
    ]
    named = str(data.get("name") or title)
    if not own:
        return _rubric(data.get("rubric"), "rubric", named)
    if data.get("rubric") is not None:
        message = _("stands beside rubrics of single items; load them one after the other")
        raise Problems([Problem("rubric", message)])
    counts = Counter(str(item.get("description")) for _, item in own)
    return [_item(item, f"items[{at}]", data, counts) for at, item in own]


def _item(item: Json, where: str, data: Json, counts: Counter[str]) -> ItemRubric:
    name = item.get("description")
    if not isinstance(name, str) or counts[name] > 1:
        message = _("must be a text of this item alone: it is what the item is known by")
        raise Problems([Problem(f"{where}.description", message)])
    prompt = item.get("prompt") or data.get("prompt")
    line: Json = {"id": name, "prompt": prompt}
    return ItemRubric(line, _rubric(item["rubric"], f"{where}.rubric", of_item(name)))


def _rubric(data: object, where: str, title: str) -> RubricSpec:
    whole = data if isinstance(data, dict) else {"criteria": data}
    fields = Fields(whole, where if isinstance(data, dict) else "", [])
    if not isinstance(data, dict) and where:
        whole = {where: data}
        fields = Fields(whole, "", [])
    key = "criteria" if "criteria" in whole else where
    entries = [entry for _, entry in fields.each(key, _entry, required=True)]
    guidelines = fields.text("guidelines")
    spec = assemble(title, entries, problems=fields.problems, guidelines=guidelines)
    spec = with_extras(spec, entries, SLUG, _criterion)
    if not isinstance(data, dict):
        return spec
    beside = {name: one for name, one in data.items() if name not in ("criteria", "guidelines")}
    return with_head(spec, SLUG, {"form": "object", **({"beside": beside} if beside else {})})


def _entry(fields: Fields) -> Entry:
    raw, name = fields.data, fields.data.get("name")
    said: Json = {
        "name": short(name) if isinstance(name, str) else name,
        "criterion": raw.get("requirement"),
        "points": points_of(raw.get("weight", DEFAULT_WEIGHT)),
    }
    if raw.get("options") is not None:
        said |= _scale(fields)
    return Entry(fields.where, said, raw, _NAMES)


def _scale(fields: Fields) -> Json:
    """The options as levels; one that says N/A is an answer beside the scale."""
    kind = fields.data.get("scale_type", "ordinal")
    if kind not in ("ordinal", "nominal"):
        fields.problem("scale_type", _("must be ordinal or nominal"))
        return {}
    options = [option for _, option in fields.each("options", _option) if option]
    scored = [(label, credit) for label, credit in options if credit is not None]
    if len(scored) < 2:
        fields.problem("options", _("at least two options beside N/A are needed"))
        return {}
    if kind == "ordinal":
        scored.sort(key=lambda one: one[1])
    values = choices.values_for([label for label, _ in scored])
    last = len(scored) - 1
    even = [Fraction(at, last) for at in range(last + 1)]
    is_even = kind == "ordinal" and all(
        abs(credit - step) < Fraction(1, 10**9)
        for (_, credit), step in zip(scored, even, strict=True)
    )
    levels = [
        {"value": value, "label": label} | ({} if is_even else {"credit": _decimal(credit)})
        for value, (label, credit) in zip(values, scored, strict=True)
    ]
    return {
        "scale": {"type": kind, "levels": levels},
        "allow_na": len(scored) < len(options),
    }


def _option(fields: Fields) -> tuple[str, Fraction | None] | None:
    label, value = fields.line("label", required=True), exact(fields.data.get("value"))
    if fields.flag("na"):
        return label, None
    if value is None or not 0 <= value <= 1:
        fields.problem("value", _("must be a number between 0 and 1"))
        return None
    return label, value


def _decimal(credit: Fraction) -> int | float:
    return int(credit) if credit.denominator == 1 else float(credit)


def _criterion(criterion: CriterionSpec) -> Json:
    made: Json = {
        "name": criterion.name,
        "weight": json_number(criterion.points),
        "requirement": criterion.criterion,
    }
    scale = criterion.scale
    if scale.type == ScaleType.BINARY:
        return made
    options: list[object] = [
        {"label": label, "value": choices.rounded(credit), "na": False}
        for label, credit in choices.written(scale)
    ]
    if criterion.allow_na:
        options.append(_NOT_APPLICABLE)
    kind = "nominal" if scale.type == ScaleType.NOMINAL else "ordinal"
    return {**made, "scale_type": kind, "options": options}


def _write(spec: RubricSpec) -> object:
    head = extra_of(spec, SLUG)
    criteria = [kept.put_back(_criterion(one), extra_of(one, SLUG)) for one in spec.criteria]
    if not spec.guidelines and head.get("form") != "object":
        return criteria
    beside = head.get("beside")
    said = {"guidelines": spec.guidelines} if spec.guidelines else {}
    return {**said, "criteria": criteria, **(beside if isinstance(beside, dict) else {})}


FORMAT = Format(
    slug=SLUG,
    title=gettext_noop("autorubric"),
    about=gettext_noop(
        "Criteria with weights of either sign, binary or with options of their own value."
    ),
    recognises=_recognises,
    read=_read,
    write=_write,
    cautions=met_or_not,
)
