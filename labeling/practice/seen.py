"""What an expert may read of the known answers at a seat, and when.

Nobody is trained to conform: what is known of a response is shown after one's own answer, and only
in practice, on checks where the batch says so, and when the batch is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from labeling.models import Answer, Assignment, Batch, GoldAnswer, Rating, Score
from labeling.practice.known import waits_for
from labeling.practice.results import NEAR
from labeling.rating import JudgedCriterion, criteria_of
from labeling.spec import ScaleType
from labeling.strict_json import number_text


@dataclass(frozen=True, slots=True)
class Known:
    """One criterion at a seat: what the expert answered, what is known, and why."""

    answer: GoldAnswer
    criterion: str
    key: str
    given: str
    known: str
    right: bool


def shows_known(seat: Assignment) -> bool:
    """Whether the seat's own rater may read what is known of its response.

    Practice explains at once. Elsewhere a response that waits for the rater in another batch is
    judged there first.
    """
    if seat.state != Assignment.State.SUBMITTED:
        return False
    batch = seat.batch
    if batch.kind == Batch.Kind.PRACTICE:
        return True
    checked = seat.purpose == Assignment.Purpose.GOLD and batch.shows_gold
    tells = checked or batch.state == Batch.State.CLOSED
    return tells and not waits_for(seat.response, seat.rater)


def known_at(seat: Assignment, rating: Rating) -> list[Known]:
    """The known answers beside those of a rating, in the order of the criteria."""
    if not shows_known(seat):
        return []
    standing = GoldAnswer.objects.filter(response=seat.response_id).standing()
    known = {one.lineage_id: one for one in standing}
    if not known:
        return []
    given = {one.lineage_id: one for one in rating.scores.all()}
    return [
        _beside(one, given[one.lineage_id], known[one.lineage_id])
        for one in criteria_of(rating.rubric_version)
        if one.lineage_id in known and one.lineage_id in given
    ]


def value_text(criterion: JudgedCriterion, value: Decimal | None) -> str:
    """A value in the words of its scale."""
    if value is None:
        return ""
    level = criterion.spec.scale.level(value)
    return level.label if level else number_text(value)


def _beside(criterion: JudgedCriterion, score: Score, known: GoldAnswer) -> Known:
    scored = score.answer == Answer.SCORED
    told = value_text(criterion, score.value) if scored else str(Answer(score.answer).label)
    return Known(
        answer=known,
        criterion=criterion.spec.name,
        key=criterion.spec.key,
        given=told,
        known=value_text(criterion, known.value),
        right=_right(criterion, score.value, known.value),
    )


def _right(criterion: JudgedCriterion, given: Decimal | None, known: Decimal | None) -> bool:
    if given is None or known is None:
        return False
    if criterion.spec.scale.type != ScaleType.INTERVAL:
        return given == known
    low, high = criterion.spec.scale.bounds
    return abs(given - known) <= Decimal(str(NEAR)) * (Decimal(high) - Decimal(low))
