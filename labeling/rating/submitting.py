"""Judgements become facts: once, whatever the network does; corrected only by new revisions.

A submit is one round trip in the plain case: the database writes the rating, closes the seat and,
if asked to, hands out the next one (migrations/sql/submitting.sql). What is not plain it leaves
alone, and this module knows what to do or to say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from labeling import assigning, staleness
from labeling.asking_again import NothingAsked, answers_again, asked_meanwhile
from labeling.errors import Conflict, Problems
from labeling.models import Assignment, Rating, RubricVersion, User
from labeling.rating.asked import RubricMovedOn, answered_in, asked_of, published_version
from labeling.rating.beside import read_order
from labeling.rating.documents import Shown, Told, called, document, rating_of, told
from labeling.rating.evidence import Passages
from labeling.rating.excluding import expect_counted
from labeling.rating.judgements import Raw, criteria_of, fingerprint, read_judgements
from labeling.rating.reading import read_correction, read_plain, read_sent, says_same_overall
from labeling.rating.recording import AlreadySubmitted, SentBefore, current_rating, record
from labeling.rating.seats import (
    expect_open,
    expect_unseen,
    hand_on,
    join_batch,
    lock_place,
    locked,
)

PLAIN = "select * from labeling_submit(%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A rating with the seat that was handed out after it; None when nothing is left."""

    rating: Rating
    batch: int
    following: Told | None


def submit(
    assignment: Assignment,
    judgements: Raw,
    *,
    submission_id: UUID,
    by: User,
    active_ms: int | None = None,
    shown_order: Sequence[str] | None = None,
    version: RubricVersion | None = None,
    shown_beside: Sequence[int] | None = None,
    passages: Passages | None = None,
) -> Rating:
    """Record the expert's judgement once; sent again, the same submission gets the same rating.

    A seat whose lease ended takes its place again if it is still free; otherwise the rating is
    kept with the purpose `late`, outside the overlap and never counted as fixed. `version` is
    the version the expert saw: where the batch has moved on since, RubricMovedOn says so.
    `shown_order` are the criteria as they were shown, left out where the desk showed them;
    `shown_beside` the seats on the same page, in their order; `passages` the response, where its
    quotes were looked up before.
    """
    seen = version or assignment.batch.rubric_version
    if shown_beside is None:
        plain = _plain(
            *(assignment.pk, judgements, submission_id, by, active_ms, shown_order, seen),
            goes_on=False,
        )
        if plain:
            return plain.rating
    return _special(
        *(assignment, judgements, submission_id, by, active_ms, shown_order, version, shown_beside),
        passages or Passages.quoted(assignment.response, judgements),
    )


def submit_and_next(
    seat: int,
    judgements: Raw,
    *,
    submission_id: UUID,
    by: User,
    version: RubricVersion,
    active_ms: int | None = None,
    shown_order: Sequence[str] | None = None,
) -> Submitted | None:
    """Submit from a seat and claim the next one, in one round trip.

    None where it is not that plain (a repeat, a late one, faulty answers, not one's own seat, ...):
    nothing was written then, and `submit` knows the rest.
    """
    return _plain(
        seat, judgements, submission_id, by, active_ms, shown_order, version, goes_on=True
    )


def _plain(
    seat: int,
    judgements: Raw,
    submission_id: UUID,
    by: User,
    active_ms: int | None,
    shown_order: Sequence[str] | None,
    version: RubricVersion,
    *,
    goes_on: bool,
) -> Submitted | None:
    if version.status == RubricVersion.Status.DRAFT:
        return None
    read = read_plain(criteria_of(version), judgements, shown_order)
    if read is None:
        return None
    order = [one.criterion.spec.key for one in read] if shown_order is None else shown_order
    written = document(version, read, submission_id, active_ms, Shown(order))
    answer = called(PLAIN, seat, by.pk, json.dumps(written), goes_on)
    if answer is None:
        return None
    if answer["stale"]:
        staleness.wake(answer["batch"])
    following = answer["told"] and told(answer["told"], version)
    return Submitted(rating_of(seat, written, answer), answer["batch"], following)


