"""Experts by criteria on one response: what stands in each cell, and who disagrees."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from evals import figures
from evals.models import AgreementRun
from labeling.models import Answer, Assignment, Batch, Criterion, Response, Score, User, Way


@dataclass(frozen=True, slots=True)
class Cell:
    """One expert's answer on one criterion; `version` where the row's are of several."""

    text: str = ""
    rationale: str = ""
    disagrees: bool = False
    note: str = ""
    version: int | None = None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but its text, as in most cells."""
        return not (self.disagrees or self.note or self.rationale or self.version)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One criterion across the experts, and by which versions of the rubric they judged it."""

    name: str
    cells: list[Cell]
    key: str = ""
    versions: tuple[int, ...] = ()

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

    @property
    def way(self) -> str:
        """How it was rated, where that was not one response at a time."""
        usual = self.batch.way in (Way.SINGLE, Way.UNKNOWN)
        return "" if usual else Way(self.batch.way).label.lower()


def current(scores: QuerySet[Score]) -> QuerySet[Score]:
    """The scores that stand now."""
    return scores.filter(superseded_by__isnull=True, rating__withdrawn=False)


def as_of(scores: QuerySet[Score], run: AgreementRun) -> QuerySet[Score]:
    """The scores of the run's batch that stood when it measured, on the lineages it measured."""
    watermark = run.watermark or 0
    measured = Criterion.objects.filter(version=run.rubric_version_id).values("lineage")
    return scores.filter(
        Q(superseded_by__isnull=True) | Q(superseded_by__gt=watermark),
        batch=run.batch_id,
        rating_id__lte=watermark,
        lineage__in=measured,
    )


# What a cell, its row and its column show; whole rows of seven tables would be eight objects each.
SHOWN = (
    *("response_id", "batch_id", "assignment_id", "lineage_id", "rater_id"),
    *("answer", "value", "rationale", "counted", "level__label"),
    *("criterion__key", "criterion__name", "criterion__version__number", "rating__purpose"),
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
    """Rows with a disagreement first; a second judgement of the same expert has its own column.

    Who was asked again for some criteria has judged once, in one column.
    """
    columns: dict[object, str] = {}
    by_criterion: dict[int, list[Any]] = defaultdict(list)
    for score in scores:
        if (place := _place(score)) not in columns:
            columns[place] = _column(score)
        by_criterion[score.lineage_id].append(score)
    rows = [_row(members, list(columns), watermark) for members in by_criterion.values()]
    rows.sort(key=lambda row: not row.is_disputed)
    return Grid(batch, list(columns.values()), rows)


def _place(score: Any) -> object:
    """Seats of one judgement, the first one and those that answered again, have one place."""
    if score.rating__purpose in (Assignment.Purpose.FIXED, Assignment.Purpose.ADAPTIVE):
        return score.rater_id, score.rating__purpose
    return score.assignment_id


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


def _row(scores: Sequence[Any], columns: Iterable[object], watermark: int | None) -> GridRow:
    left_out = [_left_out(score, watermark) for score in scores]
    counted = [score.value for score, why in zip(scores, left_out, strict=True) if not why]
    minority = _minority([value for value in counted if value is not None])
    versions = tuple(sorted({score.criterion__version__number for score in scores}))
    cells = {
        _place(score): _cell(score, why, minority, mixed=len(versions) > 1)
        for score, why in zip(scores, left_out, strict=True)
    }
    newest = max(scores, key=lambda score: score.criterion__version__number)
    return GridRow(
        newest.criterion__name,
        [cells.get(one, Cell()) for one in columns],
        newest.criterion__key,
        versions,
    )


def _left_out(score: Any, watermark: int | None) -> str:
    """Why agreement does not count the score; empty when it does."""
    excluded = score.rating__excluded_seq
    if excluded is not None and (watermark is None or excluded <= watermark):
        return _("excluded: %(reason)s") % {"reason": score.rating__excluded_reason}
    if not score.counted:
        return _("not counted: not of the fixed overlap")
    return ""


def _minority(values: Sequence[Decimal]) -> set[Decimal]:
    """Values that stand against the most frequent one; in a tie, every value does."""
    counts = Counter(values)
    if len(counts) < 2:
        return set()
    most = max(counts.values())
    leading = [value for value, count in counts.items() if count == most]
    return set(counts) - set(leading) if len(leading) == 1 else set(counts)


def _cell(score: Any, left_out: str, minority: set[Decimal], *, mixed: bool) -> Cell:
    if score.answer != Answer.SCORED or score.value is None:
        text = str(Answer(score.answer).label)
    elif score.level__label is None:
        text = figures.plain(score.value)
    else:
        text = score.level__label
    disagrees = not left_out and score.value in minority
    version = score.criterion__version__number if mixed else None
    return Cell(text, score.rationale, disagrees=disagrees, note=left_out, version=version)
