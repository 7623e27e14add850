"""What is asked again of a batch, read plainly."""

from __future__ import annotations

from labeling.models import (
    Batch,
    Reask,
)


def asked_keys(row: Reask) -> list[str]:
    return list(row.version.criteria.filter(pk__in=row.criteria).values_list("key", flat=True))


def queue_of(batch: Batch) -> list[tuple[int, int, int]]:
    return list(batch.queue.order_by("response").values_list("response", "taken", "overlap"))
