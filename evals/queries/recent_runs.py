"""The jobs of a project, whatever their kind: the last ones, and those that failed for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, CharField, F, Max, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from evals.models import AgreementRun, Export, GradingRun, Selection
from labeling.models import Import, Project, Run, RunState

RECENT = 8
KINDS: tuple[tuple[type[Run], str], ...] = (
    (Import, gettext_noop("Import")),
    (AgreementRun, gettext_noop("Agreement")),
    (GradingRun, gettext_noop("Grading")),
    (Selection, gettext_noop("Selection")),
    (Export, gettext_noop("Release")),
)


@dataclass(frozen=True, slots=True)
class RecentRun:
    """One job of any kind; `batch` is set for measurings."""

    kind: str
    pk: int
    state: str
    error: str
    created_at: datetime
    batch: int | None
    batch_name: str | None


def failed_runs(project: Project) -> list[RecentRun]:
    """Failed jobs that no later job of their kind has made good; one query."""
    return _together([_unmended(model, project) for model, _ in KINDS])


def recent_runs(project: Project) -> list[RecentRun]:
    """The last jobs of every kind, newest first; one query."""
    return _together([model._default_manager.filter(project=project) for model, _ in KINDS])


def _unmended(model: type[Run], project: Project) -> QuerySet:
    runs = model._default_manager.filter(project=project)
    finished = runs.filter(state=RunState.FINISHED).order_by().values("project")
    last = finished.annotate(last=Max("pk")).values("last")
    return runs.filter(state=RunState.FAILED, pk__gt=Coalesce(Subquery(last), 0))


def _together(kinds: Sequence[QuerySet]) -> list[RecentRun]:
    """The newest of several kinds of runs, put one after the other in the database."""
    names = dict(KINDS)
    parts = []
    for runs in kinds:
        measured = runs.model is AgreementRun
        parts.append(
            runs.order_by("-pk").values_list(
                Value(names[runs.model], CharField()),
                "pk",
                "state",
                "error",
                "created_at",
                F("batch_id") if measured else Value(None, BigIntegerField()),
                F("batch__name") if measured else Value(None, CharField()),
            )[:RECENT]
        )
    first, *others = parts
    rows = sorted(first.union(*others, all=True), key=lambda row: row[4], reverse=True)
    return [RecentRun(*row) for row in rows[:RECENT]]
