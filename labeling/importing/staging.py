"""Temporary tables that lines are copied into before anything real is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper


def fresh(cursor: CursorWrapper, table: str, columns: Mapping[str, str]) -> None:
    """An empty temporary table, gone at the end of the transaction."""
    described = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    cursor.execute(f"CREATE TEMP TABLE {table} ({described}) ON COMMIT DROP")


def fresh_from(
    cursor: CursorWrapper, table: str, query: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> None:
    """A temporary table of a query's rows, with statistics for the planner."""
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    cursor.execute(f"CREATE TEMP TABLE {table} ON COMMIT DROP AS {query}", values)
    cursor.execute(f"ANALYZE {table}")


def copy(
    cursor: CursorWrapper, table: str, columns: Iterable[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Stream the rows into the table; how many they were."""
    names = ", ".join(columns)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as target:
        for row in rows:
            target.write_row(row)
    return cursor.rowcount
