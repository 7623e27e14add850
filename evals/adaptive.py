"""The stopping rule at work: after new ratings, units are accepted, or the next expert is asked.

Runs outside of any submit, after each measuring and in beat's round; what it decided before it
decides again in the same way, so it may run as often as one likes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import F
from numpy.typing import NDArray

from evals.queries.narrow_rows import narrow_rows
from evals.queries.raters import NA, SCORED
from evals.reliability.counts import Integers
from evals.reliability.stopping import StoppingRule, Stops, Verdict, decide
from labeling import extra_seats, locks
from labeling.adaptive import Adaptive
from labeling.models import Batch, Criterion, UnitStop
from labeling.spec import ScaleType

log = logging.getLogger(__name__)

SCALE = 1_000_000
ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(%s, %s)"
# Responses on which the rule decides, with ratings that came, changed or were left out since it
# last did; not while a newer version is asked again there, since those answers are on their way.
TOUCHED = """
    WITH touched AS (
        SELECT DISTINCT a.response_id FROM labeling_rating t
        JOIN labeling_assignment a ON a.id = t.assignment_id
        WHERE t.batch_id = %(batch)s AND (t.id > %(after)s AND t.id <= %(through)s
            OR t.excluded_seq > %(after)s AND t.excluded_seq <= %(through)s)
    ), here AS (
        SELECT q.response_id FROM touched d
        JOIN labeling_queueentry q ON q.batch_id = %(batch)s AND q.response_id = d.response_id
            AND NOT q.fixed
        WHERE NOT EXISTS (
            SELECT FROM labeling_reask r LEFT JOIN labeling_assignment a ON a.id = r.assignment_id
            WHERE r.batch_id = %(batch)s AND r.response_id = q.response_id
                AND r.ended_at IS NULL AND a.state IS DISTINCT FROM 'submitted')
    )
"""
# How many experts have judged each of them, whatever has become of their judgements.
SEATS = f"""
    {TOUCHED}
    SELECT h.response_id, (SELECT count(*) FROM labeling_assignment a
        WHERE a.batch_id = %(batch)s AND a.response_id = h.response_id AND a.round = 1
            AND a.state = 'submitted' AND a.slot IS NOT NULL)::int4
    FROM here h ORDER BY 1
"""
SEAT_COLUMNS = {"response": "int8", "sat": "int4"}
# The independent answers that stand: of fixed and adaptive seats, not of checks nor late ones.
ANSWERS = f"""
    {TOUCHED}
    SELECT h.response_id, s.lineage_id,
        CASE s.answer WHEN 'scored' THEN 1 WHEN 'NA' THEN 2 ELSE 3 END::int2,
        coalesce((s.value * {SCALE})::int8, 0), count(*)::int4
    FROM here h
    JOIN labeling_score s ON s.response_id = h.response_id AND s.batch_id = %(batch)s
        AND s.superseded_by_id IS NULL
    JOIN labeling_rating t ON t.id = s.rating_id AND NOT t.withdrawn
        AND t.excluded_seq IS NULL AND t.purpose IN ('fixed', 'adaptive')
    GROUP BY 1, 2, 3, 4
"""
COLUMNS = {"response": "int8", "lineage": "int8", "answer": "int2", "value": "int8", "n": "int4"}
WRITE = """
    INSERT INTO labeling_unitstop
        (project_id, batch_id, response_id, lineage_id, verdict, n, clarity)
    SELECT %(project)s, %(batch)s, u.response, u.lineage, u.verdict, u.n, u.clarity
    FROM unnest(%(responses)s::bigint[], %(lineages)s::bigint[], %(verdicts)s::text[],
        %(ns)s::integer[], %(clarities)s::float8[])
        AS u (response, lineage, verdict, n, clarity)
    WHERE u.n > 0 OR EXISTS (SELECT FROM labeling_unitstop k WHERE k.batch_id = %(batch)s
        AND k.response_id = u.response AND k.lineage_id = u.lineage)
    ON CONFLICT (batch_id, response_id, lineage_id) DO UPDATE
        SET verdict = excluded.verdict, n = excluded.n, clarity = excluded.clarity,
            decided_at = now()
        WHERE (labeling_unitstop.verdict, labeling_unitstop.n, labeling_unitstop.clarity)
            IS DISTINCT FROM (excluded.verdict, excluded.n, excluded.clarity)
"""
# Where nobody is asked any more, what nobody has taken is closed.
LOWER = """
    UPDATE labeling_queueentry q SET overlap = greatest(q.taken, %(n_min)s)
    WHERE q.batch_id = %(batch)s AND q.response_id = ANY (%(responses)s) AND NOT q.fixed
        AND q.overlap > greatest(q.taken, %(n_min)s)
