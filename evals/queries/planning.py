"""What planning reads: units with the answers that settle them, seats, experts and their pace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.db.models import Prefetch
from numpy.typing import NDArray

from evals.models import Agreement, AgreementRun, AgreementSlice
from evals.queries.narrow_rows import narrow_rows
from evals.reliability import UnitCounts
from labeling.models import Batch, Criterion, Project, Response, Role, User
from labeling.spec import ScaleType

# A score's value has six decimals: as a whole number it is narrow and exact.
SCALE = 1_000_000
# What settles a unit: the scores agreement counts, and those of extra seats. The few ratings that
# do not count are looked up last, so that one walk over the scores is nearly all there is to do.
ANSWERS = f"""
    WITH unit AS (
        SELECT s.response_id, s.lineage_id, s.answer, (s.value * {SCALE})::int8 AS value,
               count(*) AS n
        FROM labeling_score s
        WHERE s.batch_id = %(batch)s AND s.rating_id <= %(watermark)s
          AND (s.superseded_by_id IS NULL OR s.superseded_by_id > %(watermark)s)
          AND (s.counted OR EXISTS (
              SELECT FROM labeling_rating t
              WHERE t.id = s.rating_id AND t.purpose = 'adaptive'))
          AND NOT EXISTS (
              SELECT FROM labeling_rating t
              WHERE t.id = s.rating_id AND (t.withdrawn OR t.excluded_seq <= %(watermark)s))
        GROUP BY 1, 2, 3, 4
    )
    SELECT u.response_id, r.item_id, u.lineage_id, (u.answer = 'scored')::int::int2,
           coalesce(u.value, 0), u.n::int4
    FROM unit u JOIN labeling_response r ON r.id = u.response_id
"""
ANSWER_COLUMNS = {
    "response": "int8",
    "item": "int8",
    "lineage": "int8",
    "scored": "int2",
    "value": "int8",
    "n": "int4",
}
RULED = """
    SELECT DISTINCT j.response_id, j.lineage_id FROM labeling_adjudication j
    WHERE j.batch_id = %(batch)s
"""
# `open`: places nobody has submitted yet; `seen`: present experts who had a seat here before.
SEATS = """
    SELECT q.response_id, (q.overlap - coalesce(s.done, 0))::int4, coalesce(s.seen, 0)::int4,
           q.overlap::int4
    FROM labeling_queueentry q LEFT JOIN (
        SELECT a.response_id,
               count(*) FILTER (WHERE a.state = 'submitted' AND a.slot IS NOT NULL
                   AND a.round = 1) AS done,
               count(DISTINCT a.rater_id) FILTER (WHERE a.rater_id = ANY(%(experts)s)) AS seen
        FROM labeling_assignment a WHERE a.batch_id = %(batch)s GROUP BY a.response_id
    ) s ON s.response_id = q.response_id
    WHERE q.batch_id = %(batch)s
"""
SEAT_COLUMNS = {"response": "int8", "open": "int4", "seen": "int4", "overlap": "int4"}
RATABLE = """
    SELECT r.id FROM labeling_response r WHERE r.withheld IS NULL AND r.id IN (
        SELECT a.response_id FROM labeling_assignment a WHERE a.batch_id = %(batch)s)
"""
# The newest thousand say how fast experts are now, at any size of batch; who was asked again
# answered a part of the rubric only.
PACE = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY active_ms) / 1000, count(*) FROM (
        SELECT t.active_ms FROM labeling_rating t
        JOIN labeling_assignment a ON a.id = t.assignment_id AND a.round = 1
        WHERE t.batch_id = %(batch)s AND t.active_ms IS NOT NULL AND NOT t.withdrawn
        ORDER BY t.id DESC LIMIT 1000
    ) newest
"""


