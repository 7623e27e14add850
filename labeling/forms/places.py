"""Places in a rubric file, said as people count."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext

from labeling.errors import Problem

_CRITERION = re.compile(r"criteria\[(\d+)\]\.?(.*)")
_LEVEL = re.compile(r"(?:scale\.)?levels\[(\d+)\]\.?(.*)")


def problems_in_words(problems: Sequence[Problem], names: Sequence[str]) -> list[Problem]:
    """The same problems, each at `criterion 3 “Cites the policy”, level 1, label`."""
    return [Problem(_in_words(one.where, names), one.message) for one in problems]


def level_in_words(where: str) -> str:
    """`level 2, anchor` of a place within a criterion; empty for the criterion's own text."""
    inside = where.partition("].")[2]
    level = _LEVEL.fullmatch(inside)
    if level:
        return ", ".join(
            part
            for part in (gettext("level %(value)s") % {"value": int(level[1]) + 1}, level[2])
            if part
        )
    return "" if inside in ("", "criterion", "scale.levels") else inside.removeprefix("scale.")


def _in_words(where: str, names: Sequence[str]) -> str:
    criterion = _CRITERION.fullmatch(where)
    if not criterion:
        return where
    at = int(criterion[1])
    name = f" “{names[at]}”" if at < len(names) and names[at] else ""
    level = _LEVEL.fullmatch(criterion[2])
    step = gettext("level %(value)s") % {"value": int(level[1]) + 1} if level else ""
    field = (level[2] if level else criterion[2].removeprefix("scale.")).replace("pass_at", "gate")
    return ", ".join(
        part
        for part in (
            gettext("criterion %(value)s%(name)s") % {"value": at + 1, "name": name},
            step,
            field,
        )
        if part
    )
