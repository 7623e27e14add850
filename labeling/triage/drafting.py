"""The flags that a draft is to settle, where its author writes and publishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labeling.authoring.settling import taken_into
from labeling.models import RubricVersion, User
from labeling.triage.listing import Shown, shown

CITED = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """A flag in the draft; `pk` is that of the criterion it is about, None where there is none."""

    one: Shown
    key: str
    pk: int | None
    name: str


def taken(draft: RubricVersion | None, user: User, *, key: str | None = None) -> list[Taken]:
    """What was taken into the draft, or of it what is about one criterion, as one may see it."""
    if draft is None:
        return []
    flags = taken_into(draft).select_related(
        "criterion", "rubric_version", "response__item", "by", "batch"
    )
    rows = shown(list(flags), user)
    criteria = {
        each: (pk, name) for each, pk, name in draft.criteria.values_list("key", "pk", "name")
    }
    found = []
    for one in rows:
        about = one.placing.criterion_key if one.placing else ""
        pk, name = criteria.get(about, (None, ""))
        if key is None or about == key:
            found.append(Taken(one, about, pk, name))
    return found


def citation(flags: Sequence[Taken]) -> str:
    """For the note on a version: which flags it settles, by number, since experts read it."""
    numbers = [str(each.one.flag.pk) for each in flags]
    if not numbers:
        return ""
    if len(numbers) > CITED:
        words = ngettext("Settles %(count)s flag.", "Settles %(count)s flags.", len(numbers))
        return words % {"count": len(numbers)}
    if len(numbers) == 1:
        return _("Settles flag %(number)s.") % {"number": numbers[0]}
    named = {"numbers": ", ".join(numbers[:-1]), "last": numbers[-1]}
    return _("Settles flags %(numbers)s and %(last)s.") % named
