"""How the whole suite is shared out among lanes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.lanes import Queue, in_groups

ROOT = Path("/repository")


def a_test(path: str, *fixtures: str) -> Any:
    config = SimpleNamespace(rootpath=ROOT)
    return SimpleNamespace(path=ROOT / "tests" / path, fixturenames=fixtures, config=config)


def test_files_stay_whole_and_what_takes_long_comes_first():
    unit, web = a_test("unit/lint/test_a.py"), a_test("web/test_a.py")
    desk, other = a_test("browser/desk/test_a.py", "page"), a_test("web/test_b.py")
    again = a_test("web/test_a.py")
    assert in_groups([unit, web, desk, other, again]) == [[desk], [web, again], [other], [unit]]


def test_files_that_share_a_running_stack_stay_together_and_come_first():
    desk = a_test("browser/desk/test_a.py", "live_server")
    walk, flags = (a_test(f"browser/test_{name}.py", "stack") for name in ("walk", "flags"))
    kills = a_test("faults/test_kills.py", "fired_at", "under_fire")
    assert in_groups([desk, kills, walk, flags]) == [[walk, flags], [kills], [desk]]


def test_with_a_seed_files_come_in_an_order_that_can_be_repeated():
    tests = [a_test(f"web/test_{letter}.py") for letter in "abcdefghijkl" for _ in range(2)]
    orders = [in_groups(tests, seed) for seed in (None, 7, 7, 8)]
    assert orders[0] != orders[1] == orders[2] != orders[3]
    for order in orders:
        assert sorted(order, key=lambda group: group[0].path) == orders[0]


def test_of_two_processes_each_number_goes_to_one():
    queue = Queue(400)
    taking = f"import os, sys\nwhile number := os.read({queue.reading}, 2): os.write(1, number)"
    other = subprocess.Popen(
        [sys.executable, "-c", taking], pass_fds=[queue.reading], stdout=subprocess.PIPE
    )
    own = list(queue)
    told, _ = other.communicate(timeout=60)
    theirs = [int.from_bytes(told[at : at + 2]) for at in range(0, len(told), 2)]
    assert sorted(own + theirs) == list(range(400))


def test_a_queue_that_is_cleared_gives_nothing_more():
    queue = Queue(3)
    assert next(iter(queue)) == 0
    queue.clear()
    assert list(queue) == []


# The first lane is there before it is copied. It waits for the others, which do not come back. Each
# takes the file behind its own at once, so that six files are two for each.
ALL_BUT_THE_FIRST = """
import faulthandler, os, signal, time
from pathlib import Path

FIRST = os.getpid()

def test_of_a_lane():
    if os.getpid() == FIRST:
        faulthandler.cancel_dump_traceback_later()
        while len(list(Path(__file__).parent.glob("*.gone"))) < 2:
            time.sleep(0.01)
    else:
        Path(__file__).with_suffix(".gone").touch()
        {end}
"""


@pytest.mark.parametrize(
    ("end", "told"),
    [("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"), ("time.sleep(600)", "exit code 1")],
    ids=["dies", "hangs"],
)
def test_lanes_that_do_not_come_back_are_named_and_fail_the_run(tmp_path, end: str, told: str):
    (tmp_path / "manage.py").touch()
    (tmp_path / "tests").mkdir()
    for name in "abcdef":
        (tmp_path / f"tests/test_{name}.py").write_text(ALL_BUT_THE_FIRST.format(end=end))
    limits = ("-o", "faulthandler_timeout=1", "-o", "faulthandler_exit_on_timeout=true")
    run = [sys.executable, "-m", "pytest", "--rootdir", ".", "-p", "tests.lanes", *limits]
    here = str(Path(__file__).parents[2])
    done = subprocess.run(
        [*run, "-v"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": here},
        capture_output=True,
        text=True,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "2 passed" in done.stdout
    for number in (2, 3):
        assert f"Lane {number} died in tests/test_" in done.stderr
    assert done.stderr.count(f".py::test_of_a_lane ({told}): its files") == 2
    # What the two had said until then is told as well.
    assert done.stdout.count("::test_of_a_lane") == 2 + 2
    assert ("Timeout" in done.stderr) == (told == "exit code 1")
