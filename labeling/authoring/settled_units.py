"""Settled units of closed batches: what worked examples may be taken from.

A unit is settled by the last ruling on it, else when all of two or more experts gave one answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from labeling.models import Batch, Criterion, RubricVersion, User

PAGE = 20
EXTRACT = 600

# Walked along the index by response, so that a page costs the same in a batch of any size.
# `blind`: batches in which the person rates; nothing of their items is told.
UNITS = """
    SELECT u.response_id, u.value, u.source, u.experts, r.output, i.external_id
    FROM (
        SELECT s.response_id, min(s.value) AS value, 'agreement' AS source, count(*) AS experts
        FROM labeling_score s JOIN labeling_rating g ON g.id = s.rating_id
        WHERE s.batch_id = %(batch)s AND s.lineage_id = %(lineage)s
            AND s.superseded_by_id IS NULL AND g.excluded_seq IS NULL
            -- The same expert asked a second time is no second expert, nor is an adjudicator.
            AND g.purpose NOT IN ('repeat', 'adjudication')
            AND s.response_id > %(after)s
            AND (%(response)s::bigint IS NULL OR s.response_id = %(response)s)
            AND NOT EXISTS (SELECT FROM labeling_adjudication j
                WHERE j.batch_id = s.batch_id AND j.response_id = s.response_id
                    AND j.lineage_id = s.lineage_id)
        GROUP BY s.response_id
        HAVING count(*) >= 2 AND count(s.value) = count(*) AND min(s.value) = max(s.value)
        UNION ALL
        SELECT l.response_id, l.ruling, 'ruling', 1 FROM (
            SELECT DISTINCT ON (j.response_id) j.response_id, j.ruling, j.reason
            FROM labeling_adjudication j
            WHERE j.batch_id = %(batch)s AND j.lineage_id = %(lineage)s
                AND j.response_id > %(after)s
                AND (%(response)s::bigint IS NULL OR j.response_id = %(response)s)
            ORDER BY j.response_id, j.revision DESC) l
        WHERE l.ruling IS NOT NULL AND l.reason <> 'legitimate'
    ) u
    JOIN labeling_response r ON r.id = u.response_id
    JOIN labeling_item i ON i.id = r.item_id
    WHERE r.withheld IS NULL AND r.output <> ''
        AND (%(value)s::numeric IS NULL OR u.value = %(value)s)
        AND NOT EXISTS (SELECT FROM labeling_workedexample e
            WHERE e.version_id = %(version)s AND e.response_id = u.response_id
                AND e.lineage_id = %(lineage)s)
        AND NOT EXISTS (SELECT FROM labeling_batch b
            JOIN labeling_rubricversion v ON v.id = b.rubric_version_id
            WHERE b.state <> 'closed' AND v.rubric_id = %(rubric)s AND (
                EXISTS (SELECT FROM labeling_queueentry q
                    WHERE q.batch_id = b.id AND q.response_id = u.response_id)
                OR EXISTS (SELECT FROM labeling_assignment a
                    WHERE a.batch_id = b.id AND a.response_id = u.response_id)))
        AND NOT EXISTS (SELECT FROM labeling_response o
            WHERE o.item_id = r.item_id AND (
                EXISTS (SELECT FROM labeling_queueentry q
                    WHERE q.batch_id = ANY (%(blind)s) AND q.response_id = o.id)
                OR EXISTS (SELECT FROM labeling_assignment a
                    WHERE a.batch_id = ANY (%(blind)s) AND a.response_id = o.id)))
    ORDER BY u.response_id LIMIT %(limit)s
"""
# Reasons for this answer alone: asked a second time, or before ruling, one may argue for another.
NOTE = """
    SELECT coalesce(
        (SELECT j.note FROM labeling_adjudication j
         WHERE j.batch_id = %(batch)s AND j.response_id = %(response)s
            AND j.lineage_id = %(lineage)s ORDER BY j.revision DESC LIMIT 1),
        (SELECT s.rationale FROM labeling_score s JOIN labeling_rating g ON g.id = s.rating_id
         WHERE s.batch_id = %(batch)s AND s.response_id = %(response)s
            AND s.lineage_id = %(lineage)s AND s.superseded_by_id IS NULL
            AND g.excluded_seq IS NULL AND s.rationale <> ''
            AND g.purpose NOT IN ('repeat', 'adjudication') AND s.value = %(value)s
         ORDER BY length(s.rationale) DESC, s.id LIMIT 1),
        '')
"""


@dataclass(frozen=True, slots=True)
class SettledUnit:
    """A response under a criterion, and the answer that holds there."""

    response: int
    value: Decimal
    source: str
    experts: int
    output: str
    item: str

    @property
    def extract(self) -> str:
        """What is quoted to begin with: all of a short response, else its first words."""
        return beginning(self.output)


def closed_batches(version: RubricVersion) -> list[Batch]:
    """Batches of the rubric that units may come from: practice first, the newest of each first."""
    closed = Batch.objects.filter(
        rubric_version__rubric=version.rubric_id, state=Batch.State.CLOSED
    )
    found = closed.order_by("-closed_at", "-pk")
    return sorted(found, key=lambda batch: batch.kind != Batch.Kind.PRACTICE)


def settled_units(
    version: RubricVersion,
    batch: Batch,
    criterion: Criterion,
    *,
    by: User,
    value: Decimal | None = None,
    response: int | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> list[SettledUnit]:
    """Units that may become worked examples of the draft, in the order of their responses."""
    params: dict[str, Any] = {
        "version": version.pk,
        "rubric": version.rubric_id,
        "batch": batch.pk,
        "lineage": criterion.lineage_id,
        "value": value,
        "response": response,
        "after": after,
        "limit": limit,
        "blind": _blind(version, by),
    }
    with connection.cursor() as cursor:
        cursor.execute(UNITS, params)
        return [SettledUnit(*row) for row in cursor]


def reason_given(batch: Batch, unit: SettledUnit, criterion: Criterion) -> str:
    """What was said for the answer: the ruling's note, else the fullest reason of an expert."""
    params = {
        "batch": batch.pk,
        "response": unit.response,
        "lineage": criterion.lineage_id,
        "value": unit.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTE, params)
        return cursor.fetchone()[0]


def beginning(output: str) -> str:
    """The text up to the last word that fits, word for word."""
    if len(output) <= EXTRACT:
        return output
    cut = output.rfind(" ", EXTRACT // 2, EXTRACT)
    return output[: cut if cut > 0 else EXTRACT]


def _blind(version: RubricVersion, by: User) -> Sequence[int]:
    blind = Batch.objects.hiding(by, "gold").filter(project=version.project_id)
    return list(blind.values_list("pk", flat=True))
