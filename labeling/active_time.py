"""How long experts worked on a batch: one number, the same for the expert and for the admin.

The desk counts seconds while its tab is visible and somebody is there. It is what work is planned
and paid by, and never a measure of quality.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext

from labeling.errors import Conflict, Problem, Problems
from labeling.models import Assignment, Batch, TimeCorrection, User
from labeling.models.running import DAY_SECONDS
from labeling.spec.fields import text_fault

log = logging.getLogger(__name__)

MAX_NOTE = 500
# The clock of a seat goes on through undo and correction, so its longest reading is the whole.
ACTIVE = """
    SELECT batch_id, rater_id, sum(seconds), count(*) FILTER (WHERE timed), max(last_at)
    FROM (
        SELECT a.batch_id, a.rater_id, coalesce(max(t.active_ms), 0) / 1000.0 AS seconds,
            max(t.active_ms) IS NOT NULL AS timed, max(t.submitted_at) AS last_at
        FROM labeling_rating t JOIN labeling_assignment a ON a.id = t.assignment_id
        WHERE t.batch_id = ANY (%(batches)s)
            AND (%(rater)s::bigint IS NULL OR a.rater_id = %(rater)s)
        GROUP BY a.id
    ) seat GROUP BY batch_id, rater_id
"""
CORRECTED = """
    SELECT batch_id, rater_id, sum(seconds), count(*) FROM labeling_timecorrection
    WHERE batch_id = ANY (%(batches)s) AND (%(rater)s::bigint IS NULL OR rater_id = %(rater)s)
    GROUP BY batch_id, rater_id
"""


@dataclass(frozen=True, slots=True)
class ActiveTime:
    """One expert's time in a batch, in seconds, what they corrected included."""

    seconds: float = 0.0
    timed: int = 0
    corrected: int = 0
    corrections: int = 0
    last_at: datetime | None = None

    @property
    def text(self) -> str:
        return duration(self.seconds)


def active_times(batch: Batch, rater: User | None = None) -> dict[int, ActiveTime]:
    """The time of every expert of a batch, or of one, by the expert's id; two queries."""
    return {who: time for (_, who), time in _times([batch.pk], rater).items()}


def own_times(rater: User, batches: Iterable[Batch]) -> dict[int, ActiveTime]:
    """One expert's time in some batches, by the batch's id; two queries however many there are."""
    found = _times([batch.pk for batch in batches], rater)
    return {batch: time for (batch, _), time in found.items()}


def _times(batches: list[int], rater: User | None) -> dict[tuple[int, int], ActiveTime]:
    params = {"batches": batches, "rater": rater.pk if rater else None}
    with connection.cursor() as cursor:
        cursor.execute(CORRECTED, params)
        corrected = {(batch, who): tuple(rest) for batch, who, *rest in cursor.fetchall()}
        cursor.execute(ACTIVE, params)
        measured = {(batch, who): tuple(rest) for batch, who, *rest in cursor.fetchall()}
    found = {}
    for key in measured.keys() | corrected.keys():
        seconds, timed, last_at = measured.get(key, (0, 0, None))
        added, count = corrected.get(key, (0, 0))
        found[key] = ActiveTime(float(seconds) + added, timed, added, count, last_at)
    return found


@transaction.atomic
def correct_time(batch: Batch, rater: User, *, minutes: int, note: str) -> TimeCorrection:
    """Add minutes to one's own time, or take some off, saying why. Raises Problems or Conflict."""
    seats = Assignment.objects.filter(batch=batch, rater=rater)
    if not seats.exists():
        raise Conflict(gettext("You have not worked on this batch."))
    # One correction at a time, so that two cannot take off the same minutes.
    seats.select_for_update().order_by("pk").first()
    has = active_times(batch, rater).get(rater.pk, ActiveTime()).seconds
    if problems := _problems(minutes, note, has):
        raise Problems(problems)
    made = TimeCorrection.objects.create(
        project_id=batch.project_id,
        batch=batch,
        rater=rater,
        seconds=60 * minutes,
        note=note.strip(),
    )
    log.info("active time of %s in batch %s corrected by %s min", rater.pk, batch.pk, minutes)
    return made


def duration(seconds: float) -> str:
    """In words short enough for a table: “2 h 05”, “12 min”, “under a minute”."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return gettext("none") if seconds <= 0 else gettext("under a minute")
    hours, rest = divmod(minutes, 60)
    return (
        gettext("%(hours)s h %(rest)s") % {"hours": f"{hours:,}", "rest": f"{rest:02d}"}
        if hours
        else gettext("%(rest)s min") % {"rest": rest}
    )


def _problems(minutes: int, note: str, has: float) -> list[Problem]:
    problems = []
    if minutes == 0 or abs(minutes) * 60 > DAY_SECONDS:
        problems.append(Problem("minutes", gettext("must be 1 to 1440, or as many with a minus")))
    elif has + 60 * minutes < 0:
        problems.append(
            Problem(
                "minutes",
                gettext("takes off more than the %(has)s there are") % {"has": duration(has)},
            )
        )
    if not note.strip():
        problems.append(Problem("note", gettext("say in a few words why")))
    elif fault := text_fault(note, MAX_NOTE):
        problems.append(Problem("note", fault))
    return problems
