"""A rating and its scores as rows: one current revision on a seat, the older ones superseded."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from labeling import staleness
from labeling.errors import Conflict
from labeling.models import Assignment, Rating, RubricVersion, Score
from labeling.rating.documents import Shown, called, document, rating_of
from labeling.rating.judgements import OVERALL, Judgement
from labeling.strict_json import number_text


class SentBefore(Conflict):
    """A submission that was received before, and says something else now."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This submission was received before with other answers; those were kept. "
                "Reload the page to correct them."
            )
        )


class AlreadySubmitted(Conflict):
    """The seat has a rating already; `rating` is the one that counts."""

    def __init__(self, rating: Rating | None) -> None:
        self.rating = rating
        super().__init__(gettext("You have rated this response already; open it to correct it."))

    @classmethod
    def of(cls, seat: Assignment) -> AlreadySubmitted:
        return cls(current_rating(seat))


def answers_in(rating: Rating) -> dict[str, dict[str, Any]]:
    """The answers of a rating in the form in which they are sent and drafted."""
    said = {
        score.criterion.key: _answer_in(score)
        for score in rating.scores.select_related("criterion")
    }
    if rating.overall is not None:
        said[OVERALL] = {"value": str(rating.overall)}
    return said


def _answer_in(score: Score) -> dict[str, Any]:
    evidence = {"evidence": list(score.evidence)} if score.evidence else {}
    sure = {"confidence": score.confidence} if score.confidence else {}
    return {
        "value": score.answer if score.value is None else number_text(score.value),
        "rationale": score.rationale,
        **evidence,
        **sure,
    }


def current_rating(assignment: Assignment) -> Rating | None:
    """The revision of the seat that counts, None before the first and after a withdrawal."""
    return assignment.ratings.filter(superseded_by__isnull=True, withdrawn=False).first()


def record(
    seat: Assignment,
    version: RubricVersion,
    judgements: tuple[Judgement, ...],
    submission_id: UUID,
    active_ms: int | None,
    shown: Shown,
) -> Rating:
    """Write the next revision on the seat with its scores, and supersede the one before it.

    Its draft is dropped. Raises Conflict where the submission was received for another seat.
    """
    written = document(version, judgements, submission_id, active_ms, shown)
    answer = called("select * from labeling_record(%s, %s)", seat.pk, json.dumps(written))
    if answer is None or answer["rating"] is None:
        raise SentBefore
    if answer["stale"]:
        staleness.wake(seat.batch_id)
    return rating_of(seat.pk, written, answer)


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
