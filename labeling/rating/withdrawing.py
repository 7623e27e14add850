"""Undo: a withdrawal is a revision too, and the seat is in work again."""

from __future__ import annotations

import logging
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

    The withdrawal is a revision of its own. A fresh seat handed out in the meantime is put aside.
    """
    join_batch(assignment.batch_id)
    lock_place(assignment.batch_id, by)
    seat = locked(assignment, by)
    expect_open(seat.batch)
    expect_unseen(seat)
    rating = _undoable(seat)
    expect_counted(rating)
    _expect_still_asked(seat, rating)
    _restore_draft(seat, rating)
    supersede(rating, revision(rating, submission_id=uuid4(), withdrawn=True))
    others = Assignment.objects.filter(batch=seat.batch, rater=by).exclude(pk=seat.pk)
    assigning.vacate(others, Assignment.State.EXPIRED)
    _reopen(seat)
    staleness.mark([seat.batch_id])
    log.info("rating %s withdrawn", rating.pk)
    return seat


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


def _reopen(seat: Assignment) -> None:
    until = timezone.now() + timedelta(minutes=seat.batch.lease_minutes)
    rows = Assignment.objects.filter(pk=seat.pk)
    if seat.slot is not None:
        rows.update(state=Assignment.State.LEASED, lease_until=until)
    elif not assigning.retake(seat, Assignment.State.LEASED, until):
        rows.update(state=Assignment.State.EXPIRED)
    seat.refresh_from_db(fields=["state", "slot", "purpose", "lease_until"])
