"""Worked examples go on from version to version."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from labeling.models import RubricVersion

CARRY = """
    INSERT INTO labeling_workedexample (project_id, version_id, response_id, lineage_id, batch_id,
        position, source, value, extract, reason, by_id, created_at)
    SELECT project_id, %s, response_id, lineage_id, batch_id,
        position, source, value, extract, reason, by_id, created_at
    FROM labeling_workedexample WHERE version_id = %s
"""

# Into versions whose criteria stand already: only what they still ask goes on.
CARRY_MANY = """
    INSERT INTO labeling_workedexample (project_id, version_id, response_id, lineage_id, batch_id,
        position, source, value, extract, reason, by_id, created_at)
    SELECT e.project_id, t.version, e.response_id, e.lineage_id, e.batch_id,
        e.position, e.source, e.value, e.extract, e.reason, e.by_id, e.created_at
    FROM unnest(%s::bigint[], %s::bigint[]) AS t (version, latest)
    JOIN labeling_workedexample e ON e.version_id = t.latest
    WHERE EXISTS (SELECT FROM labeling_criterion c
        WHERE c.version_id = t.version AND c.lineage_id = e.lineage_id)
"""


def carry_examples(draft: RubricVersion, latest: RubricVersion) -> None:
    """A new draft begins with the examples of the version it was copied from."""
    with connection.cursor() as cursor:
        cursor.execute(CARRY, [draft.pk, latest.pk])


def carry_many(pairs: Sequence[tuple[RubricVersion, RubricVersion]]) -> None:
    """Many versions at once, each with the one before it; in one statement."""
    if not pairs:
        return
    new, latest = ([one.pk for one in side] for side in zip(*pairs, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(CARRY_MANY, [new, latest])


def same_examples(one: RubricVersion, other: RubricVersion) -> bool:
    """Whether two versions show the same examples in the same words."""
    said = ("response", "lineage", "position", "extract", "reason", "value")
    return list(one.examples.values_list(*said)) == list(other.examples.values_list(*said))
