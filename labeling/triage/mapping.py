"""Which criterion covers which problem: by keys, since a draft's rows come and go."""

from __future__ import annotations

from collections.abc import Iterable

from labeling.authoring.standing import latest_published, open_draft
from labeling.models import Criterion, Flag, FlagAnswer, Rubric

Act = FlagAnswer.Act


def criterion_keys(rubric: Rubric) -> dict[str, str]:
    """Key and name of each criterion of the draft and of the version in force, in order."""
    versions = [one for one in (open_draft(rubric), latest_published(rubric)) if one]
    rows = Criterion.objects.filter(version__in=versions).order_by("-version__number", "position")
    found: dict[str, str] = {}
    for key, name in rows.values_list("key", "name"):
        found.setdefault(key, name)
    return found


def mapped_keys(flags: Iterable[Flag]) -> dict[int, str]:
    """The criterion each flag is mapped to; the empty key where it was put out of scope.

    A flag that was opened again is mapped to nothing, and so is not here.
    """
    acts = (Act.MAPPED, Act.OUT_OF_SCOPE, Act.REOPENED)
    rows = FlagAnswer.objects.filter(flag__in=flags, act__in=acts).order_by("pk")
    found: dict[int, str] = {}
    for flag, act, key in rows.values_list("flag", "act", "criterion_key"):
        if act == Act.REOPENED:
            found.pop(flag, None)
        else:
            found[flag] = key if act == Act.MAPPED else ""
    return found
