"""What a seat is asked, what a rating answered, and how answers go on to a newer version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from labeling.asking_again import (
    NothingAsked,
    answers_again,
    asked_meanwhile,
    earlier_scores,
    standing,
)
from labeling.errors import Conflict, DomainError
from labeling.models import Assignment, Rating, RubricVersion
from labeling.rating.judgements import OVERALL, JudgedCriterion, criteria_of

type Answers = dict[str, dict[str, Any]]


class RubricMovedOn(Conflict):
    """The answers were given by an earlier version; what was sent is at hand."""

    def __init__(self, seen: RubricVersion, now: RubricVersion, sent: object) -> None:
        self.seen, self.now, self.sent = seen, now, sent
        super().__init__(
            gettext(
                "The rubric moved on to version %(number)s while you were rating. Your "
                "answers to what did not change are kept; answer the rest and submit again."
            )
            % {"number": now.number}
        )


def asked_of(seat: Assignment) -> tuple[JudgedCriterion, ...]:
    """The criteria the seat is asked: all of the batch's version, or those asked again.

    Raises NothingAsked where what was asked again has gone to somebody else, or moved on.
    """
    criteria = criteria_of(seat.batch.rubric_version)
    if not answers_again(seat):
        return criteria
    again = standing(seat)
    if again is None:
        raise NothingAsked
    asked = set(again.criteria)
    return tuple(one for one in criteria if one.id in asked)


def answered_in(rating: Rating) -> tuple[JudgedCriterion, ...]:
    """The criteria that a rating answered, of its own version."""
    given = set(rating.scores.values_list("criterion_id", flat=True))
    return tuple(one for one in criteria_of(rating.rubric_version) if one.id in given)


def withheld(seat: Assignment, rating: Rating) -> frozenset[int]:
    """Criteria of the rating that its rater is asked again: until then the answers stay unseen."""
    if rating.rubric_version_id == seat.batch.rubric_version_id:
        return frozenset()
    again = asked_meanwhile(seat)
    if again is None:
        return frozenset()
    return frozenset(one.criterion_id for one in earlier_scores(seat, again.criteria).values())


def published_version(seat: Assignment, version: RubricVersion | None) -> RubricVersion:
    """The version that somebody says they judged by: one of the batch's rubric, or the batch's."""
    current = seat.batch.rubric_version
    if version is None or version.pk == current.pk:
        return current
    sealed = version.status != RubricVersion.Status.DRAFT
    if version.rubric_id != current.rubric_id or not sealed:
        raise DomainError(gettext("This is not a published version of the batch's rubric."))
    return version


def carried_answers(
    answers: Mapping[str, dict[str, Any]], seen: RubricVersion, now: RubricVersion
) -> Answers:
    """Answers given by one version, as far as they answer another one: where labels go on too."""
    if seen.pk == now.pk:
        return dict(answers)
    keys = {one.lineage_id: one.spec.key for one in criteria_of(seen)}
    found = {one.spec.key: keys.get(one.lineage_id, "") for one in criteria_of(now)}
    found[OVERALL] = OVERALL
    return {key: answers[old] for key, old in found.items() if old in answers}
