"""The whole suite in lanes beside each other: tests mostly wait, for a database or for processes.

One process collects the tests and is copied; each copy is a lane with a database of its own. Lanes
take file after file from one queue, so that all of them end at about the same time. `./run test`
loads this where no tests are named.
"""

from __future__ import annotations

import mmap
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import IO

import pytest
from django.conf import settings
from django.utils.log import configure_logging

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
others = pytest.StashKey[list["Lane"]]()


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


class Place:
    """The test that a lane is in, to be read when it is gone; nothing after its last."""

    def __init__(self) -> None:
        self.shared = mmap.mmap(-1, mmap.PAGESIZE)

    def write(self, name: str) -> None:
        self.shared[:] = name.encode()[: mmap.PAGESIZE].ljust(mmap.PAGESIZE, b"\0")

    def read(self) -> str:
        return self.shared[:].rstrip(b"\0").decode(errors="replace")


def spoken() -> IO[str]:
    """Open until `pytest_unconfigure` has told what is in it."""
    return tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")


@dataclass
class Lane:
    """A copy of this process: what it says, where it is, how it ended."""

    number: int
    pid: int = 0
    told: IO[str] = field(default_factory=spoken)
    place: Place = field(default_factory=Place)
    code: int = 0

    def end(self) -> None:
        """Wait until it ends."""
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    @property
    def failed(self) -> bool:
        return self.code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)

    @property
    def fault(self) -> str:
        """In words: what failed is told by itself, but not who was killed, and when."""
        if not (test := self.place.read()):
            return f"Lane {self.number} failed; see above."
        by = signal.Signals(-self.code).name if self.code < 0 else f"exit code {self.code}"
        return f"Lane {self.number} died in {test} ({by}): its files were not run to their end."


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which files come before which, in one lane, differs from machine to machine anyway."""
    words = (
        "take the files in a random order of this seed, to find tests that need another's traces"
    )
    parser.addoption("--shuffle", type=int, metavar="SEED", help=words)


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
    groups = in_groups(session.items, session.config.getoption("shuffle"))
    queue = Queue(len(groups))
    lanes = session.config.stash[others] = []
    bound = dies_with_parent(signal.SIGTERM)
    place = Place()
    for number in range(2, 1 + min(COUNT, len(groups))):
        lane = Lane(number)
        # What waits to be written would be written by both.
        sys.stdout.flush()
        sys.stderr.flush()
        if pid := os.fork():
            lane.pid = pid
            lanes.append(lane)
        else:
            lanes.clear()
            bound()
            _become(session.config, lane)
            place = lane.place
            break
    try:
        _run(session, groups, queue, place)
    finally:
        # Also where the first failure is to be the last test.
        queue.clear()
        if lanes:
            session.config.pluginmanager.getplugin("terminalreporter").write_line(WAITING)
        for lane in lanes:
            lane.end()
    session.testsfailed += sum(lane.failed for lane in lanes)
    return True


def in_groups(items: Sequence[pytest.Item], seed: int | None = None) -> list[Group]:
    """The tests by file, or by the stack that their files share; what takes long first.

    With a seed in a random order of files.
    """
    found: dict[str, Group] = {}
    for item in items:
        shared = (name for name in SHARED if name in getattr(item, "fixturenames", ()))
        found.setdefault(next(shared, str(item.path)), []).append(item)
    names = sorted(found, key=lambda name: _rank(name, found[name]))
    if seed is not None:
        random.Random(seed).shuffle(names)
    return [found[name] for name in names]


def _rank(name: str, group: Group) -> tuple[bool, int]:
    folder = group[0].path.relative_to(group[0].config.rootpath / "tests").parts[0]
    return name not in SHARED, FIRST.index(folder) if folder in FIRST else len(FIRST)


def _become(config: pytest.Config, lane: Lane) -> None:
    """From now on this copy is that lane, and speaks into its file."""
    # A port drawn at random would be the same in all copies.
    random.seed()
    settings.DATABASES["owner"]["TEST"]["NAME"] += f"_{lane.number}"
    # What tests print is kept in files, which all copies would write into.
    capture = config.pluginmanager.getplugin("capturemanager")
    capture.read_global_capture()
    capture.stop_global_capturing()
    for stream in (sys.stdout, sys.stderr):
        os.dup2(lane.told.fileno(), stream.fileno())
    capture.start_global_capturing()
    # Logs went into the files that were closed.
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    capture.suspend_global_capture()


def _run(session: pytest.Session, groups: Sequence[Group], queue: Queue, place: Place) -> None:
    """As pytest does it, but with what this lane takes."""
    try:
        _run_through(session, chain(_taken(session, groups, queue), [None]), place)
    finally:
        place.write("")


def _run_through(
    session: pytest.Session, taken: Iterator[pytest.Item | None], place: Place
) -> None:
    for item, following in pairwise(taken):
        place.write(item.nodeid)
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


def pytest_unconfigure(config: pytest.Config) -> None:
    """What the other lanes said, when this one has said all."""
    lanes = config.stash.get(others, [])
    for lane in lanes:
        say(f"Lane {lane.number}:")
        lane.told.seek(0)
        shutil.copyfileobj(lane.told, sys.stdout)
        sys.stdout.flush()
    for lane in filter(lambda lane: lane.failed, lanes):
        say(lane.fault)
