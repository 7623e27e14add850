"""The seat a person writes from, locked, and what stands in the way of writing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from labeling import locks
from labeling.errors import Conflict, DomainError
from labeling.models import (
    TOGETHER,
    Assignment,
    Batch,
    Criterion,
    GoldAnswer,
    RaterCursor,
    User,
)


class NotYours(DomainError):
    """Somebody writes from another person's seat."""

    status = 403


def locked(assignment: Assignment, by: User) -> Assignment:
    """The seat's row under lock, with its batch and rubric version."""
    seat = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("batch__rubric_version")
        .get(pk=assignment.pk)
    )
    if seat.rater_id != by.pk:
        raise NotYours(gettext("This seat belongs to somebody else."))
    return seat


def join_batch(batch_id: int) -> None:
    """Take part in the batch's watermark: before any rating id is drawn, until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s, %s)", [locks.BATCH, batch_id])


def lock_place(batch_id: int, rater: User) -> None:
    """One tab of the person at a time, and before any seat: in the order of every other writer."""
    cursors = RaterCursor.objects.filter(batch=batch_id, rater=rater, lane=0)
    cursors.select_for_update(no_key=True).first()


def lock_grid(batch_id: int, rater: User) -> None:
    """All that the person has in work there, in order: whoever saves at one extends the others."""
    lock_place(batch_id, rater)
    work = Assignment.objects.filter(batch=batch_id, rater=rater, state=Assignment.State.LEASED)
    list(work.select_for_update().order_by("pk").values_list("pk", flat=True))


def hand_on(seats: Sequence[Assignment]) -> None:
    """What still hangs on seats that left work hangs on the first of it from now on."""
    if seats[0].batch.way not in TOGETHER:
        return
    companions = Assignment.objects.filter(leader__in=[one.pk for one in seats]).order_by("pk")
    rest = list(companions.values_list("pk", flat=True))
    if rest:
        Assignment.objects.filter(pk=rest[0]).update(leader=None)
        Assignment.objects.filter(pk__in=rest[1:]).update(leader=rest[0])


def expect_open(batch: Batch) -> None:
    """A closed batch takes no more judgements; a paused one takes those already in work."""
    if batch.state == Batch.State.CLOSED:
        raise Conflict(
            gettext("This batch is closed. Your answers are kept as a draft and not counted.")
        )


def expect_unseen(seat: Assignment) -> None:
    """Where the known answer is shown after one's own, the first answer stands. Raises Conflict."""
    if known_since([seat.pk]):
        raise Conflict(
            gettext("You could see the known answer since, so your first answer stands.")
        )


def known_since(seats: Collection[int]) -> set[int]:
    """Those of the seats whose rater could read what is right: after answering there, or at any
    other of their seats at the response. One query.
    """
    told = Q(batch__kind=Batch.Kind.PRACTICE)
    told |= Q(purpose=Assignment.Purpose.GOLD, batch__shows_gold=True)
    elsewhere = Assignment.objects.filter(
        told | Q(batch__state=Batch.State.CLOSED),
        rater=OuterRef("rater"),
        response=OuterRef("response"),
        state=Assignment.State.SUBMITTED,
    )
    asked = Criterion.objects.filter(version=OuterRef(OuterRef("batch__rubric_version")))
    known = GoldAnswer.objects.filter(
        response=OuterRef("response"), lineage__in=asked.values("lineage"), value__isnull=False
    )
    meant = Assignment.objects.filter(pk__in=seats)
    return set(meant.filter(told | Exists(elsewhere) & Exists(known)).values_list("pk", flat=True))
