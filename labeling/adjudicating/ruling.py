"""The ruling: per criterion a value or none, a reason and a note. It stands beside the ratings."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext

from labeling import locks, spec
from labeling.adjudicating.claiming import expect_chair, extend, own_rating, refused
from labeling.adjudicating.disputes import mark_ruled
from labeling.errors import Conflict, Problem, Problems
from labeling.models import Adjudication, Assignment, Criterion, Flag, Rating, User
from labeling.rating import JudgedCriterion, criteria_of, flag
from labeling.rating.judgements import MAX_RATIONALE
from labeling.rating.seats import locked
from labeling.spec.fields import kind_of, text_fault

log = logging.getLogger(__name__)

Reason = Adjudication.Reason
NO_ANSWER = "none"
FIELDS = {"value", "reason", "note", "to_author"}
# A disagreement that the rubric's author can end.
FOR_AUTHOR = (Reason.RUBRIC_AMBIGUOUS, Reason.MISSING_CONTEXT)
_FLAGS = UUID("5b2a7c1e-3a54-4b0e-9a55-9d2f6f1c7a10")

# Criterion key -> {"value": a level's value or label, or "none"; "reason"; "note"; "to_author"}.
type Raw = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is ruled on one criterion; no value: no single answer is right."""

    criterion: JudgedCriterion
    value: Decimal | None
    reason: str
    note: str
    to_author: bool


@transaction.atomic
def rule(assignment: Assignment, rulings: Raw, *, by: User) -> list[Adjudication]:
    """Rule on some of the criteria, after the own blind rating; the same again adds nothing.

    A second ruling on a criterion is a revision; no rating is changed. What the rubric's author was
    told of a unit in the same words is not told again. Once all that was disputed
    is ruled on, the response is no longer in work.
    """
    _one_ruling_at_a_time(assignment)
    seat = locked(assignment, by)
    own = own_rating(seat)
    if own is None:
        raise Conflict(
            gettext("Rate the response first; the others' answers and your ruling follow.")
        )
    expect_chair(seat, by)
    read = _read(criteria_of(seat.batch.rubric_version), rulings)
    made = [_recorded(seat, own, one) for one in read]
    for one, ruling in zip(made, read, strict=True):
        if ruling.to_author and one.pk not in is_with_author(_of_unit(one)):
            send_to_author(one, seat, ruling.criterion, by=by)
    if mark_ruled(seat.batch_id, seat.response_id):
        Assignment.objects.filter(pk=seat.pk).update(lease_until=None)
    else:
        extend(seat)
    return made


def send_to_author(
    ruling: Adjudication, seat: Assignment, criterion: JudgedCriterion, *, by: User
) -> Flag:
    """Put the case before the rubric's author, as a flag on the criterion with the response."""
    if ruling.reason not in FOR_AUTHOR:
        raise Conflict(
            gettext("Only an ambiguous rubric or missing context is for the rubric's author.")
        )
    return flag(
        seat,
        kind=Flag.Kind.RUBRIC,
        text=gettext("Ruled on as “%(reason)s”: %(note)s")
        % {"reason": ruling.get_reason_display(), "note": ruling.note},
        criterion=Criterion.objects.get(pk=criterion.id),
        submission_id=_flag_id(ruling.pk),
        by=by,
    )


def is_with_author(rulings: Sequence[Adjudication]) -> frozenset[int]:
    """Which of a unit's rulings the rubric's author was told, by it or another in the same words.

    One query.
    """
    ids = {_flag_id(one.pk): one.pk for one in rulings if one.reason in FOR_AUTHOR}
    if not ids:
        return frozenset()
    flags = Flag.objects.filter(submission_id__in=ids).values_list("submission_id", flat=True)
    sent = {ids[one] for one in flags if one in ids}
    told = {_words(one) for one in rulings if one.pk in sent}
    return frozenset(one.pk for one in rulings if one.pk in sent or _words(one) in told)


def _words(ruling: Adjudication) -> tuple[str, str]:
    return ruling.reason, ruling.note


def _of_unit(ruling: Adjudication) -> list[Adjudication]:
    unit = {"batch": ruling.batch_id, "response": ruling.response_id}
    return list(Adjudication.objects.filter(**unit, lineage=ruling.lineage_id))


def _flag_id(ruling: int) -> UUID:
    """A ruling is sent once."""
    return uuid5(_FLAGS, str(ruling))


def _one_ruling_at_a_time(seat: Assignment) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [locks.ADJUDICATING, seat.batch_id])


