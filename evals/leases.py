"""Staying alive through long work: while one thread computes, another renews its lease."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections

from labeling import runs

log = logging.getLogger(__name__)

# How often within a lease it is renewed.
BEATS = 3


@dataclass
class Progress:
    """How far the work of an attempt is; the other thread tells the run."""

    attempt: runs.Attempt[Any]
    done: int = 0
    total: int | None = None
    _lost: threading.Event = field(default_factory=threading.Event)

    def advance(self) -> None:
        """One more. Stops the work when the run has been taken over meanwhile."""
        self.done += 1
        self.check()

    def reach(self, done: int, total: int | None = None) -> None:
        """So far now, and told at once."""
        self.done = done
        self.total = self.total if total is None else total
        self.tell()

    def tell(self) -> None:
        """Write it to the run, for another lease; raises Superseded like `check`."""
        self.attempt.progress(self.done, self.total)

    def check(self) -> None:
        """Raise Superseded when a later attempt has taken the run."""
        if self._lost.is_set():
            raise runs.Superseded("The run was taken over by a later attempt.")

    def lose(self) -> None:
        self._lost.set()


@contextmanager
def kept_alive(attempt: runs.Attempt[Any], total: int | None = None) -> Iterator[Progress]:
    """Renew the run's lease until the block ends, however long a statement in it takes."""
    progress = Progress(attempt, total=total)
    with renewed(progress.tell, lose=progress.lose, what=str(attempt.run)):
        yield progress
        progress.check()


@contextmanager
def renewed(
    renew: Callable[[], None], *, lose: Callable[[], None] = lambda: None, what: str
) -> Iterator[None]:
    """Call `renew` several times within a lease, on a connection of its own, until the block ends.

    Inside a long transaction nobody would see a heartbeat sent from it. When `renew` raises
    Superseded it is not called again, and `lose` is told.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(renew, lose, what, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(
    renew: Callable[[], None], lose: Callable[[], None], what: str, stop: threading.Event
) -> None:
    while not stop.wait(settings.RUN_LEASE_SECONDS / BEATS):
        try:
            renew()
        except runs.Superseded:
            lose()
            break
        except (DatabaseError, InterfaceError) as error:
            log.warning("no heartbeat for %s: %s", what, error)
            # A connection that was lost stays lost; the next beat opens another.
            connection.close()
    connections.close_all()
