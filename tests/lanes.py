"""The whole suite in lanes beside each other: tests mostly wait, for a database or for processes.

One process collects the tests and is copied; each copy is a lane with a database of its own. Lanes
take file after file from one queue, so that all of them end at about the same time. `./run test`
loads this where no tests are named.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import UnsupportedOperation
from itertools import chain, pairwise
from typing import IO

import pytest
from django.conf import settings

from rubricstudio.stack.speech import say
from rubricstudio.stack.supervisor import dies_with_parent

COUNT = 3
# What takes longest begins first, or one lane would be left alone with it at the end.
FIRST = ("browser", "faults", "web", "evals", "labeling", "api")
# Running stacks that many files share: to start one takes as long as ten of their tests.
SHARED = ("stack", "fired_at")
WIDTH = 2
WAITING = "Waiting for the lanes beside this one."

type Group = list[pytest.Item]
migrating = pytest.StashKey[subprocess.Popen[bytes]]()
others = pytest.StashKey[list[tuple[int, IO[str]]]]()
failed = pytest.StashKey[list[int]]()


class Queue:
    """Numbers in order; each is taken by one lane."""

    def __init__(self, count: int) -> None:
        self.reading, writing = os.pipe()
        os.write(writing, b"".join(number.to_bytes(WIDTH) for number in range(count)))
        os.close(writing)

    def __iter__(self) -> Iterator[int]:
        while found := os.read(self.reading, WIDTH):
            yield int.from_bytes(found)

    def clear(self) -> None:
        """Nothing more is taken by any lane."""
        for _ in self:
            pass


def pytest_sessionstart(session: pytest.Session) -> None:
    """Migrate while the tests are collected; the database of each lane is a copy of that one."""
    if not session.config.option.collectonly:
        migrate = [sys.executable, "manage.py", "migrate", "--database", "owner", "-v", "0"]
        session.config.stash[migrating] = subprocess.Popen(migrate, cwd=session.config.rootpath)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run as the first lane, with the others as copies of this process."""
    if session.config.option.collectonly or session.testsfailed or not session.items:
        return None
    if code := session.config.stash[migrating].wait():
        pytest.exit("The database could not be migrated.", code)
    groups = in_groups(session.items)
    queue = Queue(len(groups))
    lanes = session.config.stash[others] = []
    bound = dies_with_parent(signal.SIGTERM)
    for number in range(2, 1 + min(COUNT, len(groups))):
        # Open until `pytest_unconfigure` has told what is in it.
        told = tempfile.TemporaryFile("w+", encoding="utf-8", buffering=1)  # noqa: SIM115
        if pid := os.fork():
            lanes.append((pid, told))
        else:
            lanes.clear()
            bound()
            _become(session.config, number, told)
            break
    try:
        _run(session, groups, queue)
    finally:
        # Also where the first failure is to be the last test.
        queue.clear()
        if lanes:
            session.config.pluginmanager.getplugin("terminalreporter").write_line(WAITING)
        session.config.stash[failed] = _waited_for(lanes)
    session.testsfailed += len(session.config.stash[failed])
    return True


def in_groups(items: Sequence[pytest.Item]) -> list[Group]:
    """The tests by file, or by the stack that their files share; what takes long first."""
    found: dict[str, Group] = {}
    for item in items:
        shared = (name for name in SHARED if name in getattr(item, "fixturenames", ()))
        found.setdefault(next(shared, str(item.path)), []).append(item)
    return [found[name] for name in sorted(found, key=lambda name: _rank(name, found[name]))]


def _rank(name: str, group: Group) -> tuple[bool, int]:
    folder = group[0].path.relative_to(group[0].config.rootpath / "tests").parts[0]
    return name not in SHARED, FIRST.index(folder) if folder in FIRST else len(FIRST)


def _become(config: pytest.Config, number: int, told: IO[str]) -> None:
    """From now on this copy is the lane of that number, and speaks into the file."""
    # A port drawn at random would be the same in all copies.
    random.seed()
    settings.DATABASES["owner"]["TEST"]["NAME"] += f"_{number}"
    config.get_terminal_writer()._file = told
    capture = config.pluginmanager.getplugin("capturemanager")
    capture.resume_global_capture()
    streams = {sys.stdout, sys.stderr} - {sys.__stdout__, sys.__stderr__}
    capture.suspend_global_capture()
    for stream in streams:
        # What tests print is kept in files, which all copies would write into; only in memory of
        # its own where pytest was told to keep it there.
        with suppress(UnsupportedOperation), tempfile.TemporaryFile() as kept:
            os.dup2(kept.fileno(), stream.fileno(), inheritable=False)


def _run(session: pytest.Session, groups: Sequence[Group], queue: Queue) -> None:
    """As pytest does it, but with what this lane takes."""
    taken = chain(_taken(session, groups, queue), [None])
    for item, following in pairwise(taken):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)


def _taken(session: pytest.Session, groups: Sequence[Group], queue: Queue) -> Iterator[pytest.Item]:
    own = 0
    for number in queue:
        # Progress is told as the part of what this lane has had and what nobody has taken yet.
        session.testscollected = own + sum(map(len, groups[number:]))
        own += len(groups[number])
        yield from groups[number]
    session.testscollected = own


def _waited_for(lanes: Sequence[tuple[int, IO[str]]]) -> list[int]:
    """The lanes that failed, by their numbers."""
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid, _ in lanes]
    passed = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return [number for number, code in enumerate(codes, start=2) if code not in passed]


def pytest_unconfigure(config: pytest.Config) -> None:
    """What the other lanes said, when this one has said all."""
    for number, (_, told) in enumerate(config.stash.get(others, []), start=2):
        say(f"Lane {number}:")
        told.seek(0)
        shutil.copyfileobj(told, sys.stdout)
        sys.stdout.flush()
    for number in config.stash.get(failed, []):
        say(f"Lane {number} failed; see above.")
