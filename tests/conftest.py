"""The stage of every test: a database owned by the owner's role, used by the application's."""

import gc
import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.db import connections
from django.test import Client, TransactionTestCase
from django.test.utils import setup_databases
from hypothesis import settings as hypothesis_settings

from evals import leases
from labeling.models import Project, User
from labeling.views import submissions
from rubricstudio.celery import app
from tests import factories

SHARED = Path(os.environ.get("RS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# An example may take as long as it takes: the machine may have other things to do.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")


def _connection(alias: str, **kwargs: object) -> psycopg.Connection:
    database = settings.DATABASES[alias]
    return psycopg.connect(
        host=database.get("OPTIONS", {}).get("host") or database["HOST"] or None,
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"] or None,
        dbname=connections["owner"].settings_dict["NAME"],
        autocommit=True,
        **kwargs,
    )


def owner_connection(**kwargs: object) -> psycopg.Connection:
    """A raw connection of the owner's role to the test database, in autocommit."""
    return _connection("owner", **kwargs)


def application_connection(**kwargs: object) -> psycopg.Connection:
    """A raw connection of the application's role to the test database, in autocommit."""
    return _connection("default", **kwargs)


def empty_database() -> None:
    """Truncate as the owner: the application's role may not, and that is the point."""
    with owner_connection() as owner:
        tables = owner.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
        names = ", ".join(f'"{name}"' for (name,) in tables if name not in KEPT)
        owner.execute(f"truncate {names} restart identity cascade")
    # The same keys will mean others, which they never do where people work.
    submissions.known_versions.clear()


def _teardown(self: TransactionTestCase) -> None:
    empty_database()


def pytest_collection_finish() -> None:
    """Look for garbage seldom: nearly all there is, modules above all, lasts as long as the run."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


TransactionTestCase._fixture_teardown = _teardown  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> None:
    """One test database, made and migrated by the owner whatever a test asks for.

    It is not dropped: its server lasts as long as the run.
    """
    with django_db_blocker.unblock():
        setup_databases(verbosity=0, interactive=False, aliases=None)


@pytest.fixture(autouse=True, scope="session")
def _no_heartbeat() -> None:
    """Runs are not kept alive unless a test says so: that is done from another connection.

    What a test has written in its transaction is not seen there. A run that took longer than a beat
    would believe that it was taken over.
    """
    leases.BEATS = 1e-6


@pytest.fixture(autouse=True)
def _same_celery_app() -> Iterator[None]:
    """No test leaves another app behind, which all tasks of the tests after it would go to."""
    yield
    assert current_app._get_current_object() is app, "use Celery(…, set_as_current=False)"


@pytest.fixture
def shared_data() -> Path:
    if not (SHARED / "data").is_dir():
        pytest.skip("the shared data folder is not on this machine")
    return SHARED / "data"


@pytest.fixture
def own(request: pytest.FixtureRequest, db: None) -> Any:
    """What the module has made once (`prepared`), as objects of the test's own."""
    return deepcopy(request.getfixturevalue("prepared"))


@pytest.fixture
def project(request: pytest.FixtureRequest, db: None) -> Project:
    if "prepared" in request.fixturenames:
        return request.getfixturevalue("own").project
    return factories.project()


@pytest.fixture
def ana(project: Project) -> User:
    """An expert of the project."""
    return factories.member(project, "ana", "expert")


@pytest.fixture
def ben(project: Project) -> User:
    """A second expert of the project."""
    return factories.member(project, "ben", "expert")


@pytest.fixture
def amy(project: Project) -> User:
    """An author of the project."""
    return factories.member(project, "amy", "author")


@pytest.fixture
def carol(project: Project) -> User:
    """The project's admin."""
    return factories.member(project, "carol", "admin")


@pytest.fixture
def dan(db: None) -> User:
    """A stranger: a user of the server who belongs to another project."""
    return factories.member(factories.project(slug="elsewhere"), "dan", "admin")


@pytest.fixture
def as_user(client: Client) -> Callable[[User], Client]:
    def log_in(user: User) -> Client:
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def raw() -> Callable[..., None]:
    """Run raw SQL as the application's role inside the test's own transaction."""

    def execute(sql: str, *params: object) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(sql, params)

    return execute


@pytest.fixture
def refused() -> Callable[..., object]:
    """`with refused("rule_name"):` the database refuses, and names the rule."""
    from contextlib import contextmanager

    from django.db import DatabaseError, transaction

    @contextmanager
    def expect(rule: str) -> Iterator[None]:
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            yield
        diagnostics = getattr(caught.value.__cause__, "diag", None)
        named = (diagnostics.constraint_name if diagnostics else None) or str(caught.value)
        assert re.search(rule, named), f"{rule} expected, got {named}: {caught.value}"

    return expect
