"""Answers to criteria without levels: how often each value was given to each unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.queries.extents import Extent
from evals.queries.layout import Layout
from evals.queries.score_stream import stream
from evals.queries.slice_bits import mask_of, slice_params
from evals.queries.unit_places import ITEMS
from evals.slices import Slice

type Integers = NDArray[np.int64]

# Materialized: the planner would let every parallel worker count all units for itself. All units of
# an item come in one block.
VALUES = """
    WITH unit AS MATERIALIZED (
        SELECT s.response_id, s.criterion_id, s.value,
            CASE s.answer WHEN 'scored' THEN 0 WHEN 'NA' THEN 1 ELSE 2 END AS answer,
            count(*) AS n
        FROM labeling_score s WHERE {as_of} AND s.criterion_id = ANY (%(continuous)s)
        GROUP BY 1, 2, 3, 4
    )
    SELECT {blobs} FROM unit JOIN labeling_response r ON r.id = unit.response_id {joins}
    GROUP BY mod(r.item_id, {blocks})
"""


@dataclass(frozen=True, eq=False)
class ValueBlock:
    """Answers on continuous scales, each row some equal answers to one unit.

    `answers`: 0 scored with `values`, 1 NA, 2 cannot_assess; `n` of them.
    """

    items: Integers
    generators: Integers
    masks: Integers
    responses: Integers
    criteria: Integers
    answers: Integers
    values: NDArray[np.float64]
    n: Integers


def value_blocks(
    extent: Extent, layout: Layout, on_items: Sequence[Slice], *, blocks: int = 1
) -> Iterator[ValueBlock]:
    """All answers to criteria without levels."""
    columns = [
        ("int8", "r.item_id"),
        ("int8", "r.generator_id"),
        ("int8", mask_of(on_items)),
        ("int8", "unit.response_id"),
        ("int8", "unit.criterion_id"),
        ("int8", "unit.answer::bigint"),
        ("float8", "coalesce(unit.value, 0)::float8"),
        ("int8", "unit.n"),
    ]
    sql = VALUES.format(
        as_of=extent.condition(),
        blobs=", ".join(f"string_agg({kind}send({each}), ''::bytea)" for kind, each in columns),
        joins=ITEMS if on_items else "",
        blocks=blocks,
    )
    continuous = list(layout.continuous)
    params = {**extent.params(), **slice_params(on_items), "continuous": continuous}
    for row in stream(sql, params):
        sent = zip(row, columns, strict=True)
        yield ValueBlock(*(_native(each, kind) for each, (kind, _) in sent))


def _native(sent: bytes, kind: str) -> NDArray[Any]:
    """What the database sends is big-endian."""
    width = {"int8": "i8", "float8": "f8"}[kind]
    return np.frombuffer(sent, f">{width}").astype(f"={width}")
