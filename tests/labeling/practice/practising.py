"""A practice batch with known answers, and an expert who goes through it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from labeling import assigning, practice, rating
from labeling.models import Assignment, Batch, Project, Response, RubricVersion, User
from tests import factories


def known_responses(
    project: Project, version: RubricVersion, count: int, keys: tuple[str, ...] = ("cites_policy",)
) -> list[Response]:
    """Responses of one item each, of which “met” is known under the criteria."""
    found = []
    for _ in range(count):
        at = factories.response(factories.item(project))
        for key in keys:
            factories.gold(at, version, 1, key=key)
        found.append(at)
    return found


def opened(version: RubricVersion, responses: list[Response], **fields: object) -> Batch:
    return assigning.open_batch(
        version.project,
        version,
        str(fields.pop("name", "Practice")),
        responses=Response.objects.filter(pk__in=[one.pk for one in responses]),
        kind=str(fields.pop("kind", "practice")),
        by=None,
        **fields,
    )


def submit(seat: Assignment, value: int = 1, polite: int = 0) -> None:
    answers = {"cites_policy": {"value": str(value)}, "polite": {"value": str(polite)}}
    rating.submit(seat, answers, submission_id=uuid4(), by=seat.rater)


def submit_ago(seat: Assignment, by: timedelta, value: int = 1) -> None:
    """As if it had been submitted that long ago: a rating's time is a fact, so it is made so."""
    rows = Assignment.objects.filter(pk=seat.pk)
    rows.update(state=Assignment.State.SUBMITTED, lease_until=None)
    values = {"cites_policy": value, "polite": 0}
    factories.rating(seat, values, submitted_at=timezone.now() - by)


def go_through(batch: Batch, rater: User, right: int) -> None:
    """All that is left for the rater, of which the first `right` are answered as known."""
    at = 0
    while (seat := assigning.claim_next(batch, rater)) is not None:
        submit(seat, 1 if at < right else 0)
        practice.settle(batch, rater)
        at += 1
