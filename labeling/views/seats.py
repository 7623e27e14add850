"""What an expert does at a seat: drafts on every change, submit and next, skip, flag, undo.

Script asks for JSON and gets 401, 409 or 422 with a reason and, for a conflict, both texts; a
plain form gets a page. Either way the verb decides, so a request can be sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from labeling import assigning, practice, rating
from labeling.access import MemberRequest, own_seat
from labeling.errors import DomainError, Problem, Problems
from labeling.forms.desk import SkipForm, SubmissionForm, answers_in
from labeling.models import Assignment, Batch, Rating, RubricVersion
from labeling.views.scripted import answers_401, form_problems, json_body, refusal, wants_json
from labeling.views.seat_pages import is_correctable, seat_content, seat_page
from labeling.views.seat_progress import Counts
from labeling.views.submissions import at_once
from labeling.views.zipping import quick_gzip_page

LATE = gettext_lazy(
    "Your place at this response had been given to somebody else in the "
    "meantime. Your rating is kept as a late one and does not count towards the "
    "overlap."
)

NOT_TAKEN = gettext_lazy(
    "You have rated this response already, with other answers, which stand. What you sent now is "
    "here and not saved: save it as a correction, or leave this page."
)


@require_POST
@answers_401
def seat_draft(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep unsent answers: `{"answers", "edit", "writer", "seq"}` in, what is kept out."""
    seat = own_seat(request.user, pk, to_write=True)
    body = json_body(request)
    answers: Any = body.get("answers")
    try:
        draft = rating.save_draft(
            seat,
            answers,
            edit=_whole(body, "edit"),
            writer=str(body.get("writer", ""))[:64],
            seq=_whole(body, "seq"),
            version=_seen(body, seat),
            by=request.user,
        )
    except DomainError as error:
        return refusal(error, seat)
    saved: dict[str, Any] = {"edit": draft.edit, "saved_at": draft.saved_at}
    if draft.payload["version"] != seat.batch.rubric_version_id:
        saved["moved"] = reverse("seat", args=[seat.pk])
    return JsonResponse(saved)


@require_POST
@quick_gzip_page
@answers_401
def seat_submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Record the rating (or a correction of it) and go on to the next response.

    Script that sends `"inline": true` gets the next response with the answer, as `page`.
    """
    as_json = wants_json(request)
    body = json_body(request) if as_json else request.POST
    if sent := at_once(body, pk, by=request.user, as_json=as_json):
        return _handed(request, pk, sent, inline=_inline(body))
    seat = own_seat(request.user, pk, to_write=True)
    form = SubmissionForm(body, version=seat.batch.rubric_version)
    answers = body.get("answers") if as_json else answers_in(request.POST, _version(form, seat))
    try:
        made = _recorded(form, seat, answers, request)
    except DomainError as error:
        if isinstance(error, rating.RubricMovedOn):
            return _moved_on(request, seat, error)
        if as_json:
            return refusal(error, seat)
        return _shown_again(request, seat, answers, form, error)
    corrects = form.cleaned_data["corrects"]
    return _next(request, seat, made, corrects=corrects, inline=_inline(body))


@require_POST
def seat_skip(request: MemberRequest, pk: int) -> HttpResponse:
    """Pass the response on to somebody else, saying why."""
    seat = own_seat(request.user, pk, to_write=True)
    form = SkipForm(request.POST, prefix="skip")
    if not form.is_valid():
        raise Problems(form_problems(form))
    rating.skip(seat, form.cleaned_data["reason"], text=form.cleaned_data["text"], by=request.user)
    messages.info(request, gettext("Skipped. Somebody else will be asked."))
    return _to_next_seat(request, seat, {})


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
        raise Problems(form_problems(form))
    said = form.cleaned_data
    fields = {name: said[name] for name in ("submission_id", "active_ms", "version")}
    verb = rating.revise if said["corrects"] else rating.submit
    return verb(seat, answers, by=request.user, **fields)


def _version(form: SubmissionForm, seat: Assignment) -> Any:
    form.is_valid()
    return form.cleaned_data.get("version") or seat.batch.rubric_version


def _moved_on(
    request: MemberRequest, seat: Assignment, error: rating.RubricMovedOn
) -> HttpResponse:
    """Answers to an earlier version: kept as a draft, and shown in the form of the newer one."""
    kept = rating.keep_sent(seat, error.sent, version=error.seen, by=request.user)
    if wants_json(request):
        moved = {"moved": reverse("seat", args=[seat.pk]), "kept": kept, "sent": error.sent}
        return JsonResponse({"title": str(error), "status": error.status, **moved}, status=409)
    seat = own_seat(request.user, seat.pk, to_write=True)
    sent = error.sent if isinstance(error.sent, Mapping) else {}
    answers = rating.carried_answers(sent, error.seen, error.now)
    problems = [Problem("", str(error))]
    return seat_page(request, seat, answers, problems=problems, status=error.status)


def _seen(body: dict[str, Any], seat: Assignment) -> RubricVersion | None:
    """The version that the sender's page was made from."""
    number, current = _whole(body, "version"), seat.batch.rubric_version
    if number in (0, current.pk):
        return current if number else None
    found = RubricVersion.objects.filter(rubric=current.rubric_id, pk=number).first()
    if found is None:
        raise Problems([Problem("version", gettext("is no version of this batch's rubric"))])
    return found


