"""Judgements become facts: once, whatever the network does; corrected only by new revisions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from labeling import assigning
from labeling.asking_again import NothingAsked, answers_again, asked_meanwhile
from labeling.errors import Conflict, Problems
from labeling.models import Assignment, Rating, RatingDraft, RubricVersion, User
from labeling.rating.asked import RubricMovedOn, answered_in, asked_of, published_version
from labeling.rating.excluding import expect_counted
from labeling.rating.judgements import Raw, fingerprint, read_judgements
from labeling.rating.recording import AlreadySubmitted, current_rating, record
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
    the version the expert saw: where the batch has moved on since, RubricMovedOn says so.
    """
    join_batch(assignment.batch_id)
    seat = locked(assignment, by)
    if earlier := _earlier(seat, submission_id, judgements):
        return earlier
    if seat.state == Assignment.State.SUBMITTED:
        raise AlreadySubmitted.of(seat)
    version, seen = seat.batch.rubric_version, published_version(seat, version)
    if seen.pk != version.pk:
        raise RubricMovedOn(seen, version, judgements)
    read = read_judgements(asked_of(seat), judgements)
    expect_open(seat.batch)
    _take_place(seat)
    order = list(shown_order) if shown_order is not None else None
    said = fingerprint(version, read)
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
    """Correct one's own rating, by the version it was given under: the new revision counts."""
    join_batch(assignment.batch_id)
    seat = locked(assignment, by)
    if earlier := _earlier(seat, submission_id, judgements):
        return earlier
    previous = current_rating(seat)
    if seat.state != Assignment.State.SUBMITTED or previous is None:
        raise Conflict("This response is not rated yet, so there is nothing to correct.")
    expect_correctable(seat, previous)
    own = previous.rubric_version
    if version is not None and version.pk != own.pk:
        raise Conflict(
            f"This rating was given under version {own.number} of the rubric; it is corrected by"
            " that version. What changed since is asked again by itself."
        )
    read = read_judgements(answered_in(previous), judgements)
    return record(seat, own, read, fingerprint(own, read), submission_id, active_ms, None)


def expect_correctable(seat: Assignment, rating: Rating) -> None:
    """While the same response is asked again, its earlier judgement is neither shown nor changed.

    Raises Conflict, also where the batch is closed.
    """
    expect_open(seat.batch)
    expect_counted(rating)
    if rating.rubric_version_id != seat.batch.rubric_version_id and asked_meanwhile(seat):
        raise Conflict(
            "The rubric changed and you are asked again about this response. Answer that first;"
            " then this judgement can be corrected."
        )


def _earlier(seat: Assignment, submission_id: UUID, judgements: Raw) -> Rating | None:
    """The rating this submission made when it was sent before."""
    found = Rating.objects.select_related("rubric_version").filter(submission_id=submission_id)
    rating = found.first()
    if rating is None:
        return None
    if rating.assignment_id != seat.pk or not _says(rating, judgements):
        raise Conflict(
            "This submission was received before with other answers; those were kept."
            " Reload the page to correct them."
        )
    return rating


def _says(rating: Rating, judgements: Raw) -> bool:
    """Whether the answers are those that the rating has, whatever has become of the rubric."""
    try:
        read = read_judgements(answered_in(rating), judgements)
    except Problems:
        return False
    return fingerprint(rating.rubric_version, read) == rating.payload_hash


def _take_place(seat: Assignment) -> None:
    late = seat.slot is None and not assigning.retake(seat, Assignment.State.SUBMITTED)
    if late and answers_again(seat):
        raise NothingAsked
    fields = {"purpose": Assignment.Purpose.LATE} if late else {}
    Assignment.objects.filter(pk=seat.pk).update(
        state=Assignment.State.SUBMITTED, lease_until=None, **fields
    )
    seat.refresh_from_db(fields=["state", "slot", "purpose", "lease_until"])