@dataclass(frozen=True, eq=False)
class CriterionTable:
    """Units of one criterion: their counts, their responses (by key) and spoilt answers.

    `ruled` marks those an adjudicator decided.
    """

    criterion: Criterion
    counts: UnitCounts
    responses: NDArray[np.int64]
    not_assessed: NDArray[np.int64]
    ruled: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pace:
    """Median seconds of a whole rating; None while no rating has a time."""

    seconds: float | None
    ratings: int


def tables(run: AgreementRun) -> list[CriterionTable]:
    """Units of every criterion with levels, as of the run; continuous ones have no clear units."""
    params = {"batch": run.batch_id, "watermark": run.watermark or 0}
    rows = narrow_rows(ANSWERS, params, ANSWER_COLUMNS)
    ruled = narrow_rows(RULED, {"batch": run.batch_id}, {"response": "int8", "lineage": "int8"})
    criteria = Criterion.objects.filter(version=run.rubric_version).prefetch_related("levels")
    return [
        _table(
            criterion,
            rows[rows["lineage"] == criterion.lineage_id],
            ruled["response"][ruled["lineage"] == criterion.lineage_id],
        )
        for criterion in criteria
        if criterion.scale != ScaleType.INTERVAL
    ]


def seats(batch: Batch, experts: list[int]) -> NDArray:
    """One row a queued response; none where the ratings were imported."""
    return narrow_rows(SEATS, {"batch": batch.pk, "experts": experts}, SEAT_COLUMNS)


def ratable(batch: Batch) -> NDArray[np.int64]:
    """Responses of the batch that have a text to be read."""
    return narrow_rows(RATABLE, {"batch": batch.pk}, {"response": "int8"})["response"]


def experts(project: Project) -> list[int]:
    """Who rates here: active experts."""
    found = User.objects.filter(
        is_active=True, memberships__project=project, memberships__role=Role.EXPERT
    )
    return list(found.order_by("pk").values_list("pk", flat=True))


def pace(batch: Batch) -> Pace:
    """How long a rating takes in this batch."""
    with connection.cursor() as cursor:
        cursor.execute(PACE, {"batch": batch.pk})
        seconds, ratings = cursor.fetchone()
    return Pace(None if seconds is None else float(seconds), ratings)


def measured_criteria(run: AgreementRun) -> list[AgreementSlice]:
    """The whole batch, criterion by criterion, with statistics and levels; four queries."""
    statistics = Prefetch("statistics", Agreement.objects.order_by("pk"))
    return list(
        AgreementSlice.objects.filter(run=run, slice__isnull=True)
        .select_related("criterion")
        .prefetch_related(statistics, "criterion__levels")
        .order_by("criterion__position")
    )


def named_responses(ids: list[int]) -> dict[int, Response]:
    """The responses with their items, by key, without their texts."""
    found = Response.objects.filter(pk__in=ids).select_related("item")
    return {one.pk: one for one in found.only("external_id", "item__external_id")}


def _table(criterion: Criterion, rows: NDArray, ruled: NDArray) -> CriterionTable:
    """Rows of one criterion as counts, unit by unit in the order of the responses' keys."""
    levels = [level.value for level in criterion.levels.all()]
    places = np.array([int(value * SCALE) for value in levels], dtype=np.int64)
    keys, first, unit = np.unique(rows["response"], return_index=True, return_inverse=True)
    order = np.argsort(places)
    scored = rows["scored"] == 1
    at = np.minimum(np.searchsorted(places[order], rows["value"][scored]), len(places) - 1)
    counts = np.zeros((len(keys), len(levels)), dtype=np.int64)
    np.add.at(counts, (unit[scored], order[at]), rows["n"][scored])
    spoilt = np.bincount(unit[~scored], rows["n"][~scored], minlength=len(keys))
    return CriterionTable(
        criterion,
        UnitCounts.from_matrix(
            [float(value) for value in levels], counts, items=rows["item"][first]
        ),
        keys,
        spoilt.astype(np.int64),
        np.isin(keys, ruled),
    )
