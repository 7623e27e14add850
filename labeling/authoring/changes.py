"""The record of a draft's changes: what each found and left, by whom, from which form."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from labeling.authoring.states import State
from labeling.models import DraftChange, RubricVersion, User

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who changes a draft, and from which open form; `seq` counts the saves of that form."""

    by: User
    form: str = ""
    seq: int = 0


def last_change(draft: RubricVersion, criterion: int) -> DraftChange | None:
    """Who touched this criterion last, None when it stands as the draft was opened."""
    found = DraftChange.objects.filter(version=draft, criterion=criterion)
    return found.select_related("by").order_by("-id").first()


def last_head_change(draft: RubricVersion) -> DraftChange | None:
    """Who wrote the texts above the criteria last."""
    found = DraftChange.objects.filter(version=draft, criterion=None, before__0__has_key="title")
    return found.select_related("by").order_by("-id").first()


def record(
    draft: RubricVersion,
    writer: Writer,
    summary: str,
    before: Sequence[State],
    after: Sequence[State],
    *,
    criterion: int | None = None,
    last: DraftChange | None = None,
) -> datetime:
    """Count the save and keep what it changed; text typed on at one form is one change."""
    now = timezone.now()
    draft.edit += 1
    RubricVersion.objects.filter(pk=draft.pk).update(edit=F("edit") + 1)
    log.info("rubric version %s: save %s by user %s", draft.pk, draft.edit, writer.by.pk)
    if last and is_own(last, writer):
        last.before, last.after = _joined(before, last.before), _joined(last.after, after)
        last.seq, last.at, last.summary = writer.seq, now, summary[:300]
        last.save(update_fields=["before", "after", "seq", "at", "summary"])
    else:
        DraftChange.objects.create(
            version=draft,
            criterion=criterion,
            summary=summary[:300],
            by=writer.by,
            at=now,
            writer=writer.form,
            seq=writer.seq,
            before=list(before),
            after=list(after),
        )
    return now


def _joined(first: Sequence[State], second: Sequence[State]) -> list[State]:
    """Each state with what either knows of it; the second one prevails."""
    return [{**one, **other} for one, other in zip(first, second, strict=True)]


def is_own(change: DraftChange, writer: Writer) -> bool:
    """Whether the change was made at the writer's own form and still stands."""
    same = change.by_id == writer.by.pk and change.writer == writer.form
    return bool(writer.form) and same and not change.undone
