"""An author's last change of a draft, taken back or made again."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _

from labeling.authoring.drafts import locked_draft
from labeling.authoring.states import restore
from labeling.errors import DomainError
from labeling.models import DraftChange, Rubric, RubricVersion, User


class NothingToUndo(DomainError):
    """The author has changed nothing that could be taken back."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What undoing and redoing would do, in words; empty where there is nothing."""

    undo: str = ""
    redo: str = ""


def steps(draft: RubricVersion | None, by: User) -> Steps:
    """The author's own last change, and the one they took back last."""
    if draft is None:
        return Steps()
    done, taken_back = _done(draft, by).first(), _taken_back(draft, by).first()
    return Steps(done.summary if done else "", taken_back.summary if taken_back else "")


@transaction.atomic
def undo(rubric: Rubric, *, number: int, by: User) -> DraftChange:
    """Bring back what stood before the author's own last change; others' changes stay."""
    draft = locked_draft(rubric, number=number, by=by)
    change = _done(draft, by).first()
    if change is None:
        raise NothingToUndo(_("You have changed nothing here that could be taken back."))
    restore(draft, change.before, change.after)
    return _turned(draft, change, undone=True)


@transaction.atomic
def redo(rubric: Rubric, *, number: int, by: User) -> DraftChange:
    """Make the change again that the author took back last."""
    draft = locked_draft(rubric, number=number, by=by)
    change = _taken_back(draft, by).first()
    if change is None:
        raise NothingToUndo(_("There is nothing to make again."))
    restore(draft, change.after, change.before)
    return _turned(draft, change, undone=False)


def _turned(draft: RubricVersion, change: DraftChange, *, undone: bool) -> DraftChange:
    change.undone = undone
    # Text typed after this is a change of its own.
    change.writer = ""
    change.save(update_fields=["undone", "writer"])
    RubricVersion.objects.filter(pk=draft.pk).update(edit=F("edit") + 1)
    return change


def _own(draft: RubricVersion, by: User) -> QuerySet[DraftChange]:
    return DraftChange.objects.filter(version=draft, by=by)


def _done(draft: RubricVersion, by: User) -> QuerySet[DraftChange]:
    return _own(draft, by).filter(undone=False).order_by("-id")


def _taken_back(draft: RubricVersion, by: User) -> QuerySet[DraftChange]:
    """What can be made again, the last undone first: a new change ends that."""
    last = _done(draft, by).aggregate(last=Max("id"))["last"] or 0
    return _own(draft, by).filter(undone=True, pk__gt=last).order_by("id")
