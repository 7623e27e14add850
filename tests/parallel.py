"""The same work on many real connections at the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection, connections

# Seconds after which it is certain that nothing comes any more, however slow the machine.
PATIENCE = 300


def at_once[T](count: int, work: Callable[[int], T]) -> list[T]:
    """Results in order of the index; the first error is raised here."""
    barrier = threading.Barrier(count)

    def run(index: int) -> T:
        try:
            barrier.wait(timeout=PATIENCE)
            return work(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=count) as pool:
        futures = [pool.submit(run, index) for index in range(count)]
        return [future.result(timeout=PATIENCE) for future in futures]


def held_up[T](work: Callable[[], T]) -> Future[T]:
    """The work on another connection, as soon as it waits for a lock of this one's transaction."""

    def run() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(max_workers=1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < deadline and not future.done():
            cursor.execute(
                "select 1 from pg_locks"
                " where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return future
            time.sleep(0.02)
    raise AssertionError("the work was not held up" if future.done() else "it never came there")
