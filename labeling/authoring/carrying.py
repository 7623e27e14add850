"""Worked examples go on from version to version."""

from __future__ import annotations

from django.db import connection

from labeling.models import RubricVersion

CARRY = """
    INSERT INTO labeling_workedexample (project_id, version_id, response_id, lineage_id, batch_id,
        position, source, value, extract, reason, by_id, created_at)
    SELECT project_id, %s, response_id, lineage_id, batch_id,
        position, source, value, extract, reason, by_id, created_at
    FROM labeling_workedexample WHERE version_id = %s
"""


def carry_examples(draft: RubricVersion, latest: RubricVersion) -> None:
    """A new draft begins with the examples of the version it was copied from."""
    with connection.cursor() as cursor:
        cursor.execute(CARRY, [draft.pk, latest.pk])


def same_examples(one: RubricVersion, other: RubricVersion) -> bool:
    """Whether two versions show the same examples in the same words."""
    said = ("response", "lineage", "position", "extract", "reason", "value")
    return list(one.examples.values_list(*said)) == list(other.examples.values_list(*said))
