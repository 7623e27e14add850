"""The page of a case: the own blind rating, the others side by side, the rulings and the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from labeling import adjudicating
from labeling.access import MemberRequest
from labeling.adjudicating import Point
from labeling.errors import Problem
from labeling.forms.adjudication import HandBackForm
from labeling.models import Adjudication, Assignment, Batch
from labeling.strict_json import number_text
from labeling.views.adjudication import queue_url
from labeling.views.seat_cards import Card, answer_card
from labeling.views.seat_response import shown

REASONS = {
    Adjudication.Reason.RATER_ERROR: gettext_lazy(
        "An expert missed or misread something; one answer is right."
    ),
    Adjudication.Reason.RUBRIC_AMBIGUOUS: gettext_lazy("The criterion can be read in two ways."),
    Adjudication.Reason.UNDERSPECIFIED: gettext_lazy("What was asked of the model leaves it open."),
    Adjudication.Reason.LEGITIMATE: gettext_lazy(
        "Experts may differ here; no single answer is right."
    ),
    Adjudication.Reason.MISSING_CONTEXT: gettext_lazy(
        "Experts lacked a document or a fact to decide it."
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A reason code as it is offered."""

    value: str
    label: str
    anchor: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A criterion of the case with the form that rules on it."""

    point: Point
    card: Card
    no_answer: bool
    reasons: tuple[Choice, ...]
    note: str
    to_author: bool
    errors: tuple[str, ...]


def case_page(
    request: MemberRequest,
    seat: Assignment,
    *,
    sent: Mapping[str, Mapping[str, Any]] | None = None,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    """All about a response, to whoever has rated it blind."""
    case = adjudicating.case_of(seat)
    blocks = [
        _block(number, point, _said(point, seat, sent), problems)
        for number, point in enumerate(case.points, start=1)
    ]
    disputed = len(case.disputed)
    context = {
        **shown(seat, plain=request.GET.get("text") == "plain"),
        "more": reverse("adjudication_turns", args=[seat.pk]),
        "case": case,
        "disputed": blocks[:disputed],
        "agreed": blocks[disputed:],
        "problems": problems,
        "lost": seat.slot is None,
        "closed": seat.batch.state == Batch.State.CLOSED,
        "back_form": HandBackForm(prefix="back"),
        "queue_url": queue_url(seat.batch.project, seat.batch),
    }
    return render(request, "labeling/adjudication_case.html", context, status=status)


def _said(
    point: Point, seat: Assignment, sent: Mapping[str, Mapping[str, Any]] | None
) -> Mapping[str, Any]:
    """What was sent, else one's own ruling that holds: another's is filed by nobody again."""
    if sent and (said := sent.get(point.criterion.spec.key)) is not None:
        return said
    own = point.last is not None and point.last.ruling.by_id == seat.rater_id
    return _held(point) if own else {}


def _block(
    number: int, point: Point, said: Mapping[str, Any], problems: Sequence[Problem]
) -> Block:
    """With what is said in the form."""
    key = point.criterion.spec.key
    value = str(said.get("value") or "")
    answer = {} if value == adjudicating.NO_ANSWER else {"value": value}
    found = [one for one in problems if one.where.partition(".")[0] == key]
    return Block(
        point=point,
        card=answer_card(number, point.criterion, answer, {}),
        no_answer=value == adjudicating.NO_ANSWER,
        reasons=tuple(
            Choice(one.value, str(one.label), str(text), said.get("reason") == one.value)
            for one, text in REASONS.items()
        ),
        note=str(said.get("note") or ""),
        to_author=bool(said.get("to_author")),
        errors=tuple(capfirst(one.message) for one in found),
    )


def _held(point: Point) -> Mapping[str, Any]:
    if point.last is None:
        return {}
    ruling = point.last.ruling
    value = adjudicating.NO_ANSWER if ruling.ruling is None else number_text(ruling.ruling)
    return {
        "value": value,
        "reason": ruling.reason,
        "note": ruling.note,
    }
