"""How the server is: its workers, its runs, what it is made of."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime

import django
from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from evals.queries.recent_runs import KINDS
from labeling.models import Heartbeat, Run, RunState, User
from labeling.models.runs import RunQuerySet

SILENT_AFTER_SECONDS = 45
FAILED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Worker:
    """The last sign of life; `silent_for` in seconds, None when there never was one."""

    silent_for: float | None

    @property
    def is_alive(self) -> bool:
        return self.silent_for is not None and self.silent_for <= SILENT_AFTER_SECONDS


@dataclass(frozen=True, slots=True)
class KindOfRun:
    """How many runs of one kind stand in each state."""

    kind: str
    states: dict[str, int]


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A failed job of any kind, with its project."""

    kind: str
    run: Run


def worker() -> Worker:
    """When a worker was last heard of."""
    heard = Heartbeat.objects.filter(name="worker").values_list("heard_at", flat=True).first()
    return Worker(None if heard is None else (datetime.now(UTC) - heard).total_seconds())


def runs_by_state(user: User) -> list[KindOfRun]:
    """Runs of the projects the person oversees."""
    return [KindOfRun(kind, _by_state(_runs(model, user))) for model, kind in KINDS]


def failed(user: User) -> list[FailedRun]:
    """The last failed runs with their reasons."""
    found: list[FailedRun] = []
    for model, kind in KINDS:
        rows = _runs(model, user).filter(state=RunState.FAILED).select_related("project")
        found += [FailedRun(_(kind), run) for run in rows.order_by("-pk")[:FAILED_SHOWN]]
    found.sort(key=lambda recent: recent.run.created_at, reverse=True)
    return found[:FAILED_SHOWN]


def versions() -> list[tuple[str, str]]:
    """What the server runs on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version')")
        (postgres,) = cursor.fetchone()
    return [
        ("RubricStudio", settings.VERSION),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("PostgreSQL", postgres.split()[0]),
    ]


def storage() -> list[tuple[str, str]]:
    """What the database takes and what the disk has left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    facts = [(_("Database"), _bytes(size))]
    if settings.HOME.exists():
        facts.append((_("Free on disk"), _bytes(shutil.disk_usage(settings.HOME).free)))
    return facts


def _runs(model: type[Run], user: User) -> QuerySet:
    return RunQuerySet(model).visible_to(user)


def _by_state(runs: QuerySet) -> dict[str, int]:
    return dict(runs.order_by().values_list("state").annotate(n=Count("pk")))


def _bytes(size: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1_000:
            return f"{size:.0f} {unit}"
        size /= 1_000
    return f"{size:.1f} TB"
