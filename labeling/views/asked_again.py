"""What the desk says above criteria that are asked again: whose judgement stands, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labeling.asking_again import Changed, answers_again, changed_since
from labeling.models import Assignment, Rating
from labeling.rating import JudgedCriterion


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """`judged` is the version one judged the response by; None for whoever sees it first."""

    version: int
    judged: int | None
    changed: Mapping[int, Changed]


def asked_again(seat: Assignment, criteria: Sequence[JudgedCriterion]) -> AskedAgain | None:
    """What to say on a seat that answers again; None on any other."""
    if not answers_again(seat):
        return None
    own = Rating.objects.filter(
        batch=seat.batch_id,
        assignment__response=seat.response_id,
        assignment__rater=seat.rater_id,
        superseded_by__isnull=True,
        withdrawn=False,
    )
    numbers = own.order_by("-assignment__round").values_list("rubric_version__number", flat=True)
    version, judged = seat.batch.rubric_version.number, numbers.first()
    if judged is None:
        return AskedAgain(version, None, {})
    return AskedAgain(version, judged, changed_since(seat, [one.id for one in criteria]))
