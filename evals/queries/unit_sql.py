"""The statement that counts the answers of every unit and says how far they are apart.

One pass a criterion in the order of the index over (batch, lineage, response): declared levels are
counted one by one, so that a unit needs no rows of its own for its values.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from evals.queries.standing import STANDING
from evals.queries.unit_filter import UnitFilter
from labeling.models import Criterion
from labeling.spec import ScaleType

# Apart or not in parts of a million: whole numbers make a key that pages can be walked by.
PARTS = 1_000_000
UNORDERED = (ScaleType.BINARY, ScaleType.NOMINAL)
# One pass over the scores that count as of the run.
COUNTED = """
    SELECT s.response_id, count(s.value) AS m, min(s.value) AS low, max(s.value) AS high,
           count(*) FILTER (WHERE s.answer = 'NA') AS n_na {columns}
    FROM labeling_score s
    WHERE s.batch_id = %(batch)s AND s.lineage_id = {lineage} AND {standing} {on_scores}
    GROUP BY s.lineage_id, s.response_id
"""
UNIT = "SELECT response_id, {apart} AS apart FROM ({counted}) u WHERE {shown}"
# What is asked of a response is looked at once for each that has a unit, not for each score. A left
# join to a table that nothing is asked of costs nothing: the planner leaves it out.
RESPONSES = """
    SELECT response_id, apart, units, count(*) OVER () AS responses,
           sum(units) OVER () AS all_units
    FROM (
        SELECT response_id, (sum(apart) * {parts})::bigint AS apart, count(*) AS units
        FROM ({units}) unit GROUP BY response_id
    ) judged
    LEFT JOIN labeling_response r ON r.id = judged.response_id
    LEFT JOIN labeling_item i ON i.id = r.item_id
    LEFT JOIN labeling_generator g ON g.id = r.generator_id
    WHERE {on_responses}
"""


def responses(
    criteria: Sequence[Criterion],
    narrowed: UnitFilter,
    on_scores: Sequence[str],
    on_responses: Sequence[str],
) -> tuple[str, dict[str, Any]]:
    """Every response with a unit that is asked for: how far apart its units are, and how many.

    Conditions are on the score s, or on the response r, its item i and its generator g. The
    statement takes `batch`, `batches` (it alone) and `watermark` besides the parameters that come
    with it.
    """
    params: dict[str, Any] = dict(
        zip(("first", "second"), (*narrowed.raters, None, None), strict=False)
    )
    units = []
    for number, criterion in enumerate(criteria):
        levels = {
            f"level_{number}_{place}": level.value
            for place, level in enumerate(criterion.levels.all())
        }
        params |= levels
        units.append(_unit(criterion, levels, narrowed, on_scores))
    if narrowed.pair is not None:
        params["pair_low"], params["pair_high"] = sorted(narrowed.pair)
    sql = RESPONSES.format(
        parts=PARTS,
        units=" UNION ALL ".join(units),
        on_responses=" AND ".join(["true", *on_responses]),
    )
    return sql, params


def _unit(
    criterion: Criterion,
    levels: dict[str, Decimal],
    narrowed: UnitFilter,
    on_scores: Sequence[str],
) -> str:
    shown = [*narrowed.conditions, *_majority(narrowed, levels)]
    counted = COUNTED.format(
        columns="".join(f", {column}" for column in _columns(levels, narrowed)),
        standing=STANDING,
        lineage=int(criterion.lineage_id or 0),
        on_scores="".join(f" AND {one}" for one in on_scores),
    )
    apart = f"CASE WHEN u.low < u.high THEN {_apart(criterion, levels)} ELSE 0 END"
    return UNIT.format(apart=apart, counted=counted, shown=" AND ".join(shown))


def _columns(levels: dict[str, Decimal], narrowed: UnitFilter) -> list[str]:
    columns = [f"count(*) FILTER (WHERE s.value = %({name})s) AS {name}" for name in levels]
    if not levels:
        columns.append("sum(s.value::float8) AS total, sum(s.value::float8 ^ 2) AS squares")
    if narrowed.with_reasons:
        columns.append("bool_or(s.rationale <> '') AS reasons")
    if narrowed.pair is not None:
        columns += [
            "count(*) FILTER (WHERE s.value = %(pair_low)s) AS pair_low",
            "count(*) FILTER (WHERE s.value = %(pair_high)s) AS pair_high",
        ]
    if narrowed.raters:
        columns += [
            "min(s.value) FILTER (WHERE s.rater_id = %(first)s) AS first",
            "min(s.value) FILTER (WHERE s.rater_id = %(second)s) AS second",
        ]
    return columns


def _apart(criterion: Criterion, levels: dict[str, Decimal]) -> str:
    """From 0 (all the same) to 1: pairs that differ, or their mean squared distance."""
    if levels and criterion.scale in UNORDERED:
        agreeing = " + ".join(f"u.{name} * (u.{name} - 1)" for name in levels)
        return f"1 - ({agreeing}) / (u.m * (u.m - 1.0::float8))"
    total, squares = "u.total", "u.squares"
    if levels:
        total = " + ".join(f"u.{name} * {value}::float8" for name, value in levels.items())
        squares = " + ".join(f"u.{name} * ({value}::float8) ^ 2" for name, value in levels.items())
    span = float(_span(criterion, levels)) or 1.0
    return f"2 * (({squares}) - ({total}) ^ 2 / u.m) / (u.m - 1) / {span}::float8 ^ 2"


def _span(criterion: Criterion, levels: dict[str, Decimal]) -> Decimal:
    if levels:
        return max(levels.values()) - min(levels.values())
    assert criterion.minimum is not None
    assert criterion.maximum is not None
    return criterion.maximum - criterion.minimum


def _majority(narrowed: UnitFilter, levels: dict[str, Decimal]) -> list[str]:
    """Conditions on the most frequent answer; a scale without levels has none."""
    alone = len(narrowed.raters) == 1
    if not (alone or narrowed.against_majority):
        return []
    if not levels:
        return ["false"]
    top = f"greatest({', '.join(f'u.{name}' for name in levels)})"
    conditions = []
    if narrowed.against_majority:
        conditions.append(f"u.low < u.high AND {top} * 2 > u.m")
    if alone:
        own = " ".join(f"WHEN %({name})s THEN u.{name}" for name in levels)
        conditions.append(f"CASE u.first {own} END < {top}")
    return conditions
