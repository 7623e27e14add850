"""The launcher under fire: real processes, really killed.

These come last of the modules that share a stack, since some leave it down.
"""

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.faults.firing import Fire
from tests.faults.invariants import connect
from tests.faults.running_stack import (
    PATIENCE,
    ROOT,
    RunningStack,
    all_gone,
    environ,
    eventually,
    run,
)

pytestmark = pytest.mark.faults


@pytest.fixture
def up(under_fire: Fire) -> RunningStack:
    return under_fire.stack


@pytest.fixture(scope="module")
def home(fired_at: Fire) -> Path:
    return fired_at.stack.home


def test_a_taken_port_is_refused_in_one_sentence_before_anything_is_made(tmp_path):
    home = tmp_path / "home"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("up", "--port", str(port), home=home)
    assert done.returncode == 1
    expected = f"run: Port {port} is taken by another programme; choose one with --port.\n"
    assert done.stderr == expected
    assert not home.exists()


def test_ready_is_said_once_readyz_answers(up):
    assert up.said == f"ready: http://127.0.0.1:{up.port}/"
    assert eventually(up.is_ready, seconds=60)


def test_no_service_runs_as_root(up):
    services = [child for child in up.supervisor.children() if child.name() != "python3"]
    running = [
        child.uids().real
        for child in services
        if " -m rubricstudio.stack " not in " ".join(child.cmdline())
    ]
    assert len(running) == 5
    assert 0 not in running


def test_a_second_up_on_the_same_home_is_refused(up, home):
    done = run("up", "--port", str(up.port + 1), home=home)
    assert done.returncode == 1
    assert f"{home} is in use by ./run up (process {up.process.pid}) ready" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_command_uses_the_running_stack_and_keeps_stdout_for_itself(up, home):
    before = {child.pid for child in up.supervisor.children()}
    done = run("manage", "showmigrations", "--plan", "--database", "owner", home=home)
    assert done.returncode == 0
    assert all(line.startswith("[X]") for line in done.stdout.splitlines())
    assert {child.pid for child in up.supervisor.children()} == before


def test_a_failing_command_gives_its_own_exit_code(up, home):
    done = run("manage", "no_such_command", home=home)
    assert done.returncode == 1
    assert "no_such_command" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "word", ["celery -A rubricstudio worker", "valkey-server", "rubricstudio.web"]
)
def test_a_killed_service_is_started_again(up, word):
    old = up.service(word)
    family = [old, *old.children(recursive=True)]
    old.kill()
    assert eventually(lambda: up.has_new(word, old))
    assert all_gone(family)
    assert eventually(up.is_ready)


def test_a_killed_postmaster_comes_back(up):
    old = up.service("bin/postgres")
    for process in [old, *old.children(recursive=True)]:
        process.kill()
    assert eventually(lambda: up.has_new("bin/postgres", old))
    assert eventually(up.is_ready)


def test_nothing_outlives_a_killed_supervisor_and_the_next_start_takes_over(up):
    family = up.supervisor.children(recursive=True)
    up.stop(signal.SIGKILL)
    assert up.start() == f"ready: http://127.0.0.1:{up.port}/"
    assert all_gone(family)
    # What the worker before last said does not count: the one that runs now has spoken.
    worker = up.service("celery -A rubricstudio worker")
    with connect(up.home) as database:
        (heard,) = database.execute("select heard_at from labeling_heartbeat").fetchone()
    assert heard.timestamp() > worker.create_time()


def test_term_stops_everything_cleanly(up):
    family = up.supervisor.children(recursive=True)
    assert up.stop(signal.SIGTERM) == 0
    assert all_gone(family)
    assert "database system is shut down" in (up.home / "logs" / "postgres.log").read_text()


def test_a_command_brings_its_own_services_when_none_run(fired_at, home):
    if fired_at.stack.process.poll() is None:
        fired_at.stack.stop()
    done = run("manage", "check", home=home)
    assert done.returncode == 0
    assert "System check identified no issues" in done.stdout + done.stderr
    assert not (home / "sockets" / "valkey.sock").exists()


def test_a_stopped_service_cannot_outlive_a_killed_supervisor(up):
    # A frozen process takes no gentle signal, so only the watchdog's last resort ends it.
    worker = up.service("celery -A rubricstudio worker")
    worker.suspend()
    up.stop(signal.SIGKILL)
    assert eventually(lambda: all_gone([worker]))


def test_some_but_not_all_addresses_are_refused(home):
    command = [str(ROOT / "run"), "up", "--home", str(home), "--port", "1"]
    env = environ() | {"DATABASE_URL": "postgres://a@b/c"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1
    if os.geteuid() == 0:
        assert "BROKER_URL, MIGRATION_DATABASE_URL is missing beside DATABASE_URL" in done.stderr
