"""Responses of one item rated side by side: their order on the page, and one submit for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from labeling import locks
from labeling.errors import DomainError, Problem, Problems
from labeling.lots import shuffled
from labeling.models import Assignment, Rating, RubricVersion, User, Way
from labeling.rating.evidence import Passages
from labeling.rating.judgements import Raw
from labeling.rating.seats import join_batch, lock_place
from labeling.rating.submitting import submit

# As many as the database leases together: beyond that nothing is compared any more.
MOST = 8


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at one seat of a grid; drawn once, the id makes a repeat the same rating."""

    seat: Assignment
    answers: Raw
    submission_id: UUID


def leased_with(seat: Assignment) -> Q:
    """The seats that are in work together with this one, itself among them."""
    lead = seat.leader_id or seat.pk
    return Q(pk=lead) | Q(leader=lead)


def in_columns(seats: Sequence[Assignment]) -> list[Assignment]:
    """The seats in the order in which this expert sees them, drawn from the batch's seed."""
    if not seats:
        return []
    first = seats[0]
    by_name = {one.response.external_id: one for one in seats}
    item = first.response.item.external_id
    order = shuffled(by_name, first.batch.seed, "columns", first.rater_id, item)
    return [by_name[name] for name in order]


@transaction.atomic
def submit_together(
    said: Sequence[Said],
    *,
    by: User,
    version: RubricVersion | None = None,
    active_ms: int | None = None,
) -> list[Rating]:
    """Record all of a grid or nothing. Raises Problems that name the seat first.

    The time is that of the whole grid, so each rating gets its even part.
    """
    _expect_grid([one.seat for one in said])
    passages = {one.seat.pk: Passages.quoted(one.seat.response, one.answers) for one in said}
    join_batch(said[0].seat.batch_id)
    lock_place(said[0].seat.batch_id, by)
    _lock([one.seat for one in said])
    shown = [one.seat.pk for one in said]
    each = None if active_ms is None else active_ms // len(said)
    problems: list[Problem] = []
    made: dict[int, Rating] = {}
    # Whoever leads comes last, so that no companion is left without.
    for one in sorted(said, key=lambda one: one.seat.leader_id is None):
        try:
            with transaction.atomic():
                made[one.seat.pk] = submit(
                    one.seat,
                    one.answers,
                    submission_id=one.submission_id,
                    by=by,
                    active_ms=each,
                    version=version,
                    shown_beside=shown,
                    passages=passages[one.seat.pk],
                )
        except Problems as error:
            problems += [Problem(f"{one.seat.pk}.{p.where}", p.message) for p in error.problems]
    if problems:
        raise Problems(problems)
    return [made[pk] for pk in shown]


def _expect_grid(seats: Sequence[Assignment]) -> None:
    """Different seats of one expert at one item, of a batch that is rated so."""
    if not 1 <= len({one.pk for one in seats}) == len(seats) <= MOST:
        raise DomainError(f"A grid has from 1 to {MOST} different responses.")
    first = seats[0]
    if any(
        (one.batch_id, one.rater_id, one.response.item_id)
        != (first.batch_id, first.rater_id, first.response.item_id)
        for one in seats
    ):
        raise DomainError("A grid is of one item of one batch.")
    if first.batch.way != Way.GRID:
        raise DomainError("The responses of this batch are rated one at a time.")


def _lock(seats: Sequence[Assignment]) -> None:
    """The seats in one order; where places are to be taken again, with the lock of keys."""
    pks = [one.pk for one in seats]
    rows = Assignment.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    if any(row.slot is None for row in rows):
        with connection.cursor() as cursor:
            named = [locks.KEYS, seats[0].batch_id]
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", named)


def answers_by_seat(sent: Mapping[str, str], seats: Sequence[int]) -> dict[int, dict[str, str]]:
    """The fields of a plain form by seat: `value:12:polite` is `value:polite` at seat 12."""
    found: dict[int, dict[str, str]] = {pk: {} for pk in seats}
    for name, value in sent.items():
        kind, _, rest = name.partition(":")
        number, _, key = rest.partition(":")
        if key and number.isascii() and number.isdigit() and int(number) in found:
            found[int(number)][f"{kind}:{key}"] = value
    return found
