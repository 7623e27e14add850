"""One response with an adjudicator: rated blind first, then seen with all that others said, ruled.

Until the own rating is given, nothing of the others reaches a template.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from labeling import adjudicating, rating
from labeling.access import MemberRequest, adjudication_seat
from labeling.errors import DomainError, Problem, Problems
from labeling.forms.adjudication import HandBackForm, rulings_in
from labeling.forms.desk import SubmissionForm, answers_in
from labeling.guidelines import guidelines_of
from labeling.models import Assignment
from labeling.turns import missing_calls
from labeling.views.adjudication import queue_url
from labeling.views.adjudication_case import case_page
from labeling.views.conversations import more_turns
from labeling.views.scripted import answers_401, form_problems, json_body, refusal, wants_json
from labeling.views.seat_cards import Answers, cards
from labeling.views.seat_response import reading_of, shown


@require_safe
def seat(request: MemberRequest, pk: int) -> HttpResponse:
    """The form to rate blind from; once that is done, the case and its ruling."""
    found = adjudication_seat(request.user, pk)
    if found.slot is not None:
        adjudicating.extend(found)
    if adjudicating.own_rating(found) is not None:
        return case_page(request, found)
    return _blind_page(request, found, _drafted(found))


@require_POST
@answers_401
def draft(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep unsent answers, as the desk does."""
    found = adjudication_seat(request.user, pk)
    body = json_body(request)
    answers: Any = body.get("answers")
    try:
        adjudicating.expect_chair(found, request.user)
        kept = rating.save_draft(
            found,
            answers,
            edit=_whole(body, "edit"),
            writer=str(body.get("writer", ""))[:64],
            seq=_whole(body, "seq"),
            by=request.user,
        )
    except DomainError as error:
        return _refused(error, found)
    return JsonResponse({"edit": kept.edit, "saved_at": kept.saved_at})


@require_POST
@answers_401
def submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Record the blind rating and go on to the case."""
    found = adjudication_seat(request.user, pk)
    as_json = wants_json(request)
    body = json_body(request) if as_json else request.POST
    version = found.batch.rubric_version
    form = SubmissionForm(body, version=version)
    answers: Any = body.get("answers") if as_json else answers_in(request.POST, version)
    try:
        if not form.is_valid():
            raise Problems(form_problems(form))
        said = {name: form.cleaned_data[name] for name in ("submission_id", "active_ms", "version")}
        made = adjudicating.rate(found, answers, by=request.user, **said)
    except DomainError as error:
        if as_json:
            return _refused(error, found)
        if isinstance(error, rating.AlreadySubmitted):
            return redirect("adjudication_seat", found.pk)
        problems = error.problems if isinstance(error, Problems) else [Problem("", str(error))]
        return _blind_page(request, found, answers, problems=problems, status=error.status)
    to = reverse("adjudication_seat", args=[found.pk])
    if as_json:
        receipt = {"receipt": made.pk, "submitted_at": made.submitted_at, "next": to}
        return JsonResponse(receipt)
    return redirect(to)


@require_POST
def rule(request: MemberRequest, pk: int) -> HttpResponse:
    """Rule on the criteria that were filled in, and go on to the next response."""
    found = adjudication_seat(request.user, pk)
    criteria = rating.criteria_of(found.batch.rubric_version)
    sent = rulings_in(request.POST, criteria)
    try:
        made = adjudicating.rule(found, sent, by=request.user)
    except DomainError as error:
        if adjudicating.own_rating(found) is None:
            raise
        problems = error.problems if isinstance(error, Problems) else [Problem("", str(error))]
        return case_page(request, found, sent=sent, problems=problems, status=error.status)
    n = len(made)
    kept = ngettext(
        "%(n)s ruling kept. No rating was changed.", "%(n)s rulings kept. No rating was changed.", n
    )
    messages.success(request, kept % {"n": n})
    found.refresh_from_db(fields=["lease_until"])
    if found.lease_until is not None:
        return redirect("adjudication_seat", found.pk)
    return redirect(queue_url(found.batch.project, found.batch))


@require_POST
def hand_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Leave the response to another adjudicator."""
    found = adjudication_seat(request.user, pk)
    form = HandBackForm(request.POST, prefix="back")
    if not form.is_valid():
        raise Problems(form_problems(form))
    adjudicating.hand_back(found, form.cleaned_data["reason"], by=request.user)
    messages.info(request, gettext("Handed back. Another adjudicator can take it."))
    return redirect(queue_url(found.batch.project, found.batch))


@require_safe
def turns(request: MemberRequest, pk: int) -> HttpResponse:
    """The turns of a gap of the conversation, as at the desk."""
    found = adjudication_seat(request.user, pk)
    reading, said = reading_of(found), found.response.messages or []
    missing_calls(said, reading)
    more = reverse("adjudication_turns", args=[found.pk])
    return more_turns(request, [*found.response.item.messages, *said], reading, more)


def _blind_page(
    request: MemberRequest,
    found: Assignment,
    answers: Answers,
    *,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    version = found.batch.rubric_version
    kept = getattr(found, "draft", None)
    context: dict[str, Any] = {
        **shown(found, plain=request.GET.get("text") == "plain"),
        "more": reverse("adjudication_turns", args=[found.pk]),
        "cards": cards(rating.criteria_of(version), answers, problems),
        "version": version,
        "problems": problems,
        "draft": kept,
        "draft_writer": kept.payload.get("writer", "") if kept else "",
        "draft_seq": kept.payload.get("seq", 0) if kept else 0,
        "submission_id": uuid4(),
        "lost": found.slot is None,
        "back_form": HandBackForm(prefix="back"),
        "queue_url": queue_url(found.batch.project, found.batch),
        "guidelines": guidelines_of(version).without_item(found.response.item_id),
    }
    return render(request, "labeling/adjudication_seat.html", context, status=status)


def _drafted(found: Assignment) -> Answers:
    return rating.answers_of(getattr(found, "draft", None), found.batch.rubric_version)


def _refused(error: DomainError, found: Assignment) -> JsonResponse:
    if isinstance(error, rating.AlreadySubmitted):
        to = reverse("adjudication_seat", args=[found.pk])
        body = {"title": str(error), "status": error.status, "submitted": to}
        return JsonResponse(body, status=error.status)
    return refusal(error, found)


def _whole(body: dict[str, Any], name: str) -> int:
    number = body.get(name, 0)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**31:
        raise Problems([Problem(name, gettext("must be a whole number"))])
    return number
