"""Who can say whether a criterion's attached check would run: registered by the app that runs it.

This app keeps checks as JSON and knows no grader; without a registered judge only the shape that
files need is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

from labeling.errors import Problem

type Judge = Callable[[object], list[Problem]]

_judges: list[Judge] = []


def register(judge: Judge) -> None:
    """Let `judge` name what is wrong with a check; once each."""
    if judge not in _judges:
        _judges.append(judge)


def problems_of(check: object) -> list[Problem]:
    """Everything wrong with a check, each at its path in it; none where it is sound."""
    if not isinstance(check, Mapping) or not isinstance(check.get("type"), str):
        return [Problem("", gettext("a check is a JSON object with a `type`"))]
    return [problem for judge in _judges for problem in judge(check)]
