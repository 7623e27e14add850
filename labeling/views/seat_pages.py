"""What stands on the page of a seat: the response, the criteria with one's answers, the progress.

Blindness is decided here once: nothing about peers, grades or, under full blindness, the
generator ever reaches the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html

from labeling import rating
from labeling.access import MemberRequest
from labeling.asking_again import answers_again, earlier_answers
from labeling.errors import Conflict, Problem
from labeling.forms.desk import FlagForm, SkipForm
from labeling.guidelines import guidelines_of
from labeling.models import Assignment, Batch, Rating, RatingDraft, RubricVersion
from labeling.views.after_answering import after_answering
from labeling.views.asked_again import asked_again
from labeling.views.seat_beside import overall_criterion
from labeling.views.seat_cards import Answers, Card, cards
from labeling.views.seat_kept import Untouched, framed, untouched
from labeling.views.seat_progress import Counts, progress
from labeling.views.seat_response import shown


def seat_page(
    request: MemberRequest, seat: Assignment, answers: Answers, *, status: int = 200, **fields: Any
) -> HttpResponse:
    """The page to rate from, or to correct one's rating; fields as in `seat_context`."""
    context = seat_context(request, seat, answers, **fields)
    return render(request, "labeling/seat.html", context, status=status)


def is_correctable(request: MemberRequest, seat: Assignment, last: Rating) -> bool:
    """Whether the rating may be corrected; where not, the page says why."""
    try:
        rating.expect_correctable(seat, last)
    except Conflict as error:
        messages.info(request, str(error))
        return False
    return True


def seat_content(
    request: MemberRequest,
    seat: Assignment,
    answers: Answers,
    *,
    after: Assignment | None = None,
    counts: Counts | None = None,
) -> str:
    """What stands in the page's main part alone: a script puts it in the place of the last one.

    Messages that the page would show above it are shown within.
    """
    notices = list(messages.get_messages(request))
    if not (answers or notices) and _is_usual(seat):
        return _usual_content(request, seat, after, counts)
    context = seat_context(request, seat, answers, after=after, counts=counts)
    context["notices"] = notices
    return render_to_string("labeling/seat.html#content", context, request)


def _is_usual(seat: Assignment) -> bool:
    """Whether all but the response is what everybody sees who opens a response of the batch."""
    version, known = seat.batch.rubric_version, guidelines_of(seat.batch.rubric_version)
    if getattr(seat, "draft", None) or seat.state != Assignment.State.LEASED:
        return False
    if answers_again(seat) or known.without_item(seat.response.item_id) is not known:
        return False
    return shown_criteria(seat, None) is rating.criteria_of(version)


def _usual_content(
    request: MemberRequest, seat: Assignment, after: Assignment | None, counts: Counts | None
) -> str:
    """The page around the response is set once, with this seat and this person put in."""
    response = shown(seat, plain=request.GET.get("text") == "plain")
    return format_html(
        framed(seat.batch, is_followed=after is not None),
        response=render_to_string("labeling/seat_response.html", response),
        seat=seat.pk,
        after=after and after.pk,
        user=request.user.pk,
        token=get_token(request),
        flag=uuid4(),
        submission=uuid4(),
        **progress(seat, counts),
    )


def seat_context(
    request: MemberRequest,
    seat: Assignment,
    answers: Answers,
    *,
    problems: Sequence[Problem] = (),
    corrects: Rating | None = None,
    after: Assignment | None = None,
    flag_form: FlagForm | None = None,
    counts: Counts | None = None,
) -> dict[str, Any]:
    """All that the page of a seat shows."""
    version = corrects.rubric_version if corrects else seat.batch.rubric_version
    criteria = shown_criteria(seat, corrects)
    again = asked_again(seat, criteria) if corrects is None else None
    draft = getattr(seat, "draft", None)
    asks_confidence = seat.batch.asks_confidence
    kept = untouched(version, asks_confidence=asks_confidence)
    # As it stands in the rubric the form is the same for everybody.
    usual = corrects is None and criteria is rating.criteria_of(version)
    is_untouched = usual and not (answers or problems or again)
    if is_untouched:
        asked = kept.cards
    else:
        changed = again.changed if again else None
        asked = cards(criteria, answers, problems, changed=changed, asks_confidence=asks_confidence)
        # What was said before the criteria is not said again after them.
        asked = [replace(card, fixed=bool(corrects) and card.is_overall) for card in asked]
    guidelines = guidelines_of(version)
    read = guidelines.without_item(seat.response.item_id)
    as_kept = flag_form is None and read is guidelines
    token = get_token(request)
    return {
        **shown(seat, plain=request.GET.get("text") == "plain"),
        "cards": asked,
        "criteria_html": kept.criteria if is_untouched else "",
        "dialogs_html": _dialogs(token, seat, kept) if as_kept else "",
        # Made once for all forms of the page.
        "csrf_token": token,
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
        **({} if as_kept else _forms(version, flag_form)),
        "flag_refused": flag_form is not None and flag_form.is_bound,
        "guidelines": read,
        **progress(seat, counts),
    }


def _forms(version: RubricVersion, flag_form: FlagForm | None) -> dict[str, Any]:
    return {
        "skip_form": SkipForm(prefix="skip"),
        "flag_form": flag_form or FlagForm.fresh(version),
    }


def _dialogs(token: str, seat: Assignment, kept: Untouched) -> str:
    """What opens over the desk: set once a version, with this seat and this person put in."""
    return format_html(kept.dialogs, seat=seat.pk, token=token, flag=uuid4())


def submitted_page(request: MemberRequest, seat: Assignment, last: Rating) -> HttpResponse:
    """One's own answers, read only: what the back button finds after submitting."""
    criteria, hidden = shown_criteria(seat, last), rating.withheld(seat, last)
    ids = [one.id for one in criteria]
    context = {
        **shown(seat, plain=request.GET.get("text") == "plain"),
        "cards": cards(
            criteria,
            rating.answers_in(last),
            earlier=earlier_answers(seat, ids) if answers_again(seat) else None,
            withheld=hidden,
            asks_confidence=seat.batch.asks_confidence,
        ),
        "rating": last,
        "asked_again": bool(hidden),
        "late": seat.purpose == Assignment.Purpose.LATE,
        "closed": seat.batch.state == Batch.State.CLOSED,
        **after_answering(seat, last),
        "guidelines": guidelines_of(last.rubric_version).without_item(seat.response.item_id),
        **progress(seat),
    }
    return render(request, "labeling/seat_submitted.html", context)


def shown_criteria(seat: Assignment, last: Rating | None) -> tuple[rating.JudgedCriterion, ...]:
    """The criteria in the order in which this expert sees them, an overall before them."""
    if last is None:
        criteria = rating.in_shown_order(seat, rating.asked_of(seat))
        has_overall = rating.asks_overall(seat)
    else:
        place = {key: at for at, key in enumerate(last.shown_order)}
        criteria = tuple(
            sorted(rating.answered_in(last), key=lambda one: place.get(one.spec.key, len(place)))
        )
        has_overall = last.overall is not None
    return (overall_criterion(), *criteria) if has_overall else criteria


def _moved_on(
    draft: RatingDraft | None, version: RubricVersion, asked: Sequence[Card]
) -> dict[str, int] | None:
    """How many drafted answers went on when the rubric did; None when it has not since."""
    seen = draft.payload.get("version") if draft else None
    if seen in (None, version.pk):
        return None
    kept = sum(card.answered for card in asked)
    return {"version": version.number, "kept": kept, "open": len(asked) - kept}
