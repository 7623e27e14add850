"""What the launcher says when it cannot go on: one plain sentence each."""

import errno
import os
import shutil
import socket

import pytest

from rubricstudio.stack import refusal
from rubricstudio.stack.refusal import Refusal
from rubricstudio.stack.servers import servers_are_given
from rubricstudio.stack.up import refuse_taken_port


def test_a_taken_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} is taken by another programme"):
            refuse_taken_port(port)
    refuse_taken_port(port)


def test_some_addresses_without_the_others_are_refused(monkeypatch):
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    assert not servers_are_given()
    monkeypatch.setenv("BROKER_URL", "redis://queue")
    with pytest.raises(Refusal, match="DATABASE_URL, MIGRATION_DATABASE_URL is missing"):
        servers_are_given()
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db/x")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", "postgres://owner@db/x")
    assert servers_are_given()


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "No permission for /x")],
)
def test_an_error_of_the_system_is_said_in_words(number, said):
    assert refusal.in_words(OSError(number, os.strerror(number), "/x")).startswith(said)


def test_a_programme_that_ran_out_of_disk_is_understood():
    told = refusal.check_output(
        "Collecting django\nERROR: [Errno 28] No space left on device\n",
        doing="installing the packages",
        log="/x.log",
    )
    assert str(told).startswith("The disk is full; free some space")


def test_another_failure_shows_the_line_that_names_the_error():
    told = refusal.check_output(
        "Looking\nERROR: No matching distribution found for django==6.1.3\n\n",
        doing="installing the packages",
        log="/x.log",
    )
    assert "No matching distribution found for django==6.1.3" in str(told)
    assert "/x.log" in str(told)


def test_the_database_says_a_full_disk_in_its_own_words():
    told = refusal.check_output(
        "FATAL:  could not extend file\nHINT:  Check free disk space.\ninitdb: removing contents\n",
        doing="making the database",
        log="/x.log",
    )
    assert str(told).startswith("The disk is full")


def test_a_python_failure_shows_its_last_line():
    told = refusal.check_output(
        "Traceback:\n  raise E\nImproperlyConfigured: SECRET_KEY must be set\n",
        doing="running migrate",
        log="/x.log",
    )
    assert "ImproperlyConfigured: SECRET_KEY must be set (" in str(told)


def test_a_copy_of_many_files_onto_a_full_disk_is_one_sentence():
    many = shutil.Error([("a", "b", "[Errno 28] No space left on device: 'a' -> 'b'")] * 500)
    assert len(refusal.in_words(many)) < 200
