"""Which responses of a batch experts differ on, and how badly: one statement over what is new.

A unit's answers are apart by the share of pairs that differ or, on a scale with an order, by the
mean squared distance of pairs over the squared range (0 the same, 1 as far as it goes), which is
what the page of units measures; an NA beside a value differs in full. A unit weighs 2 when its
criterion is a gate, else between 0.5 and 1 by its points among the rubric's, 0.25 without any. The
severity of a response is the sum over its units. On an interval scale a spread of up to a quarter
of the range settles by the median and is no dispute, but for a reasoned minority report, which is
always one: of an expert who stands alone against all others and says why or, where the criterion
asks for a kind of expertise, of any experts who say why and are not the majority.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from labeling.models import Batch, Criterion, DisputeMark
from labeling.spec import ScaleType

PARTS = 1_000_000
ORDERED = (ScaleType.ORDINAL, ScaleType.INTERVAL)
GATE, NO_POINTS = 2.0, 0.25

# Ratings of fixed and extra seats only: adjudicators, repeats and gold answer other questions.
REFRESH = """
    WITH criterion AS (
        SELECT * FROM unnest(%(lineages)s::bigint[], %(ordered)s::boolean[],
            %(interval)s::boolean[], %(span)s::float8[], %(weight)s::float8[],
            %(expert)s::boolean[])
            AS t (lineage_id, ordered, is_interval, span, weight, expert)
    ), touched AS (
        SELECT DISTINCT a.response_id FROM labeling_rating t
        JOIN labeling_assignment a ON a.id = t.assignment_id
        WHERE t.batch_id = %(batch)s AND (t.id > %(since)s AND t.id <= %(through)s
            OR t.excluded_seq > %(since)s AND t.excluded_seq <= %(through)s)
    ), given AS (
        SELECT s.response_id, s.lineage_id, s.answer, s.value, count(*) AS n,
            bool_or(btrim(s.rationale) <> '') AS reasoned
        FROM labeling_score s JOIN labeling_rating t ON t.id = s.rating_id
        WHERE s.batch_id = %(batch)s AND s.lineage_id = ANY (%(lineages)s::bigint[])
            AND (%(since)s = 0 OR s.response_id IN (SELECT response_id FROM touched))
            AND s.superseded_by_id IS NULL AND t.excluded_seq IS NULL
            AND t.purpose IN ('fixed', 'adaptive') AND s.answer <> 'cannot_assess'
        GROUP BY s.response_id, s.lineage_id, s.answer, s.value
    ), ranked AS (
        SELECT g.*, count(*) OVER unit AS kinds, max(n) OVER unit AS top, sum(n) OVER unit AS total
        FROM given g WINDOW unit AS (PARTITION BY response_id, lineage_id)
    ), unit AS (
        SELECT g.response_id, g.lineage_id, g.total AS n,
            sum(g.n) FILTER (WHERE g.value IS NOT NULL) AS m,
            sum(g.n * g.n) AS same, sum(g.n * g.value::float8) AS sum_of_values,
            sum(g.n * g.value::float8 ^ 2) AS sum_of_squares,
            max(g.value)::float8 - min(g.value)::float8 AS spread,
            bool_or(g.reasoned AND CASE WHEN c.expert THEN g.n < g.top OR 2 * g.top <= g.total
                ELSE g.n = 1 AND g.kinds = 2 AND g.top > 1 END) AS minority,
            c.ordered, c.is_interval, c.span, c.weight
        FROM ranked g JOIN criterion c USING (lineage_id)
        WHERE g.kinds > 1
        GROUP BY g.response_id, g.lineage_id, g.total, c.ordered, c.is_interval, c.span, c.weight
    ), apart AS (
        SELECT response_id, lineage_id, minority, (weight * %(parts)s * CASE
            WHEN ordered THEN (n - coalesce(m, 0)) * coalesce(m, 0)
                + coalesce(m * sum_of_squares - sum_of_values ^ 2, 0) / span ^ 2
            ELSE (n ^ 2 - same) / 2 END / (n * (n - 1) / 2.0))::bigint AS severity
        FROM unit
        WHERE NOT is_interval OR minority OR n > coalesce(m, 0) OR spread > span / 4
    ), found AS (
        SELECT response_id, sum(severity)::bigint AS severity,
            array_agg(lineage_id ORDER BY severity DESC, lineage_id) AS lineages,
            coalesce(array_agg(lineage_id ORDER BY lineage_id) FILTER (WHERE minority), '{{}}')
                AS minority
        FROM apart GROUP BY response_id
    ), settled AS (
        DELETE FROM labeling_dispute d
        WHERE d.batch_id = %(batch)s AND d.response_id NOT IN (SELECT response_id FROM found)
            AND (%(since)s = 0 OR d.response_id IN (SELECT response_id FROM touched))
    )
    INSERT INTO labeling_dispute
        (project_id, batch_id, response_id, severity, lineages, minority, ruled)
    SELECT %(project)s, %(batch)s, f.response_id, f.severity, f.lineages, f.minority, {ruled}
    FROM found f
    ON CONFLICT (batch_id, response_id) DO UPDATE SET severity = excluded.severity,
        lineages = excluded.lineages, minority = excluded.minority, ruled = excluded.ruled
