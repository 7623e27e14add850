"""Starting, carrying and ending runs. The row decides; workers only try.

start() inside the caller's transaction, the task afterwards; executing() in the worker; sweep()
by beat for runs whose worker is gone. `except Exception` stands here and nowhere else.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError

from labeling.errors import DomainError
from labeling.kept import Kept
from labeling.models import Run, RunState

log = logging.getLogger(__name__)

BROKE = Kept("It failed %(n)s times, last with %(kind)s: %(error)s")
LOST = Kept("Its worker stopped without a word several times; look at the worker's log.")


class Superseded(Exception):
    """Another attempt has taken this run over; this worker must not write any more."""


def rows[R: Run](model: type[R]) -> models.QuerySet[R]:
    """All runs of a kind. (The type checker cannot see the manager of an abstract class.)"""
    return cast("models.QuerySet[R]", model._default_manager.all())


def start[R: Run](model: type[R], *, key: dict[str, Any], **fields: Any) -> tuple[R, bool]:
    """The run of this work: a fresh row, or the one that does (or did) the same already.

    `key` holds the fields that identify the work; with the code's version they are unique
    among runs that have not failed. Returns the run and whether it is new.
    """
    defaults = {**fields, "state": RunState.PENDING}
    identity = {**key, "code_version": settings.VERSION}
    existing = rows(model).filter(**identity).exclude(state=RunState.FAILED)
    if run := existing.first():
        return run, False
    try:
        with transaction.atomic():
            return rows(model).create(**identity, **defaults), True
    except DatabaseError:
        if run := existing.first():
            return run, False
        raise


def enqueue(task: Any, run: Run) -> None:
    """Wake a worker once the transaction has committed; without a broker the sweeper does."""

    def send() -> None:
        try:
            task.delay(run.pk)
        except BrokerError as error:
            log.warning("broker away, %s %s waits for the sweeper: %s", task.name, run.pk, error)

    transaction.on_commit(send)


@dataclass(frozen=True)
class Attempt[R: Run]:
    """One worker's hold on a run. Every write first proves that the hold is still good."""

    run: R
    fence: int

    def held(self) -> models.QuerySet[R]:
        """The run's row, as long as no later attempt has taken it."""
        mine = rows(type(self.run)).filter(pk=self.run.pk, fence=self.fence)
        return mine.filter(state=RunState.RUNNING)

    def guard(self) -> None:
        """Lock the run inside the current transaction, or stop if it is no longer ours."""
        if self.held().select_for_update().first() is None:
            raise Superseded(f"{self.run} was taken over by a later attempt.")

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far we are and stay alive for another lease."""
        fields: dict[str, Any] = {"done": done, **_alive()}
        if total is not None:
            fields["total"] = total
        if not self.held().update(**fields):
            raise Superseded(f"{self.run} was taken over by a later attempt.")

    def finish(self, **fields: Any) -> None:
        """Seal the run; from here on neither it nor its rows change."""
        if not self.held().update(
            state=RunState.FINISHED, finished_at=Now(), lease_until=None, error="", **fields
        ):
            raise Superseded(f"{self.run} was taken over by a later attempt.")
        self.run.refresh_from_db()


@contextmanager
def executing[R: Run](model: type[R], pk: int) -> Iterator[Attempt[R] | None]:
    """Take the run for one attempt; yields None when there is nothing to do.

    A domain error fails the run with its sentence. Anything unexpected fails it with the
    error's name once the attempts are used up, and before that leaves it to the sweeper.
    """
    attempt = _take(model, pk)
    if attempt is None:
        yield None
        return
    try:
        yield attempt
    except Superseded as error:
        log.warning("%s", error)
    except DomainError as error:
        fail(attempt, str(error))
    except Exception as error:
        log.error("run %s broke\n%s", attempt.run, traceback.format_exc())
        _retry_or_fail(attempt, error)


def _take[R: Run](model: type[R], pk: int) -> Attempt[R] | None:
    with transaction.atomic():
        claimable = Q(state=RunState.PENDING) | Q(state=RunState.RUNNING, lease_until__lt=Now())
        run = rows(model).select_for_update().filter(claimable, pk=pk).first()
        if run is None:
            return None
        rows(model).filter(pk=pk).update(
            state=RunState.RUNNING,
            attempt=F("attempt") + 1,
            fence=F("fence") + 1,
            started_at=Now(),
            **_alive(),
        )
    run.refresh_from_db()
    return Attempt(run, run.fence)


def _alive() -> dict[str, Any]:
    lease = timedelta(seconds=settings.RUN_LEASE_SECONDS)
    return {"heartbeat_at": Now(), "lease_until": Now() + lease}


def fail(attempt: Attempt[Any], text: str) -> None:
    """End the run as failed, saying why in words."""
    attempt.held().update(state=RunState.FAILED, error=text, lease_until=None)


def _retry_or_fail(attempt: Attempt[Any], error: Exception) -> None:
    if connection.connection is not None and connection.connection.closed:
        connection.close()
    try:
        if attempt.run.attempt >= settings.RUN_MAX_ATTEMPTS:
            said = {"kind": type(error).__name__, "error": str(error)[:500]}
            fail(attempt, BROKE(n=attempt.run.attempt, **said))
        else:
            attempt.held().update(state=RunState.PENDING, lease_until=None)
    except (DatabaseError, InterfaceError) as down:
        # The lease ends by itself; the sweeper finds the run once the database is back.
        log.warning("cannot note the failure of %s: %s", attempt.run, down)


def sweep(model: type[Run], wake: Callable[[int], None]) -> int:
    """Wake runs nobody works on: never taken, lost with their worker, or handed back.

    A run whose attempts are used up is failed instead: it needs a person.
    """
    patience = timedelta(seconds=settings.RUN_LEASE_SECONDS)
    lost = Q(state=RunState.RUNNING, lease_until__lt=Now())
    waiting = Q(state=RunState.PENDING, enqueued_at__lt=Now() - patience / 3)
    used_up = Q(attempt__gte=settings.RUN_MAX_ATTEMPTS)
    runs = model._default_manager
    runs.filter(lost & used_up).update(
        state=RunState.FAILED, error=LOST(), fence=F("fence") + 1, lease_until=None
    )
    ids = list(runs.filter(lost | waiting).values_list("pk", flat=True)[:100])
    runs.filter(pk__in=ids).update(enqueued_at=Now())
    for pk in ids:
        wake(pk)
    return len(ids)
