"""Alpha over the finished runs of a batch: two queries, however many runs and criteria."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from evals.charts_time import Point
from evals.models import Agreement, AgreementRun
from labeling.models import Batch, RunState

# A batch that is rated for weeks has thousands of runs; a panel has room for these.
SNAPSHOTS = 24
THINNED = """
    SELECT (array_agg(id ORDER BY watermark DESC, id DESC))[1] FROM (
        SELECT id, watermark, ntile(%(n)s) OVER (ORDER BY watermark, id) AS stretch
        FROM evals_agreementrun WHERE batch_id = %(batch)s AND state = %(finished)s
    ) runs GROUP BY stretch
"""


def snapshots(batch: Batch) -> list[AgreementRun]:
    """Finished runs of the batch, oldest first: all, or the last of each of 24 equal stretches."""
    with connection.cursor() as cursor:
        finished = RunState.FINISHED.value
        cursor.execute(THINNED, {"n": SNAPSHOTS, "batch": batch.pk, "finished": finished})
        ids = [pk for (pk,) in cursor.fetchall()]
    found = AgreementRun.objects.filter(pk__in=ids).select_related("rubric_version")
    return list(found.order_by("watermark", "pk"))


def alphas(
    runs: Sequence[AgreementRun], slice_: str | None, lineages: Sequence[int]
) -> dict[int, list[Point]]:
    """Per lineage one point a run, in the order of the runs; what was not measured is empty."""
    measured = Agreement.objects.filter(
        statistic="alpha",
        criterion_slice__run__in=runs,
        criterion_slice__lineage__in=lineages,
    )
    if slice_ is None:
        measured = measured.filter(criterion_slice__slice__isnull=True)
    else:
        measured = measured.filter(criterion_slice__slice=slice_)
    place = {run.pk: at for at, run in enumerate(runs)}
    found = {lineage: [Point()] * len(runs) for lineage in lineages}
    columns = ("criterion_slice__run", "criterion_slice__lineage", "value", "ci_low", "ci_high")
    for run, lineage, value, low, high in measured.values_list(*columns):
        found[lineage][place[run]] = Point(value, low, high)
    return found
