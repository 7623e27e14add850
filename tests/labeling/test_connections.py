"""A kept connection is looked at before a request, without asking the server."""

import psycopg
import pytest
from django.db import connections

from tests.conftest import application_connection


@pytest.fixture
def kept(transactional_db):
    """A connection of its own, as a thread of the web server keeps one, with its check due."""
    own = connections["default"].copy()
    own.ensure_connection()
    own.health_check_enabled, own.health_check_done = True, False
    yield own
    own.close()


def statement(connection):
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_standing_connection_is_not_asked(kept, monkeypatch):
    before = kept.connection.info.backend_pid
    asked = []
    execute = type(kept.connection).execute
    monkeypatch.setattr(
        type(kept.connection), "execute", lambda *a, **k: asked.append(a) or execute(*a, **k)
    )
    assert statement(kept) == before
    assert asked == []


def test_a_session_that_the_server_ended_is_opened_anew(kept):
    before = kept.connection.info.backend_pid
    with application_connection() as other:
        other.execute("select pg_terminate_backend(%s, 10000)", [before])
    assert statement(kept) not in (None, before)


def test_a_closed_one_is_opened_anew(kept):
    before = kept.connection.info.backend_pid
    kept.connection.close()
    assert statement(kept) != before


def test_what_the_server_had_to_say_ends_nothing(kept):
    """A notice lies in the socket: the server is asked, and the connection goes on."""
    before = kept.connection.info.backend_pid
    with kept.cursor() as cursor:
        cursor.execute("listen news")
    with application_connection() as other:
        other.autocommit = True
        other.execute("notify news")
    kept.health_check_done = False
    assert statement(kept) == before


def test_a_transaction_that_failed_is_not_asked_more(kept):
    """As Django has it: its connection is opened anew rather than kept with the error."""
    kept.connection.autocommit = False
    with pytest.raises(psycopg.Error):
        kept.connection.execute("select 1 / 0")
    assert not kept.is_usable()
