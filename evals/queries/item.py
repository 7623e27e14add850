"""Everything known about one item, for whoever may see it; a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from evals import figures
from evals.models import Grade, GradingRun, SelectedItem
from evals.queries.items import readable_selections
from labeling.models import (
    Answer,
    Assignment,
    Batch,
    Flag,
    Item,
    QueueEntry,
    Rating,
    Response,
    Score,
    User,
)

VERDICTS = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """One expert's answer on one criterion."""

    text: str = ""
    rationale: str = ""
    disagrees: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One criterion across the experts."""

    name: str
    cells: list[Cell]

    @property
    def is_disputed(self) -> bool:
        return any(cell.disagrees for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """Experts by criteria on one response in one batch."""

    batch: Batch
    raters: list[str]
    rows: list[GridRow]

    @property
    def url(self) -> str:
        return self.batch.get_absolute_url()


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
    blind = Batch.objects.blind_to(user).filter(project=item.project_id).values("pk")
    here = Q(batch__in=blind, response__item=item)
    queued = QueueEntry.objects.filter(here)
    return queued.exists() or Assignment.objects.filter(here).exists()


def parts(
    item: Item, responses: Sequence[Response], *, blind: bool, first: int = 1
) -> list[ResponsePart]:
    """The responses; to a blind reader numbered and bare, since ids may name generators."""
    if blind:
        return [
            ResponsePart(response, f"Response {number}", "")
            for number, response in enumerate(responses, start=first)
        ]
    grids, grades = _grids(responses), _grades(item, responses)
    return [
        ResponsePart(
            response,
            response.external_id,
            f"{response.generator.name} ({response.generator.get_kind_display().lower()})",
            grids.get(response.pk, []),
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
    events = [Event(item.created_at, "", "Imported")]
    ratings = Rating.objects.filter(assignment__response__in=responses)
    for rating in ratings.select_related("assignment__rater", "assignment__response", "batch"):
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
    response = rating.assignment.response
    if rating.withdrawn:
        return f"Withdrew the rating of {response} in {rating.batch}"
    what = f"Rated {response}"
    if rating.revision > 1:
        what = f"Corrected the rating of {response} (revision {rating.revision})"
    excluded = f"; excluded: {rating.excluded_reason}" if rating.excluded_reason else ""
    return f"{what} in {rating.batch}{excluded}"


def _grids(responses: Sequence[Response]) -> dict[int, list[Grid]]:
    current = Score.objects.filter(
        response__in=responses, superseded_by__isnull=True, rating__withdrawn=False
    )
    scores = current.select_related("criterion", "level", "rater", "batch__project", "rating")
    grouped: dict[tuple[int, int], list[Score]] = defaultdict(list)
    for score in scores.order_by("response", "batch", "criterion__position", "rater"):
        grouped[score.response_id, score.batch_id].append(score)
    grids: dict[int, list[Grid]] = defaultdict(list)
    for (response, _), members in grouped.items():
        grids[response].append(_grid(members))
    return grids


def _grid(scores: Sequence[Score]) -> Grid:
    raters = {score.rater_id: str(score.rater) for score in scores}
    by_criterion: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        by_criterion[score.lineage_id].append(score)
    rows = [_row(members, list(raters)) for members in by_criterion.values()]
    return Grid(scores[0].batch, list(raters.values()), rows)


def _row(scores: Sequence[Score], raters: Iterable[int]) -> GridRow:
    minority = _minority([score.value for score in scores if score.value is not None])
    cells = {score.rater_id: _cell(score, minority) for score in scores}
    return GridRow(scores[0].criterion.name, [cells.get(rater, Cell()) for rater in raters])


def _minority(values: Sequence[Decimal]) -> set[Decimal]:
    """Values that stand against the most frequent one; in a tie, every value does."""
    counts = Counter(values)
    if len(counts) < 2:
        return set()
    most = max(counts.values())
    leading = [value for value, count in counts.items() if count == most]
    return set(counts) - set(leading) if len(leading) == 1 else set(counts)


def _cell(score: Score, minority: set[Decimal]) -> Cell:
    if score.answer != Answer.SCORED or score.value is None:
        text = Answer(score.answer).label
    else:
        text = score.level.label if score.level else figures.plain(score.value)
    excluded = score.rating.excluded_reason
    return Cell(
        text,
        score.rationale,
        disagrees=score.value in minority,
        note=f"excluded: {excluded}" if excluded else "",
    )


def _grades(item: Item, responses: Sequence[Response]) -> dict[int, list[GradeRow]]:
    found: QuerySet[Grade] = Grade.objects.filter(
        response__in=responses, run__in=_latest_runs(item)
    ).select_related("run__grader", "lineage")
    grades: dict[int, list[GradeRow]] = defaultdict(list)
    for grade in found.order_by("run__grader__slug", "lineage__position", "repeat"):
        grades[grade.response_id].append(
            GradeRow(
                str(grade.run.grader),
                grade.lineage.name if grade.lineage else "whole rubric",
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
