"""The launcher's own decisions, without starting anything."""

import errno
import os
import shutil
import socket
import stat
from pathlib import Path

import pytest

from stack import environment, manage, postgres, refusal, valkey
from stack.accounts import Account, service_account
from stack.home import Home
from stack.keys import Keys
from stack.occupancy import Occupancy
from stack.refusal import Refusal
from stack.servers import servers_are_given
from stack.up import refuse_taken_port


@pytest.fixture
def ourselves() -> Account:
    return Account("us", os.geteuid(), os.getegid(), dropped=False)


@pytest.fixture
def home(tmp_path, ourselves) -> Home:
    return Home.at(tmp_path / "home", ourselves)


def test_the_key_of_an_environment_changes_with_the_lock_and_with_the_python():
    keys = {
        environment.key(lock, python)
        for lock in (b"django==1", b"django==2")
        for python in ("/usr/bin/python3", "/opt/python3")
    }
    assert len(keys) == 4
    assert environment.key(b"django==1", "/usr/bin/python3") in keys


def test_secrets_are_readable_by_their_owner_alone(tmp_path):
    path = tmp_path / "secrets.json"
    os.umask(0o022)
    made = Keys.of(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keys.of(path) == made


def test_two_installations_never_share_a_secret(tmp_path):
    one, other = Keys.of(tmp_path / "one"), Keys.of(tmp_path / "other")
    assert one.secret_key != other.secret_key
    assert one.owner_password != one.app_password != other.app_password


def test_the_database_is_addressed_by_its_socket_folder(home):
    database = postgres.Postgres(Path("/bin"), home)
    url = database.url("rubricstudio_app", "a/b@c")
    expected = f"postgres://rubricstudio_app:a%2Fb%40c@/rubricstudio?host={home.sockets}"
    assert url == expected


def test_the_address_reads_the_same_in_settings(home):
    environ = pytest.importorskip("environ")
    read = environ.Env.db_url_config(
        postgres.Postgres(Path("/bin"), home).url("rubricstudio_app", "a/b@c")
    )
    assert (read["USER"], read["PASSWORD"], read["NAME"]) == (
        "rubricstudio_app",
        "a/b@c",
        "rubricstudio",
    )
    assert read["OPTIONS"]["host"] == str(home.sockets)


def test_sockets_of_a_deep_home_lie_in_a_short_private_folder(tmp_path, ourselves):
    deep = Home.at(tmp_path / ("d" * 120), ourselves)
    longest = deep.sockets / postgres.SOCKET
    assert len(str(longest)) < 100
    assert stat.S_IMODE(deep.sockets.stat().st_mode) == 0o700
    deep.sockets.rmdir()


def test_the_broker_is_addressed_by_its_socket(home):
    assert valkey.url(home).startswith("redis+socket:///")
    assert valkey.url(home).endswith("/valkey.sock")


def test_the_broker_listens_on_no_port_and_drops_no_task(home):
    command = valkey.service(Path("valkey-server"), home).command
    assert command[command.index("--port") + 1] == "0"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"


def test_the_database_keeps_what_it_acknowledged_and_listens_on_no_port(home):
    command = postgres.Postgres(Path("/bin"), home).service().command
    assert {"--fsync=on", "--synchronous-commit=on", "--listen-addresses="} <= set(command)


def test_nobody_can_log_in_as_the_superuser():
    lines = [line for line in postgres.ACCESS.splitlines() if not line.startswith("#")]
    assert lines == ["local  all  rubricstudio_owner,rubricstudio_app  scram-sha-256"]


def test_a_taken_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} is taken by another programme"):
            refuse_taken_port(port)
    refuse_taken_port(port)


def test_a_home_in_use_is_refused_with_the_name_of_its_user(home):
    first = Occupancy(home, "./run up")
    first.take()
    first.say("ready")
    second = Occupancy(home, "./run up")
    with pytest.raises(Refusal, match=rf"in use by ./run up \(process {os.getpid()}\) ready"):
        second.take()
    first.release()
    second.take()
    second.release()


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


def test_only_a_leading_home_is_ours_the_rest_is_the_commands():
    assert manage.split(["--home", "/a", "load", "P"]) == ("/a", ["load", "P"])
    assert manage.split(["--home=/a", "load"]) == ("/a", ["load"])
    assert manage.split(["load", "--home", "/a"]) == (None, ["load", "--home", "/a"])


def test_a_folder_of_another_user_is_not_taken_over(tmp_path, ourselves):
    home = Home.at(tmp_path / "home", ourselves)
    target = tmp_path / "elsewhere"
    target.mkdir()
    (home.path / "storage").rmdir()
    (home.path / "storage").symlink_to(target)
    with pytest.raises(Refusal, match="belongs to somebody else"):
        Home.at(home.path, ourselves)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another user")
def test_root_never_serves_as_root(monkeypatch):
    monkeypatch.delenv("RS_USER", raising=False)
    account = service_account()
    assert account.dropped
    assert account.uid != 0
    monkeypatch.setenv("RS_USER", "root")
    with pytest.raises(Refusal, match="There is no ordinary user root"):
        service_account()


def test_the_database_says_a_full_disk_in_its_own_words():
    told = refusal.check_output(
        "FATAL:  could not extend file\nHINT:  Check free disk space.\ninitdb: removing contents\n",
        doing="making the database",
        log="/x.log",
    )
    assert str(told).startswith("The disk is full")


def test_a_python_failure_shows_its_last_line():
    told = refusal.check_output(
        "Traceback (most recent call last):\n  raise E\nImproperlyConfigured: SECRET_KEY must be set\n",
        doing="running migrate",
        log="/x.log",
    )
    assert "ImproperlyConfigured: SECRET_KEY must be set (" in str(told)


def test_a_copy_of_many_files_onto_a_full_disk_is_one_sentence():
    many = shutil.Error([("a", "b", "[Errno 28] No space left on device: 'a' -> 'b'")] * 500)
    assert len(refusal.in_words(many)) < 200
