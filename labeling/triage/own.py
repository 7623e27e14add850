"""An expert's own flags with what their author answered; nothing of anybody else's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from labeling.models import Flag, FlagAnswer, FlagState, User

LATELY = 5
Act = FlagAnswer.Act
# What an expert is told of an act. Merging is not told: it would say that somebody else agrees.
TOLD = {
    Act.ANSWERED: gettext_lazy("Answer"),
    Act.MAPPED: gettext_lazy("A criterion covers it"),
    Act.OUT_OF_SCOPE: gettext_lazy("Out of scope"),
    Act.TAKEN: gettext_lazy("It is being worked into the next version"),
    Act.SETTLED: gettext_lazy("Settled by version {number}"),
    Act.REVISED: gettext_lazy("The known answer was revised"),
    Act.REOPENED: gettext_lazy("Looked at again"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """One thing an author did, as the expert reads it."""

    what: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnFlag:
    """A flag of one's own and what came of it, oldest word first."""

    flag: Flag
    words: tuple[Word, ...]


def own_flags(user: User) -> Any:
    """Everything the person has flagged, newest first."""
    flags = Flag.objects.filter(by=user).with_state()
    return flags.select_related("criterion", "project", "rubric_version__rubric").order_by("-pk")


def answered(user: User) -> int:
    """How many of one's flags something came of."""
    return own_flags(user).exclude(state=FlagState.OPEN).count()


def with_words(flags: Sequence[Flag]) -> list[OwnFlag]:
    """Each flag with what was said to it, or to the flag it was merged into; two queries."""
    heads = {one.pk: one.head if one.state == FlagState.MERGED else None for one in flags}
    asked = {*heads, *filter(None, heads.values())}
    said: dict[int, list[FlagAnswer]] = defaultdict(list)
    rows = FlagAnswer.objects.filter(flag__in=asked, act__in=TOLD).select_related("version")
    for answer in rows.order_by("pk"):
        said[answer.flag_id].append(answer)
    return [OwnFlag(one, _words(said[one.pk], said.get(heads[one.pk] or 0, []))) for one in flags]


def lately(user: User, rubric: int) -> list[OwnFlag]:
    """The last flags on a rubric, for the desk."""
    return with_words(list(own_flags(user).filter(rubric_version__rubric=rubric)[:LATELY]))


def _words(own: Sequence[FlagAnswer], of_head: Sequence[FlagAnswer]) -> tuple[Word, ...]:
    answers = sorted([*own, *of_head], key=lambda one: one.pk)
    return tuple(
        Word(
            str(TOLD[Act(one.act)]).format(number=one.version.number if one.version else ""),
            one.text,
            one.created_at,
        )
        for one in answers
    )
