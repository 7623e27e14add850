"""Several responses of one item on one page, rated side by side and sent together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from labeling import practice, rating
from labeling.access import MemberRequest, own_seat
from labeling.asking_again import answers_again
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.forms.desk import FlagForm, SkipForm, SubmissionForm, answers_in
from labeling.guidelines import guidelines_of
from labeling.models import Assignment, Batch, RatingDraft, Way
from labeling.turns import conversation
from labeling.views.onward import just_submitted, onward
from labeling.views.scripted import form_problems
from labeling.views.seat_beside import LETTERS
from labeling.views.seat_cards import Answers, Card, cards
from labeling.views.seat_pages import shown_criteria
from labeling.views.seat_progress import progress
from labeling.views.seat_response import reading_of, shown


@dataclass(frozen=True, slots=True)
class Column:
    """One response of a grid with its criteria."""

    letter: str
    seat: Assignment
    turns: Sequence[Any]
    asked_turns: int
    generator: str
    cards: list[Card]
    submission_id: UUID

    @property
    def draft(self) -> RatingDraft | None:
        return getattr(self.seat, "draft", None)


def to_grid(request: MemberRequest, seat: Assignment) -> HttpResponse:
    """The grid that the seat stands in; an ended lease leaves it alone on its page."""
    if seat.leader_id:
        return redirect("seat", seat.leader_id)
    return as_drafted(request, seat)


def as_drafted(
    request: MemberRequest,
    seat: Assignment,
    *,
    flag_form: FlagForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The grid with the answers as they were saved last."""
    seats, version = beside(seat), seat.batch.rubric_version
    kept = {one.pk: rating.answers_of(getattr(one, "draft", None), version) for one in seats}
    return grid_page(request, seats, kept, flag_form=flag_form, status=status)


def is_in_grid(seat: Assignment) -> bool:
    """What is asked again comes alone, with what changed in it."""
    return seat.batch.way == Way.GRID and not answers_again(seat)


def beside(seat: Assignment) -> list[Assignment]:
    """The seats of the grid in their columns; an ended lease leaves each alone."""
    if seat.state != Assignment.State.LEASED:
        return [seat]
    found = Assignment.objects.held_by(seat.rater).filter(rating.leased_with(seat))
    return rating.in_columns(list(found.select_related("draft", "response__generator")))


def by_letter(seats: Sequence[Assignment]) -> list[tuple[str, str]]:
    """The seats as choices, each under the letter of its column."""
    return [
        (str(one.pk), gettext("Response %(at)s") % {"at": at})
        for at, one in zip(LETTERS, seats, strict=False)
    ]


