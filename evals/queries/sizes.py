"""How many scores a batch has, and whether the planner knows it."""

from __future__ import annotations

import logging

from django.db import OperationalError, connection, transaction

log = logging.getLogger(__name__)

# Places among the ids of a batch's ratings that are looked at.
PROBES = 1_024
# One place in each of so many stretches of ids; of fewer ids, every one. What stands there is
# counted, so it takes no statistics, which a batch imported a moment ago has none of.
PROBED = """
    WITH bounds AS (
        SELECT (SELECT id FROM labeling_rating WHERE batch_id BETWEEN %(batch)s AND %(batch)s
                ORDER BY batch_id, id LIMIT 1) AS low,
               (SELECT id FROM labeling_rating WHERE batch_id BETWEEN %(batch)s AND %(batch)s
                ORDER BY batch_id DESC, id DESC LIMIT 1) AS high
    ), stretch AS (
        SELECT low, high - low + 1 AS ids, least(high - low + 1, %(probes)s) AS probes
        FROM bounds WHERE low IS NOT NULL
    ), probe AS (
        SELECT ids, probes, low + (ids * n + mod(abs(hashint8(n)::bigint), ids)) / probes AS rating
        FROM stretch, generate_series(0, probes - 1) AS n
    )
    SELECT coalesce(round(max(ids::numeric) / max(probes) * sum(
        (SELECT count(*) FROM labeling_score s
         WHERE s.rating_id = probe.rating AND s.batch_id = %(batch)s)
    )), 0) FROM probe
"""
ESTIMATE = "EXPLAIN (FORMAT JSON) SELECT 1 FROM labeling_score"
OF_BATCH = f"{ESTIMATE} WHERE batch_id = %s"
# Whom the planner believes so many times smaller than it is gets a bad plan, unless it is a small
# part of the table: that is found by index either way.
FACTOR = 4
PART = 20
# Of smaller batches any plan will do.
SCORES_MIN = 100_000


def scores_about(batch: int) -> int:
    """Scores of a batch, counted in a sample of its ratings; exact when these are few."""
    with connection.cursor() as cursor:
        cursor.execute(PROBED, {"batch": batch, "probes": PROBES})
        return int(cursor.fetchone()[0])


def inform_planner(batch: int, scores: int) -> bool:
    """Have the tables analysed if the planner takes a large batch for a small one; whether it did.

    That is so after an import and before the database's own daemon has come round.
    """
    if scores < SCORES_MIN or not _misjudged(batch, scores):
        return False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT labeling_analyse_ratings()")
    except OperationalError as error:
        # Somebody holds the tables, such as a vacuum: counting only takes longer.
        log.warning("batch %s is counted without statistics: %s", batch, error)
        return False
    return True


def believed(batch: int) -> int:
    """How many scores the planner believes a batch to have."""
    return _rows(OF_BATCH, [batch])


def _misjudged(batch: int, scores: int) -> bool:
    return believed(batch) * FACTOR < scores and scores * PART > _rows(ESTIMATE, [])


def _rows(query: str, params: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])
