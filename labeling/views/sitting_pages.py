"""What stands on a page of a sitting: one criterion, and responses one after the other.

Blind as every other page of the desk: what is shown of a response is decided in `seat_response`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from labeling import rating
from labeling.errors import Problem
from labeling.forms.desk import FlagForm, SkipForm
from labeling.guidelines import Guidelines, guidelines_of
from labeling.models import Assignment, Batch, RubricVersion
from labeling.rating import OVERALL, JudgedCriterion, Step
from labeling.turns import Gap
from labeling.views.conversations import has_sources
from labeling.views.seat_beside import overall_criterion
from labeling.views.seat_cards import Answers, Card, cards
from labeling.views.seat_progress import progress
from labeling.views.seat_response import shared

# A prompt of so many characters stands open; a longer one is folded.
SHORT = 500


@dataclass(frozen=True, slots=True)
class Place:
    """One response of the sitting with the choice beside it.

    `others` is what was said of it at other steps, for the script that saves all of it; `elsewhere`
    what another page saved at this one meanwhile.
    """

    number: int
    seat: Assignment
    prompt: Sequence[Any]
    turns: Sequence[Any]
    missing: Sequence[Any]
    generator: str
    card: Card
    others: Answers
    edit: int
    elsewhere: Card | None

    @property
    def is_short(self) -> bool:
        """Whether the prompt is read at a glance."""
        told = [turn["content"] for turn in self.prompt if isinstance(turn, dict)]
        return sum(map(len, told)) <= SHORT

    @property
    def gap(self) -> int | None:
        """Where the prompt is cut, if it is."""
        return next((one.start for one in self.prompt if isinstance(one, Gap)), None)

    @property
    def sources(self) -> bool:
        return has_sources(self.seat.response.item)

    @property
    def others_json(self) -> str:
        return json.dumps(self.others)

    @property
    def writer(self) -> dict[str, Any]:
        """Whose save the answers are."""
        draft = getattr(self.seat, "draft", None)
        return draft.payload if draft else {}


@dataclass(frozen=True, slots=True)
class Mark:
    """One step in the row of all of them."""

    key: str
    label: str
    name: str
    answered: int
    asked: int
    is_current: bool

    @property
    def is_done(self) -> bool:
        return self.answered == self.asked


@dataclass(frozen=True, slots=True)
class Told:
    """What a page shows beside what is saved: what is wrong, and what it was sent with."""

    problems: Sequence[Problem] = ()
    ids: Mapping[int, UUID] | None = None
    elsewhere: Mapping[int, Mapping[str, Any]] | None = None
    notice: str = ""
    flag_form: FlagForm | None = None
    # The response that is to be skipped or flagged, for pages without script.
    asks: tuple[str, Assignment] | None = None


NOTHING = Told()


def sitting_context(
    seats: Sequence[Assignment],
    steps: Sequence[Step],
    step: Step,
    answers: Mapping[int, Answers],
    told: Told = NOTHING,
) -> dict[str, Any]:
    """All that the page of one step shows."""
    lead = next((one for one in seats if one.leader_id is None), seats[0])
    version, at = lead.batch.rubric_version, steps.index(step)
    numbers = {one.pk: number for number, one in enumerate(seats, start=1)}
    left = [one.key for one in steps if one is not step and one.is_open(answers)]
    first = steps[0].key == OVERALL
    return {
        "seat": lead,
        "batch": lead.batch,
        "project": lead.batch.project,
        "version": version,
        "step": step,
        "criterion": _criterion(step.key, version),
        "is_overall": step.key == OVERALL,
        "number": at + 1 - first,
        "criteria": len(steps) - first,
        "before": steps[at - 1].key if at else "",
        "after": steps[at + 1].key if at + 1 < len(steps) else "",
        "is_last_open": not left and step.key != OVERALL,
        "marks": _marks(steps, step, answers, version),
        "places": [
            _place(numbers[one.pk], one, len(step.seats), step.key, answers, told)
            for one in step.seats
        ],
        "count": len(seats),
        "sent_with": [
            (one.pk, (told.ids or {}).get(one.pk) or uuid4(), _edit(one)) for one in seats
        ],
        "answered": step.answered(answers),
        "general": [one for one in told.problems if not _seat_of(one)],
        "refused": bool(told.problems),
        "notice": told.notice,
        "has_elsewhere": bool(told.elsewhere),
        "lease_ended": any(one.state != Assignment.State.LEASED for one in seats),
        "clock": f"sitting-{lead.batch_id}-{lead.ord}",
        "guidelines": _guidelines(version, seats),
        **_dialogs(version, told, numbers),
        **progress(lead),
    }


def _dialogs(version: RubricVersion, told: Told, numbers: Mapping[int, int]) -> dict[str, Any]:
    """The forms to skip and to flag; `asks` is the one that stands open, and for which response."""
    kind, seat = told.asks or ("", None)
    return {
        "skip_form": SkipForm(prefix="skip"),
        "flag_form": told.flag_form or FlagForm.fresh(version),
        "asks": kind,
        "about": seat,
        "about_number": numbers.get(seat.pk) if seat else None,
    }


def _guidelines(version: RubricVersion, seats: Iterable[Assignment]) -> Guidelines:
    """Without what was settled on any of the items that are judged here."""
    read = guidelines_of(version)
    for seat in seats:
        read = read.without_item(seat.response.item_id)
    return read


def _criterion(key: str, version: RubricVersion) -> JudgedCriterion:
    if key == OVERALL:
        return overall_criterion()
    return next(one for one in rating.criteria_of(version) if one.spec.key == key)


def _marks(
    steps: Sequence[Step], current: Step, answers: Mapping[int, Answers], version: RubricVersion
) -> list[Mark]:
    numbers = iter(range(1, len(steps) + 1))
    return [
        Mark(
            step.key,
            "0–5" if step.key == OVERALL else str(next(numbers)),
            _criterion(step.key, version).spec.name,
            step.answered(answers),
            len(step.seats),
            step is current,
        )
        for step in steps
    ]


def _place(
    number: int,
    seat: Assignment,
    count: int,
    key: str,
    answers: Mapping[int, Answers],
    told: Told,
) -> Place:
    prompt, turns, missing = shared(seat, count)
    said = answers.get(seat.pk, {})
    other = (told.elsewhere or {}).get(seat.pk)
    return Place(
        number=number,
        seat=seat,
        prompt=prompt,
        turns=turns,
        missing=missing,
        generator=seat.response.generator.name if seat.batch.sight_at_desk.generators else "",
        card=_card(seat, key, said, told.problems),
        others={name: one for name, one in said.items() if name != key},
        edit=_edit(seat),
        elsewhere=_card(seat, key, {key: other}, ()) if other else None,
    )


def _edit(seat: Assignment) -> int:
    draft = getattr(seat, "draft", None)
    return draft.edit if draft else 0


def _card(seat: Assignment, key: str, answers: Answers, problems: Sequence[Problem]) -> Card:
    own = [
        Problem(one.where.partition(".")[2], one.message)
        for one in problems
        if _seat_of(one) == seat.pk
    ]
    batch: Batch = seat.batch
    criterion = _criterion(key, batch.rubric_version)
    (card,) = cards([criterion], answers, own, asks_confidence=batch.asks_confidence)
    settled = rating.is_settled(key, answers)
    return replace(card, prefix=f"{seat.pk}:", fixed=settled, is_current=True)


def _seat_of(problem: Problem) -> int | None:
    """The seat that a problem names first."""
    first, dot, _ = problem.where.partition(".")
    return int(first) if dot and first.isascii() and first.isdigit() else None
