"""The launcher's own decisions, without starting anything."""

import ast
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

import pytest

from rubricstudio.stack import environment, logs, manage, postgres, source, valkey
from rubricstudio.stack.accounts import Account, service_account
from rubricstudio.stack.home import Home
from rubricstudio.stack.keys import Keys
from rubricstudio.stack.occupancy import Occupancy
from rubricstudio.stack.refusal import Refusal

ROOT = Path(__file__).resolve().parents[2]


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


def test_the_launcher_needs_nothing_but_the_standard_library():
    imported = set()
    for path in (ROOT / "rubricstudio" / "stack").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module.split(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"rubricstudio", "benchmarks"}


def test_a_long_log_is_put_aside_while_a_service_writes_to_it(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "MOST_BYTES", 10)
    path = tmp_path / "web.log"
    with path.open("ab", buffering=0) as service:
        service.write(b"a long first line\n")
        logs.put_aside(path)
        service.write(b"second\n")
    assert path.read_text() == "second\n"
    assert (tmp_path / "web.log.1").read_text() == "a long first line\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another user")
def test_a_private_checkout_is_copied_for_the_services_without_what_is_not_source(monkeypatch):
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        checkout = folder / "checkout"
        (checkout / "var").mkdir(parents=True, mode=0o755)
        (checkout / "manage.py").write_text("source")
        (checkout / "var" / "state").write_text("not source")
        folder.chmod(0o711)
        checkout.chmod(0o700)
        monkeypatch.setattr(source, "ROOT", checkout)
        home = Home.at(folder / "home", service_account())
        copy = source.reachable(home)
        assert copy == home.path / "code"
        assert home.account.can_read(copy / "manage.py")
        assert not (copy / "var").exists()
        # What did not change is not copied again, so what was compiled beside it stays.
        (copy / "manage.pyc").touch()
        source.reachable(home)
        assert (copy / "manage.pyc").exists()
        (checkout / "manage.py").write_text("changed")
        source.reachable(home)
        assert (copy / "manage.py").read_text() == "changed"
        assert not (copy / "manage.pyc").exists()
    finally:
        shutil.rmtree(folder)


def test_a_changed_stylesheet_changes_the_static_files_digest_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "ROOT", tmp_path)
    (tmp_path / "app.css").write_text("a")
    (tmp_path / "models.py").write_text("b")
    before = [source.digest(source.FOR_STATIC_FILES), source.digest(source.FOR_DATABASE)]
    (tmp_path / "app.css").write_text("c")
    assert source.digest(source.FOR_STATIC_FILES) != before[0]
    assert source.digest(source.FOR_DATABASE) == before[1]


def test_imported_rows_are_looked_at_within_seconds_but_not_in_tests_that_truncate(home):
    durable = postgres.Postgres(Path("/bin"), home).service().command
    thrown_away = postgres.Postgres(Path("/bin"), home, durable=False).service().command
    assert "--autovacuum-naptime=15s" in durable
    assert "--autovacuum=off" in thrown_away


def test_only_a_database_that_is_thrown_away_may_lose_a_power_cut(home):
    durable = postgres.Postgres(Path("/bin"), home).service().command
    thrown_away = postgres.Postgres(Path("/bin"), home, durable=False).service().command
    assert "--fsync=on" in durable
    assert "--fsync=off" in thrown_away
    assert "--synchronous-commit=on" in durable
