"""The guidelines of a draft, changed by themselves: two authors meet only over this one text."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from labeling.authoring.changes import Writer, record
from labeling.authoring.drafts import locked_draft
from labeling.authoring.states import head_state
from labeling.errors import Conflict, Problem, Problems
from labeling.models import Rubric, RubricVersion
from labeling.spec.fields import TEXT_LENGTH, text_fault


class GuidelinesChanged(Conflict):
    """Somebody else saved another text: both are at hand."""

    def __init__(self, theirs: str) -> None:
        self.theirs = theirs
        super().__init__(
            _(
                "Somebody else has changed the guidelines since you opened them. Your text is "
                "below, unsaved; saving again replaces theirs."
            )
        )


def guidelines_token(text: str) -> str:
    """Names a text, to say which one an author started from."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def change_guidelines(
    rubric: Rubric, text: str, *, number: int, seen: str, writer: Writer
) -> RubricVersion:
    """Write the draft's guidelines; `seen` names the text that the author started from."""
    if fault := text_fault(text, TEXT_LENGTH):
        raise Problems([Problem("guidelines", fault)])
    draft = locked_draft(rubric, number=number, by=writer.by)
    if text == draft.guidelines:
        return draft
    if guidelines_token(draft.guidelines) != seen:
        raise GuidelinesChanged(draft.guidelines)
    before = head_state(draft, ["guidelines"])
    draft.guidelines = text
    draft.save(update_fields=["guidelines"])
    after = head_state(draft, ["guidelines"])
    record(draft, writer, _("changed the guidelines"), [before], [after])
    return draft
