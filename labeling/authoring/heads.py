"""What a draft is called and what it is for: the texts above its criteria."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from labeling.authoring.changes import Writer, is_own, last_head_change, record
from labeling.authoring.drafts import locked_draft
from labeling.authoring.states import HEAD, head_state, head_token
from labeling.errors import Conflict
from labeling.models import DraftChange, Rubric, RubricVersion
from labeling.spec import RubricSpec


class HeadChanged(Conflict):
    """Somebody else saved other texts: both are at hand."""

    def __init__(self, theirs: RubricVersion, mine: RubricSpec, change: DraftChange | None) -> None:
        self.theirs, self.mine, self.change = theirs, mine, change
        who = str(change.by) if change else _("Somebody")
        super().__init__(
            _(
                "%(who)s has changed these texts since you opened them. Yours are kept here; "
                "choose which ones to keep."
            )
            % {"who": who}
        )


@transaction.atomic
def change_head(
    rubric: Rubric, head: RubricSpec, *, number: int, seen: str, writer: Writer
) -> tuple[RubricVersion, datetime]:
    """Write title and description; `seen` names the texts that the author started from."""
    draft = locked_draft(rubric, number=number, by=writer.by)
    last, before = last_head_change(draft), head_state(draft)
    own = last if last and is_own(last, writer) else None
    if own and writer.seq <= own.seq:
        return draft, own.at
    stored = head_token(draft)
    for name in HEAD:
        setattr(draft, name, getattr(head, name))
    if own is None and stored not in (seen, head_token(draft)):
        draft.refresh_from_db(fields=HEAD)
        raise HeadChanged(draft, head, last)
    draft.save(update_fields=HEAD)
    summary = _("changed title or description")
    return draft, record(draft, writer, summary, [before], [head_state(draft)], last=own)
