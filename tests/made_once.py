"""Rows made once for all tests of a module: what a test changes in them is undone after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from labeling.models import Project
from tests import factories


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


def prepared_by(make: Callable[[Project], Any], *, slug: str = "prepared") -> Any:
    """The fixture `prepared` of a module: what is made of a project, which knows its `project`.

    A test that asks for it has a copy in `own`, and `project` is that of the copy. Others have
    their own project as ever, beside which this one needs another `slug`.
    """

    @pytest.fixture(scope="module")
    def prepared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
        with made_once(django_db_blocker):
            yield make(factories.project(slug))

    return prepared
