"""Where a rubric stands: its open draft, the version in force, the number that comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from labeling.authoring.rows import spec_of
from labeling.models import Rubric, RubricVersion
from labeling.spec import RubricSpec


@dataclass(frozen=True, slots=True)
class Standing:
    """What an author's next save would replace."""

    draft: RubricVersion | None
    latest: RubricVersion | None
    number: int
    edit: int
    spec: RubricSpec


def standing(rubric: Rubric) -> Standing:
    """The open draft, or what the next one would begin with."""
    draft, latest = open_draft(rubric), latest_published(rubric)
    text = draft or latest
    return Standing(
        draft=draft,
        latest=latest,
        number=draft.number if draft else next_number(rubric),
        edit=draft.edit if draft else 0,
        spec=spec_of(text) if text else RubricSpec(rubric.title),
    )


def latest_published(rubric: Rubric) -> RubricVersion | None:
    """The version in force, None before the first one."""
    return rubric.versions.published().order_by("-number").first()


def open_draft(rubric: Rubric) -> RubricVersion | None:
    """The one draft that there can be."""
    return rubric.versions.filter(status=RubricVersion.Status.DRAFT).first()


def next_number(rubric: Rubric) -> int:
    """The number of the version that is opened next."""
    return (rubric.versions.aggregate(highest=Max("number"))["highest"] or 0) + 1