"""
NAMES = {
    Verdict.ASK: UnitStop.Verdict.ASKED,
    Verdict.ACCEPT: UnitStop.Verdict.ACCEPTED,
    Verdict.ADJUDICATE: UnitStop.Verdict.ADJUDICATE,
    Verdict.AMBIGUOUS: UnitStop.Verdict.AMBIGUOUS,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """How many units were looked at, and how many places were opened for the next expert."""

    units: int
    opened: int


@dataclass(frozen=True, eq=False)
class _Units:
    """Units of one criterion: responses, how many answered, and what the rule says of them."""

    lineage: int
    responses: Integers
    labels: Integers
    stops: Stops


def undecided() -> list[int]:
    """Open batches in which the rule has not looked at all ratings that were measured."""
    found = Batch.objects.exclude(state=Batch.State.CLOSED).filter(n_min__isnull=False)
    return list(found.filter(watermark__gt=F("decided_through")).values_list("pk", flat=True))


@transaction.atomic
def decide_batch(batch_id: int) -> Decided | None:
    """Decide on the responses with new ratings, up to the batch's watermark; None if not due.

    Ratings up to the watermark have all arrived, so none is overlooked whenever it was sent.
    """
    batch = Batch.objects.select_related("rubric_version").get(pk=batch_id)
    told = Adaptive.of(batch)
    if told is None or batch.state == Batch.State.CLOSED:
        return None
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [locks.STOPPING, batch.pk])
        if not cursor.fetchone()[0]:
            return None
    batch.refresh_from_db(fields=["watermark", "decided_through"])
    if batch.watermark <= batch.decided_through:
        return None
    rule = StoppingRule(told.n_min, told.n_max, told.conf, told.floor)
    about = {"batch": batch.pk, "after": batch.decided_through, "through": batch.watermark}
    seats, rows = narrow_rows(SEATS, about, SEAT_COLUMNS), narrow_rows(ANSWERS, about, COLUMNS)
    # Before as many have judged it as the rule begins with, places are open anyway.
    seats = seats[seats["sat"] >= rule.n_min]
    rows = rows[np.isin(rows["response"], seats["response"])]
    criteria = Criterion.objects.filter(version=batch.rubric_version_id)
    criteria = criteria.exclude(scale=ScaleType.INTERVAL).prefetch_related("levels")
    units = [
        _decided(seats["response"], rows[rows["lineage"] == one.lineage_id], one, rule)
        for one in criteria
    ]
    opened = _act(batch, rule, units, seats)
    Batch.objects.filter(pk=batch.pk).update(decided_through=batch.watermark)
    done = Decided(sum(len(one.responses) for one in units), opened)
    log.info("batch %s: the stopping rule looked at %s", batch.pk, done)
    return done


def _decided(
    responses: Integers, rows: NDArray[Any], criterion: Criterion, rule: StoppingRule
) -> _Units:
    """The verdict on each of the responses (sorted) under one criterion."""
    values = np.array([int(one.value * SCALE) for one in criterion.levels.all()], dtype=np.int64)
    order = np.argsort(values)
    unit = np.searchsorted(responses, rows["response"])
    counts = np.zeros((len(responses), len(values)), dtype=np.int64)
    scored = rows["answer"] == SCORED
    at = order[np.searchsorted(values[order], rows["value"][scored])]
    np.add.at(counts, (unit[scored], at), rows["n"][scored])
    stops = decide(
        counts,
        rule,
        asked=(asked := _summed(unit, rows["n"], len(responses))),
        pass_at=_pass_position(criterion, values),
        not_applicable=_summed(unit, rows["n"] * (rows["answer"] == NA), len(responses)),
    )
    return _Units(int(criterion.lineage_id or criterion.pk), responses, asked, stops)


def _summed(unit: Integers, n: Integers, units: int) -> Integers:
    return np.bincount(unit, n, minlength=units).astype(np.int64)


def _pass_position(criterion: Criterion, values: Integers) -> int:
    """Where an ordinal scale is split: at its pass level, if it has one."""
    if criterion.scale != ScaleType.ORDINAL or criterion.pass_at is None:
        return 0
    return int(np.flatnonzero(values == int(criterion.pass_at * SCALE))[0])


def _act(batch: Batch, rule: StoppingRule, units: list[_Units], seats: NDArray[Any]) -> int:
    """Keep the verdicts, open a place where a unit needs the next expert, close what none needs.

    One more place than experts have judged it: whoever has it in work has that place. A criterion
    that came afresh with a newer version is not asked of what was judged before, so it waits for
    nobody there; a response without any answer does. Without a criterion to decide by all stays.
    """
    if not units:
        return 0
    _write(batch, units)
    unanswered = np.ones(len(seats), dtype=bool)
    waits = np.zeros(len(seats), dtype=bool)
    for one in units:
        unanswered &= one.labels == 0
        waits |= (one.stops.verdicts == Verdict.ASK) & (one.labels > 0)
    waits |= unanswered
    settled = seats["response"][~waits].tolist()
    with connection.cursor() as cursor:
        said = {"batch": batch.pk, "n_min": rule.n_min, "responses": settled}
        cursor.execute(LOWER, said)
    places = (seats["sat"][waits] + 1).tolist()
    asked = dict(zip(seats["response"][waits].tolist(), places, strict=True))
    return extra_seats.open_extra(batch, asked, by=None) if asked else 0


def _write(batch: Batch, units: list[_Units]) -> None:
    """What was never answered is not written, but what lost its answers is."""
    rows = [
        (response, one.lineage, NAMES[Verdict(verdict)].value, n, q)
        for one in units
        for response, verdict, n, q in zip(
            *(one.responses.tolist(), one.stops.verdicts.tolist()),
            *(one.labels.tolist(), one.stops.clarity.tolist()),
            strict=True,
        )
    ]
    columns = zip(*rows, strict=True) if rows else ([],) * 5
    names = ("responses", "lineages", "verdicts", "ns", "clarities")
    said: dict[str, Any] = dict(zip(names, map(list, columns), strict=True))
    said |= {"project": batch.project_id, "batch": batch.pk}
    with connection.cursor() as cursor:
        cursor.execute(WRITE, said)
