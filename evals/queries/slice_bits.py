"""To which slices an item belongs, as the bits of one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evals.slices import METADATA, Slice

# A bigint of membership: one bit for each slice of items.
MASK_BITS = 62


def mask_of(on_items: Sequence[Slice]) -> str:
    """SQL: one bit for each slice that the item `i` belongs to."""
    bits = [
        f"CASE WHEN {_belongs(part, at)} THEN {1 << at}::bigint ELSE 0 END"
        for at, part in enumerate(on_items)
    ]
    return " + ".join(bits) or "0::bigint"


def _belongs(part: Slice, at: int) -> str:
    if part.field == "tag":
        return f"%(value{at})s::text = ANY (i.tags)"
    return f"i.metadata ->> %(field{at})s::text = %(value{at})s::text"


def slice_params(on_items: Sequence[Slice]) -> dict[str, Any]:
    """Parameters of `mask_of`."""
    params: dict[str, Any] = {}
    for at, part in enumerate(on_items):
        params[f"value{at}"] = part.value
        params[f"field{at}"] = part.field.removeprefix(METADATA)
    return params
