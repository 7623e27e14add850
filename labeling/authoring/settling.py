"""Flags that were taken into a draft go where the draft goes: settled with it, or open again."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from labeling.models import Flag, FlagAnswer, FlagState, RubricVersion, User

DISCARDED = gettext_lazy("The draft was discarded.")


def taken_into(version: RubricVersion) -> QuerySet[Flag]:
    """The flags that this draft is to settle, oldest first, with their criterion."""
    flags = Flag.objects.filter(rubric_version__rubric=version.rubric_id).with_state()
    here = FlagAnswer.objects.filter(act=FlagAnswer.Act.TAKEN, number=version.number)
    taken = flags.filter(state=FlagState.TAKEN, placing__in=here.values("pk"))
    return taken.select_related("criterion").order_by("pk")


def settle_flags(version: RubricVersion, *, by: User | None) -> int:
    """The version is published: what was taken into its draft is settled. Returns how many."""
    return _all(version, by, act=FlagAnswer.Act.SETTLED, version=version)


def give_back(version: RubricVersion, *, by: User | None) -> int:
    """The draft is discarded: what was taken into it is open again. Returns how many."""
    return _all(version, by, act=FlagAnswer.Act.REOPENED, text=str(DISCARDED))


def _all(draft: RubricVersion, by: User | None, **fields: object) -> int:
    answers = [
        FlagAnswer(project_id=draft.project_id, flag_id=pk, by=by, **fields)
        for pk in taken_into(draft).values_list("pk", flat=True)
    ]
    return len(FlagAnswer.objects.bulk_create(answers))
