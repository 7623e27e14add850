"""Which ratings a count is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

# As of watermark W a score counts when its rating was there, and neither superseded nor excluded by
# then; whether its seat was of fixed overlap was settled when it was written. A withdrawal is a
# revision without scores. Excluded ratings are few and found beforehand.
SCOPE = "s.batch_id = %(batch)s AND s.counted"
STANDING = """
    s.rating_id <= %(watermark{0})s
    AND (s.superseded_by_id IS NULL OR s.superseded_by_id > %(watermark{0})s)
"""
NOT_EXCLUDED = " AND s.rating_id <> ALL (%(excluded{0})s::bigint[])"
OF_RESPONSES = " AND s.response_id = ANY (%(responses)s::bigint[])"
OF_ITEMS = """ AND s.response_id IN (
    SELECT id FROM labeling_response WHERE item_id BETWEEN %(first)s AND %(last)s)
"""
EXCLUDED = """
    SELECT id FROM labeling_rating
    WHERE batch_id = %(batch)s AND excluded_seq <= %(watermark)s
"""


@dataclass(frozen=True)
class Extent:
    """The ratings of a batch up to a watermark, of all responses or of some.

    `responses` is a list of ids, `items` a range of items; one of them at most.
    """

    batch: int
    watermark: int
    excluded: tuple[int, ...] = ()
    responses: tuple[int, ...] | None = None
    items: tuple[int, int] | None = None

    def condition(self) -> str:
        """SQL over scores `s`."""
        return f"{self.scope()} AND {self.standing()}"

    def scope(self) -> str:
        """SQL for the scores of these units, whenever they stood."""
        if self.responses is not None:
            return SCOPE + OF_RESPONSES
        return SCOPE + (OF_ITEMS if self.items else "")

    def standing(self, number: str = "") -> str:
        """SQL for the scores that stood at the watermark; its parameters end in `number`."""
        return (STANDING + (NOT_EXCLUDED if self.excluded else "")).format(number)

    def params(self, number: str = "") -> dict[str, Any]:
        first, last = self.items or (None, None)
        return {
            "batch": self.batch,
            f"watermark{number}": self.watermark,
            f"excluded{number}": id_array(self.excluded),
            "responses": None if self.responses is None else id_array(self.responses),
            "first": first,
            "last": last,
        }


def id_array(ids: Sequence[int]) -> str:
    """Ids as the text of an array, which is quicker to send than thousands of parameters."""
    return "{" + ",".join(map(str, ids)) + "}"


def excluded_ratings(batch: int, watermark: int) -> tuple[int, ...]:
    """Ratings of the batch that were excluded by the watermark."""
    with connection.cursor() as cursor:
        cursor.execute(EXCLUDED, {"batch": batch, "watermark": watermark})
        return tuple(pk for (pk,) in cursor.fetchall())
