"""Everything known about one item, for whoever may see it; a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from evals.models import AgreementRun, Grade, GradingRun, SelectedItem
from evals.queries.grids import Grid, grids
from evals.queries.items import readable_selections
from labeling.asking_again import answers_again
from labeling.models import (
    Assignment,
    Batch,
    Flag,
    Item,
    QueueEntry,
    Rating,
    Response,
    User,
)

VERDICTS = 10


@dataclass(frozen=True, slots=True)
class GradeRow:
    """What a grader gave, or the error it met."""

    grader: str
    criterion: str
    reward: float | None
    value: Decimal | None
    error: str
    explanation: str


@dataclass(frozen=True, slots=True)
class ResponsePart:
    """A response with what people and machines made of it."""

    response: Response
    label: str
    generator: str
    grids: list[Grid] = field(default_factory=list)
    grades: list[GradeRow] = field(default_factory=list)

    @property
    def failed_grades(self) -> int:
        return sum(1 for grade in self.grades if grade.error)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the item's history."""

    at: datetime
    who: str
    what: str


def is_blind(item: Item, user: User) -> bool:
    """Whether the person rates one of the item's responses in a batch that is not closed.

    A response waiting in such a batch counts too: the person may be given it next.
    """
    blind = (
        Batch.objects.hiding(user, "peers", "generators", "grades", "ids")
        .filter(project=item.project_id)
        .values("pk")
    )
    here = Q(batch__in=blind, response__item=item)
    queued = QueueEntry.objects.filter(here)
    return queued.exists() or Assignment.objects.filter(here).exists()


def parts(
    item: Item,
    responses: Sequence[Response],
    *,
    blind: bool,
    first: int = 1,
    run: AgreementRun | None = None,
) -> list[ResponsePart]:
    """The responses; to a blind reader numbered and bare, since ids may name generators.

    With a run, the scores of its batch as they stood when it measured.
    """
    if blind:
        return [
            ResponsePart(response, _("Response %(number)s") % {"number": number}, "")
            for number, response in enumerate(responses, start=first)
        ]
    standing, grades = grids(responses, run), _grades(item, responses)
    return [
        ResponsePart(
            response,
            response.external_id,
            f"{response.generator.name} ({response.generator.get_kind_display().lower()})",
            standing.get(response.pk, []),
            grades.get(response.pk, []),
        )
        for response in responses
    ]


def verdicts(item: Item, user: User) -> list[SelectedItem]:
    """What the last selections decided about the item, newest first."""
    chosen = SelectedItem.objects.filter(
        item=item, selection__in=readable_selections(item.project, user)
    )
    found = chosen.select_related("selection__agreement_run__batch", "selection__project")
    return list(found.order_by("-selection")[:VERDICTS])


def history(item: Item, responses: Sequence[Response]) -> list[Event]:
    """Import, ratings with their corrections, and flags, oldest first."""
    events = [Event(item.created_at, "", _("Imported"))]
    ratings = Rating.objects.filter(assignment__response__in=responses)
    known = ("assignment__rater", "assignment__response", "batch", "rubric_version")
    for rating in ratings.select_related(*known):
        events.append(
            Event(rating.submitted_at, str(rating.assignment.rater), _rating_in_words(rating))
        )
    flags = Flag.objects.filter(response__in=responses).select_related("by")
    events += [
        Event(flag.created_at, str(flag.by), f"{flag.get_kind_display()}: {flag.text}")
        for flag in flags
    ]
    return sorted(events, key=lambda event: event.at)


def _rating_in_words(rating: Rating) -> str:
    known = {
        "response": rating.assignment.response,
        "batch": rating.batch,
        "version": rating.rubric_version.number,
        "revision": rating.revision,
        "reason": rating.excluded_reason,
    }
    if rating.withdrawn:
        return _("Withdrew the rating of %(response)s in %(batch)s") % known
    what = _("Rated %(response)s by version %(version)s in %(batch)s")
    if answers_again(rating.assignment):
        what = _("Answered again for %(response)s what version %(version)s changed in %(batch)s")
    if rating.revision > 1:
        what = _("Corrected the rating of %(response)s (revision %(revision)s) in %(batch)s")
    if not rating.excluded_reason:
        return what % known
    return _("%(what)s; excluded: %(reason)s") % {**known, "what": what % known}


def _grades(item: Item, responses: Sequence[Response]) -> dict[int, list[GradeRow]]:
    found: QuerySet[Grade] = Grade.objects.filter(
        response__in=responses, run__in=_latest_runs(item)
    ).select_related("run__grader", "lineage")
    grades: dict[int, list[GradeRow]] = defaultdict(list)
    for grade in found.order_by("run__grader__slug", "lineage__position", "repeat"):
        grades[grade.response_id].append(
            GradeRow(
                str(grade.run.grader),
                grade.lineage.name if grade.lineage else _("whole rubric"),
                grade.reward,
                grade.value,
                grade.error or "",
                grade.explanation,
            )
        )
    return grades


def _latest_runs(item: Item) -> QuerySet:
    """The newest finished run of each grader of the project."""
    finished = GradingRun.objects.finished().filter(project=item.project_id)
    return finished.order_by("grader", "-pk").distinct("grader").values("pk")
