"""How the whole suite is shared out among lanes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

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
