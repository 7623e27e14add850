"""Every unit of a batch as one or a few whole numbers, in one GROUP BY, moved in blocks.

No row is a Python object: PostgreSQL strings the columns of some hundred thousand units together,
numpy reads the bytes. All units of an item come in one block, so blocks are counted one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Cursor

from evals.queries.layout import Counted, Layout
from evals.queries.slice_bits import mask_of, slice_params
from evals.slices import Slice

type Integers = NDArray[np.int64]

# As of watermark W a score counts when its rating was there, and neither superseded nor excluded by
# then; whether its seat was of fixed overlap was settled when it was written. A withdrawal is a
# revision without scores. Excluded ratings are few and found beforehand.
AS_OF = """
    s.batch_id = %(batch)s AND s.counted AND s.rating_id <= %(watermark)s
    AND (s.superseded_by_id IS NULL OR s.superseded_by_id > %(watermark)s)
"""
NOT_EXCLUDED = " AND s.rating_id <> ALL (%(excluded)s::bigint[])"
EXCLUDED = """
    SELECT id FROM labeling_rating
    WHERE batch_id = %(batch)s AND excluded_seq <= %(watermark)s
"""
# Materialized: the planner would let every parallel worker count all units for itself.
UNITS = """
    WITH unit AS MATERIALIZED (
        SELECT s.response_id, {packed} FROM labeling_score s
        WHERE {as_of} GROUP BY s.response_id
    )
    SELECT {blobs} FROM unit JOIN labeling_response r ON r.id = unit.response_id {joins}
    GROUP BY mod(r.item_id, {blocks})
"""
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
ITEMS = "JOIN labeling_item i ON i.id = r.item_id"


@dataclass(frozen=True)
class Extent:
    """Which ratings: those of a batch up to a watermark, of all responses or of some.

    `responses` is a list of ids, `items` a range of items; one of them at most.
    """

    batch: int
    watermark: int
    excluded: tuple[int, ...] = ()
    responses: tuple[int, ...] | None = None
    items: tuple[int, int] | None = None

    def condition(self) -> str:
        """SQL over scores `s`."""
        text = AS_OF + (NOT_EXCLUDED if self.excluded else "")
        if self.responses is not None:
            return text + " AND s.response_id = ANY (%(responses)s::bigint[])"
        if self.items is not None:
            return text + (
                " AND s.response_id IN (SELECT id FROM labeling_response"
                " WHERE item_id BETWEEN %(first)s AND %(last)s)"
            )
        return text

    def params(self) -> dict[str, Any]:
        first, last = self.items or (None, None)
        return {
            "batch": self.batch,
            "watermark": self.watermark,
            "excluded": id_array(self.excluded),
            "responses": None if self.responses is None else id_array(self.responses),
            "first": first,
            "last": last,
        }


@dataclass(frozen=True, eq=False)
class Block:
    """Units on scales with levels: `words[c][m]` are the packed answers to member m of criterion c.

    `masks` says to which slices of items a unit belongs, bit by bit.
    """

    items: Integers
    generators: Integers
    masks: Integers
    words: dict[int, list[list[Integers]]]


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


def id_array(ids: Sequence[int]) -> str:
    """Ids as the text of an array, which is quicker to send than thousands of parameters."""
    return "{" + ",".join(map(str, ids)) + "}"


def excluded_ratings(batch: int, watermark: int) -> tuple[int, ...]:
    """Ratings of the batch that were excluded by the watermark."""
    with connection.cursor() as cursor:
        cursor.execute(EXCLUDED, {"batch": batch, "watermark": watermark})
        return tuple(pk for (pk,) in cursor.fetchall())


def unit_blocks(
    extent: Extent, layout: Layout, on_items: Sequence[Slice], *, blocks: int = 1
) -> Iterator[Block]:
    """All units of criteria with levels."""
    packed = [
        (at, member, word, layout.packed(counted, counted.members[member], word))
        for at, counted in _with_levels(layout)
        for member in range(len(counted.members))
        for word in range(layout.words(counted))
    ]
    if not packed:
        return
    columns = [f"{sql} AS w{place}" for place, (*_, sql) in enumerate(packed)]
    words = [f"unit.w{place}" for place in range(len(packed))]
    sql = UNITS.format(
        packed=", ".join(columns), **_around(extent, on_items, [("int8", w) for w in words], blocks)
    )
    for row in _stream(sql, {**extent.params(), **slice_params(on_items)}):
        items, generators, *rest = (_native(each, "i8") for each in row)
        masks = rest.pop(0) if on_items else np.zeros_like(items)
        found: dict[int, list[list[Integers]]] = {}
        for (at, member, _, _), word in zip(packed, rest, strict=True):
            members = found.setdefault(at, [])
            if member == len(members):
                members.append([])
            members[member].append(word)
        yield Block(items, generators, masks, found)


def value_blocks(
    extent: Extent, layout: Layout, on_items: Sequence[Slice], *, blocks: int = 1
) -> Iterator[ValueBlock]:
    """All answers to criteria without levels."""
    continuous = [
        member.criterion
        for counted in layout.criteria
        if counted.values is None
        for member in counted.members
    ]
    if not continuous:
        return
    columns = [
        ("int8", "unit.response_id"),
        ("int8", "unit.criterion_id"),
        ("int8", "unit.answer::bigint"),
        ("float8", "coalesce(unit.value, 0)::float8"),
        ("int8", "unit.n"),
    ]
    sql = VALUES.format(**_around(extent, on_items, columns, blocks))
    params = {**extent.params(), **slice_params(on_items), "continuous": continuous}
    for row in _stream(sql, params):
        items, generators, *rest = row
        owners = _native(items, "i8")
        masks = _native(rest.pop(0), "i8") if on_items else np.zeros_like(owners)
        responses, criteria, answers, values, n = rest
        yield ValueBlock(
            owners,
            _native(generators, "i8"),
            masks,
            _native(responses, "i8"),
            _native(criteria, "i8"),
            _native(answers, "i8"),
            _native(values, "f8"),
            _native(n, "i8"),
        )


def _with_levels(layout: Layout) -> Iterator[tuple[int, Counted]]:
    return ((at, one) for at, one in enumerate(layout.criteria) if one.values is not None)


def _around(
    extent: Extent, on_items: Sequence[Slice], columns: Sequence[tuple[str, str]], blocks: int
) -> dict[str, Any]:
    named = [("int8", "r.item_id"), ("int8", "r.generator_id")]
    if on_items:
        named.append(("int8", mask_of(on_items)))
    return {
        "as_of": extent.condition(),
        "blobs": ", ".join(
            f"string_agg({kind}send({column}), ''::bytea)" for kind, column in [*named, *columns]
        ),
        "joins": ITEMS if on_items else "",
        "blocks": blocks,
    }


def _native(sent: bytes, kind: str) -> NDArray[Any]:
    """What the database sends is big-endian."""
    return np.frombuffer(sent, f">{kind}").astype(f"={kind}")


def _stream(sql: str, params: dict[str, Any]) -> Iterator[tuple[bytes, ...]]:
    """Rows one by one as they come, as bytes. (A named cursor would forbid parallel plans.)"""
    connection.ensure_connection()
    # Django's own cursors put parameters into the text, and then answers are text too.
    with Cursor(connection.connection) as cursor:
        yield from cursor.stream(sql, params, binary=True)
