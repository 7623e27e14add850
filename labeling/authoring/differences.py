"""Where two texts of one rubric differ, field by field, for two authors who met."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from labeling.spec import RubricSpec, criterion_json, to_json


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, with both texts; an absent one is empty."""

    where: str
    theirs: str
    mine: str


def differences(theirs: RubricSpec, mine: RubricSpec) -> list[Difference]:
    """Every place where the two differ, the rubric's own fields first."""
    heads = [{**to_json(spec), "criteria": None} for spec in (theirs, mine)]
    found = list(_fields("", *heads))
    old, new = ({one.key: one for one in spec.criteria} for spec in (theirs, mine))
    for key in {**old, **new}:
        sides = [criterion_json(side[key]) if key in side else {} for side in (old, new)]
        found += _fields(f"{(new.get(key) or old[key]).name} · ", *sides)
    if not found and list(old) != list(new):
        found.append(Difference("order of the criteria", ", ".join(old), ", ".join(new)))
    return found


def _fields(
    prefix: str, theirs: dict[str, object], mine: dict[str, object]
) -> Iterator[Difference]:
    for field in {**theirs, **mine}:
        texts = _text(theirs.get(field)), _text(mine.get(field))
        if texts[0] != texts[1]:
            yield Difference(f"{prefix}{field}", *texts)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
