"""The open draft under its lock; looking opens none, the first change does."""

from __future__ import annotations

from django.utils.translation import gettext as _

from labeling.authoring.standing import next_number, open_draft
from labeling.authoring.versions import VersionSealed, draft_of
from labeling.models import Rubric, RubricVersion, User


def locked_draft(rubric: Rubric, *, number: int, by: User) -> RubricVersion:
    """The draft, opened by its first change, under the lock of the rubric's row.

    `number` is the version that the author sees; another one is refused, since it is sealed.
    """
    rubric = Rubric.objects.select_for_update().get(pk=rubric.pk)
    draft = open_draft(rubric)
    open_number = draft.number if draft else next_number(rubric)
    if number != open_number:
        raise VersionSealed(
            _(
                "Version %(number)s is no longer the draft of this rubric. What you save now "
                "goes into version %(open_number)s."
            )
            % {"number": number, "open_number": open_number}
        )
    draft = draft or draft_of(rubric, by=by)
    draft.rubric = rubric
    return draft
