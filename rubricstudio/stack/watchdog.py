"""The process that outlives a killed supervisor, only to end its children.

The kernel's parent-death signal reaches direct children alone (and exists on Linux alone), so
groups whose leader is gone would go on serving. The watchdog reads the groups from a pipe; the
pipe's end means that the supervisor is gone, however it went.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable

GRACE_SECONDS = 6


class Watchdog:
    """The supervisor's end of the pipe."""

    def __init__(self, before: Callable[[], None]) -> None:
        reading, self._writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _watch(reading, self._writing, before)
        os.close(reading)

    def watch(self, group: int) -> None:
        """Remember a process group that must not outlive us."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """The group has ended."""
        self._tell(f"-{group}\n")

    def dismiss(self) -> None:
        """Everything has ended in order."""
        os.close(self._writing)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)

    def _tell(self, line: str) -> None:
        # A watchdog that was itself killed must not take the services with it.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._writing, line.encode())


def _watch(reading: int, writing: int, before: Callable[[], None]) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.close(writing)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    before()
    groups: set[int] = set()
    with os.fdopen(reading) as lines:
        for line in lines:
            (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(alive(group) for group in groups):
        time.sleep(0.1)
    for group in groups:
        end_group(group)
    os._exit(0)


def alive(group: int) -> bool:
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_group(group: int) -> None:
    """Kill what is left of a process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
