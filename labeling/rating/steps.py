"""A sitting: several responses judged under one criterion after the other, step by step.

A step is one criterion over all of them, before these an overall over those that are asked for one.
What was said is in the drafts of the seats; a page brings what it says of one step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.models import Assignment, Rating, RatingDraft, RubricVersion, User
from labeling.rating.beside import asks_overall, in_shown_order, read_overall
from labeling.rating.drafts import answers_of, save_draft
from labeling.rating.evidence import Passages, quotes, with_places
from labeling.rating.judgements import OVERALL, criteria_of, read_judgements
from labeling.rating.together import Said, expect_together, lock_together, submit_together

type Answer = Mapping[str, Any]
type Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Step:
    """One criterion, or the overall, and the seats that are asked for it."""

    key: str
    seats: tuple[Assignment, ...]

    def is_open(self, answers: Mapping[int, Answers]) -> bool:
        """Whether something is missing at it. Quotes are not looked up: that is costly."""
        return any(_faults(seat, self.key, answers.get(seat.pk, {})) for seat in self.seats)

    def problems(self, answers: Mapping[int, Answers]) -> list[Problem]:
        """What is missing or amiss at it, the seat named first."""
        return [
            Problem(f"{seat.pk}.{problem.where}", problem.message)
            for seat in self.seats
            for problem in _faults(seat, self.key, answers.get(seat.pk, {}), quoting=True)
        ]

    def answered(self, answers: Mapping[int, Answers]) -> int:
        """At how many seats something was said."""
        return sum(bool(_value(answers.get(seat.pk, {}).get(self.key))) for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a page says of one seat: its answer at the step, and the save that the page knows of."""

    seat: Assignment
    answer: Answer
    edit: int


@dataclass(slots=True)
class Kept:
    """What became of it, by seat.

    `edits` are the saves there are now; `elsewhere` the answers at this step that another page
    saved meanwhile, which were left as they are; `unseen` seats of which other answers changed;
    `submitted` seats that were rated meanwhile.
    """

    edits: dict[int, int] = field(default_factory=dict)
    elsewhere: dict[int, Answer] = field(default_factory=dict)
    unseen: list[int] = field(default_factory=list)
    submitted: list[int] = field(default_factory=list)


