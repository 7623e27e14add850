"""How far one is in a batch: one's own count beside what there is, never anybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from labeling.models import Assignment, QueueEntry
from labeling.practice.checks import mixed_in

# In one round trip: what was submitted, counted beside the cursor, and what was asked again.
OWN = """
    SELECT coalesce((SELECT done FROM labeling_ratercursor
            WHERE batch_id = %(batch)s AND rater_id = %(rater)s AND lane = 0),
        (SELECT count(*) FROM labeling_assignment
            WHERE batch_id = %(batch)s AND rater_id = %(rater)s AND state = 'submitted')),
        (SELECT count(*) FROM labeling_reask
            WHERE batch_id = %(batch)s AND rater_id = %(rater)s
                AND (ended_at IS NULL OR ending = 'answered'))
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many seats the rater submitted in the batch, and how much is asked again."""

    done: int
    again: int


def progress(seat: Assignment, counts: Counts | None = None) -> dict[str, int]:
    """One's own count in the batch, beside the number of responses and of what is asked again."""
    known, batch = counts or _counts(seat), seat.batch
    size = _queue_size(batch.pk, str(batch.created_at))
    return {"done": known.done, "total": size + mixed_in(batch, size) + known.again}


def _counts(seat: Assignment) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(OWN, {"batch": seat.batch_id, "rater": seat.rater_id})
        return Counts(*cursor.fetchone())


@lru_cache(maxsize=1024)
def _queue_size(batch_id: int, created_at: str) -> int:
    """A batch's queue never grows or shrinks, so it is counted once."""
    return QueueEntry.objects.filter(batch=batch_id).count()
