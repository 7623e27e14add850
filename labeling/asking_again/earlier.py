"""What an expert answered before in a place that is asked again, and what the question was then.

The two are kept apart: before the new answer only the question is told, never the old answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from labeling.authoring import criterion_of
from labeling.models import Answer, Assignment, Criterion, Score
from labeling.revising import Change, FieldChange, compare_criteria
from labeling.strict_json import number_text

# The latest answer of a rater to a criterion or to what it was in the versions before.
EARLIER = """
    WITH RECURSIVE chain AS (
        SELECT c.id AS asked, c.succeeds_id AS id FROM labeling_criterion c WHERE c.id = ANY (%s)
        UNION ALL
        SELECT chain.asked, c.succeeds_id FROM chain JOIN labeling_criterion c ON c.id = chain.id
    )
    SELECT DISTINCT ON (chain.asked) chain.asked, s.id
    FROM chain
    JOIN labeling_criterion p ON p.id = chain.id
    JOIN labeling_score s ON s.response_id = %s AND s.lineage_id = p.lineage_id
        AND s.batch_id = %s AND s.rater_id = %s AND s.superseded_by_id IS NULL
    JOIN labeling_criterion j ON j.id = s.criterion_id
    JOIN labeling_rubricversion v ON v.id = j.version_id
    ORDER BY chain.asked, v.number DESC, s.id DESC
"""
# What an expert judges by; points and places are the author's.
SHOWN = (Change.WORDING, Change.SCALE)


@dataclass(frozen=True, slots=True)
class Changed:
    """What a criterion asked when the same expert answered it; a new one has no version."""

    version: int | None
    fields: tuple[FieldChange, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the same expert answered then."""

    version: int
    text: str
    rationale: str


def earlier_scores(seat: Assignment, criteria: Iterable[int]) -> dict[int, Score]:
    """The rater's latest answer to each criterion's predecessors at this response."""
    with connection.cursor() as cursor:
        params: list[Any] = [list(criteria), seat.response_id, seat.batch_id, seat.rater_id]
        cursor.execute(EARLIER, params)
        found = dict(cursor.fetchall())
    scores = Score.objects.filter(pk__in=found.values())
    known = scores.select_related("criterion__version", "level")
    by_id = {score.pk: score for score in known.prefetch_related("criterion__levels")}
    return {asked: by_id[pk] for asked, pk in found.items()}


def changed_since(seat: Assignment, criteria: Iterable[int]) -> dict[int, Changed]:
    """Of each criterion asked again, how its question has changed; nothing of the answers."""
    rows = Criterion.objects.filter(pk__in=list(criteria)).prefetch_related("levels")
    asked = {row.pk: row for row in rows}
    before = earlier_scores(seat, asked)
    return {
        pk: _changed(before[pk].criterion, row) if pk in before else Changed(None)
        for pk, row in asked.items()
    }


def earlier_answers(seat: Assignment, criteria: Iterable[int]) -> dict[int, Earlier]:
    """What the rater answered before, to be shown once the new answer is in."""
    return {
        pk: Earlier(score.criterion.version.number, _answer(score), score.rationale)
        for pk, score in earlier_scores(seat, criteria).items()
    }


def _changed(before: Criterion, now: Criterion) -> Changed:
    found = compare_criteria(criterion_of(before), criterion_of(now))
    fields = tuple(field for field in found.fields if field.change in SHOWN)
    return Changed(before.version.number, fields, found.scale_reasons)


def _answer(score: Score) -> str:
    if score.value is None:
        return str(Answer(score.answer).label)
    number = number_text(score.value)
    return f"{number} {score.level.label}" if score.level else number
