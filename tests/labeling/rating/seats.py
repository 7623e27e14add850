"""A batch to rate in, and what becomes of a seat."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from labeling import assigning, rating
from labeling.models import (
    Assignment,
    Batch,
    Rating,
    RatingDraft,
    Response,
)
from tests import factories

BOTH_MET = {
    "cites_policy": {"value": "1", "rationale": "Names paragraph 4."},
    "polite": {"value": "1", "rationale": ""},
}
ONE_MET = {"cites_policy": {"value": "0"}, "polite": {"value": "1"}}


def opened(
    project, count: int = 3, overlap: int = 2, text: str = "Answer {}.", **fields: object
) -> Batch:
    item = factories.item(project)
    by = factories.generator(project)
    for index in range(count):
        factories.response(item, by, text.format(index), index=index)
    chosen = Response.objects.filter(project=project)
    version = fields.pop("version", None) or factories.published(project)
    return assigning.open_batch(
        project, version, "First round", responses=chosen, overlap=overlap, by=None, **fields
    )


def submit(seat: Assignment, judgements: object = BOTH_MET, **fields: object) -> Rating:
    fields.setdefault("submission_id", uuid4())
    fields.setdefault("by", seat.rater)
    return rating.submit(seat, judgements, **fields)


def end_lease(seat: Assignment) -> None:
    Assignment.objects.filter(pk=seat.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assigning.expire_leases()


def drafted(draft: RatingDraft) -> dict[str, dict[str, object]]:
    """The draft's answers as they stand in the form of the batch's version."""
    return rating.answers_of(draft, draft.assignment.batch.rubric_version)
