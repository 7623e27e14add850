"""The scores of a batch as of a watermark, counted per unit in one GROUP BY."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from labeling.models import Batch, Criterion
from labeling.spec import ScaleType

# As of watermark W a score counts when its rating was there, and neither superseded, withdrawn
# nor excluded by then. Agreement counts ratings of fixed overlap only: others depend on earlier
# answers. What its seat was for stands in the rating, since the seat may have become another. What
# settles a unit counts the extra seats too: the posterior holds however many were asked for.
FIXED = ("fixed",)
SETTLING = ("fixed", "adaptive")
AS_OF = """
    FROM labeling_score s
    JOIN labeling_rating t ON t.id = s.rating_id
    WHERE s.batch_id = %(batch)s AND s.rating_id <= %(watermark)s
      AND (s.superseded_by_id IS NULL OR s.superseded_by_id > %(watermark)s)
      AND NOT t.withdrawn
"""
COUNTED = """
      AND t.purpose = ANY(%(purposes)s)
      AND (t.excluded_seq IS NULL OR t.excluded_seq > %(watermark)s)
"""
UNITS = f"""
    WITH unit AS (
        SELECT s.lineage_id, s.response_id, s.answer, s.value, count(*) AS n
        {AS_OF} {COUNTED}
        GROUP BY s.lineage_id, s.response_id, s.answer, s.value
    )
    SELECT u.lineage_id, u.response_id, r.item_id, g.kind, g.name, i.tags,
           u.answer, u.value, u.n
    FROM unit u
    JOIN labeling_response r ON r.id = u.response_id
    JOIN labeling_generator g ON g.id = r.generator_id
    JOIN labeling_item i ON i.id = r.item_id
    ORDER BY u.lineage_id, u.response_id, u.answer, u.value
"""
RATERS = f"""
    SELECT DISTINCT s.lineage_id, s.rater_id, g.kind, g.name, '{{}}'::text[]
    FROM (SELECT s.lineage_id, s.rater_id, s.response_id {AS_OF} {COUNTED}) s
    JOIN labeling_response r ON r.id = s.response_id
    JOIN labeling_generator g ON g.id = r.generator_id
"""
LEFT_OUT = f"""
    SELECT s.lineage_id,
           CASE WHEN t.excluded_seq <= %(watermark)s THEN 'rating excluded: ' || t.excluded_reason
                ELSE 'seat is ' || t.purpose || ', not fixed overlap' END AS reason,
           count(*)
    {AS_OF}
      AND (t.purpose <> ALL(%(purposes)s) OR t.excluded_seq <= %(watermark)s)
    GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """One response under one criterion: how often each answer was given."""

    response: int
    item: int
    generator_kind: str
    generator: str
    tags: tuple[str, ...]
    values: tuple[tuple[Decimal, int], ...]
    n_na: int
    n_cannot_assess: int

    @property
    def n(self) -> int:
        return sum(n for _, n in self.values)


@dataclass(frozen=True, slots=True)
class CriterionUnits:
    """All units of one criterion, with its declared scale."""

    criterion: Criterion
    units: tuple[Unit, ...]
    raters: frozenset[tuple[int, str, str]]
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def declared(self) -> tuple[Decimal, ...] | None:
        """The level values in order; None for an interval scale."""
        if self.criterion.scale == ScaleType.INTERVAL:
            return None
        return tuple(level.value for level in self.criterion.levels.all())

    def n_raters(self, keep: Callable[[str, str], bool]) -> int:
        return len({rater for rater, kind, name in self.raters if keep(kind, name)})


def criterion_units(
    batch: Batch, watermark: int, *, purposes: Sequence[str] = FIXED
) -> list[CriterionUnits]:
    """Units of every criterion of the batch's rubric version, in its order; four queries."""
    params: dict[str, Any] = {
        "batch": batch.pk,
        "watermark": watermark,
        "purposes": list(purposes),
    }
    with connection.cursor() as cursor:
        cursor.execute(UNITS, params)
        units = _units(cursor.fetchall())
        cursor.execute(RATERS, params)
        raters: dict[int, set[tuple[int, str, str]]] = defaultdict(set)
        for lineage, rater, kind, name, _ in cursor.fetchall():
            raters[lineage].add((rater, kind, name))
        cursor.execute(LEFT_OUT, params)
        left_out: dict[int, dict[str, int]] = defaultdict(dict)
        for lineage, reason, n in cursor.fetchall():
            left_out[lineage][reason] = n
    criteria = Criterion.objects.filter(version=batch.rubric_version).prefetch_related("levels")
    return [
        CriterionUnits(
            criterion,
            tuple(units.get(lineage, ())),
            frozenset(raters[lineage]),
            dict(left_out[lineage]),
        )
        for criterion in criteria
        # Every stored criterion has a lineage; only one being made has none yet.
        if (lineage := criterion.lineage_id) is not None
    ]


def _units(rows: Iterable[tuple]) -> dict[int, list[Unit]]:
    gathered: dict[tuple[int, int], dict[str, Any]] = {}
    for lineage, response, item, kind, name, tags, answer, value, n in rows:
        unit = gathered.setdefault(
            (lineage, response),
            {"head": (response, item, kind, name, tuple(tags)), "values": [], "NA": 0, "?": 0},
        )
        if answer == "scored":
            unit["values"].append((value, n))
        else:
            unit["NA" if answer == "NA" else "?"] += n
    by_lineage: dict[int, list[Unit]] = defaultdict(list)
    for (lineage, _), unit in gathered.items():
        response, item, kind, name, tags = unit["head"]
        values = tuple(unit["values"])
        made = Unit(response, item, kind, name, tags, values, unit["NA"], unit["?"])
        by_lineage[lineage].append(made)
    return by_lineage
