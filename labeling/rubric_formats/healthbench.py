"""HealthBench: `{criterion, points, tags}`, met or not, alone or beside the prompt they are for."""

from __future__ import annotations

from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.language import gettext_noop, ngettext
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
    with_head,
)
from labeling.rubric_formats.cautions import met_or_not
from labeling.rubric_formats.numbers import json_number, points_of
from labeling.rubric_formats.ours import is_bare
from labeling.spec import CriterionSpec, RubricSpec
from labeling.spec.fields import Fields

SLUG = "healthbench"


def _recognises(data: object) -> bool:
    entries = objects(data)
    if entries is not None:
        bare = all(map(_is_criterion, entries)) and not is_bare(entries)
        return bare or all(map(_is_line, entries))
    return isinstance(data, dict) and (
        (_is_criterion(data) and not is_bare([data]))
        or ("title" not in data and isinstance(data.get("rubrics"), list))
    )


def _is_criterion(data: Json) -> bool:
    return "criterion" in data and "criteria" not in data and "type" not in data


def _is_line(line: Json) -> bool:
    return isinstance(line.get("rubrics"), list) and "prompt_id" in line


def _read(data: object, title: str) -> Read:
    entries = objects(data)
    if entries is not None and _is_line(entries[0]):
        return [_read_line(line) for line in entries]
    if isinstance(data, dict) and _is_line(data):
        return [_read_line(data)]
    if isinstance(data, dict) and "rubrics" in data:
        beside = {key: value for key, value in data.items() if key != "rubrics"}
        spec = _rubric(Fields(data, "", []), "rubrics", title)
        return with_head(spec, SLUG, {"form": "object", "beside": beside})
    bare = [data] if isinstance(data, dict) else data
    return _rubric(Fields({"criteria": bare}, "", []), "criteria", title)


def _rubric(fields: Fields, key: str, title: str) -> RubricSpec:
    entries = [entry for _, entry in fields.each(key, _entry, required=True)]
    spec = assemble(title, entries, problems=fields.problems, list_name=key)
    return with_extras(spec, entries, SLUG, _criterion)


def _entry(fields: Fields) -> Entry:
    raw = fields.data
    if raw.get("points") is None:
        fields.problem("points", _("is missing; a number is needed here"))
    many = raw.get("options")
    if raw.get("scale") not in (None, "binary") or raw.get("gate"):
        fields.problem("scale", _("a criterion of this format is met or not, without a gate"))
    elif isinstance(many, list) and len(many) > 2:
        fields.problem("options", _("a criterion of this format is met or not"))
    said = {name: raw.get(name) for name in ("criterion", "tags")}
    return Entry(fields.where, {**said, "points": points_of(raw.get("points"))}, raw)


def _criterion(criterion: CriterionSpec) -> Json:
    return {
        "criterion": criterion.criterion,
        "points": json_number(criterion.points),
        "tags": list(criterion.tags),
    }


def _written(spec: RubricSpec) -> list[Json]:
    return [kept.put_back(_criterion(one), extra_of(one, SLUG)) for one in spec.criteria]


def _write(spec: RubricSpec) -> object:
    head = extra_of(spec, SLUG)
    beside = head.get("beside")
    if head.get("form") == "object" and isinstance(beside, dict):
        return {"rubrics": _written(spec), **beside}
    return _written(spec)


def _read_line(line: Json) -> ItemRubric:
    fields = Fields(line, "", [])
    tags, prompt = line.get("example_tags"), line.get("prompt")
    known = {"prompt_id", "prompt", "rubrics"}
    has_tags = isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)
    rest = {key: value for key, value in line.items() if key not in known}
    if has_tags:
        del rest["example_tags"]
    if not isinstance(prompt, list | str):
        fields.problem("prompt", _("must be a list of messages"))
    item: Json = {
        "id": line.get("prompt_id"),
        "prompt" if isinstance(prompt, str) else "messages": prompt,
        **({"tags": tags} if has_tags else {}),
        **({"metadata": rest} if rest else {}),
        **_reference(line.get("ideal_completions_data")),
    }
    if fields.problems:
        raise Problems(fields.problems)
    return ItemRubric(item, _rubric(fields, "rubrics", of_item(line.get("prompt_id"))))


def _reference(ideal: object) -> Json:
    text = ideal.get("ideal_completion") if isinstance(ideal, dict) else None
    return {"reference": text} if isinstance(text, str) else {}


def _write_line(one: ItemRubric) -> Json:
    metadata = one.item.get("metadata")
    return {
        "prompt_id": one.item["id"],
        "prompt": one.item.get("messages"),
        "rubrics": _written(one.spec),
        "example_tags": one.item.get("tags") or [],
        **(metadata if isinstance(metadata, dict) else {}),
    }


def _cautions(spec: RubricSpec) -> list[Problem]:
    outside = sum(one.points is None for one in spec.criteria)
    if not outside:
        return met_or_not(spec)
    message = ngettext(
        "%(count)s criterion outside the reward is written with 0 points",
        "%(count)s criteria outside the reward are written with 0 points",
        outside,
    ) % {"count": f"{outside:,}"}
    return [Problem("points", message), *met_or_not(spec)]


FORMAT = Format(
    slug=SLUG,
    title=gettext_noop("HealthBench"),
    about=gettext_noop("Criteria that are met or not, with points and tags."),
    recognises=_recognises,
    read=_read,
    write=_write,
    cautions=_cautions,
    lines=Lines(_is_line, _read_line, _write_line),
)
