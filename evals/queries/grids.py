"""Experts by criteria on one response: what stands in each cell, and who disagrees."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from evals import figures
from evals.models import AgreementRun
from labeling.models import Answer, Assignment, Batch, Response, Score


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
    key: str = ""

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


def current(scores: QuerySet[Score]) -> QuerySet[Score]:
    """The scores that stand now."""
    return scores.filter(superseded_by__isnull=True, rating__withdrawn=False)


def as_of(scores: QuerySet[Score], run: AgreementRun) -> QuerySet[Score]:
    """The scores of the run's batch that stood when it measured."""
    watermark = run.watermark or 0
    return scores.filter(
        Q(superseded_by__isnull=True) | Q(superseded_by__gt=watermark),
        batch=run.batch_id,
        rating_id__lte=watermark,
    )


def grids(responses: Sequence[Response], run: AgreementRun | None = None) -> dict[int, list[Grid]]:
    """The grids of each response: of every batch as it stands, or as a run found its batch."""
    known = Score.objects.filter(response__in=responses)
    standing = current(known) if run is None else as_of(known, run)
    scores = standing.select_related(
        "criterion", "level", "rater", "batch__project", "rating", "assignment"
    )
    grouped: dict[tuple[int, int], list[Score]] = defaultdict(list)
    for score in scores.order_by("response", "batch", "criterion__position", "rater", "pk"):
        grouped[score.response_id, score.batch_id].append(score)
    made: dict[int, list[Grid]] = defaultdict(list)
    for (response, _), members in grouped.items():
        made[response].append(_grid(members, None if run is None else run.watermark))
    return made


def _grid(scores: Sequence[Score], watermark: int | None) -> Grid:
    """Rows with a disagreement first; a second judgement of the same expert has its own column."""
    columns = {score.assignment_id: _column(score) for score in scores}
    by_criterion: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        by_criterion[score.lineage_id].append(score)
    rows = [_row(members, list(columns), watermark) for members in by_criterion.values()]
    rows.sort(key=lambda row: not row.is_disputed)
    return Grid(scores[0].batch, list(columns.values()), rows)


def _column(score: Score) -> str:
    seat = score.assignment
    if seat.purpose == Assignment.Purpose.FIXED:
        return str(score.rater)
    return f"{score.rater} · {seat.get_purpose_display().lower()}"


def _row(scores: Sequence[Score], columns: Iterable[int], watermark: int | None) -> GridRow:
    left_out = {score.pk: _left_out(score, watermark) for score in scores}
    counted = [score.value for score in scores if not left_out[score.pk]]
    minority = _minority([value for value in counted if value is not None])
    cells = {score.assignment_id: _cell(score, left_out[score.pk], minority) for score in scores}
    criterion = scores[0].criterion
    return GridRow(criterion.name, [cells.get(one, Cell()) for one in columns], criterion.key)


def _left_out(score: Score, watermark: int | None) -> str:
    """Why agreement does not count the score; empty when it does."""
    rating = score.rating
    excluded = rating.excluded_seq is not None
    if excluded and (watermark is None or (rating.excluded_seq or 0) <= watermark):
        return f"excluded: {rating.excluded_reason}"
    if not score.counted:
        return "not counted: not of the fixed overlap"
    return ""


def _minority(values: Sequence[Decimal]) -> set[Decimal]:
    """Values that stand against the most frequent one; in a tie, every value does."""
    counts = Counter(values)
    if len(counts) < 2:
        return set()
    most = max(counts.values())
    leading = [value for value, count in counts.items() if count == most]
    return set(counts) - set(leading) if len(leading) == 1 else set(counts)


def _cell(score: Score, left_out: str, minority: set[Decimal]) -> Cell:
    if score.answer != Answer.SCORED or score.value is None:
        text = Answer(score.answer).label
    else:
        text = score.level.label if score.level else figures.plain(score.value)
    disagrees = not left_out and score.value in minority
    return Cell(text, score.rationale, disagrees=disagrees, note=left_out)