class SavedElsewhere(Conflict):
    """Another page saved other answers; what was sent and what is saved are both at hand."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Some of these responses were also worked on in another tab or on another "
                "device. Nothing was submitted; look at what is saved and submit again."
            )
        )


def steps_of(seats: Sequence[Assignment]) -> list[Step]:
    """All steps in the order in which this expert takes them; the criteria in one for all."""
    asked = tuple(one for one in seats if asks_overall(one))
    criteria = in_shown_order(seats[0], criteria_of(seats[0].batch.rubric_version))
    first = [Step(OVERALL, asked)] if asked else []
    return [*first, *(Step(one.spec.key, tuple(seats)) for one in criteria)]


def is_settled(key: str, answers: Answers) -> bool:
    """Whether it is an overall that stands: it was said, and then a criterion was answered."""
    begun = any(_value(one) for name, one in answers.items() if name != OVERALL)
    return key == OVERALL and bool(_value(answers.get(OVERALL))) and begun


@transaction.atomic
def keep_step(key: str, sent: Sequence[Sent], *, by: User, version: RubricVersion) -> Kept:
    """Put what a page says of one step into the drafts, beside what they hold of other steps.

    `version` is the one the page was made from. Raises Problems that name the seat first.
    """
    expect_together([one.seat for one in sent])
    if key not in {OVERALL, *(one.spec.key for one in criteria_of(version))}:
        raise DomainError(gettext("This is no criterion of the batch's rubric."))
    lock_together([one.seat for one in sent], by)
    kept, problems = Kept(), []
    for one in sorted(sent, key=lambda one: one.seat.pk):
        try:
            _keep(key, one, kept, by, version)
        except Problems as error:
            problems += [Problem(f"{one.seat.pk}.{p.where}", p.message) for p in error.problems]
    if problems:
        raise Problems(problems)
    return kept


@transaction.atomic
def submit_steps(
    sent: Sequence[tuple[Assignment, UUID]],
    *,
    edits: Mapping[int, int],
    by: User,
    version: RubricVersion,
    active_ms: int | None = None,
) -> list[Rating]:
    """Submit what is saved of all seats, or nothing; sent again, the ratings there are.

    `edits` are the saves that the page knows of. Raises SavedElsewhere where there are others.
    """
    if earlier := sent_before(sent):
        return earlier
    seats = [seat for seat, _ in sent]
    drafts = {one.assignment_id: one for one in _drafts(seats)}
    said = [
        Said(seat, answers_of(drafts.get(seat.pk), version), submission_id)
        for seat, submission_id in sent
    ]

    def expect() -> None:
        now = {one.assignment_id: one.edit for one in _drafts(seats)}
        if not sent_before(sent) and any(now.get(pk, 0) != edits.get(pk, 0) for pk in _pks(seats)):
            raise SavedElsewhere

    return submit_together(said, by=by, version=version, active_ms=active_ms, expect=expect)


def sent_before(sent: Sequence[tuple[Assignment, UUID]]) -> list[Rating]:
    """The ratings that these submissions made, where all of them were received before."""
    found = Rating.objects.filter(submission_id__in=[one for _, one in sent])
    made = {(one.assignment_id, one.submission_id): one for one in found}
    wanted = [(seat.pk, submission_id) for seat, submission_id in sent]
    return [made[one] for one in wanted] if all(one in made for one in wanted) else []


def _pks(seats: Sequence[Assignment]) -> list[int]:
    return [one.pk for one in seats]


def _drafts(seats: Sequence[Assignment]) -> list[RatingDraft]:
    found = RatingDraft.objects.filter(assignment__in=_pks(seats))
    return list(found.select_related("assignment"))


def _keep(key: str, one: Sent, kept: Kept, by: User, version: RubricVersion) -> None:
    seat = Assignment.objects.select_related("batch__rubric_version").get(pk=one.seat.pk)
    if seat.state == Assignment.State.SUBMITTED:
        kept.submitted.append(seat.pk)
        return
    draft = RatingDraft.objects.filter(assignment=seat).first()
    edit = draft.edit if draft else 0
    answers = answers_of(draft, version)
    stored, is_known = answers.get(key, {}), edit == one.edit
    kept.edits[seat.pk] = edit
    if not is_known:
        kept.unseen.append(seat.pk)
    if _same(one.answer, stored) or is_settled(key, answers):
        return
    if not is_known and any(stored.values()):
        kept.elsewhere[seat.pk] = stored
        return
    others = {name: said for name, said in answers.items() if name != key}
    said = with_places(one.answer, stored)
    merged = {**others, key: said} if any(said.values()) else others
    kept.edits[seat.pk] = save_draft(seat, merged, edit=edit, by=by, version=version).edit


def _faults(
    seat: Assignment, key: str, answers: Answers, *, quoting: bool = False
) -> list[Problem]:
    try:
        if key == OVERALL:
            read_overall(seat, answers)
            return []
        asked = tuple(one for one in criteria_of(seat.batch.rubric_version) if one.spec.key == key)
        given = {key: answers[key]} if key in answers else {}
        read = read_judgements(asked, given, asks_confidence=seat.batch.asks_confidence)
    except Problems as error:
        return error.problems
    quoted = [(key, one.evidence) for one in read if quoting and one.evidence]
    return Passages(seat.response).faults(quoted) if quoted else []


def _value(answer: Answer | None) -> str:
    said = answer.get("value") if answer else None
    return "" if said is None else str(said)


def _same(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same; a form has not the places that quotes were taken from."""
    return _plain(one) == _plain(other)


def _plain(answer: Answer) -> tuple[object, ...]:
    texts = [quote.text for quote in quotes(answer.get("evidence"))]
    why = str(answer.get("rationale") or "").replace("\r\n", "\n").strip()
    return (_value(answer), why, texts, str(answer.get("confidence") or ""))
