"""The statements behind `labelled`: which responses, and how each of them was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from evals.queries.unit_counts import SETTLING

# A score counts while its rating does; which is of an expert's several the last one.
CURRENT = """
    s.batch_id = ANY (%(batches)s) AND s.superseded_by_id IS NULL AND NOT t.withdrawn
    AND t.excluded_seq IS NULL AND t.purpose = ANY (%(purposes)s)
"""
LABELLED = """
    FROM labeling_response r
    JOIN labeling_item i ON i.id = r.item_id
    JOIN labeling_generator g ON g.id = r.generator_id
    WHERE r.project_id = %(project)s AND EXISTS (
        SELECT FROM labeling_score s
        WHERE s.response_id = r.id AND s.lineage_id = ANY (%(lineages)s)
          AND s.batch_id = ANY (%(batches)s) AND s.superseded_by_id IS NULL)
"""
# What one may still be given to judge, of the same item.
SIGHTED = """
    AND NOT EXISTS (
        SELECT FROM labeling_response o JOIN labeling_queueentry q ON q.response_id = o.id
        WHERE o.item_id = r.item_id AND q.batch_id = ANY (%(blind)s))
    AND NOT EXISTS (
        SELECT FROM labeling_response o JOIN labeling_assignment a ON a.response_id = o.id
        WHERE o.item_id = r.item_id AND a.batch_id = ANY (%(blind)s))
"""
KINDS = "SELECT g.kind, count(*) {labelled} GROUP BY g.kind ORDER BY g.kind"
# Whole items are drawn, so that responses keep their neighbours: as many as fit, but always one.
# A window's rows up to the current one include those of the same item.
RESPONSES = """
    SELECT id, external_id, item_pk, item, name, kind FROM (
        SELECT r.id, r.external_id, i.id AS item_pk, i.external_id AS item, g.name, g.kind,
            count(*) OVER drawn AS up_to_here, dense_rank() OVER drawn AS place
        {labelled} {of_kind}
        WINDOW drawn AS (ORDER BY md5(%(seed)s || ':' || i.id), i.id)
    ) found
    WHERE up_to_here <= %(limit)s OR place = 1
    ORDER BY item COLLATE "C", external_id COLLATE "C"
"""
GIVEN = f"""
    WITH latest AS (
        SELECT DISTINCT ON (s.lineage_id, s.response_id, s.rater_id)
            s.lineage_id, s.response_id, s.answer, s.value
        FROM labeling_score s JOIN labeling_rating t ON t.id = s.rating_id
        WHERE s.response_id = ANY (%(responses)s) AND s.lineage_id = ANY (%(lineages)s)
          AND {CURRENT}
        ORDER BY s.lineage_id, s.response_id, s.rater_id, s.rating_id DESC
    ), unit AS (
        SELECT lineage_id, response_id,
            coalesce(array_agg(value ORDER BY value) FILTER (WHERE answer = 'scored'), '{{}}') AS v,
            count(*) FILTER (WHERE answer = 'NA') AS na,
            count(*) FILTER (WHERE answer = 'cannot_assess') AS cannot_assess
        FROM latest GROUP BY lineage_id, response_id
    )
    SELECT lineage_id, v, na, cannot_assess, string_agg(int8send(response_id), ''::bytea)
    FROM unit GROUP BY lineage_id, v, na, cannot_assess
    ORDER BY lineage_id, v, na, cannot_assess
"""
RULINGS = """
    SELECT DISTINCT ON (j.lineage_id, j.response_id) j.lineage_id, j.response_id,
        CASE WHEN j.reason <> 'legitimate' THEN j.ruling END
    FROM labeling_adjudication j
    WHERE j.batch_id = ANY (%(batches)s) AND j.response_id = ANY (%(responses)s)
      AND j.lineage_id = ANY (%(lineages)s)
    ORDER BY j.lineage_id, j.response_id, j.id DESC
"""
# What experts said of a response on the whole, before the criteria; each expert's last word.
OVERALLS = """
    SELECT response_id, array_agg(overall ORDER BY overall) FROM (
        SELECT DISTINCT ON (a.response_id, a.rater_id) a.response_id, t.overall
        FROM labeling_assignment a JOIN labeling_rating t ON t.assignment_id = a.id
        WHERE a.response_id = ANY (%(responses)s) AND a.batch_id = ANY (%(batches)s)
          AND t.overall IS NOT NULL AND t.superseded_by_id IS NULL AND NOT t.withdrawn
          AND t.excluded_seq IS NULL AND t.purpose = ANY (%(purposes)s)
        ORDER BY a.response_id, a.rater_id, t.id DESC
    ) latest GROUP BY response_id
