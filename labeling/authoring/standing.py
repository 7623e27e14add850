"""Where a rubric stands: its open draft, the version in force, the number that comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from labeling.authoring.rows import spec_of
from labeling.models import Rubric, RubricVersion
from labeling.spec import RubricSpec


@dataclass(frozen=True, slots=True)
class Stage:
    """Which versions there are; `number` is the one that the next change goes into."""

    draft: RubricVersion | None
    latest: RubricVersion | None
    number: int

    @property
    def text(self) -> RubricVersion | None:
        """The version whose text an author begins from; None for an empty rubric."""
        return self.draft or self.latest


@dataclass(frozen=True, slots=True)
class Standing:
    """What an author's next save would replace."""

    draft: RubricVersion | None
    latest: RubricVersion | None
    number: int
    edit: int
    spec: RubricSpec


def stage(rubric: Rubric) -> Stage:
    """The open draft, or what the next one would begin with, without reading its criteria."""
    draft, latest = open_draft(rubric), latest_published(rubric)
    return Stage(draft, latest, draft.number if draft else next_number(rubric))


def standing(rubric: Rubric) -> Standing:
    """The same with everything it says."""
    here = stage(rubric)
    return Standing(
        draft=here.draft,
        latest=here.latest,
        number=here.number,
        edit=here.draft.edit if here.draft else 0,
        spec=spec_of(here.text) if here.text else RubricSpec(rubric.title),
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
