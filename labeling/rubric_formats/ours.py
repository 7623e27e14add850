"""Our own format: the rubric file, and one line for each item that has a rubric of its own."""

from __future__ import annotations

from dataclasses import replace

from labeling.language import gettext_noop
from labeling.rubric_formats.base import (
    Format,
    ItemRubric,
    Json,
    Lines,
    Read,
    objects,
    of_item,
    short,
)
from labeling.spec import RubricSpec, criterion_json, parse_criteria, parse_rubric, to_json
from labeling.spec.reading import CRITERION_KEYS

SLUG = "rubricstudio"
_ITEM_KEYS = {"id", "rubric"}
# What HealthBench, whose criteria are valid ones of ours, has no word for.
_OWN = set(CRITERION_KEYS) - {"criterion", "points", "tags"}


def _recognises(data: object) -> bool:
    lines = objects(data)
    if lines is not None:
        return all(_is_line(line) for line in lines) or is_bare(lines)
    if not isinstance(data, dict):
        return False
    return _is_line(data) or ("title" in data and isinstance(data.get("criteria"), list))


def _read(data: object, title: str) -> Read:
    lines = objects(data)
    if lines is not None and is_bare(lines):
        return parse_rubric({"title": short(title), "criteria": data})
    if lines is not None:
        return [_read_line(line) for line in lines]
    if isinstance(data, dict) and _is_line(data):
        return [_read_line(data)]
    return parse_rubric(data)


def is_bare(entries: list[Json]) -> bool:
    """Whether these are criteria of ours in a list alone, saying more than HealthBench could."""
    known = all(entry.keys() <= set(CRITERION_KEYS) for entry in entries)
    return known and any(entry.keys() & _OWN for entry in entries)


def is_half(data: Json) -> bool:
    """A rubric file that lacks something: its own reader says best what it is."""
    criteria = objects(data.get("criteria"))
    if criteria is None:
        return "title" in data
    return "title" in data or any(entry.keys() & set(CRITERION_KEYS) for entry in criteria)


def _is_line(line: Json) -> bool:
    return line.keys() >= _ITEM_KEYS and isinstance(line["rubric"], list) and "title" not in line


def _read_line(line: Json) -> ItemRubric:
    item = {key: value for key, value in line.items() if key != "rubric"}
    criteria = parse_criteria(line["rubric"], where="rubric")
    return ItemRubric(item, replace(RubricSpec(of_item(line["id"])), criteria=criteria))


def _write_line(one: ItemRubric) -> Json:
    criteria = [criterion_json(criterion) for criterion in one.spec.criteria]
    return {"id": one.item["id"], "rubric": criteria}


JSON = Format(
    slug=SLUG,
    title=gettext_noop("RubricStudio rubric"),
    about=gettext_noop("Everything a rubric says here."),
    recognises=_recognises,
    read=_read,
    write=to_json,
    lines=Lines(_is_line, _read_line, _write_line),
)
YAML = Format(
    slug="rubricstudio-yaml",
    title=gettext_noop("RubricStudio rubric in YAML"),
    about=gettext_noop("Everything a rubric says here, easier to read and to edit by hand."),
    recognises=lambda data: False,
    read=_read,
    write=to_json,
    syntax="yaml",
)
