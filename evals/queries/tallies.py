"""What stands beside the counts of units: raters, what was left out, and what was touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from evals.queries.extents import Extent, id_array
from evals.queries.slice_bits import mask_of, slice_params
from evals.queries.unit_places import ITEMS
from evals.reliability.bootstrap import ITEMS_MIN
from evals.slices import METADATA, METADATA_FIELDS_MAX, VALUE_LENGTH_MAX, VALUES_MAX, Slice
from labeling.models import Generator

RATERS = """
    SELECT s.criterion_id, s.rater_id, {generator}, {mask}, count(*)
    FROM labeling_score s {joins}
    WHERE {as_of} AND s.criterion_id = ANY (%(continuous)s) GROUP BY 1, 2, 3, 4
"""
STANDS = """
    s.batch_id = %(batch)s AND s.rating_id <= %(watermark)s
    AND (s.superseded_by_id IS NULL OR s.superseded_by_id > %(watermark)s)
"""
LEFT_OUT = f"""
    SELECT s.lineage_id, 'seat is ' || t.purpose || ', not fixed overlap', count(*)
    FROM labeling_score s JOIN labeling_rating t ON t.id = s.rating_id
    WHERE {STANDS} AND NOT s.counted AND s.rating_id <> ALL (%(excluded)s::bigint[])
    GROUP BY 1, 2
    UNION ALL
    SELECT s.lineage_id, 'rating excluded: ' || t.excluded_reason, count(*)
    FROM labeling_rating t JOIN labeling_score s ON s.rating_id = t.id
    WHERE t.batch_id = %(batch)s AND t.excluded_seq <= %(watermark)s AND {STANDS}
    GROUP BY 1, 2
"""
# A revision, a withdrawal and an import's correction are ratings of the same seat: whatever changed
# between two watermarks shows in a rating or an exclusion between them.
TOUCHED = """
    SELECT a.response_id FROM labeling_rating t
    JOIN labeling_assignment a ON a.id = t.assignment_id
    WHERE t.batch_id = %(batch)s AND t.id > %(since)s AND t.id <= %(watermark)s
    UNION
    SELECT a.response_id FROM labeling_rating t
    JOIN labeling_assignment a ON a.id = t.assignment_id
    WHERE t.batch_id = %(batch)s AND t.excluded_seq > %(since)s AND t.excluded_seq <= %(watermark)s
    LIMIT %(limit)s
"""
SIBLINGS = """
    SELECT r.id FROM labeling_response r WHERE r.item_id IN
        (SELECT o.item_id FROM labeling_response o WHERE o.id = ANY (%(responses)s::bigint[]))
"""
# Most projects have no items with tags or metadata, which one step of their index tells.
SLICEABLE = """
    SELECT project_id, id FROM labeling_item
    WHERE project_id BETWEEN %(project)s AND %(project)s AND (tags <> '{}' OR metadata <> '{}')
    ORDER BY project_id, id LIMIT 1
"""
TAGS = """
    SELECT tag FROM labeling_item i, unnest(i.tags) AS tag
    WHERE i.project_id = %(project)s AND (i.tags <> '{}' OR i.metadata <> '{}')
      AND length(tag) <= %(length)s
    GROUP BY tag HAVING count(*) >= %(items)s ORDER BY tag LIMIT %(limit)s
"""
METADATA_VALUES = """
    SELECT field, array_agg(value ORDER BY value) FROM (
        SELECT e.key AS field, i.metadata ->> e.key AS value, count(*) AS items
        FROM labeling_item i, jsonb_each(i.metadata) AS e
        WHERE i.project_id = %(project)s AND (i.tags <> '{}' OR i.metadata <> '{}')
          AND jsonb_typeof(e.value) IN ('string', 'number', 'boolean')
        GROUP BY 1, 2
    ) found
    GROUP BY field
    HAVING count(*) BETWEEN 2 AND %(limit)s AND sum(items) >= %(items)s * count(*)
      AND max(length(field || value)) <= %(length)s
      AND min(length(field)) > 0 AND min(length(value)) > 0 AND min(strpos(field, '=')) = 0
    ORDER BY field LIMIT %(fields)s
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """How many answers a rater gave to a criterion, on responses of one kind."""

    criterion: int
    rater: int
    generator: int
    mask: int
    n: int


def answered(
    extent: Extent, criteria: Sequence[int], on_items: Sequence[Slice], *, by_generator: bool
) -> list[Answered]:
    """Counted answers of every rater to some criteria; generators are 0 if they do not matter."""
    joined = by_generator or bool(on_items)
    sql = RATERS.format(
        generator="r.generator_id" if by_generator else "0::bigint",
        mask=mask_of(on_items),
        joins=("JOIN labeling_response r ON r.id = s.response_id " if joined else "")
        + (ITEMS if on_items else ""),
        as_of=extent.condition(),
    )
    with connection.cursor() as cursor:
        params = {**extent.params(), **slice_params(on_items), "continuous": list(criteria)}
        cursor.execute(sql, params)
        return [Answered(*row) for row in cursor.fetchall()]


def left_out(extent: Extent) -> dict[int, dict[str, int]]:
    """Scores of each lineage that do not count, by the reason in words."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(LEFT_OUT, extent.params())
        for lineage, reason, n in sorted(cursor.fetchall()):
            found[lineage][reason] = n
    return found


def touched(batch: int, since: int, watermark: int, *, limit: int) -> tuple[int, ...] | None:
    """Responses of the batch whose answers may differ; None when they are more than `limit`."""
    params = {"batch": batch, "since": since, "watermark": watermark, "limit": limit + 1}
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, params)
        found = tuple(pk for (pk,) in cursor.fetchall())
    return found if len(found) <= limit else None


def with_siblings(responses: Sequence[int]) -> tuple[int, ...]:
    """These responses and all others of their items."""
    with connection.cursor() as cursor:
        cursor.execute(SIBLINGS, {"responses": id_array(responses)})
        return tuple(pk for (pk,) in cursor.fetchall())


def generators_of(project: int) -> dict[int, tuple[str, str]]:
    """Kind and name of each generator of the project."""
    rows = Generator.objects.filter(project=project).order_by("pk")
    return {pk: (kind, name) for pk, kind, name in rows.values_list("pk", "kind", "name")}


def slices_of_items(project: int) -> list[Slice]:
    """Tags, and values of metadata fields, where they are categories: few, of several items."""
    params: dict[str, Any] = {
        "project": project,
        "length": VALUE_LENGTH_MAX,
        "limit": VALUES_MAX,
        "fields": METADATA_FIELDS_MAX,
        "items": ITEMS_MIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(SLICEABLE, params)
        if cursor.fetchone() is None:
            return []
        cursor.execute(TAGS, {**params, "limit": VALUES_MAX + 1})
        tags = [tag for (tag,) in cursor.fetchall() if tag]
        cursor.execute(METADATA_VALUES, params)
        fields = cursor.fetchall()
    named = [Slice("tag", tag) for tag in tags] if len(tags) <= VALUES_MAX else []
    return named + [Slice(METADATA + name, value) for name, values in fields for value in values]
