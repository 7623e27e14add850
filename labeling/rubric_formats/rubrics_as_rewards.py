"""Rubrics as Rewards: `{title, description, weight}`, the class written before the description."""

from __future__ import annotations

import hashlib
import re

from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.rubric_formats import kept
from labeling.rubric_formats.base import (
    Entry,
    Format,
    ItemRubric,
    Json,
    Lines,
    Read,
    assemble,
    extra_of,
    objects,
    of_item,
    short,
    with_extras,
)
from labeling.rubric_formats.cautions import met_or_not
from labeling.rubric_formats.numbers import json_number, points_of
from labeling.spec import CriterionSpec, RubricSpec, WeightClass
from labeling.spec.fields import Fields, is_number

SLUG = "rubrics-as-rewards"
_NAMES = {"criterion": "description", "name": "title", "points": "weight"}
_CLASS = re.compile(r"(Essential|Important|Optional|Pitfall)(?: Criteria)?: *(?=\S)")


def _recognises(data: object) -> bool:
    entries = objects(data)
    if entries is not None:
        return all(map(_is_criterion, entries)) or all(map(_is_line, entries))
    return isinstance(data, dict) and (_is_line(data) or _is_bare(data))


def _is_criterion(data: Json) -> bool:
    return {"description", "weight"} <= data.keys() and "requirement" not in data


def _is_bare(data: Json) -> bool:
    entries = objects(data.get("rubric"))
    return entries is not None and all(map(_is_criterion, entries))


def _is_line(line: Json) -> bool:
    return "question" in line and isinstance(line.get("rubric"), list)


def _read(data: object, title: str) -> Read:
    lines = [data] if isinstance(data, dict) and _is_line(data) else objects(data)
    if lines is not None and _is_line(lines[0]):
        return [_read_line(line) for line in lines]
    if isinstance(data, dict):
        return _rubric(Fields(data, "", []), "rubric", title)
    return _rubric(Fields({"rubric": data}, "", []), "rubric", title)


def _rubric(fields: Fields, key: str, title: str) -> RubricSpec:
    entries = [entry for _, entry in fields.each(key, _entry, required=True)]
    spec = assemble(title, entries, problems=fields.problems, list_name=key)
    return with_extras(spec, entries, SLUG, _criterion)


def _entry(fields: Fields) -> Entry:
    raw, title = fields.data, fields.data.get("title")
    if raw.get("weight") is None:
        fields.problem("weight", _("is missing; a number is needed here"))
    said: Json = {
        "name": short(title) if isinstance(title, str) else title,
        "criterion": raw.get("description"),
        "points": points_of(raw.get("weight")),
        **_classed(raw.get("description"), raw.get("weight")),
    }
    return Entry(fields.where, said, raw, _NAMES)


def _classed(description: object, weight: object) -> Json:
    """The class and the text after it, where the weight bears it out."""
    match = _CLASS.match(description) if isinstance(description, str) else None
    if not match or not isinstance(description, str) or not is_number(weight):
        return {}
    found = WeightClass(match[1].lower())
    if weight != 0 and (weight < 0) is not (found is WeightClass.PITFALL):
        return {}
    return {"weight_class": found.value, "criterion": description[match.end() :]}


def _criterion(criterion: CriterionSpec) -> Json:
    kind = f"{criterion.weight_class.capitalize()}: " if criterion.weight_class else ""
    return {
        "title": criterion.name,
        "description": f"{kind}{criterion.criterion}",
        "weight": json_number(criterion.points),
    }


def _write(spec: RubricSpec) -> list[Json]:
    return [kept.put_back(_criterion(one), extra_of(one, SLUG)) for one in spec.criteria]


def _read_line(line: Json) -> ItemRubric:
    fields = Fields(line, "", [])
    question, reference = line.get("question"), line.get("reference_answer")
    if not isinstance(question, str) or not question.strip():
        message = _("is missing or empty; a text is needed here")
        raise Problems([Problem("question", message)])
    # The format has no ids: the same question is the same item.
    item_id = line.get("id") or _derived_id(question)
    known = {"id", "question", "reference_answer", "rubric", "rubric_list", "rubric_count"}
    rest = {key: value for key, value in line.items() if key not in known}
    item: Json = {
        "id": item_id,
        "prompt": question,
        **({"reference": reference} if reference else {}),
        **({"metadata": rest} if rest else {}),
    }
    return ItemRubric(item, _rubric(fields, "rubric", of_item(item_id)))


def _write_line(one: ItemRubric) -> Json:
    metadata, question = one.item.get("metadata"), _question(one.item)
    is_derived = one.item["id"] == _derived_id(str(question))
    return {
        **({} if is_derived else {"id": one.item["id"]}),
        "question": question,
        "reference_answer": one.item.get("reference") or "",
        **(metadata if isinstance(metadata, dict) else {}),
        "rubric": _write(one.spec),
        "rubric_list": [criterion.criterion for criterion in one.spec.criteria],
        "rubric_count": len(one.spec.criteria),
    }


def _derived_id(question: str) -> str:
    return f"rar-{hashlib.sha256(question.encode()).hexdigest()[:12]}"


def _question(item: Json) -> object:
    messages = objects(item.get("messages"))
    return messages[-1].get("content") if messages else item.get("prompt")


FORMAT = Format(
    slug=SLUG,
    title=gettext_noop("Rubrics as Rewards"),
    about=gettext_noop("Criteria that are met or not, with title, weight and class."),
    recognises=_recognises,
    read=_read,
    write=_write,
    cautions=met_or_not,
    lines=Lines(_is_line, _read_line, _write_line),
)
