"""What is settled of a project's units beside its ratings: rulings and known answers."""

from __future__ import annotations

from django.db import connection

from evals.reliability.settled import Ruling

# The newest ruling on each unit of the project; a gold unit may have been ruled on elsewhere.
RULINGS = """
    SELECT DISTINCT ON (j.response_id, j.lineage_id)
           j.response_id, j.lineage_id, j.ruling, j.reason
    FROM labeling_adjudication j
    WHERE j.project_id = %(project)s AND j.id <= %(through)s
    ORDER BY j.response_id, j.lineage_id, j.id DESC
"""
# The known answers as they stand after the revision `through`, whatever batch they are asked in.
KNOWN = """
    SELECT k.response_id, k.lineage_id, k.value FROM (
        SELECT DISTINCT ON (g.response_id, g.lineage_id) g.response_id, g.lineage_id, g.value
        FROM labeling_goldanswer g
        WHERE g.project_id = %(project)s AND g.id <= %(through)s
        ORDER BY g.response_id, g.lineage_id, g.revision DESC) k
    WHERE k.value IS NOT NULL
"""


def last_ruling(project_id: int) -> int:
    """The highest adjudication there is: later ones are not taken into account."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), 0) FROM labeling_adjudication WHERE project_id = %s",
            [project_id],
        )
        return cursor.fetchone()[0]


def last_known(project_id: int) -> int:
    """The highest revision of a known answer there is: later ones are not taken into account."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), 0) FROM labeling_goldanswer WHERE project_id = %s",
            [project_id],
        )
        return cursor.fetchone()[0]


def rulings(project_id: int, through: int) -> dict[tuple[int, int], Ruling]:
    """The newest ruling on each unit by (response, lineage); None leaves the unit open."""
    with connection.cursor() as cursor:
        cursor.execute(RULINGS, {"project": project_id, "through": through})
        return {
            (response, lineage): Ruling(None if value is None else float(value), reason)
            for response, lineage, value, reason in cursor.fetchall()
        }


def known_answers(project_id: int, through: int) -> dict[tuple[int, int], float]:
    """The known answer of each unit that has one, by (response, lineage)."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"project": project_id, "through": through})
        return {(response, lineage): float(value) for response, lineage, value in cursor.fetchall()}
