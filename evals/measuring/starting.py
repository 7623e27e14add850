"""Starting a run: the batch's ratings are frozen as they are, and the same work is joined."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Greatest

from evals.models import AgreementRun
from evals.slices import parse_slice
from labeling import locks, runs, strict_json
from labeling.models import Batch, Project, User

RESAMPLES = 1000
# By batch and id: of one batch only, the planner may walk back over all newer ratings.
NEWEST = """
    SELECT coalesce(greatest(
        (SELECT id FROM labeling_rating WHERE batch_id BETWEEN %(batch)s AND %(batch)s
         ORDER BY batch_id DESC, id DESC LIMIT 1),
        (SELECT max(excluded_seq) FROM labeling_rating
         WHERE batch_id = %(batch)s AND excluded_seq IS NOT NULL)), 0)
"""


def start(
    batch: Batch,
    *,
    by: User | None = None,
    slices: Sequence[str] = (),
    seed: int = 0,
    again: bool = False,
) -> tuple[AgreementRun, bool]:
    """Freeze the batch's ratings as they are and make the run that measures them.

    The same ratings, rubric and settings join the run there is. Returns the run and whether
    it is new; the caller enqueues `tasks.measure_agreement`. With `again` it joins none.
    """
    wanted = sorted(name for text in slices if (name := parse_slice(text).name))
    with transaction.atomic():
        watermark = _freeze(batch)
        # Nobody moves the batch while its ratings are frozen.
        batch.refresh_from_db(fields=["rubric_version"])
        work: list[Any] = [
            "agreement",
            batch.pk,
            watermark,
            batch.rubric_version_id,
            wanted,
            seed,
            RESAMPLES,
        ]
        if again:
            work.append(str(uuid4()))
        digest = hashlib.sha256(strict_json.dumps(work).encode()).hexdigest()
        return runs.start(
            AgreementRun,
            key={"input_hash": digest},
            project=batch.project,
            batch=batch,
            rubric_version_id=batch.rubric_version_id,
            watermark=watermark,
            slices=wanted,
            seed=seed,
            resamples=RESAMPLES,
            created_by=by,
        )


def _freeze(batch: Batch) -> int:
    """Wait for open submits, then take the highest rating (or exclusion) there is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [locks.BATCH, batch.pk])
        cursor.execute(NEWEST, {"batch": batch.pk})
        (watermark,) = cursor.fetchone()
    Batch.objects.filter(pk=batch.pk).update(
        watermark=Greatest(F("watermark"), watermark), stale_since=None
    )
    return watermark


def start_stale(project: Project | None = None, *, by: User | None = None) -> list[AgreementRun]:
    """Start a run for every batch whose ratings are newer than its last run.

    A batch that is being measured waits for the end of that: one run at a time.
    """
    stale = _stale().select_related("project")
    if project is not None:
        stale = stale.filter(project=project)
    return [start(batch, by=by)[0] for batch in stale]


def start_if_stale(batch_id: int) -> AgreementRun | None:
    """The run for a batch with newer ratings; None when there is nothing to do or one is at it."""
    batch = _stale().filter(pk=batch_id).select_related("project").first()
    return start(batch)[0] if batch else None


def is_stale(batch_id: int) -> bool:
    """Whether there are ratings that count and are newer than what was frozen for a run."""
    return Batch.objects.counting().filter(pk=batch_id, stale_since__isnull=False).exists()


def _stale() -> QuerySet[Batch]:
    """Practice is measured only when somebody asks for it by name: nothing there counts."""
    at_work = AgreementRun.objects.unfinished().filter(batch=OuterRef("pk"))
    stale = Batch.objects.counting().filter(stale_since__isnull=False)
    return stale.filter(~Exists(at_work)).order_by("pk")
