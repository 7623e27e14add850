"""What an expert does at a seat: drafts on every change, submit and next, skip, flag, undo.

Script asks for JSON and gets 401, 409 or 422 with a reason and, for a conflict, both texts; a
plain form gets a page. Either way the verb decides, so a request can be sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from labeling import assigning, rating, strict_json
from labeling.access import MemberRequest, own_seat
from labeling.errors import DomainError, Problem, Problems
from labeling.forms.desk import FlagForm, SkipForm, SubmissionForm, answers_in
from labeling.models import Assignment, Criterion, Rating
from labeling.views.seat_pages import seat_page

MAX_BODY = 4 * 1024 * 1024
LATE = (
    "Your place at this response had been given to somebody else in the meantime. Your rating is"
    " kept as a late one and does not count towards the overlap."
)

type View = Callable[..., HttpResponse]


def answers_401(view: View) -> View:
    """Script that is no longer logged in learns so, instead of being sent the log-in page."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if wants_json(request):
            text = "Log in again in another tab; your answers are kept here."
            return JsonResponse({"title": text, "status": 401}, status=401)
        return redirect_to_login(request.get_full_path())

    return login_not_required(answered)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@require_POST
@answers_401
def seat_draft(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep unsent answers: `{"answers", "edit", "writer", "seq"}` in, what is kept out."""
    seat = own_seat(request.user, pk, to_write=True)
    body = _body(request)
    try:
        draft = rating.save_draft(
            seat,
            body.get("answers", {}),
            edit=_whole(body, "edit"),
            writer=str(body.get("writer", ""))[:64],
            seq=_whole(body, "seq"),
            by=request.user,
        )
    except DomainError as error:
        return _refusal(error, seat)
    return JsonResponse({"edit": draft.edit, "saved_at": draft.saved_at})


@require_POST
@answers_401
def seat_submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Record the rating (or a correction of it) and go on to the next response."""
    seat = own_seat(request.user, pk, to_write=True)
    as_json = wants_json(request)
    body = _body(request) if as_json else request.POST
    form = SubmissionForm(body, version=seat.batch.rubric_version)
    answers = body.get("answers") if as_json else answers_in(request.POST, _version(form, seat))
    try:
        made = _recorded(form, seat, answers, request)
    except DomainError as error:
        if as_json:
            return _refusal(error, seat)
        return _shown_again(request, seat, answers, form, error)
    return _next(request, seat, made, corrects=form.cleaned_data["corrects"])


@require_POST
def seat_skip(request: MemberRequest, pk: int) -> HttpResponse:
    """Pass the response on to somebody else, saying why."""
    seat = own_seat(request.user, pk, to_write=True)
    form = SkipForm(request.POST, prefix="skip")
    if not form.is_valid():
        raise Problems(_form_problems(form))
    rating.skip(seat, form.cleaned_data["reason"], text=form.cleaned_data["text"], by=request.user)
    messages.info(request, "Skipped. Somebody else will be asked.")
    return _to_next_seat(request, seat, {})


@require_POST
def seat_flag(request: MemberRequest, pk: int) -> HttpResponse:
    """Tell the rubric's author what is wrong, and go on rating."""
    seat = own_seat(request.user, pk, to_write=True)
    form = FlagForm(request.POST, prefix="flag", version=seat.batch.rubric_version)
    if not form.is_valid():
        raise Problems(_form_problems(form))
    said = form.cleaned_data
    criteria = Criterion.objects.filter(version=seat.batch.rubric_version_id)
    criterion = get_object_or_404(criteria, pk=said["criterion"]) if said["criterion"] else None
    rating.flag(seat, kind=said["kind"], text=said["text"], criterion=criterion, by=request.user)
    messages.success(request, "Thank you. The author of the rubric has been told.")
    return redirect("seat", seat.pk)


@require_POST
def seat_undo(request: MemberRequest, pk: int) -> HttpResponse:
    """Take the last submission back and go on with it."""
    seat = own_seat(request.user, pk, to_write=True)
    rating.withdraw(seat, by=request.user)
    return redirect("seat", seat.pk)


def _recorded(
    form: SubmissionForm, seat: Assignment, answers: Any, request: MemberRequest
) -> Rating:
    if not form.is_valid():
        raise Problems(_form_problems(form))
    said = form.cleaned_data
    fields = {name: said[name] for name in ("submission_id", "active_ms", "version")}
    verb = rating.revise if said["corrects"] else rating.submit
    return verb(seat, answers, by=request.user, **fields)


def _version(form: SubmissionForm, seat: Assignment) -> Any:
    form.is_valid()
    return form.cleaned_data.get("version") or seat.batch.rubric_version


def _shown_again(
    request: MemberRequest,
    seat: Assignment,
    answers: Any,
    form: SubmissionForm,
    error: DomainError,
) -> HttpResponse:
    if isinstance(error, rating.AlreadySubmitted):
        messages.info(request, str(error))
        return redirect("seat", seat.pk)
    problems = error.problems if isinstance(error, Problems) else [Problem("", str(error))]
    corrects = rating.current_rating(seat) if form.data.get("corrects") else None
    return seat_page(
        request, seat, answers, problems=problems, corrects=corrects, status=error.status
    )


def _next(
    request: MemberRequest, seat: Assignment, made: Rating, *, corrects: bool
) -> HttpResponse:
    if corrects:
        messages.success(request, "Your correction counts from now on.")
        return _answer(request, reverse("seat", args=[seat.pk]), made)
    seat.refresh_from_db(fields=["purpose"])
    if seat.purpose == Assignment.Purpose.LATE:
        messages.warning(request, LATE)
    return _to_next_seat(request, seat, {"after": seat.pk}, made)


def _to_next_seat(
    request: MemberRequest, seat: Assignment, query: dict[str, int], made: Rating | None = None
) -> HttpResponse:
    following = assigning.claim_next(seat.batch, request.user)
    if following is None:
        # The desk need not ask again: it was just found that nothing is left.
        return _answer(request, reverse("desk", args=[seat.batch_id]), made, {**query, "left": 0})
    return _answer(request, reverse("seat", args=[following.pk]), made, query)


def _answer(
    request: MemberRequest, url: str, made: Rating | None, query: dict[str, int] | None = None
) -> HttpResponse:
    to = f"{url}?{urlencode(query)}" if query else url
    if made is not None and wants_json(request):
        receipt = {"receipt": made.pk, "submitted_at": made.submitted_at, "next": to}
        return JsonResponse(receipt)
    return redirect(to)


def _refusal(error: DomainError, seat: Assignment) -> JsonResponse:
    body: dict[str, Any] = {"title": str(error), "status": error.status}
    if isinstance(error, Problems):
        body["problems"] = [{"where": p.where, "message": p.message} for p in error.problems]
    if isinstance(error, rating.AlreadySubmitted):
        body["submitted"] = reverse("seat", args=[seat.pk])
    if isinstance(error, rating.StaleDraft):
        body["stored"] = rating.answers_of(error.stored)
        body["stored_edit"] = error.stored.edit
        body["stored_writer"] = error.stored.payload.get("writer", "")
        body["sent"] = error.sent
    return JsonResponse(body, status=error.status)


def _form_problems(form: Any) -> list[Problem]:
    return [
        Problem(name if name != "__all__" else "", str(text))
        for name, texts in form.errors.items()
        for text in texts
    ]


def _body(request: HttpRequest) -> dict[str, Any]:
    body = strict_json.loads(request.body, max_bytes=MAX_BODY)
    if not isinstance(body, dict):
        raise DomainError("An object was expected.")
    return body


def _whole(body: dict[str, Any], name: str) -> int:
    number = body.get(name, 0)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**31:
        raise Problems([Problem(name, "must be a whole number")])
    return number
