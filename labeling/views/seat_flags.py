"""Flagging from a seat: the form at the desk, sent by script without leaving it or as a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from labeling import rating
from labeling.access import MemberRequest, own_seat
from labeling.errors import DomainError, Problems
from labeling.forms.desk import FlagForm
from labeling.forms.refusals import refused
from labeling.models import Assignment, Criterion, Flag, RubricVersion, User
from labeling.views.grids import as_drafted, beside, by_letter, is_in_grid
from labeling.views.scripted import answers_401, form_problems, json_body, refusal, wants_json
from labeling.views.seat_pages import seat_page
from labeling.views.sittings import flag_refused, is_sitting


@require_POST
@answers_401
def seat_flag(request: MemberRequest, pk: int) -> HttpResponse:
    """Tell the rubric's author what is wrong, and go on rating.

    Script sends the form's fields as JSON and gets the id of its next flag with the receipt.
    """
    seat = own_seat(request.user, pk, to_write=True)
    as_json = wants_json(request)
    try:
        sent = _flag_fields(json_body(request)) if as_json else request.POST
        version, seats = _flagged_version(sent, seat), _flaggable(sent, seat)
        form = FlagForm(sent, version=version, seats=seats)
        raised = _raised(form, seat, request.user)
    except DomainError as error:
        if as_json:
            return refusal(error, seat)
        return _flag_again(request, seat, form, error)
    if as_json:
        return JsonResponse({"flag": raised.pk, "next": uuid4()})
    messages.success(request, gettext("Thank you. The author of the rubric has been told."))
    return redirect("seat", seat.pk)


def _flag_fields(body: Mapping[str, Any]) -> dict[str, str]:
    return {f"flag-{name}": "" if said is None else str(said) for name, said in body.items()}


def _flagged_version(sent: Mapping[str, Any], seat: Assignment) -> RubricVersion:
    """The wording on the page that the flag comes from, when the batch has moved on since."""
    current, number = seat.batch.rubric_version, str(sent.get("flag-version", ""))
    if not number or not number.isascii() or not number.isdigit() or len(number) > 18:
        return current
    seen = RubricVersion.objects.filter(rubric=current.rubric_id).exclude(status="draft")
    return seen.filter(pk=int(number)).first() or current


def _flaggable(sent: Mapping[str, Any], seat: Assignment) -> list[tuple[str, str]]:
    """By letter, the responses of the seat's grid; elsewhere there is nothing to choose.

    A page of before its lease ended still names what one had there of the item.
    """
    if not is_in_grid(seat):
        return []
    if seat.state == Assignment.State.LEASED:
        return by_letter(beside(seat))
    if "flag-seat" not in sent:
        return []
    own = Assignment.objects.rated_by(seat.rater).filter(batch=seat.batch_id, round=seat.round)
    of_item = own.filter(response__item=seat.response.item_id)
    return by_letter(rating.in_columns(list(of_item.select_related("batch", "response__item"))))


def _raised(form: FlagForm, seat: Assignment, by: User) -> Flag:
    if not form.is_valid():
        raise Problems(form_problems(form))
    said = form.cleaned_data
    criteria = Criterion.objects.filter(version=form.seen)
    criterion = get_object_or_404(criteria, pk=said["criterion"]) if said["criterion"] else None
    about = own_seat(by, int(said["seat"]), to_write=True) if "seat" in said else seat
    return rating.flag(
        about,
        kind=said["kind"],
        text=said["text"],
        criterion=criterion,
        version=form.seen,
        submission_id=said["submission_id"],
        by=by,
    )


def _flag_again(
    request: MemberRequest, seat: Assignment, form: FlagForm, error: DomainError
) -> HttpResponse:
    """The page, or the grid, with the flag as it was typed and what is wrong with it."""
    if form.is_valid():
        refused(form, error)
    if is_in_grid(seat):
        return as_drafted(request, seat, flag_form=form, status=error.status)
    if is_sitting(seat):
        return flag_refused(request, seat, form, error.status)
    answers = rating.answers_of(getattr(seat, "draft", None), seat.batch.rubric_version)
    return seat_page(request, seat, answers, flag_form=form, status=error.status)
