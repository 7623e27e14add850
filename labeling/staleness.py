"""Batches whose ratings are newer than what was derived from them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerError

log = logging.getLogger(__name__)

# Known by its name only: who measures stands above this app.
MEASURE = "evals.tasks.measure_stale"
# A burst of submits is measured once, so many seconds after its first.
SECONDS = 2
MARK = """
    UPDATE labeling_batch SET stale_since = now()
    WHERE id = ANY (%s) AND stale_since IS NULL RETURNING id
"""


def mark(batches: Iterable[int]) -> None:
    """Say that batches have newer ratings, and wake a worker for those that had none before.

    Only the first submit since the last measuring touches the batch's row and sends a message.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARK, [list(batches)])
        became = [pk for (pk,) in cursor.fetchall()]
    for pk in became:
        wake(pk)


def wake(batch: int) -> None:
    """Wake a worker once this transaction is through: the batch has just become stale."""
    transaction.on_commit(partial(_wake, batch))


def _wake(batch: int) -> None:
    try:
        current_app.send_task(MEASURE, [batch], countdown=SECONDS)
    except BrokerError as error:
        log.warning("broker away, stale batch %s waits for beat's round: %s", batch, error)
