"""Running the count of a batch, or of a part of it, in the database."""

from __future__ import annotations

from django.db import connection, transaction

from evals.measuring.plan import Plan
from evals.measuring.tallying import Counting, PlacesOverflow, count
from evals.models import AgreementRun
from evals.queries.extents import Extent, excluded_ratings
from evals.queries.sizes import scores_about


def counted(run: AgreementRun, plan: Plan, extent: Extent) -> tuple[Plan, Counting]:
    """Units counted; places are made wider when a unit has more ratings than they hold."""
    scores = scores_about(run.batch_id)
    with transaction.atomic(), connection.cursor() as cursor:
        # Strings are gathered by hashing, in parallel: sorting scores would take longer than
        # counting them. The web's limits do not hold for a job.
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL parallel_tuple_cost = 0")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        try:
            return plan, count(extent, plan, scores=scores)
        except PlacesOverflow:
            wider = plan.wider(run.batch, run.rubric_version_id, run.watermark or 0)
            return wider, count(extent, wider, scores=scores)


def extent_of(run: AgreementRun) -> Extent:
    """All ratings that the run measures."""
    watermark = run.watermark or 0
    return Extent(run.batch_id, watermark, excluded_ratings(run.batch_id, watermark))
