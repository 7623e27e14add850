"""An expert writes an answer: the item, a response to begin from if they like, their own text."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from labeling import answering
from labeling.access import MemberRequest, answer_task_of, left_answer, own_answer
from labeling.authoring import spec_of
from labeling.errors import DomainError, Problems
from labeling.forms.answering import HandBackForm, WritingForm
from labeling.forms.refusals import refused
from labeling.models import AnswerPlace, Response
from labeling.turns import Reading, conversation
from labeling.views.conversations import more_turns, sources
from labeling.views.scripted import answers_401, form_problems, wants_json

CHOICE = 10
LINES = 160


@require_POST
def answer_next(request: MemberRequest, pk: int) -> HttpResponse:
    """To the item in work, or the next one."""
    place = answering.claim(answer_task_of(request.user, pk), by=request.user)
    if place is None:
        messages.info(
            request, gettext("Every item of this batch has an answer, or somebody writes at it.")
        )
        return redirect("desks")
    return redirect("answer", place.pk)


@require_safe
def answer(request: MemberRequest, pk: int) -> HttpResponse:
    """The page to write at, and what was written once it is sent."""
    gone = left_answer(request.user, pk)
    if gone is not None:
        return _left_page(request, gone)
    place = own_answer(request.user, pk)
    form = WritingForm(initial={"text": place.text, "edit": place.edit})
    return _page(request, place, form)


@require_POST
@answers_401
def answer_keep(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep what is written so far; script learns the number of the save."""
    place = own_answer(request.user, pk)
    form = WritingForm(request.POST)
    try:
        kept = answering.keep(place, **_said(form), by=request.user)
    except answering.StaleText as error:
        if wants_json(request):
            told = {"title": str(error), "stored": error.stored.text, "edit": error.stored.edit}
            return JsonResponse(told, status=409)
        return _page(request, error.stored, _again(form, error), status=409, sent=error.sent)
    except DomainError as error:
        if wants_json(request):
            return JsonResponse({"title": str(error)}, status=error.status)
        return _page(request, place, _again(form, error), status=error.status)
    if wants_json(request):
        return JsonResponse({"edit": kept.edit, "saved_at": kept.saved_at})
    messages.success(request, gettext("Kept."))
    return redirect("answer", place.pk)


@require_POST
def answer_begin(request: MemberRequest, pk: int) -> HttpResponse:
    """Begin again: from one of the item's responses, or from blank."""
    place = own_answer(request.user, pk)
    named = request.POST.get("response", "")
    response = None
    if named:
        known = answering.repairable(place)
        number = int(named) if named.isascii() and named.isdigit() and len(named) < 18 else 0
        response = get_object_or_404(known, pk=number)
    replace = "replace" in request.POST
    try:
        answering.begin_from(place, response, replace=replace, by=request.user)
    except answering.OwnWords as error:
        form = WritingForm(initial={"text": place.text, "edit": place.edit})
        return _page(request, place, form, status=error.status, beginning=(response,))
    return redirect("answer", place.pk)


@require_POST
def answer_send(request: MemberRequest, pk: int) -> HttpResponse:
    """Send the answer: from then on it is a response and does not change."""
    place = own_answer(request.user, pk)
    form = WritingForm(request.POST)
    try:
        answering.send(place, **_said(form), by=request.user)
    except answering.StaleText as error:
        return _page(request, error.stored, _again(form, error), status=409, sent=error.sent)
    except DomainError as error:
        return _page(request, place, _again(form, error), status=error.status)
    messages.success(request, gettext("Sent. Other experts rate it without knowing who wrote it."))
    return redirect("answer", place.pk)


@require_POST
def answer_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Leave the item to somebody else, for a reason."""
    place = own_answer(request.user, pk)
    back = HandBackForm(request.POST, prefix="back")
    if not back.is_valid():
        form = WritingForm(initial={"text": place.text, "edit": place.edit})
        return _page(request, place, form, back=back, status=422)
    answering.hand_back(place, back.cleaned_data["reason"], by=request.user)
    messages.info(request, gettext("Handed back. Somebody else can answer it."))
    return redirect("desks")


@require_safe
def answer_turns(request: MemberRequest, pk: int) -> HttpResponse:
    """The turns of a gap in what was asked."""
    place = own_answer(request.user, pk)
    more = reverse("answer_turns", args=[place.pk])
    return more_turns(request, place.item.messages, Reading(names=False), more)


def _pk(response: Response | None) -> int | None:
    return response.pk if response else None


def _left_page(request: MemberRequest, place: AnswerPlace) -> HttpResponse:
    """What one had begun at an item that went to another; nothing of what is written there now."""
    context = {
        "project": place.batch.project,
        "task": place.batch,
        "text": answering.left_text(place, request.user),
    }
    return render(request, "labeling/answer_left.html", context)


def _said(form: WritingForm) -> dict[str, Any]:
    if not form.is_valid():
        raise Problems(form_problems(form))
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    return {"text": text, "edit": form.cleaned_data["edit"]}


def _again(form: WritingForm, error: DomainError) -> WritingForm:
    """The form as it was sent, with what is wrong beside it.

    Beside the other text it is sent again as knowing of that.
    """
    if isinstance(error, answering.StaleText):
        form = WritingForm({"text": error.sent, "edit": error.stored.edit})
    if form.is_valid():
        refused(form, error)
    return form


def _page(
    request: MemberRequest,
    place: AnswerPlace,
    form: WritingForm,
    *,
    status: int = 200,
    sent: str = "",
    back: HandBackForm | None = None,
    beginning: tuple[Response | None] | None = None,
) -> HttpResponse:
    """`beginning`: what one would begin from, once one has said that one's own text goes."""
    written = place.state == AnswerPlace.State.WRITTEN
    choice = [] if written else list(answering.repairable(place).defer("messages")[:CHOICE])
    context = {
        "place": place,
        "project": place.batch.project,
        "task": place.batch,
        "form": form,
        "back_form": back or HandBackForm(prefix="back"),
        "written": written,
        "answer": place.response.output if place.response else "",
        "stored": place.text if sent else "",
        "turns": conversation(place.item.messages, Reading(names=False)),
        "more": reverse("answer_turns", args=[place.pk]),
        # Whoever has read the reference proves nothing by their answer.
        "sources": sources(place.item, reference=False),
        "criteria": spec_of(place.batch.rubric_version).criteria,
        "choice": [(one.pk, (one.output or "").strip()) for one in choice],
        "lines": LINES,
        "drops": beginning is not None,
        "from_pk": _pk(beginning[0] if beginning else place.repairs),
        "pieces": answering.edits(place) if place.repairs_id else (),
    }
    return render(request, "labeling/answer.html", context, status=status)
