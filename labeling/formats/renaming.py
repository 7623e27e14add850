"""`--map`: other people's columns and values under our names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from labeling.errors import Problem, Problems
from labeling.formats import items, known, ratings, responses
from labeling.language import gettext
from labeling.spec.fields import kind_of

OURS = {
    "items": items.KEYS,
    "responses": responses.KEYS,
    "ratings": ratings.KEYS,
    "gold": known.KEYS,
}
_EVERY = frozenset(key for keys in OURS.values() for key in keys)


@dataclass(frozen=True)
class Renaming:
    """Columns by name (None: leave out) and values by criterion key (`*`: of every one)."""

    columns: dict[str, str | None] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def rename(self, data: dict[str, Any], problems: list[Problem]) -> dict[str, Any]:
        """The line under our names."""
        if not self.columns or self.columns.keys().isdisjoint(data):
            return data
        renamed: dict[str, Any] = {}
        for theirs, value in data.items():
            ours = self.columns.get(theirs, theirs)
            if ours is not None and ours in renamed:
                problems.append(
                    Problem(
                        theirs,
                        gettext("becomes `%(ours)s`, which the line has already") % {"ours": ours},
                    )
                )
            elif ours is not None:
                renamed[ours] = value
        return renamed

    def revalue(self, data: dict[str, Any]) -> dict[str, Any]:
        """The rating with its value in our words."""
        if not self.values or data.get("value") is None:
            return data
        value = str(data["value"])
        for key in (data.get("criterion"), "*"):
            table = self.values.get(key) if isinstance(key, str) else None
            if table and value in table:
                return {**data, "value": table[value]}
        return data


def read_renaming(value: object) -> Renaming:
    """A map file, or Problems with every fault in it."""
    problems: list[Problem] = []
    if not isinstance(value, dict):
        message = gettext("a map is an object with `columns` and `values`, not %(value)s")
        raise Problems([Problem("", message % {"value": kind_of(value)})])
    for key in value.keys() - {"columns", "values"}:
        problems.append(
            Problem(key[:60], gettext("is not a known key; known are `columns`, `values`"))
        )
    columns, values = value.get("columns") or {}, value.get("values") or {}
    _check_columns(columns, problems)
    _check_values(values, problems)
    if problems:
        raise Problems(problems)
    return Renaming(columns, values)


def _check_columns(columns: Any, problems: list[Problem]) -> None:
    if not isinstance(columns, dict):
        problems.append(
            Problem(
                "columns",
                gettext("must be an object, not %(value)s") % {"value": kind_of(columns)},
            )
        )
        return
    for theirs, ours in columns.items():
        if ours is not None and (not isinstance(ours, str) or ours not in _EVERY):
            shown = f"`{ours}`" if isinstance(ours, str) else kind_of(ours)
            message = gettext("%(shown)s is none of our columns: %(choices)s")
            message %= {"shown": shown, "choices": ", ".join(sorted(_EVERY))}
            problems.append(Problem(f"columns.{theirs[:60]}", message))


def _check_values(values: Any, problems: list[Problem]) -> None:
    if not isinstance(values, dict):
        problems.append(
            Problem(
                "values", gettext("must be an object, not %(value)s") % {"value": kind_of(values)}
            )
        )
        return
    for key, table in values.items():
        if not isinstance(table, dict):
            problems.append(
                Problem(f"values.{key[:60]}", gettext("must be an object of theirs to ours"))
            )
            continue
        for theirs, ours in table.items():
            if isinstance(ours, bool | dict | list):
                where = f"values.{key[:60]}.{theirs[:60]}"
                problems.append(Problem(where, gettext("must be a value or a label of the scale")))
