"""What stands on the page of a seat: the response, the criteria with one's answers, the progress.

Blindness is decided here once: nothing about peers, grades or, under full blindness, the
generator ever reaches the template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render

from labeling import rating
from labeling.access import MemberRequest
from labeling.errors import Problem
from labeling.forms.desk import NUMBER, FlagForm, SkipForm
from labeling.guidelines import guidelines_of
from labeling.models import Assignment, Batch, QueueEntry, Rating, RubricVersion
from labeling.rating import JudgedCriterion
from labeling.spec import AnswerKind, CriterionSpec, ScaleType
from labeling.strict_json import number_text
from labeling.views.seat_response import shown

ASIDE = (("NA", "n", "Does not apply"), ("cannot_assess", "c", "Cannot assess"))

type Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio of a criterion."""

    value: str
    key: str
    label: str
    anchor: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A criterion as the expert answers it."""

    number: int
    criterion: JudgedCriterion
    choices: tuple[Choice, ...]
    aside: tuple[Choice, ...]
    rationale: str
    evidence: str
    error: str
    is_number: bool
    number_text: str

    @property
    def answered(self) -> bool:
        return any(choice.checked for choice in (*self.choices, *self.aside))


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
    draft = getattr(seat, "draft", None)
    asked = cards(version, answers, problems)
    context = {
        **shown(seat, plain=request.GET.get("text") == "plain"),
        "cards": asked,
        "answered": sum(card.answered for card in asked),
        "version": version,
        "problems": problems,
        "corrects": corrects,
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
    context = {
        **shown(seat, plain=request.GET.get("text") == "plain"),
        "cards": cards(last.rubric_version, rating.answers_in(last)),
        "rating": last,
        "late": seat.purpose == Assignment.Purpose.LATE,
        "closed": seat.batch.state == Batch.State.CLOSED,
        "guidelines": guidelines_of(last.rubric_version).without_item(seat.response.item_id),
        **progress(seat),
    }
    return render(request, "labeling/seat_submitted.html", context)


def progress(seat: Assignment) -> dict[str, int]:
    """One's own count in the batch, beside the number of responses there are."""
    own = Assignment.objects.filter(
        batch=seat.batch_id, rater=seat.rater_id, state=Assignment.State.SUBMITTED
    )
    batch = seat.batch
    return {"done": own.count(), "total": _queue_size(batch.pk, str(batch.created_at))}


def cards(version: RubricVersion, answers: Answers, problems: Sequence[Problem] = ()) -> list[Card]:
    """Every criterion with its choices, the chosen ones marked, and what is wrong with it."""
    errors = {problem.where.partition(".")[0]: problem.message for problem in problems}
    return [
        answer_card(number, criterion, answers.get(criterion.spec.key, {}), errors)
        for number, criterion in enumerate(rating.criteria_of(version), start=1)
    ]


def answer_card(
    number: int, criterion: JudgedCriterion, answer: Mapping[str, Any], errors: Mapping[str, str]
) -> Card:
    """One criterion with its choices, the chosen ones marked, and what is wrong with it."""
    spec = criterion.spec
    chosen = str(answer.get("value") or "")
    is_number = spec.scale.type == ScaleType.INTERVAL
    aside = tuple(Choice(*one, "", one[0] == chosen) for one in ASIDE if _takes(spec, one[0]))
    evidence = answer.get("evidence") or ""
    typed = chosen if is_number and not any(one.checked for one in aside) else ""
    return Card(
        number=number,
        criterion=criterion,
        choices=_number_choice(criterion, typed) if is_number else _levels(criterion, chosen),
        aside=aside,
        rationale=str(answer.get("rationale") or ""),
        evidence=evidence if isinstance(evidence, str) else "\n".join(map(str, evidence)),
        error=errors.get(spec.key, ""),
        is_number=is_number,
        number_text=typed,
    )


def _takes(spec: CriterionSpec, answer: str) -> bool:
    return spec.allow_na if answer == AnswerKind.NA else spec.allow_cannot_assess


def _levels(criterion: JudgedCriterion, chosen: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            (value := number_text(level.value)),
            str(digit) if digit < 10 else "",
            level.label,
            level.anchor,
            value == chosen,
        )
        for digit, level in enumerate(criterion.spec.scale.levels, start=1)
    )


def _number_choice(criterion: JudgedCriterion, typed: str) -> tuple[Choice, ...]:
    scale = criterion.spec.scale
    low, high = map(number_text, scale.bounds)
    anchors = "; ".join(f"{number_text(one.value)}: {one.label}" for one in scale.levels)
    return (Choice(NUMBER, "1", f"A number from {low} to {high}", anchors, bool(typed)),)


@lru_cache(maxsize=1024)
def _queue_size(batch_id: int, created_at: str) -> int:
    """A batch's queue never grows or shrinks, so it is counted once."""
    return QueueEntry.objects.filter(batch=batch_id).count()