"""
RULED = """NOT EXISTS (
        SELECT FROM unnest(f.lineages) AS asked (lineage_id) WHERE NOT EXISTS (
            SELECT FROM labeling_adjudication j WHERE j.batch_id = %(batch)s
                AND j.response_id = f.response_id AND j.lineage_id = asked.lineage_id))"""
MARK_RULED = f"""
    UPDATE labeling_dispute f SET ruled = {RULED}
    WHERE f.batch_id = %(batch)s AND f.response_id = %(response)s RETURNING f.ruled
"""


@transaction.atomic
def refresh(batch: Batch) -> bool:
    """Read what was rated since the last time, up to the batch's watermark; False when nothing was.

    Every rating up to the watermark is committed, so none is ever missed. What is newer is
    measured, and read here, some seconds after it was given.
    """
    mark = DisputeMark.objects.filter(batch=batch).first()
    if mark and (mark.through, mark.version) == (batch.watermark, batch.rubric_version_id):
        return False
    DisputeMark.objects.bulk_create([DisputeMark(batch=batch)], ignore_conflicts=True)
    mark = DisputeMark.objects.select_for_update().get(batch=batch)
    since = mark.through if mark.version == batch.rubric_version_id else 0
    about: dict[str, Any] = {"batch": batch.pk, "project": batch.project_id, "parts": PARTS}
    about |= {"since": since, "through": batch.watermark} | _criteria(batch)
    with connection.cursor() as cursor:
        cursor.execute(REFRESH.format(ruled=RULED), about)
    mark.through, mark.version = max(batch.watermark, mark.through), batch.rubric_version_id
    mark.save()
    return True


def mark_ruled(batch: int, response: int) -> bool:
    """Say on the dispute whether all of it is ruled on; True also where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_RULED, {"batch": batch, "response": response})
        row = cursor.fetchone()
    return row is None or row[0]


def _criteria(batch: Batch) -> dict[str, list[Any]]:
    """The criteria of the batch's version as columns."""
    found = Criterion.objects.filter(version=batch.rubric_version_id).prefetch_related("levels")
    criteria = list(found)
    most = max((abs(one.points) for one in criteria if one.points is not None), default=Decimal(0))
    return {
        "lineages": [one.lineage_id for one in criteria],
        "ordered": [one.scale in ORDERED for one in criteria],
        "interval": [one.scale == ScaleType.INTERVAL for one in criteria],
        "span": [_span(one) for one in criteria],
        "weight": [_weight(one, most) for one in criteria],
        "expert": [bool(one.expertise) for one in criteria],
    }


def _span(criterion: Criterion) -> float:
    values = [level.value for level in criterion.levels.all()]
    low, high = criterion.minimum, criterion.maximum
    if criterion.scale != ScaleType.INTERVAL or low is None or high is None:
        low, high = min(values, default=Decimal(0)), max(values, default=Decimal(0))
    return float(high - low) or 1.0


def _weight(criterion: Criterion, most: Decimal) -> float:
    if criterion.gate:
        return GATE
    if criterion.points is None or not most:
        return NO_POINTS
    return 0.5 + 0.5 * float(abs(criterion.points) / most)
