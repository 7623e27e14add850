"""Undo: a withdrawal is a revision too, and the seat is in work again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from labeling import asking_again, assigning, staleness
from labeling.errors import Conflict
from labeling.models import Assignment, Rating, RatingDraft, User
from labeling.rating.excluding import expect_counted
from labeling.rating.recording import answers_in, revision, supersede
from labeling.rating.seats import (
    expect_open,
    expect_unseen,
    join_batch,
    lock_place,
    locked,
)

log = logging.getLogger(__name__)

UNDO_SECONDS = 30


@transaction.atomic
def withdraw(assignment: Assignment, *, by: User) -> Assignment:
    """Undo the last submission within 30 seconds: the seat is in work again with its answers.

    So is all that was sent with it, side by side or as one sitting. Each withdrawal is a revision
    of its own. Fresh seats handed out in the meantime are put aside.
    """
    join_batch(assignment.batch_id)
    lock_place(assignment.batch_id, by)
    seats = [locked(one, by) for one in _sent_with(assignment)]
    for seat in seats:
        _take_back(seat)
    others = Assignment.objects.filter(batch=assignment.batch_id, rater=by)
    assigning.vacate(others.exclude(pk__in=[one.pk for one in seats]), Assignment.State.EXPIRED)
    _reopen(seats)
    staleness.mark([assignment.batch_id])
    return next(one for one in seats if one.pk == assignment.pk)


def _sent_with(seat: Assignment) -> list[Assignment]:
    """The seats of the same submission that are still rated, itself among them, by key."""
    last = seat.ratings.filter(superseded_by__isnull=True, withdrawn=False).first()
    beside = (last.shown_beside if last else None) or []
    mine = Assignment.objects.filter(batch=seat.batch_id, rater=seat.rater_id)
    rated = mine.filter(pk__in=beside, state=Assignment.State.SUBMITTED)
    return sorted([seat, *rated.exclude(pk=seat.pk)], key=lambda one: one.pk)


def _take_back(seat: Assignment) -> None:
    expect_open(seat.batch)
    expect_unseen(seat)
    rating = _undoable(seat)
    expect_counted(rating)
    _expect_still_asked(seat, rating)
    _restore_draft(seat, rating)
    supersede(rating, revision(rating, submission_id=uuid4(), withdrawn=True))
    log.info("rating %s withdrawn", rating.pk)


def undoable() -> Q:
    """Seats whose submission can still be undone."""
    recent = Rating.objects.filter(
        assignment=OuterRef("pk"),
        superseded_by__isnull=True,
        withdrawn=False,
        submitted_at__gte=_window(),
    )
    return Q(Exists(recent))


def _window() -> CombinedExpression:
    return Now() - timedelta(seconds=UNDO_SECONDS)


def _undoable(seat: Assignment) -> Rating:
    ratings = seat.ratings.filter(superseded_by__isnull=True, withdrawn=False)
    rating = ratings.filter(submitted_at__gte=_window()).first()
    if rating is None:
        raise Conflict(
            gettext(
                "Undo is possible for %(undo_seconds)s seconds after submitting; open the "
                "response to correct your answers."
            )
            % {"undo_seconds": UNDO_SECONDS}
        )
    return rating


def _expect_still_asked(seat: Assignment, rating: Rating) -> None:
    """A batch that moved on meanwhile may ask something else in this place now."""
    if asking_again.answers_again(seat):
        if asking_again.standing(seat) is None:
            raise Conflict(gettext("The rubric has moved on since; correct your answers instead."))
    elif rating.rubric_version_id != seat.batch.rubric_version_id:
        asking_again.take_back(seat)


def _restore_draft(seat: Assignment, rating: Rating) -> None:
    answers = answers_in(rating)
    RatingDraft.objects.update_or_create(
        assignment=seat,
        defaults={
            "payload": {"answers": answers, "version": rating.rubric_version_id},
            "edit": 1,
            "saved_at": timezone.now(),
        },
    )


def _reopen(seats: Sequence[Assignment]) -> None:
    """In work again together; what came late is so only alone, and only while a place is free."""
    until = timezone.now() + timedelta(minutes=seats[0].batch.lease_minutes)
    lead, *further = sorted(seats, key=lambda one: (one.slot is None, one.pk))
    rows = Assignment.objects.filter(pk=lead.pk)
    if lead.slot is not None:
        rows.update(state=Assignment.State.LEASED, lease_until=until)
    elif not assigning.retake(lead, Assignment.State.LEASED, until):
        rows.update(state=Assignment.State.EXPIRED)
    rest = Assignment.objects.filter(pk__in=[one.pk for one in further])
    rest.filter(slot=None).update(state=Assignment.State.EXPIRED)
    rest.exclude(slot=None).update(state=Assignment.State.LEASED, lease_until=until, leader=lead)
    for seat in seats:
        seat.refresh_from_db(fields=["state", "slot", "purpose", "lease_until", "leader"])
