"""What a format is, and how what it says becomes criteria of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.rubric_formats import kept
from labeling.spec import CriterionSpec, RubricSpec, parse_rubric
from labeling.spec.fields import TITLE_LENGTH
from labeling.spec.keys import derived_name
from labeling.spec.reading import EXTRA_LENGTH, RUBRIC_EXTRA_LENGTH
from labeling.strict_json import dumps

type Json = dict[str, object]


class ItemRubric(NamedTuple):
    """The rubric of one item; `item` is a line of items.jsonl without its rubric."""

    item: Json
    spec: RubricSpec


type Read = RubricSpec | list[ItemRubric]


@dataclass(frozen=True, slots=True)
class Lines:
    """A format with one item a line: whether a line is of it, and the way in and out."""

    recognises: Callable[[Json], bool]
    read: Callable[[Json], ItemRubric]
    write: Callable[[ItemRubric], Json]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a rubric down.

    `recognises` judges the shape alone. `read` takes what it recognises, or raises Problems that
    name every fault by the format's own words; a rubric without a title gets the one given.
    `refuses` says why a rubric cannot be written at all, `cautions` what reads otherwise there.
    """

    slug: str
    title: str
    about: str
    recognises: Callable[[object], bool]
    read: Callable[[object, str], Read]
    write: Callable[[RubricSpec], object]
    refuses: Callable[[RubricSpec], list[Problem]] = lambda spec: []
    cautions: Callable[[RubricSpec], list[Problem]] = lambda spec: []
    syntax: Literal["json", "yaml"] = "json"
    lines: Lines | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One criterion on its way in: where it stood, what it says in our words and in theirs.

    `names` are the format's words for our fields, so that faults are told in them.
    """

    where: str
    said: Json
    raw: Json
    names: Mapping[str, str] = field(default_factory=dict)


_PLACE = re.compile(r"criteria\[(\d+)\](?:\.(\w+))?(.*)")


def assemble(
    title: str,
    entries: Sequence[Entry],
    *,
    problems: Sequence[Problem] = (),
    list_name: str = "criteria",
    **head: object,
) -> RubricSpec:
    """The rubric of these criteria, or Problems in the format's own words and places."""
    found = list(problems)
    document = {"title": short(title), **head, "criteria": [entry.said for entry in entries]}
    try:
        spec = parse_rubric(document)
    except Problems as error:
        found += [_in_their_words(one, entries, list_name) for one in error.problems]
    if found:
        raise Problems(found)
    return spec


def with_extras(
    spec: RubricSpec,
    entries: Sequence[Entry],
    slug: str,
    write: Callable[[CriterionSpec], Json],
    more: Iterable[Json] | None = None,
) -> RubricSpec:
    """The rubric with what writing it again would not give, kept under the format's name.

    `more` is kept with each criterion whatever is written.
    """
    additions = list(more) if more is not None else [{} for _ in entries]
    criteria, problems = [], []
    for criterion, entry, added in zip(spec.criteria, entries, additions, strict=True):
        said = {**kept.difference(write(criterion), entry.raw), **added}
        extra: Json | None = {slug: said} if said else None
        if extra and len(dumps(extra)) > EXTRA_LENGTH:
            message = _("says more than %(extra_length)s characters beside what is known here") % {
                "extra_length": f"{EXTRA_LENGTH:,}"
            }
            problems.append(Problem(entry.where, message))
        criteria.append(replace(criterion, extra=extra))
    if problems:
        raise Problems(problems)
    return replace(spec, criteria=tuple(criteria))


def with_head(spec: RubricSpec, slug: str, said: Json) -> RubricSpec:
    """The rubric with what the format says of it as a whole."""
    if not said:
        return spec
    extra: Json = {slug: said}
    if len(dumps(extra)) > RUBRIC_EXTRA_LENGTH:
        message = _(
            "says more than %(rubric_extra_length)s characters beside what is known here"
        ) % {"rubric_extra_length": f"{RUBRIC_EXTRA_LENGTH:,}"}
        raise Problems([Problem("", message)])
    return replace(spec, extra=extra)


def extra_of(said: RubricSpec | CriterionSpec, slug: str) -> Json:
    """What this format said beside; nothing where the rubric came from elsewhere."""
    found = (said.extra or {}).get(slug)
    return found if isinstance(found, dict) else {}


def objects(data: object) -> list[Json] | None:
    """The objects of a list that holds nothing else; None when it is another thing or empty."""
    if isinstance(data, list) and data and all(isinstance(entry, dict) for entry in data):
        return data
    return None


def short(title: str) -> str:
    """A title on one line, of the length that is kept."""
    line = " ".join(title.split())
    return line if len(line) <= TITLE_LENGTH else derived_name(line)


def of_item(item_id: object) -> str:
    """The title of the rubric of one item."""
    return f"Rubric of {item_id}"[:TITLE_LENGTH].strip()


def _in_their_words(problem: Problem, entries: Sequence[Entry], list_name: str) -> Problem:
    match = _PLACE.fullmatch(problem.where)
    if match and int(match[1]) < len(entries):
        entry, name = entries[int(match[1])], match[2] or ""
        place = entry.names.get(name, name) + ("" if name in entry.names else match[3])
        return Problem(".".join(filter(None, (entry.where, place))), problem.message)
    where = list_name if problem.where == "criteria" else problem.where
    return Problem(where, problem.message)
