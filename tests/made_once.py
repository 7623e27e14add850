"""Rows made once for all tests of a module: what a test changes in them is undone after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def made_once(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows made inside stay until the end; each test inside runs in a savepoint.

    Not for modules with tests on many connections, which do not see these rows, nor for those
    that measure time by the database's `now()`, which stands still meanwhile. Objects change with
    the tests that hold them: hand out copies.
    """
    around = transaction.atomic()
    # As pytest-django's own: what wants to be the outermost transaction may run inside.
    around._from_testcase = True  # type: ignore[attr-defined]
    with blocker.unblock(), around:
        yield
        transaction.set_rollback(True)
