"""Which virtual environments a start removes."""

import fcntl
import os
from pathlib import Path

import pytest

from rubricstudio.stack import environment
from rubricstudio.stack.environment import MARKER, Environment

LOCK = Path("requirements.lock")


@pytest.fixture
def envs(tmp_path: Path):
    """`envs(name, used=3)` is a whole environment that was last used on the third day."""

    def make(name: str, *, used: int, lock: str = LOCK.name) -> Path:
        path = tmp_path / name
        (path / "bin").mkdir(parents=True)
        (path / MARKER).write_text(lock)
        os.utime(path / MARKER, (used * 86_400, used * 86_400))
        path.with_suffix(".log").write_text("")
        return path

    return make


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def test_the_current_one_and_the_one_before_stay(tmp_path, envs):
    for day, name in enumerate(["first", "second", "third", "current"]):
        envs(name, used=day)
    environment.remove_old(Environment(tmp_path / "current"), LOCK)
    assert left(tmp_path) == ["current", "third"]
    assert not (tmp_path / "first.log").exists()


def test_one_before_is_what_was_last_used_not_what_was_last_made(tmp_path, envs):
    envs("new", used=1)
    envs("old", used=2)
    current = envs("current", used=0)
    environment.remove_old(Environment(current), LOCK)
    assert left(tmp_path) == ["current", "old"]


def test_environments_of_another_lock_are_none_of_ours(tmp_path, envs):
    for day in range(3):
        envs(f"test-{day}", used=day, lock="requirements-test.lock")
    environment.remove_old(Environment(envs("current", used=9)), LOCK)
    assert left(tmp_path) == ["current", "test-0", "test-1", "test-2"]


def test_an_environment_in_use_stays(tmp_path, envs):
    for day, name in enumerate(["in-use", "second", "current"]):
        envs(name, used=day)
    with (tmp_path / "in-use.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        environment.remove_old(Environment(tmp_path / "current"), LOCK)
        assert left(tmp_path) == ["current", "in-use", "second"]
    environment.remove_old(Environment(tmp_path / "current"), LOCK)
    assert left(tmp_path) == ["current", "second"]


def test_an_environment_that_does_not_say_what_it_is_stays(tmp_path, envs):
    for day in range(3):
        envs(f"unknown-{day}", used=day, lock="")
    environment.remove_old(Environment(envs("current", used=9)), LOCK)
    assert left(tmp_path) == ["current", "unknown-0", "unknown-1", "unknown-2"]


def test_a_half_made_environment_is_left_to_whoever_makes_it(tmp_path, envs):
    (tmp_path / "half").mkdir()
    for day in range(3):
        envs(str(day), used=day)
    environment.remove_old(Environment(envs("current", used=9)), LOCK)
    assert left(tmp_path) == ["2", "current", "half"]
