"""Who uses a state folder: one start at a time, and what it left word of."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from rubricstudio.stack.home import Home
from rubricstudio.stack.refusal import Refusal


class Occupancy:
    """Who uses a home. Two locks: one dies with us, one lasts until our last child is gone."""

    def __init__(self, home: Home, purpose: str) -> None:
        self.home = home
        self._ours = _open(home.path / "lock")
        self._children = _open(home.path / "lock.children")
        self.purpose = purpose

    def take(self) -> None:
        """Occupy the home or raise the reason why not."""
        if not _try_lock(self._ours):
            raise Refusal(f"{self.home.path} is in use by {self.holder()}; stop that first.")
        self.say("starting")
        # After a kill -9 the children of the dead supervisor need a moment to end.
        deadline = time.monotonic() + 30
        while not _try_lock(self._children):
            if time.monotonic() > deadline:
                raise Refusal(f"Processes of an earlier start still use {self.home.path}.")
            time.sleep(0.1)

    def try_take(self) -> bool:
        """Occupy the home when it is free."""
        if not _try_lock(self._ours):
            return False
        self.take()
        return True

    def say(self, state: str) -> None:
        """Leave word for others of what we do: the purpose, our process and how far it is."""
        self._ours.seek(0)
        self._ours.truncate()
        self._ours.write(f"{self.purpose} (process {os.getpid()}) {state}\n")
        self._ours.flush()

    def holder(self) -> str:
        """What the present occupant left word of."""
        self._ours.seek(0)
        return self._ours.read().strip() or "another process"

    def leave_to_children(self) -> None:
        """In a process that only outlives us to end our children: drop the first lock."""
        self._ours.close()

    def release(self) -> None:
        """Free the home."""
        self._ours.close()
        self._children.close()


def _open(path: Path) -> IO[str]:
    return path.open("a+", encoding="utf-8")


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
