"""Running the count of a batch, or of a part of it, in the database."""

from __future__ import annotations

from django.db import connection, transaction

from evals.measuring.plan import Plan
from evals.measuring.tallying import Counting, PlacesOverflow, count
from evals.models import AgreementRun
from evals.queries.unit_keys import Extent, excluded_ratings

# Scores that are moved as one block, at most.
BLOCK_SCORES = 1_000_000
ESTIMATE = "EXPLAIN (FORMAT JSON) SELECT 1 FROM labeling_score WHERE batch_id = %s"


def counted(run: AgreementRun, plan: Plan, extent: Extent) -> tuple[Plan, Counting]:
    """Units counted; places are made wider when a unit has more ratings than they hold."""
    blocks = 1 + scores_about(run.batch_id) // BLOCK_SCORES
    with transaction.atomic(), connection.cursor() as cursor:
        # A million groups at a time; the web's limits do not hold for a job.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        try:
            return plan, count(extent, plan, blocks=blocks)
        except PlacesOverflow:
            wider = plan.wider(run.batch, run.rubric_version_id, run.watermark or 0)
            return wider, count(extent, wider, blocks=blocks)


def extent_of(run: AgreementRun) -> Extent:
    """All ratings that the run measures."""
    watermark = run.watermark or 0
    return Extent(run.batch_id, watermark, excluded_ratings(run.batch_id, watermark))


def scores_about(batch: int) -> int:
    """How many scores the planner believes a batch to have."""
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATE, [batch])
        return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])