def _shown_again(
    request: MemberRequest,
    seat: Assignment,
    answers: Any,
    form: SubmissionForm,
    error: DomainError,
) -> HttpResponse:
    last = rating.current_rating(seat)
    if last and isinstance(error, rating.AlreadySubmitted | rating.SentBefore):
        return _sent_otherwise(request, seat, answers, last, error)
    problems = error.problems if isinstance(error, Problems) else [Problem("", str(error))]
    corrects = last if form.data.get("corrects") else None
    return seat_page(
        request, seat, answers, problems=problems, corrects=corrects, status=error.status
    )


def _sent_otherwise(
    request: MemberRequest, seat: Assignment, answers: Any, last: Rating, error: DomainError
) -> HttpResponse:
    """Rated in another tab, or before going back: what is sent may become a correction."""
    if rating.says_same(last, answers) or not is_correctable(request, seat, last):
        messages.info(request, str(error))
        return redirect("seat", seat.pk)
    told = Problem("", str(NOT_TAKEN))
    return seat_page(request, seat, answers, problems=[told], corrects=last, status=error.status)


def _handed(
    request: MemberRequest, pk: int, sent: rating.Submitted, *, inline: bool
) -> HttpResponse:
    """The answer to a plain submit, whose next seat is at hand."""
    following = sent.following
    batch = following.seat.batch if following else Batch.objects.get(pk=sent.batch)
    if batch.kind == Batch.Kind.PRACTICE:
        return _practised(request, batch, sent.rating)
    query: dict[str, int] = {"after": pk}
    if following is None:
        return _answer(request, _desk(sent.batch), sent.rating, query | {"left": 0})
    told, page = following, None
    if inline:
        answers = rating.answers_of(
            getattr(told.seat, "draft", None), told.seat.batch.rubric_version
        )
        counts = Counts(told.done, told.again)
        page = seat_content(request, told.seat, answers, after=Assignment(pk=pk), counts=counts)
    return _answer(request, reverse("seat", args=[told.seat.pk]), sent.rating, query, page)


def _next(
    request: MemberRequest, seat: Assignment, made: Rating, *, corrects: bool, inline: bool
) -> HttpResponse:
    if corrects:
        messages.success(request, gettext("Your correction counts from now on."))
        return _answer(request, reverse("seat", args=[seat.pk]), made)
    seat.refresh_from_db(fields=["purpose"])
    if seat.purpose == Assignment.Purpose.LATE:
        messages.warning(request, LATE)
    if seat.batch.kind == Batch.Kind.PRACTICE:
        return _practised(request, seat.batch, made)
    return _to_next_seat(request, seat, {"after": seat.pk}, made, inline=inline)


def _practised(request: MemberRequest, batch: Batch, made: Rating) -> HttpResponse:
    """To the page of the seat: what is known stands there, and the next response behind it."""
    practice.settle(batch, request.user)
    return _answer(request, reverse("seat", args=[made.assignment_id]), made)


def _to_next_seat(
    request: MemberRequest,
    seat: Assignment,
    query: dict[str, int],
    made: Rating | None = None,
    *,
    inline: bool = False,
) -> HttpResponse:
    following = assigning.claim_next(seat.batch, request.user)
    if following is None:
        return _answer(request, _desk(seat.batch_id), made, {**query, "left": 0})
    page = _page_of(request, following.pk, after=seat) if inline else None
    return _answer(request, reverse("seat", args=[following.pk]), made, query, page)


def _page_of(request: MemberRequest, pk: int, *, after: Assignment) -> str:
    found = own_seat(request.user, pk)
    answers = rating.answers_of(getattr(found, "draft", None), found.batch.rubric_version)
    undone = Assignment.objects.filter(rating.undoable(), pk=after.pk).first()
    return seat_content(request, found, answers, after=undone)


def _desk(batch: int) -> str:
    """The desk of a batch; with `left=0` it need not ask again whether anything is left."""
    return reverse("desk", args=[batch])


def _answer(
    request: MemberRequest,
    url: str,
    made: Rating | None,
    query: dict[str, int] | None = None,
    page: str | None = None,
) -> HttpResponse:
    to = f"{url}?{urlencode(query)}" if query else url
    if made is None or not wants_json(request):
        return redirect(to)
    receipt = {"receipt": made.pk, "submitted_at": made.submitted_at, "next": to}
    return JsonResponse(receipt if page is None else {**receipt, "page": page})


def _inline(body: Mapping[str, Any]) -> bool:
    return body.get("inline") is True


def _whole(body: dict[str, Any], name: str) -> int:
    number = body.get(name, 0)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**31:
        raise Problems([Problem(name, gettext("must be a whole number"))])
    return number
