"""Set-based answers to: is this line new, the same as another, or in conflict with it?"""

from __future__ import annotations

from typing import Any

from labeling.importing.context import Loading
from labeling.importing.faults import TABLE

# What is found in SQL is told by its message and what is put in, and said where it is read.
TOLD = "jsonb_build_object('message', jsonb_build_object('text', %s::text, 'values', put_in))::text"


def reject(
    loading: Loading,
    kind: str,
    field: str,
    table: str,
    where: str,
    message: str,
    *values: Any,
    **put_in: str,
) -> int:
    """Take the lines for which `where` holds out of the table.

    `message` is a sentence for translators, `put_in` what stands in it: SQL over `p`, by name.
    """
    named = ", ".join(f"'{name}', {sql}" for name, sql in put_in.items())
    loading.cursor.execute(
        f"WITH gone AS (DELETE FROM {table} p WHERE {where}"
        f" RETURNING p.line, jsonb_build_object({named}) AS put_in)"
        f" INSERT INTO {TABLE} SELECT %s, line, %s, '', {TOLD} FROM gone",
        [*values, kind, field, message],
    )
    return loading.cursor.rowcount


def drop(loading: Loading, table: str, where: str, *values: Any) -> int:
    """Take out the lines that say what is known already; how many they were."""
    loading.cursor.execute(f"DELETE FROM {table} p WHERE {where}", values)
    return loading.cursor.rowcount


def drop_repeats(
    loading: Loading,
    kind: str,
    field: str,
    table: str,
    *,
    identity: str,
    content: str,
    message: str,
) -> int:
    """Lines that repeat an earlier one: dropped when they say the same, else rejected.

    `message` is a sentence for translators with the earlier `line`.
    """
    keys = [key.strip() for key in identity.split(",")]
    matching = " AND ".join(f"p.{key} = f.{key}" for key in keys)
    loading.cursor.execute(
        f"""
        WITH first AS (
            SELECT {identity}, min(line) AS line, (array_agg({content} ORDER BY line))[1] AS content
            FROM {table} p GROUP BY {identity} HAVING count(*) > 1
        ), gone AS (
            DELETE FROM {table} p USING first f WHERE {matching} AND p.line > f.line
            RETURNING p.line, jsonb_build_object('line', f.line) AS put_in,
                {content} = f.content AS same
        ), told AS (
            INSERT INTO {TABLE} SELECT %s, line, %s, '', {TOLD} FROM gone WHERE NOT same
        )
        SELECT count(*) FILTER (WHERE same) FROM gone
        """,
        [kind, field, message],
    )
    return loading.cursor.fetchone()[0]
