"""Assigning again: more experts for single responses of a batch that is being rated.

Places 1..overlap of a batch are its fixed design; an extra place lies beyond them, so the database
makes every seat there adaptive and alpha never counts it. What is asked for is a number of places
in all, not how many to add: asked twice, nothing more is opened.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Greatest
from django.utils.translation import gettext

from labeling import locks
from labeling.assigning import MAX_OVERLAP
from labeling.errors import Conflict, DomainError
from labeling.models import Batch, QueueEntry, User

log = logging.getLogger(__name__)


# One statement for any number of responses. What is raised gets a key behind all others.
RAISE = """
    WITH wanted AS (
        SELECT * FROM unnest(%(responses)s::bigint[], %(places)s::integer[]) AS w (response, places)
    ), top AS (
        SELECT coalesce(max(q.key), 0) AS key FROM labeling_queueentry q
        WHERE q.batch_id = %(batch)s
    ), raised AS (
        SELECT q.id, w.places, w.places - q.overlap AS more,
            row_number() OVER (ORDER BY q.key) AS at
        FROM wanted w JOIN labeling_queueentry q
            ON q.batch_id = %(batch)s AND q.response_id = w.response
        WHERE w.places > q.overlap
    ), done AS (
        UPDATE labeling_queueentry q SET overlap = r.places, key = top.key + r.at
        FROM raised r, top WHERE q.id = r.id RETURNING r.more
    )
    SELECT coalesce(sum(more), 0), (SELECT count(*) FROM wanted w
        LEFT JOIN labeling_queueentry q ON q.batch_id = %(batch)s AND q.response_id = w.response
        WHERE q.id IS NULL)
    FROM done
"""


@transaction.atomic
def open_extra(batch: Batch, places: Mapping[int, int], *, by: User | None) -> int:
    """Raise each response (by its key) to so many places; returns how many were opened.

    Entries move to the end of the queue: experts' cursors have walked past them. `by` is None
    where a stopping rule asks.
    """
    if any(not 1 <= wanted <= MAX_OVERLAP for wanted in places.values()):
        raise DomainError(
            gettext("A response has between 1 and %(max_overlap)s places.")
            % {"max_overlap": f"{MAX_OVERLAP:,}"}
        )
    _expect_not_closed(batch)
    _lock_keys(batch)
    said: dict[str, Any] = {
        "batch": batch.pk,
        "responses": list(places),
        "places": list(places.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(RAISE, said)
        opened, missing = cursor.fetchone()
    if missing:
        raise DomainError(
            gettext("%(missing)s of these responses are not queued in this batch.")
            % {"missing": missing}
        )
    log.info("batch %s: %s extra seats opened by %s", batch.pk, opened, by and by.pk)
    return opened


@transaction.atomic
def take_back(batch: Batch, *, by: User) -> int:
    """Close every extra place nobody has taken; what is rated or in work stays."""
    _lock_keys(batch)
    untaken = _extended(batch).filter(overlap__gt=Greatest(F("taken"), batch.overlap))
    ids = list(untaken.select_for_update().order_by("key").values_list("pk", flat=True))
    kept = Greatest(F("taken"), batch.overlap)
    entries = QueueEntry.objects.filter(pk__in=ids)
    closed = entries.aggregate(n=Sum(F("overlap") - kept))["n"] or 0
    entries.update(overlap=kept)
    log.info("batch %s: %s extra seats taken back by %s", batch.pk, closed, by.pk)
    return closed


def untaken(batch: Batch) -> int:
    """How many extra places are still free."""
    free = F("overlap") - Greatest(F("taken"), batch.overlap)
    open_ = _extended(batch).filter(overlap__gt=Greatest(F("taken"), batch.overlap))
    return open_.aggregate(n=Sum(free))["n"] or 0


def _extended(batch: Batch) -> QuerySet[QueueEntry]:
    # taken < overlap stands first: the partial index of open entries answers it. Where a stopping
    # rule asks, it takes back what it does not need any more.
    open_ = QueueEntry.objects.filter(batch=batch, taken__lt=F("overlap"), fixed=True)
    return open_.filter(overlap__gt=batch.overlap)


def _expect_not_closed(batch: Batch) -> None:
    """Held until the commit, so that nobody closes the batch in between."""
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if locked.state == Batch.State.CLOSED:
        raise Conflict(
            gettext(
                "This batch is closed: its ratings are no longer blind, so nobody can be added."
            )
        )


def _lock_keys(batch: Batch) -> None:
    """New keys of a queue are drawn one transaction at a time, as when seats come back."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [locks.KEYS, batch.pk])
