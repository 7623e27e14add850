"""Waiting for runs at the shell: the worker does the work, the command watches the row."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from labeling.errors import DomainError
from labeling.models import Run, RunState

NOBODY_AFTER_SECONDS = 15


def wait_for[R: Run](runs: Sequence[R], *, poll: float = 0.1) -> list[R]:
    """Until every run has ended. Raises DomainError with the reason of the first that failed."""
    started = time.monotonic()
    told = False
    for run in runs:
        while run.state in (RunState.PENDING, RunState.RUNNING):
            waited = time.monotonic() - started
            if run.state == RunState.PENDING and waited > NOBODY_AFTER_SECONDS and not told:
                print(f"{run}: no worker has taken it yet; still waiting.", file=sys.stderr)
                told = True
            time.sleep(poll)
            run.refresh_from_db()
        if run.state == RunState.FAILED:
            raise DomainError(f"{type(run).__name__} {run.pk} failed: {run.error}")
    return list(runs)
