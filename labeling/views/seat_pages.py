"""What stands on the page of a seat: the response, the criteria with one's answers, the progress.

Blindness is decided here once: nothing about peers, grades or, under full blindness, the
generator ever reaches the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import uuid4

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render

from labeling import rating
from labeling.access import MemberRequest
from labeling.asking_again import answers_again, earlier_answers
from labeling.errors import Problem
from labeling.forms.desk import FlagForm, SkipForm
from labeling.guidelines import guidelines_of
from labeling.models import Assignment, Batch, QueueEntry, Rating, RatingDraft, RubricVersion
from labeling.views.asked_again import asked_again
from labeling.views.seat_cards import Answers, Card, cards
from labeling.views.seat_response import shown

__all__ = ["seat_page", "submitted_page"]

# Two counts by index in one round trip: what was submitted, and what was asked again.
OWN = """
    SELECT (SELECT count(*) FROM labeling_assignment
            WHERE batch_id = %(batch)s AND rater_id = %(rater)s AND state = 'submitted'),
        (SELECT count(*) FROM labeling_reask
            WHERE batch_id = %(batch)s AND rater_id = %(rater)s
                AND (ended_at IS NULL OR ending = 'answered'))
"""


def seat_page(
    request: MemberRequest,
    seat: Assignment,
    answers: Answers,
    *,
    problems: Sequence[Problem] = (),
    corrects: Rating | None = None,
    after: Assignment | None = None,
    flag_form: FlagForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page to rate from, or to correct one's rating."""
    version = corrects.rubric_version if corrects else seat.batch.rubric_version
    criteria = rating.answered_in(corrects) if corrects else rating.asked_of(seat)
    again = asked_again(seat, criteria) if corrects is None else None
    draft = getattr(seat, "draft", None)
    asked = cards(criteria, answers, problems, changed=again.changed if again else None)
    context = {
        **shown(seat, plain=request.GET.get("text") == "plain"),
        "cards": asked,
        "answered": sum(card.answered for card in asked),
        "version": version,
        "problems": problems,
        "corrects": corrects,
        "again": again,
        "moved_on": _moved_on(draft, version, asked) if corrects is None else None,
        "draft": draft,
        "draft_writer": draft.payload.get("writer", "") if draft else "",
        "draft_seq": draft.payload.get("seq", 0) if draft else 0,
        "submission_id": uuid4(),
        "after": after,
        "lease_ended": seat.state != Assignment.State.LEASED and corrects is None,
        "undo_seconds": rating.UNDO_SECONDS,
        "skip_form": SkipForm(prefix="skip"),
        "flag_form": flag_form or FlagForm.fresh(version),
        "guidelines": guidelines_of(version).without_item(seat.response.item_id),
        **progress(seat),
    }
    return render(request, "labeling/seat.html", context, status=status)


def submitted_page(request: MemberRequest, seat: Assignment, last: Rating) -> HttpResponse:
    """One's own answers, read only: what the back button finds after submitting."""
    criteria, hidden = rating.answered_in(last), rating.withheld(seat, last)
    ids = [one.id for one in criteria]
    context = {
        **shown(seat, plain=request.GET.get("text") == "plain"),
        "cards": cards(
            criteria,
            rating.answers_in(last),
            earlier=earlier_answers(seat, ids) if answers_again(seat) else None,
            withheld=hidden,
        ),
        "rating": last,
        "asked_again": bool(hidden),
        "late": seat.purpose == Assignment.Purpose.LATE,
        "closed": seat.batch.state == Batch.State.CLOSED,
        "guidelines": guidelines_of(last.rubric_version).without_item(seat.response.item_id),
        **progress(seat),
    }
    return render(request, "labeling/seat_submitted.html", context)


def _moved_on(
    draft: RatingDraft | None, version: RubricVersion, asked: Sequence[Card]
) -> dict[str, int] | None:
    """How many drafted answers went on when the rubric did; None when it has not since."""
    seen = draft.payload.get("version") if draft else None
    if seen in (None, version.pk):
        return None
    kept = sum(card.answered for card in asked)
    return {"version": version.number, "kept": kept, "open": len(asked) - kept}


def progress(seat: Assignment) -> dict[str, int]:
    """One's own count in the batch, beside the number of responses and of what is asked again."""
    with connection.cursor() as cursor:
        cursor.execute(OWN, {"batch": seat.batch_id, "rater": seat.rater_id})
        done, again = cursor.fetchone()
    batch = seat.batch
    return {"done": done, "total": _queue_size(batch.pk, str(batch.created_at)) + again}


@lru_cache(maxsize=1024)
def _queue_size(batch_id: int, created_at: str) -> int:
    """A batch's queue never grows or shrinks, so it is counted once."""
    return QueueEntry.objects.filter(batch=batch_id).count()
