"""Reading one moment of the database, however long the reading takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """A read-only transaction that sees no change made after its first query."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        # Within a transaction that has read already the level cannot change any more.
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
