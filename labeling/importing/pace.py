"""Signs of life of a long load. The load is one transaction, so they need a connection besides."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Self

from django.db import DatabaseError, InterfaceError, connection

from labeling.models import Import
from labeling.runs import Attempt, Superseded

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0


class Pace(threading.Thread):
    """Writes progress every second while the `with` block runs.

    Once another attempt holds the import, the next tick stops this one.
    """

    def __init__(self, attempt: Attempt[Import], total: int) -> None:
        super().__init__(name=f"pace of import {attempt.run.pk}", daemon=True)
        self.attempt, self.total, self.done = attempt, total, 0
        self._lost: Superseded | None = None
        self._over = threading.Event()

    def tick(self, done: int) -> None:
        """Told by the load how many bytes it has read."""
        self.done = done
        if self._lost:
            raise self._lost

    def run(self) -> None:
        try:
            while not self._over.wait(EVERY_SECONDS):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            self.attempt.progress(self.done, self.total)
        except Superseded as error:
            self._lost = error
        except (DatabaseError, InterfaceError) as error:
            log.warning("no sign of life from import %s: %s", self.attempt.run.pk, error)
            # A connection that was lost stays lost; the next beat opens another.
            connection.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self.join()
