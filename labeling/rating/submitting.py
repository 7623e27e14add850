"""Judgements become facts: once, whatever the network does; corrected only by new revisions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from labeling import assigning
from labeling.errors import Conflict, DomainError
from labeling.models import Assignment, Rating, RatingDraft, RubricVersion, User
from labeling.rating.judgements import Raw, fingerprint, read_judgements
from labeling.rating.recording import AlreadySubmitted, record
from labeling.rating.seats import expect_open, join_batch, locked


@transaction.atomic
def submit(
    assignment: Assignment,
    judgements: Raw,
    *,
    submission_id: UUID,
    by: User,
    active_ms: int | None = None,
    shown_order: Sequence[str] | None = None,
    version: RubricVersion | None = None,
) -> Rating:
    """Record the expert's judgement once; sent again, the same submission gets the same rating.

    A seat whose lease ended takes its place again if it is still free; otherwise the rating is
    kept with the purpose `late`, outside the overlap and never counted as fixed. `version` is
    the version the expert saw, when the batch has moved on since.
    """
    join_batch(assignment.batch_id)
    seat = locked(assignment, by)
    version = _version_of(seat, version)
    read = read_judgements(version, judgements)
    said = fingerprint(version, read)
    if earlier := _earlier(seat, submission_id, said):
        return earlier
    if seat.state == Assignment.State.SUBMITTED:
        raise AlreadySubmitted.of(seat)
    expect_open(seat.batch)
    _take_place(seat)
    order = list(shown_order) if shown_order is not None else None
    rating = record(seat, version, read, said, submission_id, active_ms, order)
    RatingDraft.objects.filter(assignment=seat).delete()
    return rating


@transaction.atomic
def revise(
    assignment: Assignment,
    judgements: Raw,
    *,
    submission_id: UUID,
    by: User,
    active_ms: int | None = None,
    version: RubricVersion | None = None,
) -> Rating:
    """Correct one's own rating: a new revision counts from now on, the old one stays on record."""
    join_batch(assignment.batch_id)
    seat = locked(assignment, by)
    version = _version_of(seat, version)
    read = read_judgements(version, judgements)
    said = fingerprint(version, read)
    if earlier := _earlier(seat, submission_id, said):
        return earlier
    if seat.state != Assignment.State.SUBMITTED:
        raise Conflict("This response is not rated yet, so there is nothing to correct.")
    expect_open(seat.batch)
    return record(seat, version, read, said, submission_id, active_ms, None)


def _version_of(seat: Assignment, version: RubricVersion | None) -> RubricVersion:
    current = seat.batch.rubric_version
    if version is None or version.pk == current.pk:
        return current
    sealed = version.status != RubricVersion.Status.DRAFT
    if version.rubric_id != current.rubric_id or not sealed:
        raise DomainError("This is not a published version of the batch's rubric.")
    return version


def _earlier(seat: Assignment, submission_id: UUID, said: str) -> Rating | None:
    """The rating this submission made when it was sent before."""
    rating = Rating.objects.filter(submission_id=submission_id).first()
    if rating and (rating.assignment_id, rating.payload_hash) != (seat.pk, said):
        raise Conflict(
            "This submission was received before with other answers; those were kept."
            " Reload the page to correct them."
        )
    return rating


def _take_place(seat: Assignment) -> None:
    late = seat.slot is None and not assigning.retake(seat, Assignment.State.SUBMITTED)
    fields = {"purpose": Assignment.Purpose.LATE} if late else {}
    Assignment.objects.filter(pk=seat.pk).update(
        state=Assignment.State.SUBMITTED, lease_until=None, **fields
    )
    seat.refresh_from_db(fields=["state", "slot", "purpose", "lease_until"])