"""
# The batches whose labels are put together here, and how each of them was rated.
WAYS = """
    SELECT b.name, b.way FROM labeling_batch b
    WHERE b.id = ANY (%(batches)s) AND EXISTS (
        SELECT FROM labeling_score s WHERE s.batch_id = b.id
          AND s.lineage_id = ANY (%(lineages)s) AND s.superseded_by_id IS NULL)
    ORDER BY b.name
"""
# Counted in indexes alone, at every request: ratings are only ever added (a correction and a
# withdrawal are ratings too), and of what is left out there is an index of its own.
STATE = """
    SELECT (SELECT count(*) FROM labeling_rating WHERE batch_id = ANY (%(batches)s)),
        (SELECT count(*) FROM labeling_rating
            WHERE batch_id = ANY (%(batches)s) AND excluded_seq IS NOT NULL),
        (SELECT count(*) FROM labeling_adjudication WHERE batch_id = ANY (%(batches)s))
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be read; equal when it is the same."""

    project: int
    batches: tuple[int, ...]
    blind: tuple[int, ...]
    lineages: tuple[int, ...]
    kind: str | None
    limit: int
    seed: int


@dataclass(frozen=True, slots=True)
class LabelledResponse:
    """A response and what pages call it by."""

    pk: int
    id: str
    item_pk: int
    item: str
    generator: str
    kind: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """How experts answered one unit: the values in order, and the answers without one."""

    values: tuple[Decimal, ...]
    na: int
    cannot_assess: int

    @property
    def is_na(self) -> bool:
        """Nobody found that the criterion applies."""
        return bool(self.na) and not self.values and not self.cannot_assess


@dataclass(frozen=True, eq=False)
class Given:
    """One lineage: the patterns there are, which one each response has (-1 none), and rulings.

    A ruling is by the response's place; None says that no single answer is right.
    """

    patterns: tuple[Pattern, ...]
    codes: NDArray[np.int64]
    rulings: dict[int, Decimal | None] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Raw:
    """What was read; `kind` is that of the responses, None for all kinds."""

    responses: tuple[LabelledResponse, ...]
    kinds: Mapping[str, int]
    kind: str | None
    given: Mapping[int, Given]
    # By response, what experts said on the whole; and (name, way) of the batches.
    overalls: Mapping[int, tuple[Decimal, ...]] = field(default_factory=dict)
    ways: tuple[tuple[str, str], ...] = ()


def state(batches: tuple[int, ...]) -> tuple[Any, ...]:
    """Differs once there is another rating, exclusion or ruling: none is ever taken away."""
    return tuple(_rows(STATE, {"batches": list(batches)})[0])


def read(asked: Asked) -> Raw:
    """Six queries."""
    params = {
        name: list(one) if isinstance(one, tuple) else one for name, one in asdict(asked).items()
    }
    params |= {"purposes": list(SETTLING), "seed": str(asked.seed)}
    labelled = LABELLED + (SIGHTED if asked.blind else "")
    kinds = dict(_rows(KINDS.format(labelled=labelled), params))
    kind = asked.kind if asked.kind in kinds else None
    of_kind = "AND g.kind = %(kind)s" if kind else ""
    found = _rows(RESPONSES.format(labelled=labelled, of_kind=of_kind), params)
    responses = tuple(LabelledResponse(*row) for row in found)
    params["responses"] = [one.pk for one in responses]
    overalls = {pk: tuple(map(Decimal, said)) for pk, said in _rows(OVERALLS, params)}
    ways = tuple((name, way) for name, way in _rows(WAYS, params))
    return Raw(responses, kinds, kind, _given(responses, params), overalls, ways)


def _given(responses: tuple[LabelledResponse, ...], params: dict[str, Any]) -> dict[int, Given]:
    order = np.argsort(np.array(params["responses"], dtype=np.int64))
    ids = np.array(params["responses"], dtype=np.int64)[order]
    patterns: dict[int, list[Pattern]] = {}
    codes: dict[int, NDArray[np.int64]] = {}
    for lineage, values, na, cannot_assess, members in _rows(GIVEN, params):
        known = patterns.setdefault(lineage, [])
        own = codes.setdefault(lineage, np.full(len(ids), -1, dtype=np.int64))
        places = order[np.searchsorted(ids, np.frombuffer(members, ">i8").astype(np.int64))]
        own[places] = len(known)
        known.append(Pattern(tuple(values), na, cannot_assess))
    rulings: dict[int, dict[int, Decimal | None]] = {}
    for lineage, response, ruling in _rows(RULINGS, params):
        place = int(order[np.searchsorted(ids, response)])
        rulings.setdefault(lineage, {})[place] = ruling
    return {
        lineage: Given(tuple(known), codes[lineage], rulings.get(lineage, {}))
        for lineage, known in patterns.items()
    }


def _rows(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
