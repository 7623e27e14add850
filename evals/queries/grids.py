"""Experts by criteria on one response: what stands in each cell, and who disagrees."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from evals import figures
from evals.models import AgreementRun
from labeling.models import Answer, Assignment, Batch, Response, Score, User


@dataclass(frozen=True, slots=True)
class Cell:
    """One expert's answer on one criterion."""

    text: str = ""
    rationale: str = ""
    disagrees: bool = False
    note: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but its text, as in most cells."""
        return not (self.disagrees or self.note or self.rationale)


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


# What a cell, its row and its column show; whole rows of seven tables would be eight objects each.
SHOWN = (
    *("response_id", "batch_id", "assignment_id", "lineage_id", "rater_id"),
    *("answer", "value", "rationale", "counted", "level__label"),
    *("criterion__key", "criterion__name", "rating__purpose"),
    *("rating__excluded_seq", "rating__excluded_reason"),
    *("rater__username", "rater__first_name", "rater__last_name"),
)


def grids(responses: Sequence[Response], run: AgreementRun | None = None) -> dict[int, list[Grid]]:
    """The grids of each response: of every batch as it stands, or as a run found its batch.

    One query, and one more for the batches where there is no run.
    """
    known = Score.objects.filter(response__in=responses)
    standing = current(known) if run is None else as_of(known, run)
    scores = standing.order_by("response", "batch", "criterion__position", "rater", "pk")
    grouped: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for score in scores.values_list(*SHOWN, named=True):
        grouped[score.response_id, score.batch_id].append(score)
    batches = _batches({batch for _, batch in grouped}, run)
    made: dict[int, list[Grid]] = defaultdict(list)
    for (response, batch), members in grouped.items():
        watermark = None if run is None else run.watermark
        made[response].append(_grid(batches[batch], members, watermark))
    return made


def _batches(ids: Collection[int], run: AgreementRun | None) -> Mapping[int, Batch]:
    if run is not None:
        return {run.batch_id: run.batch}
    return Batch.objects.select_related("project").in_bulk(ids)


def _grid(batch: Batch, scores: Sequence[Any], watermark: int | None) -> Grid:
    """Rows with a disagreement first; a second judgement of the same expert has its own column."""
    columns: dict[int, str] = {}
    by_criterion: dict[int, list[Any]] = defaultdict(list)
    for score in scores:
        if score.assignment_id not in columns:
            columns[score.assignment_id] = _column(score)
        by_criterion[score.lineage_id].append(score)
    rows = [_row(members, list(columns), watermark) for members in by_criterion.values()]
    rows.sort(key=lambda row: not row.is_disputed)
    return Grid(batch, list(columns.values()), rows)


def _column(score: Any) -> str:
    rater = User(
        username=score.rater__username,
        first_name=score.rater__first_name,
        last_name=score.rater__last_name,
    )
    purpose = Assignment.Purpose(score.rating__purpose)
    if purpose == Assignment.Purpose.FIXED:
        return str(rater)
    return f"{rater} · {purpose.label.lower()}"


def _row(scores: Sequence[Any], columns: Iterable[int], watermark: int | None) -> GridRow:
    left_out = [_left_out(score, watermark) for score in scores]
    counted = [score.value for score, why in zip(scores, left_out, strict=True) if not why]
    minority = _minority([value for value in counted if value is not None])
    cells = {
        score.assignment_id: _cell(score, why, minority)
        for score, why in zip(scores, left_out, strict=True)
    }
    first = scores[0]
    return GridRow(
        first.criterion__name, [cells.get(one, Cell()) for one in columns], first.criterion__key
    )


def _left_out(score: Any, watermark: int | None) -> str:
    """Why agreement does not count the score; empty when it does."""
    excluded = score.rating__excluded_seq
    if excluded is not None and (watermark is None or excluded <= watermark):
        return f"excluded: {score.rating__excluded_reason}"
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


def _cell(score: Any, left_out: str, minority: set[Decimal]) -> Cell:
    if score.answer != Answer.SCORED or score.value is None:
        text = Answer(score.answer).label
    elif score.level__label is None:
        text = figures.plain(score.value)
    else:
        text = score.level__label
    disagrees = not left_out and score.value in minority
    return Cell(text, score.rationale, disagrees=disagrees, note=left_out)
