"""A rating and its scores as rows: one current revision on a seat, the older ones superseded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from labeling import staleness
from labeling.errors import Conflict
from labeling.models import Assignment, Rating, RubricVersion, Score
from labeling.rating.judgements import Judgement, scores
from labeling.strict_json import number_text

MAX_ACTIVE_MS = 24 * 3600 * 1000


class AlreadySubmitted(Conflict):
    """The seat has a rating already; `rating` is the one that counts."""

    def __init__(self, rating: Rating | None) -> None:
        self.rating = rating
        super().__init__("You have rated this response already; open it to correct it.")

    @classmethod
    def of(cls, seat: Assignment) -> AlreadySubmitted:
        return cls(current_rating(seat))


def answers_in(rating: Rating) -> dict[str, dict[str, Any]]:
    """The answers of a rating in the form in which they are sent and drafted."""
    return {
        score.criterion.key: _answer_in(score)
        for score in rating.scores.select_related("criterion")
    }


def _answer_in(score: Score) -> dict[str, Any]:
    evidence = {"evidence": list(score.evidence)} if score.evidence else {}
    return {
        "value": score.answer if score.value is None else number_text(score.value),
        "rationale": score.rationale,
        **evidence,
    }


def current_rating(assignment: Assignment) -> Rating | None:
    """The revision of the seat that counts, None before the first and after a withdrawal."""
    return assignment.ratings.filter(superseded_by__isnull=True, withdrawn=False).first()


def record(
    seat: Assignment,
    version: RubricVersion,
    judgements: tuple[Judgement, ...],
    said: str,
    submission_id: UUID,
    active_ms: int | None,
    shown_order: list[str] | None,
) -> Rating:
    """Write the next revision on the seat with its scores, and supersede the one before it."""
    previous = seat.ratings.filter(superseded_by__isnull=True).first()
    keys = [one.criterion.spec.key for one in judgements]
    rating = Rating.objects.create(
        project_id=seat.project_id,
        batch_id=seat.batch_id,
        assignment=seat,
        rubric_version=version,
        revision=previous.revision + 1 if previous else 1,
        purpose=seat.purpose,
        submission_id=submission_id,
        payload_hash=said,
        active_ms=None if active_ms is None else min(max(active_ms, 0), MAX_ACTIVE_MS),
        shown_order=keys if shown_order is None else shown_order,
    )
    if previous:
        supersede(previous, rating)
    Score.objects.bulk_create(scores(rating, seat, judgements))
    staleness.mark([seat.batch_id])
    return rating


def revision(rating: Rating, **fields: object) -> Rating:
    """The next revision on the same seat, saying the same but for the given fields."""
    same = ("project_id", "batch_id", "assignment_id", "rubric_version_id", "payload_hash")
    values = {name: getattr(rating, name) for name in same} | fields
    return Rating.objects.create(revision=rating.revision + 1, **values)


def supersede(old: Rating, new: Rating) -> None:
    """The new revision counts. Scores first, so that new ones can become the current ones."""
    current = Score.objects.filter(assignment_id=old.assignment_id, superseded_by__isnull=True)
    current.update(superseded_by=new)
    Rating.objects.filter(pk=old.pk).update(superseded_by=new)
