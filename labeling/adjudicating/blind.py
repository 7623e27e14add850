"""The adjudicator's own judgement, given before anything of the others is shown, and once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from labeling.adjudicating.claiming import expect_chair, extend, own_rating
from labeling.models import Assignment, Rating, RubricVersion, User
from labeling.rating import AlreadySubmitted, RubricMovedOn, asked_of, read_judgements
from labeling.rating.documents import Shown
from labeling.rating.evidence import Passages
from labeling.rating.judgements import Raw
from labeling.rating.reading import expect_quotes
from labeling.rating.recording import SentBefore, record
from labeling.rating.seats import join_batch, locked
from labeling.rating.submitting import says_same


@transaction.atomic
def rate(
    assignment: Assignment,
    judgements: Raw,
    *,
    submission_id: UUID,
    by: User,
    active_ms: int | None = None,
    version: RubricVersion | None = None,
) -> Rating:
    """Record the blind rating on all criteria; sent again, the same submission gets the same one.

    It is bound to every ruling that follows, counts for no agreement and cannot be corrected.
    A closed batch takes it as well: most rulings are made there. Raises SentBefore where the same
    submission says something else now.
    """
    passages = Passages.quoted(assignment.response, judgements)
    join_batch(assignment.batch_id)
    seat = locked(assignment, by)
    if earlier := own_rating(seat):
        if earlier.submission_id != submission_id:
            raise AlreadySubmitted(earlier)
        if not says_same(earlier, judgements):
            raise SentBefore
        return earlier
    expect_chair(seat, by)
    current = seat.batch.rubric_version
    if version is not None and version.pk != current.pk:
        raise RubricMovedOn(version, current, judgements)
    read = read_judgements(asked_of(seat), judgements)
    expect_quotes(passages, read)
    shown = Shown([one.criterion.spec.key for one in read])
    made = record(seat, current, read, submission_id, active_ms, shown)
    Assignment.objects.filter(pk=seat.pk).update(state=Assignment.State.SUBMITTED)
    seat.refresh_from_db(fields=["state"])
    extend(seat)
    return made