@transaction.atomic
def _special(
    assignment: Assignment,
    judgements: Raw,
    submission_id: UUID,
    by: User,
    active_ms: int | None,
    shown_order: Sequence[str] | None,
    version: RubricVersion | None,
    shown_beside: Sequence[int] | None,
    passages: Passages,
) -> Rating:
    """Any case, step by step; plain ones too."""
    join_batch(assignment.batch_id)
    lock_place(assignment.batch_id, by)
    seat = locked(assignment, by)
    if earlier := _earlier(seat, submission_id, judgements):
        return earlier
    if seat.state == Assignment.State.SUBMITTED:
        raise AlreadySubmitted.of(seat)
    current, seen = seat.batch.rubric_version, published_version(seat, version)
    if seen.pk != current.pk:
        raise RubricMovedOn(seen, current, judgements)
    asked = asked_of(seat)
    read, overall = read_sent(seat, asked, judgements, passages)
    order = read_order(seat, asked, shown_order)
    expect_open(seat.batch)
    _take_place(seat)
    if shown_beside is None:
        hand_on([seat])
    shown = Shown(order, shown_beside, overall)
    return record(seat, current, read, submission_id, active_ms, shown)


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
    passages = Passages.quoted(assignment.response, judgements)
    join_batch(assignment.batch_id)
    lock_place(assignment.batch_id, by)
    seat = locked(assignment, by)
    if earlier := _earlier(seat, submission_id, judgements):
        return earlier
    previous = current_rating(seat)
    if seat.state != Assignment.State.SUBMITTED or previous is None:
        raise Conflict(gettext("This response is not rated yet, so there is nothing to correct."))
    expect_correctable(seat, previous)
    own = previous.rubric_version
    if version is not None and version.pk != own.pk:
        raise Conflict(
            gettext(
                "This rating was given under version %(number)s of the rubric; it is "
                "corrected by that version. What changed since is asked again by itself."
            )
            % {"number": own.number}
        )
    read = read_correction(seat, previous, judgements, passages)
    order = previous.shown_order or [one.criterion.spec.key for one in read]
    shown = Shown(order, overall=previous.overall)
    return record(seat, own, read, submission_id, active_ms, shown)


def expect_correctable(seat: Assignment, rating: Rating) -> None:
    """While the same response is asked again, its earlier judgement is neither shown nor changed.

    Raises Conflict, also where the batch is closed.
    """
    expect_open(seat.batch)
    expect_counted(rating)
    expect_unseen(seat)
    if rating.rubric_version_id != seat.batch.rubric_version_id and asked_meanwhile(seat):
        raise Conflict(
            gettext(
                "The rubric changed and you are asked again about this response. Answer that "
                "first; then this judgement can be corrected."
            )
        )


def _earlier(seat: Assignment, submission_id: UUID, judgements: Raw) -> Rating | None:
    """The rating this submission made when it was sent before."""
    found = Rating.objects.select_related("rubric_version").filter(submission_id=submission_id)
    rating = found.first()
    if rating is None:
        return None
    if rating.assignment_id != seat.pk or not says_same(rating, judgements):
        raise SentBefore
    return rating


def says_same(rating: Rating, judgements: Raw) -> bool:
    """Whether the answers are those that the rating has, whatever has become of the rubric."""
    try:
        read = read_judgements(answered_in(rating), judgements)
    except Problems:
        return False
    if not says_same_overall(rating, judgements):
        return False
    return fingerprint(rating.rubric_version, read, rating.overall) == rating.payload_hash


def _take_place(seat: Assignment) -> None:
    late = seat.slot is None and not assigning.retake(seat, Assignment.State.SUBMITTED)
    if late and answers_again(seat):
        raise NothingAsked
    fields = {"purpose": Assignment.Purpose.LATE} if late else {}
    Assignment.objects.filter(pk=seat.pk).update(
        state=Assignment.State.SUBMITTED, lease_until=None, **fields
    )
    seat.refresh_from_db(fields=["state", "slot", "purpose", "lease_until"])