def grid_page(
    request: MemberRequest,
    seats: Sequence[Assignment],
    answers: Mapping[int, Answers],
    *,
    problems: Sequence[Problem] = (),
    ids: Mapping[int, UUID] | None = None,
    flag_form: FlagForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The prompt once, a column for each response, a row for each criterion."""
    first = seats[0]
    version, item = first.batch.rubric_version, first.response.item
    columns = [
        _column(LETTERS[at], one, answers.get(one.pk, {}), problems, (ids or {}).get(one.pk))
        for at, one in enumerate(seats)
    ]
    lead = next((one for one in seats if one.leader_id is None), first)
    context = {
        **{name: shown(lead)[name] for name in ("batch", "project", "sources")},
        "seat": lead,
        "prompt": conversation(item.messages, reading_of(lead)),
        "columns": columns,
        "version": version,
        "general": [one for one in problems if "." not in one.where],
        "refused": bool(problems),
        "lease_ended": any(one.state != Assignment.State.LEASED for one in seats),
        "skip_form": SkipForm(prefix="skip"),
        "flag_form": flag_form or FlagForm.fresh(version, by_letter(seats)),
        "flag_refused": flag_form is not None,
        "guidelines": guidelines_of(version).without_item(item.pk),
        "after": just_submitted(request, lead.batch),
        "undo_seconds": rating.UNDO_SECONDS,
        **progress(lead),
    }
    return render(request, "labeling/seat_grid.html", context, status=status)


def _column(
    letter: str,
    seat: Assignment,
    answers: Answers,
    problems: Sequence[Problem],
    submission_id: UUID | None,
) -> Column:
    here = shown(seat)
    own = [
        Problem(one.where.removeprefix(f"{seat.pk}."), one.message)
        for one in problems
        if one.where.startswith(f"{seat.pk}.")
    ]
    criteria = shown_criteria(seat, None)
    made = cards(criteria, answers, own, asks_confidence=seat.batch.asks_confidence)
    response = conversation(
        seat.response.messages or [], reading_of(seat), judged=bool(seat.response.messages)
    )
    for turn in response:
        if isinstance(turn, dict):
            turn["at"] += here["asked_turns"]
    return Column(
        letter=letter,
        seat=seat,
        turns=response,
        asked_turns=here["asked_turns"],
        generator=here["generator"],
        cards=[replace(card, prefix=f"{seat.pk}:") for card in made],
        submission_id=submission_id or uuid4(),
    )


@require_POST
def grid_submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Record every rating of the grid, or none and say what is missing at which response."""
    lead = own_seat(request.user, pk, to_write=True)
    seats = [own_seat(request.user, one, to_write=True) for one in _posted(request, lead)]
    version = lead.batch.rubric_version
    fields = rating.answers_by_seat(request.POST.dict(), [one.pk for one in seats])
    answers = {one.pk: _said(one, fields[one.pk]) for one in seats}
    ids: dict[int, UUID] = {}
    try:
        said = []
        for one in seats:
            form = SubmissionForm(_form(request, one), version=version)
            if not form.is_valid():
                raise Problems(form_problems(form))
            ids[one.pk] = form.cleaned_data["submission_id"]
            said.append(rating.Said(one, answers[one.pk], ids[one.pk]))
        active, seen = form.cleaned_data["active_ms"], form.cleaned_data["version"]
        made = rating.submit_together(said, by=request.user, version=seen, active_ms=active)
    except rating.AlreadySubmitted as error:
        messages.info(request, str(error))
        return redirect("seat", lead.pk)
    except DomainError as error:
        return _again(request, seats, answers, ids, error)
    if lead.batch.kind == Batch.Kind.PRACTICE:
        practice.settle(lead.batch, request.user)
        # What is known of each stands on its page, which leads to that of the one beside it.
        return redirect("seat", made[0].assignment_id)
    return onward(request, lead, len(made))


def _posted(request: MemberRequest, lead: Assignment) -> list[int]:
    """The seats of the page as they were sent, whatever has become of their leases."""
    sent = request.POST.getlist("seat")
    numbers = [int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 19]
    if len(numbers) != len(sent) or lead.pk not in numbers or len(numbers) > len(LETTERS):
        raise DomainError(
            gettext("The grid did not arrive whole; reload the page and send it again.")
        )
    return numbers


def _said(seat: Assignment, fields: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The answers of a plain form; where a quote was selected is known to the draft alone."""
    version = seat.batch.rubric_version
    answers = answers_in(fields, version)
    if not any("evidence" in one for one in answers.values()):
        return dict(answers)
    kept = rating.answers_of(getattr(seat, "draft", None), version)
    return {key: rating.with_places(one, kept.get(key, {})) for key, one in answers.items()}


def _form(request: MemberRequest, seat: Assignment) -> dict[str, Any]:
    names = ("version", "active_ms")
    one = {name: request.POST.get(name, "") for name in names}
    return {**one, "submission_id": request.POST.get(f"submission_id:{seat.pk}", "")}


def _again(
    request: MemberRequest,
    seats: Sequence[Assignment],
    answers: Mapping[int, dict[str, dict[str, Any]]],
    ids: Mapping[int, UUID],
    error: DomainError,
) -> HttpResponse:
    """The page with all that was typed; a rubric that moved on keeps what still answers it."""
    kept: Mapping[int, Answers] = answers
    if isinstance(error, rating.RubricMovedOn):
        now, seen = error.now, error.seen
        kept = {pk: rating.carried_answers(one, seen, now) for pk, one in answers.items()}
    problems = error.problems if isinstance(error, Problems) else [Problem("", str(error))]
    if not isinstance(error, Problems | Conflict):
        raise error
    return grid_page(request, seats, kept, problems=problems, ids=ids, status=error.status)
