"""BiGGen: one criterion with a description for each score from 1 up, beside the item it is for."""

from __future__ import annotations

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
    with_extras,
)
from labeling.spec import CriterionSpec, RubricSpec, ScaleType
from labeling.spec.fields import Fields

SLUG = "biggen"
_NAMES = {"criterion": "criteria"}
_SCORE = re.compile(r"score([1-9][0-9]?)_description")


def _recognises(data: object) -> bool:
    lines = objects(data)
    if lines is not None:
        return all(map(_is_line, lines))
    return isinstance(data, dict) and (_is_rubric(data) or _is_line(data))


def _is_rubric(data: object) -> bool:
    return isinstance(data, dict) and "criteria" in data and any(map(_SCORE.fullmatch, data))


def _is_line(line: Json) -> bool:
    return _is_rubric(line.get("rubric"))


def _read(data: object, title: str) -> Read:
    lines = objects(data)
    if lines is not None:
        return [_read_line(line) for line in lines]
    if isinstance(data, dict) and _is_line(data):
        return [_read_line(data)]
    return _rubric(Fields(data if isinstance(data, dict) else {}, "", []), title)


def _rubric(fields: Fields, title: str) -> RubricSpec:
    raw = fields.data
    scores = sorted(int(match[1]) for key in raw if (match := _SCORE.fullmatch(key)))
    for score in range(1, max(scores, default=2) + 1):
        if score not in scores:
            fields.problem(
                f"score{score}_description",
                _("is missing; a text is needed here"),
            )
    levels = [_level(fields, score) for score in scores]
    said: Json = {
        "criterion": raw.get("criteria"),
        "points": 1,
        "scale": {"type": "ordinal", "levels": levels},
    }
    entry = Entry(fields.where, said, raw, _NAMES)
    spec = assemble(title, [entry], problems=fields.problems)
    return with_extras(spec, [entry], SLUG, _written)


def _level(fields: Fields, score: int) -> Json:
    anchor = fields.text(f"score{score}_description")
    return {"value": score, "label": f"Score {score}", "anchor": anchor}


def _written(criterion: CriterionSpec) -> Json:
    anchors = {
        f"score{int(level.value)}_description": level.anchor for level in criterion.scale.levels
    }
    return {"criteria": criterion.criterion, **anchors}


def _write(spec: RubricSpec) -> Json:
    (criterion,) = spec.criteria
    return kept.put_back(_written(criterion), extra_of(criterion, SLUG))


def _refuses(spec: RubricSpec) -> list[Problem]:
    if len(spec.criteria) != 1:
        count = len(spec.criteria)
        return [
            Problem(
                "criteria",
                _("The format holds one criterion, this rubric has %(count)s") % {"count": count},
            )
        ]
    scale = spec.criteria[0].scale
    values = [level.value for level in scale.levels]
    if scale.type == ScaleType.INTERVAL or values != list(range(1, len(values) + 1)):
        return [Problem("scale", _("The format knows scores from 1 up, each with a description"))]
    return []


def _cautions(spec: RubricSpec) -> list[Problem]:
    if any(one.is_pitfall for one in spec.criteria):
        return [Problem("points", _("The format has no points; a high score is always good there"))]
    return []


def _read_line(line: Json) -> ItemRubric:
    rubric = line["rubric"]
    known = {"item_id", "id", "system_prompt", "input", "reference_answer", "rubric"}
    item_id = line.get("item_id", line.get("id"))
    rest = {key: value for key, value in line.items() if key not in known}
    messages = [{"role": "user", "content": line.get("input")}]
    if line.get("system_prompt"):
        messages.insert(0, {"role": "system", "content": line["system_prompt"]})
    item: Json = {"id": item_id, "messages": messages}
    if line.get("reference_answer"):
        item["reference"] = line["reference_answer"]
    if rest:
        item["metadata"] = rest
    fields = Fields(rubric if isinstance(rubric, dict) else {}, "rubric", [])
    if not isinstance(line.get("input"), str):
        raise Problems([Problem("input", _("is missing; a text is needed here"))])
    return ItemRubric(item, _rubric(fields, of_item(item_id)))


def _write_line(one: ItemRubric) -> Json:
    messages = objects(one.item.get("messages")) or []
    system = [each["content"] for each in messages if each.get("role") == "system"]
    metadata = one.item.get("metadata")
    return {
        "item_id": one.item["id"],
        **(metadata if isinstance(metadata, dict) else {}),
        **({"system_prompt": system[0]} if system else {}),
        "input": messages[-1].get("content") if messages else None,
        "reference_answer": one.item.get("reference") or "",
        "rubric": _write(one.spec),
    }


FORMAT = Format(
    slug=SLUG,
    title=gettext_noop("BiGGen"),
    about=gettext_noop("One criterion with a description for each score."),
    recognises=_recognises,
    read=_read,
    write=_write,
    refuses=_refuses,
    cautions=_cautions,
    lines=Lines(_is_line, _read_line, _write_line),
)
