"""What becomes of a question when its rater passes it on, or takes the first judgement back."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from labeling.errors import Conflict
from labeling.models import Assignment, Reask


def pass_on(seat: Assignment) -> bool:
    """What the seat was asked again is asked of whoever has not seen the response."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT labeling_pass_on(%s)", [seat.pk])
        return bool(cursor.fetchone()[0])


def take_back(seat: Assignment) -> None:
    """The judged seat is in work again under the new version, so nothing is asked beside it."""
    here = Reask.objects.standing().filter(batch=seat.batch_id, response=seat.response_id)
    found = here.filter(judged=seat).select_for_update().first()
    if found is None:
        return
    if found.assignment_id is not None:
        raise Conflict(
            gettext(
                "The rubric changed and you were asked again about this response, so its "
                "first judgement can be corrected but not undone."
            )
        )
    Reask.objects.filter(pk=found.pk).update(ended_at=timezone.now(), ending=Reask.Ending.WITHDRAWN)
