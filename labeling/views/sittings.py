"""One criterion over several responses, step by step: what was said is saved at every step.

Each step is a page of its own, so all of it works without script; a form that is sent brings the
answers of one step, and what shall come next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from labeling import rating
from labeling.access import MemberRequest, own_seat
from labeling.asking_again import answers_again
from labeling.errors import Conflict, Problems
from labeling.forms.desk import FlagForm
from labeling.models import Assignment, Way
from labeling.rating import OVERALL, Step
from labeling.views.conversations import sources
from labeling.views.onward import just_submitted, onward
from labeling.views.seat_cards import Answers
from labeling.views.sitting_pages import NOTHING, Told, sitting_context
from labeling.views.sitting_posted import MOST, Posted, read_posted

MOVED_ON = gettext_lazy(
    "The rubric moved on to version %(number)s while you were rating. Your answers to what did not"
    " change are kept; answer the rest."
)
ELSEWHERE = gettext_lazy(
    "Some responses were also worked on in another tab or on another device. What is saved stands"
    " beside what you sent. Go on to keep what is chosen here."
)
RATED = gettext_lazy(
    "You have rated %(count)s of these responses already. What you said of the others is saved."
)


def is_sitting(seat: Assignment) -> bool:
    """Whether the seat is rated criterion by criterion; what is asked again comes alone."""
    return seat.batch.way == Way.BY_CRITERION and not answers_again(seat)


def to_sitting(request: MemberRequest, seat: Assignment) -> HttpResponse:
    """The page of the step that is asked for, else of the first one that is open."""
    if seat.leader_id:
        asked = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(reverse("seat", args=[seat.leader_id]) + asked)
    seats = _sitting_of(request, seat)
    told = NOTHING
    for kind in ("skip", "flag"):
        about = next((one for one in seats if str(one.pk) == request.GET.get(kind)), None)
        told = Told(asks=(kind, about)) if about else told
    return _page(request, seats, _kept(seats), request.GET.get("criterion"), told)


def flag_refused(
    request: MemberRequest, seat: Assignment, form: FlagForm, status: int
) -> HttpResponse:
    """The page with a flag as it was typed, and what is wrong with it."""
    seats = _sitting_of(request, seat)
    told = Told(flag_form=form, asks=("flag", seat))
    return _page(request, seats, _kept(seats), None, told, status=status)


@require_POST
@gzip_page
def sitting_step(request: MemberRequest, pk: int) -> HttpResponse:
    """Save what was said at one step and go on: to another step, or with all of it submitted."""
    posted = read_posted(request, pk)
    if posted.to == "submit" and rating.sent_before(posted.submitted):
        return onward(request, posted.seats[0], len(posted.submitted))
    try:
        kept = rating.keep_step(posted.key, posted.sent, by=request.user, version=posted.version)
    except Problems as error:
        return _again(request, posted, Told(problems=error.problems), status=error.status)
    if kept.submitted:
        return _rated_elsewhere(request, posted, kept.submitted)
    if kept.elsewhere:
        told = Told(elsewhere=kept.elsewhere, notice=str(ELSEWHERE))
        return _again(request, posted, told, status=409)
    current = posted.seats[0].batch.rubric_version
    if posted.version.pk != current.pk:
        told = Told(notice=MOVED_ON % {"number": current.number})
        return _as_saved(request, posted, told, status=409)
    if posted.to == "submit":
        return _submit(request, posted, kept)
    return _next_step(request, posted)


@require_safe
@gzip_page
def seat_sources(request: MemberRequest, pk: int) -> HttpResponse:
    """What one response may be checked against: a part of the page, or a page of its own."""
    found = own_seat(request.user, pk)
    page = "labeling/sources.html" + ("#sources" if request.headers.get("HX-Request") else "")
    return render(request, page, {"sources": sources(found.response.item)})


def _sitting_of(request: MemberRequest, seat: Assignment) -> list[Assignment]:
    """The seats in their order; of an ended lease those handed out with it that ended too."""
    held = Assignment.objects.held_by(request.user).select_related("draft", "response__generator")
    if seat.state == Assignment.State.LEASED:
        return rating.in_sequence(list(held.filter(rating.leased_with(seat))))
    if seat.state == Assignment.State.EXPIRED:
        same = {"batch": seat.batch_id, "ord": seat.ord, "state": seat.state, "round": seat.round}
        return rating.in_sequence(list(held.filter(**same)[:MOST]))
    return [seat]


def _kept(seats: Sequence[Assignment]) -> dict[int, Answers]:
    version = seats[0].batch.rubric_version
    return {one.pk: rating.answers_of(getattr(one, "draft", None), version) for one in seats}


def _page(
    request: MemberRequest,
    seats: Sequence[Assignment],
    answers: Mapping[int, Answers],
    key: str | None,
    told: Told = NOTHING,
    *,
    status: int = 200,
) -> HttpResponse:
    steps = rating.steps_of(seats)
    step = _chosen(steps, answers, key)
    context = sitting_context(seats, steps, step, answers, told)
    context["undone"] = just_submitted(request, seats[0].batch)
    context["undo_seconds"] = rating.UNDO_SECONDS
    return render(request, "labeling/sitting.html", context, status=status)


def _chosen(steps: Sequence[Step], answers: Mapping[int, Answers], key: str | None) -> Step:
    """The step that is asked for, else the first one open; an overall is said before all others."""
    if steps[0].key == OVERALL and steps[0].is_open(answers):
        return steps[0]
    asked = next((one for one in steps if one.key == key), None)
    return asked or next((one for one in steps if one.is_open(answers)), steps[-1])


def _again(request: MemberRequest, posted: Posted, told: Told, *, status: int) -> HttpResponse:
    """The same step with all that was typed, sent under the same ids."""
    seats = _fresh(request, posted)
    answers = {
        pk: said
        if rating.is_settled(posted.key, said)
        else {**said, posted.key: rating.with_places(posted.answers[pk], said.get(posted.key, {}))}
        for pk, said in _kept(seats).items()
    }
    key = posted.key if posted.version.pk == seats[0].batch.rubric_version_id else None
    return _page(request, seats, answers, key, replace(told, ids=posted.ids), status=status)


def _as_saved(
    request: MemberRequest, posted: Posted, told: Told, *, key: str | None = None, status: int
) -> HttpResponse:
    seats = _fresh(request, posted)
    return _page(request, seats, _kept(seats), key, replace(told, ids=posted.ids), status=status)


def _fresh(request: MemberRequest, posted: Posted) -> list[Assignment]:
    """The seats of the page as they are now."""
    held = Assignment.objects.held_by(request.user).filter(pk__in=[one.pk for one in posted.seats])
    return rating.in_sequence(list(held.select_related("draft", "response__generator")))


def _rated_elsewhere(request: MemberRequest, posted: Posted, rated: list[int]) -> HttpResponse:
    messages.info(request, RATED % {"count": len(rated)})
    left = [one for one in posted.seats if one.pk not in rated]
    return redirect("seat", (left or posted.seats)[0].pk)


def _submit(request: MemberRequest, posted: Posted, kept: rating.Kept) -> HttpResponse:
    known = {pk: edit for pk, edit in kept.edits.items() if pk not in kept.unseen}
    try:
        rating.submit_steps(
            posted.submitted,
            edits=known,
            by=request.user,
            version=posted.version,
            active_ms=posted.active_ms,
        )
    except Problems as error:
        where = error.problems[0].where.split(".")
        key = where[1] if len(where) > 1 else posted.key
        told = Told(problems=error.problems)
        return _as_saved(request, posted, told, key=key, status=error.status)
    except rating.AlreadySubmitted as error:
        messages.info(request, str(error))
        return redirect("seat", posted.seats[0].pk)
    except Conflict as error:
        told = Told(notice=str(error))
        return _as_saved(request, posted, told, key=posted.key, status=error.status)
    return onward(request, posted.seats[0], len(posted.submitted))


def _next_step(request: MemberRequest, posted: Posted) -> HttpResponse:
    seats = _fresh(request, posted)
    steps, answers = rating.steps_of(seats), _kept(seats)
    step = _chosen(steps, answers, posted.key)
    kind, _, which = posted.to.partition(":")
    if kind in ("skip", "flag"):
        return _to_step(posted, step.key, **{kind: which})
    if kind == "go":
        return _to_step(posted, which)
    problems = step.problems(answers)
    if problems and (kind == "next" or step.key == OVERALL):
        told = Told(problems=problems)
        return _again(request, posted, told, status=422)
    following = steps[(steps.index(step) + 1) % len(steps)]
    return _to_step(posted, following.key)


def _to_step(posted: Posted, key: str, **more: str) -> HttpResponse:
    lead = next((one for one in posted.seats if one.leader_id is None), posted.seats[0])
    asked: dict[str, Any] = {"criterion": key, **more}
    return redirect(f"{reverse('seat', args=[lead.pk])}?{urlencode(asked)}")
