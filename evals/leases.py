"""Staying alive through long work: while one thread computes, another renews the run's lease."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections

from labeling import runs

log = logging.getLogger(__name__)


@dataclass
class Progress:
    """How far the work is; the other thread tells the run."""

    done: int = 0
    total: int | None = None
    _lost: threading.Event = field(default_factory=threading.Event)

    def advance(self) -> None:
        """One more. Stops the work when the run has been taken over meanwhile."""
        self.done += 1
        self.check()

    def check(self) -> None:
        """Raise Superseded when a later attempt has taken the run."""
        if self._lost.is_set():
            raise runs.Superseded("The run was taken over by a later attempt.")

    def lose(self) -> None:
        self._lost.set()


@contextmanager
def kept_alive(attempt: runs.Attempt[Any], total: int | None = None) -> Iterator[Progress]:
    """Renew the lease on a connection of its own, until the block ends.

    Inside a long transaction nobody would see a heartbeat sent from it.
    """
    progress, stop = Progress(total=total), threading.Event()
    thread = threading.Thread(target=_beat, args=(attempt, progress, stop), daemon=True)
    thread.start()
    try:
        yield progress
        progress.check()
    finally:
        stop.set()
        thread.join()


def _beat(attempt: runs.Attempt[Any], progress: Progress, stop: threading.Event) -> None:
    while not stop.wait(settings.RUN_LEASE_SECONDS / 3):
        try:
            attempt.progress(progress.done, progress.total)
        except runs.Superseded:
            progress.lose()
            break
        except (DatabaseError, InterfaceError) as error:
            log.warning("no heartbeat for %s: %s", attempt.run, error)
            # A connection that was lost stays lost; the next beat opens another.
            connection.close()
    connections.close_all()
