"""Responses that are leased together: their order on the page, and one submit for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext

from labeling import locks
from labeling.errors import DomainError, Problem, Problems
from labeling.lots import shuffled
from labeling.models import Assignment, Rating, RubricVersion, User, Way
from labeling.rating.evidence import Passages
from labeling.rating.judgements import Raw
from labeling.rating.seats import hand_on, join_batch, lock_place
from labeling.rating.submitting import submit

# As many as the database leases together.
MOST = {Way.GRID: 8, Way.BY_CRITERION: 20}


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at one of the seats; drawn once, the id makes a repeat the same rating."""

    seat: Assignment
    answers: Raw
    submission_id: UUID


def leased_with(seat: Assignment) -> Q:
    """The seats that are in work together with this one, itself among them."""
    lead = seat.leader_id or seat.pk
    return Q(pk=lead) | Q(leader=lead)


def in_sequence(seats: Sequence[Assignment]) -> list[Assignment]:
    """The seats of a sitting one after the other, as the queue gave them to this expert."""
    return sorted(seats, key=lambda one: one.pk)


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
    expect: Callable[[], None] | None = None,
) -> list[Rating]:
    """Record all of it or nothing. Raises Problems that name the seat first.

    The time is that of all of them, so each rating gets its even part. `expect` is called under
    the locks and raises where what was said is out of date.
    """
    expect_together([one.seat for one in said])
    passages = {one.seat.pk: Passages.quoted(one.seat.response, one.answers) for one in said}
    lock_together([one.seat for one in said], by)
    if expect:
        expect()
    shown = [one.seat.pk for one in said]
    each = None if active_ms is None else active_ms // len(said)
    problems: list[Problem] = []
    made: dict[int, Rating] = {}
    # In the order in which they were shown: what was judged before what is read from it.
    for one in said:
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
    hand_on([one.seat for one in said])
    return [made[pk] for pk in shown]


def expect_together(seats: Sequence[Assignment]) -> None:
    """Different seats of one expert in one batch that is rated so; a grid's are of one item."""
    if not seats:
        raise DomainError(gettext("At least one response is needed."))
    first = seats[0]
    most = MOST.get(Way(first.batch.way))
    if most is None:
        raise DomainError(gettext("The responses of this batch are rated one at a time."))
    if not len({one.pk for one in seats}) == len(seats) <= most:
        raise DomainError(
            gettext("From 1 to %(most)s different responses are rated together.") % {"most": most}
        )
    if any((one.batch_id, one.rater_id) != (first.batch_id, first.rater_id) for one in seats):
        raise DomainError(gettext("What is rated together is of one batch."))
    if first.batch.way == Way.GRID and len({one.response.item_id for one in seats}) > 1:
        raise DomainError(gettext("A grid is of one item of one batch."))


def lock_together(seats: Sequence[Assignment], by: User) -> None:
    """In the order of every other writer; where places are to be taken again, the lock of keys."""
    join_batch(seats[0].batch_id)
    lock_place(seats[0].batch_id, by)
    pks = [one.pk for one in seats]
    rows = Assignment.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    if any(row.slot is None for row in rows):
        with connection.cursor() as cursor:
            named = [locks.KEYS, seats[0].batch_id]
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", named)


def answers_by_seat(sent: Mapping[str, str], seats: Sequence[int]) -> dict[int, dict[str, str]]:
    """The fields of a plain form by seat: `value:12:polite` is `value:polite` at seat 12."""
    found: dict[int, dict[str, str]] = {pk: {} for pk in seats}
    known = {str(pk): pk for pk in seats}
    for name, value in sent.items():
        kind, _, rest = name.partition(":")
        number, _, key = rest.partition(":")
        if key and number in known:
            found[known[number]][f"{kind}:{key}"] = value
    return found
