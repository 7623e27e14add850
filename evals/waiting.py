"""Waiting for runs at the shell: the worker does the work, the command watches the row."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, connection

from labeling.errors import DomainError
from labeling.models import Run, RunState

NOBODY_AFTER_SECONDS = 15
# A database that is started again is back long before; the work goes on without us meanwhile.
PATIENCE_SECONDS = 60.0


def wait_for[R: Run](
    runs: Sequence[R], *, poll: float = 0.1, patience: float = PATIENCE_SECONDS
) -> list[R]:
    """Until every run has ended. Raises DomainError with the reason of the first that failed.

    A database that goes away is waited for; once patience ends its own error is raised.
    """
    started = time.monotonic()
    told = False
    for run in runs:
        while run.state in (RunState.PENDING, RunState.RUNNING):
            waited = time.monotonic() - started
            if run.state == RunState.PENDING and waited > NOBODY_AFTER_SECONDS and not told:
                print(f"{run}: no worker has taken it yet; still waiting.", file=sys.stderr)
                told = True
            time.sleep(poll)
            _look_again(run, poll, patience)
        if run.state == RunState.FAILED:
            raise DomainError(f"{type(run).__name__} {run.pk} failed: {run.error}")
    return list(runs)


def _look_again(run: Run, poll: float, patience: float) -> None:
    """Read the row anew, over a new connection whenever the last one was lost."""
    deadline = time.monotonic() + patience
    told = False
    while True:
        try:
            return run.refresh_from_db()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > deadline:
                raise
        if not told:
            print(f"{run}: the database went away; waiting for it.", file=sys.stderr)
            told = True
        time.sleep(max(poll, 0.1))
