"""Where an expert's answers are not the known ones, as far as they may read what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from labeling.models import Answer, Level, User
from labeling.practice.results import NEAR
from labeling.strict_json import number_text

SHOWN = 50
# By the rules of `seen.shows_known`, for all seats of a person at once.
DIFFERING = f"""
    SELECT a.id, b.name, c.id, c.name, s.answer, s.value, g.value, count(*) OVER ()
    FROM labeling_assignment a
    JOIN labeling_batch b ON b.id = a.batch_id
    JOIN labeling_score s ON s.assignment_id = a.id AND s.superseded_by_id IS NULL
    JOIN labeling_rating t ON t.id = s.rating_id AND t.excluded_seq IS NULL
    JOIN labeling_criterion c ON c.id = s.criterion_id
    JOIN labeling_goldanswer g ON g.response_id = s.response_id AND g.lineage_id = s.lineage_id
        AND g.value IS NOT NULL
    WHERE a.rater_id = %(rater)s AND a.state = 'submitted'
        AND (b.kind = 'practice' OR b.shows_gold AND a.purpose = 'gold' OR b.state = 'closed')
        AND (b.kind = 'practice' OR NOT EXISTS (
            SELECT FROM labeling_queueentry q
            JOIN labeling_batch w ON w.id = q.batch_id AND w.state <> 'closed'
            JOIN labeling_membership m ON m.project_id = q.project_id
                AND m.user_id = a.rater_id AND m.role = 'expert'
            WHERE q.response_id = a.response_id AND NOT EXISTS (
                SELECT FROM labeling_assignment d
                WHERE d.batch_id = q.batch_id AND d.response_id = q.response_id
                    AND d.rater_id = a.rater_id AND d.state = 'submitted')))
        AND NOT EXISTS (
            SELECT FROM labeling_goldanswer n WHERE n.response_id = g.response_id
                AND n.lineage_id = g.lineage_id AND n.revision > g.revision)
        AND (s.value IS NULL OR abs(s.value - g.value) > CASE c.scale
            WHEN 'interval' THEN {NEAR} * (c.maximum - c.minimum) ELSE 0 END)
    ORDER BY a.id DESC, c.position LIMIT {SHOWN}
"""


@dataclass(frozen=True, slots=True)
class Differing:
    """One answer of one's own beside the known one; `seat` is where it can be appealed against."""

    seat: int
    batch: str
    criterion: str
    given: str
    known: str


def differing(rater: User) -> tuple[list[Differing], int]:
    """The latest of them, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, {"rater": rater.pk})
        rows = cursor.fetchall()
    levels = Level.objects.filter(criterion__in={row[2] for row in rows})
    labels = {(one.criterion_id, one.value): one.label for one in levels}
    return [_row(row, labels) for row in rows], rows[0][-1] if rows else 0


def _row(row: Sequence[Any], labels: dict[tuple[int, Decimal], str]) -> Differing:
    seat, batch, criterion, name, answer, given, known, _ = row
    told = str(Answer(answer).label) if given is None else labels.get((criterion, given))
    return Differing(
        seat,
        batch,
        name,
        told or number_text(given),
        labels.get((criterion, known)) or number_text(known),
    )