def _recorded(seat: Assignment, own: Rating, said: Ruling) -> Adjudication:
    unit = {"batch_id": seat.batch_id, "response_id": seat.response_id}
    unit["lineage_id"] = said.criterion.lineage_id
    last = Adjudication.objects.filter(**unit).order_by("-revision").first()
    if last and _says(last, said, own):
        return last
    try:
        with transaction.atomic():
            return Adjudication.objects.create(
                project_id=seat.project_id,
                revision=last.revision + 1 if last else 1,
                ruling=said.value,
                reason=said.reason,
                note=said.note,
                own_rating=own,
                by_id=seat.rater_id,
                **unit,
            )
    except IntegrityError as error:
        raise refused(error) or error from error


def _says(last: Adjudication, said: Ruling, own: Rating) -> bool:
    stated = (last.ruling, last.reason, last.note, last.own_rating_id)
    return stated == (said.value, said.reason, said.note, own.pk)


def _read(criteria: Sequence[JudgedCriterion], raw: object) -> list[Ruling]:
    if not isinstance(raw, Mapping):
        raise Problems(
            [
                Problem(
                    "",
                    gettext("must be an object of criteria, not %(raw)s") % {"raw": kind_of(raw)},
                )
            ]
        )
    known = {one.spec.key: one for one in criteria}
    problems = [
        Problem(str(key)[:63], gettext("is no criterion of this batch's rubric"))
        for key in raw
        if key not in known
    ]
    found = [_ruling(criterion, raw[key]) for key, criterion in known.items() if key in raw]
    problems += [one for one in found if isinstance(one, Problem)]
    if problems:
        raise Problems(problems)
    read = [one for one in found if isinstance(one, Ruling)]
    if not read:
        raise Problems([Problem("", gettext("Rule on at least one criterion."))])
    return read


def _ruling(criterion: JudgedCriterion, sent: object) -> Ruling | Problem:
    key = criterion.spec.key
    if not isinstance(sent, Mapping):
        return Problem(
            key,
            gettext("must be an object with value and reason, not %(sent)s")
            % {"sent": kind_of(sent)},
        )
    if extra := set(sent) - FIELDS:
        return Problem(
            key,
            gettext("has the unknown field %(value)s") % {"value": sorted(map(str, extra))[0][:63]},
        )
    reason, note = str(sent.get("reason") or ""), sent.get("note") or ""
    if reason not in Reason.values:
        return Problem(
            f"{key}.reason",
            gettext("one of %(choices)s is needed") % {"choices": ", ".join(Reason.values)},
        )
    if not isinstance(note, str):
        return Problem(
            f"{key}.note", gettext("must be a text, not %(note)s") % {"note": kind_of(note)}
        )
    if fault := text_fault(note, MAX_RATIONALE):
        return Problem(f"{key}.note", fault)
    value = _value(criterion, sent.get("value"))
    if isinstance(value, Problem):
        return value
    said = Ruling(criterion, value, reason, note.strip(), bool(sent.get("to_author")))
    return _missing(said) or said


def _value(criterion: JudgedCriterion, sent: object) -> Decimal | Problem | None:
    key = criterion.spec.key
    if sent == NO_ANSWER:
        return None
    if sent is None or sent == "":
        return Problem(key, gettext("needs an answer, or “no single answer”"))
    try:
        answer = spec.level_for(criterion.spec, sent)
    except spec.ValueOutsideScale as error:
        return Problem(key, str(error).removeprefix(f"`{key}`: "))
    if answer.value is None:
        return Problem(key, gettext("needs an answer on the scale, or “no single answer”"))
    return answer.value


def _missing(said: Ruling) -> Problem | None:
    """What the reason asks for beside itself."""
    key, name = said.criterion.spec.key, said.criterion.spec.name
    if said.reason == Reason.LEGITIMATE and said.value is not None:
        return Problem(
            f"{key}.reason",
            gettext("legitimate disagreement has no single answer: choose none, or say why"),
        )
    if said.reason == Reason.RATER_ERROR and said.value is None:
        return Problem(f"{key}.reason", gettext("a rater's error needs the answer that is right"))
    if said.to_author and said.reason not in FOR_AUTHOR:
        return Problem(
            f"{key}.to_author",
            gettext("only an ambiguous rubric or missing context is for the author"),
        )
    if not said.note and (said.value is None or said.to_author):
        return Problem(
            f"{key}.note", gettext("say in a few words why, on “%(name)s”") % {"name": name}
        )
    return None
