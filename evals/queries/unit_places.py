"""Where each unit of an extent stands: its position in arrays, its item, generator and slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from evals.queries.extents import Extent
from evals.queries.score_stream import BLOCK_BITS, stream
from evals.queries.slice_bits import mask_of, slice_params
from evals.slices import Slice

type Integers = NDArray[np.int64]

PLACES = """
    SELECT {blobs} FROM labeling_response r {joins} WHERE {which} GROUP BY r.id >> {block}
"""
ITEMS = "JOIN labeling_item i ON i.id = r.item_id"
BETWEEN = "r.id BETWEEN %(lowest)s AND %(highest)s"
OF_RESPONSES = "r.id = ANY (%(responses)s::bigint[])"
OF_ITEMS = "r.item_id BETWEEN %(first)s AND %(last)s AND r.project_id = %(project)s"
OF_BATCH = "r.id IN (SELECT a.response_id FROM labeling_assignment a WHERE a.batch_id = %(batch)s)"
# Two steps on the index of a batch's slots. A batch between itself and itself, in the order of
# batches: of one batch only the planner may walk along all responses until it meets one of the
# batch, which of the oldest or newest batches takes the whole table.
BOUNDS = """
    SELECT coalesce((SELECT response_id FROM labeling_assignment
                     WHERE batch_id BETWEEN %(batch)s AND %(batch)s
                     ORDER BY batch_id, response_id LIMIT 1), 0),
           coalesce((SELECT response_id FROM labeling_assignment
                     WHERE batch_id BETWEEN %(batch)s AND %(batch)s
                     ORDER BY batch_id DESC, response_id DESC LIMIT 1), 0)
"""


@dataclass(frozen=True, eq=False)
class UnitPlaces:
    """Arrays over units. A unit's position is its id above `lowest`, or that among sorted `ids`.

    `generators` and `masks` are all zero where nobody asked for them.
    """

    items: Integers
    generators: Integers
    masks: Integers
    lowest: int
    ids: Integers | None

    def __len__(self) -> int:
        return len(self.items)

    @property
    def highest(self) -> int:
        """The highest id of a response."""
        if self.ids is None:
            return self.lowest + max(len(self) - 1, 0)
        return int(self.ids[-1]) if len(self.ids) else 0

    def of(self, responses: Integers) -> Integers:
        """Positions of responses that are here."""
        if self.ids is None:
            return responses - self.lowest
        return np.searchsorted(self.ids, responses)


def places_of(
    extent: Extent, project: int, on_items: Sequence[Slice], *, by_generator: bool, scores: int
) -> UnitPlaces:
    """Places for the units of an extent; `scores` says about how many there are.

    Ids that lie close together are their own positions; of others a sorted list is kept.
    """
    params = {**extent.params(), **slice_params(on_items), "project": project}
    kinds = {"items": "r.item_id"}
    if by_generator:
        kinds["generators"] = "r.generator_id"
    if on_items:
        kinds["masks"] = mask_of(on_items)
    if extent.responses is not None or extent.items is not None:
        which = OF_RESPONSES if extent.items is None else OF_ITEMS
        return _listed(kinds, which, params, on_items)
    lowest, highest = _bounds(extent.batch)
    if highest - lowest >= 2 * scores:
        return _listed(kinds, OF_BATCH, params, on_items)
    params |= {"lowest": lowest, "highest": highest}
    return _in_range(kinds, params, on_items, lowest, 1 + highest - lowest)


def _in_range(
    kinds: dict[str, str], params: dict[str, Any], on_items: Sequence[Slice], lowest: int, size: int
) -> UnitPlaces:
    """Filled block by block, so that nothing is held twice."""
    found = {kind: np.zeros(size, dtype=np.int64) for kind in kinds}
    for ids, columns in _blocks(kinds, BETWEEN, params, on_items):
        for kind, column in columns.items():
            found[kind][ids - lowest] = column
    return _places(found, size, lowest, None)


def _listed(
    kinds: dict[str, str], which: str, params: dict[str, Any], on_items: Sequence[Slice]
) -> UnitPlaces:
    blocks = list(_blocks(kinds, which, params, on_items))
    none = np.zeros(0, dtype=np.int64)
    ids = np.concatenate([none, *(ids for ids, _ in blocks)])
    order = np.argsort(ids)
    found = {
        kind: np.concatenate([none, *(columns[kind] for _, columns in blocks)])[order]
        for kind in kinds
    }
    return _places(found, len(ids), 0, ids[order])


def _places(found: dict[str, Integers], size: int, lowest: int, ids: Integers | None) -> UnitPlaces:
    # A view of one zero takes no room.
    nothing = np.broadcast_to(np.int64(0), (size,))
    generators, masks = found.get("generators", nothing), found.get("masks", nothing)
    return UnitPlaces(found["items"], generators, masks, lowest, ids)


def _blocks(
    kinds: dict[str, str], which: str, params: dict[str, Any], on_items: Sequence[Slice]
) -> Any:
    columns = ["r.id", *kinds.values()]
    sql = PLACES.format(
        blobs=", ".join(f"string_agg(int8send({each}), ''::bytea)" for each in columns),
        joins=ITEMS if on_items else "",
        which=which,
        block=BLOCK_BITS,
    )
    for row in stream(sql, params):
        ids, *rest = (np.frombuffer(each, ">i8").astype(np.int64) for each in row)
        yield ids, dict(zip(kinds, rest, strict=True))


def _bounds(batch: int) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS, {"batch": batch})
        lowest, highest = cursor.fetchone()
    return lowest, highest
