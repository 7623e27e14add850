"""How busy the processor was with a piece of work, ours and PostgreSQL's, on a shared machine."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Clock:
    """Wall and processor seconds since it was started."""

    postmaster: int
    started: float
    own: float
    database: float

    @classmethod
    def start(cls, postmaster: int) -> Clock:
        used = _database_seconds(postmaster)
        return cls(postmaster, time.perf_counter(), time.process_time(), used)

    def wall(self) -> float:
        return time.perf_counter() - self.started

    def busy(self) -> float:
        """This process and every backend of the database, those that have ended included."""
        database = _database_seconds(self.postmaster) - self.database
        return time.process_time() - self.own + database


def postmaster() -> int:
    """The process that all backends are children of; it must run on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return _fields(backend)[1]


def load() -> float:
    """How many processes wanted the processor in the last minute, on average."""
    return round(os.getloadavg()[0], 1)


def _database_seconds(postmaster: int) -> float:
    """Ticks of the living backends, and what the postmaster counts of those that have ended."""
    total = sum(_fields(postmaster)[13:15])
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _fields(int(entry.name))
            if fields and fields[1] == postmaster:
                total += sum(fields[11:13])
    return total / TICKS


def _fields(pid: int) -> list[int]:
    """Numbers of /proc/PID/stat from the state on, which itself counts as 0; empty when gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return [
        int(word) if word.lstrip("-").isdigit() else 0 for word in text.rpartition(")")[2].split()
    ]
