"""How fast a batch goes and when it will be done, from what was really submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from labeling.active_time import duration
from labeling.models import Batch

# Fewer ratings, or fewer hours between the first and now, foretell nothing.
FEWEST = 10
SHORTEST = timedelta(hours=1)
# The newest thousand say how fast it goes now; older ones are no longer waited for. Checks and the
# blind ratings of adjudicators fill no place of what is left.
PACE = """
    SELECT count(*), count(active_ms), min(submitted_at), clock_timestamp(),
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY active_ms)
    FROM (
        SELECT t.active_ms, t.submitted_at FROM labeling_rating t
        WHERE t.batch_id = %s AND t.superseded_by_id IS NULL AND NOT t.withdrawn
            AND t.purpose IN ('fixed', 'adaptive')
        ORDER BY t.id DESC LIMIT 1000
    ) newest
"""
LEFT = """
    SELECT coalesce(sum(q.overlap), 0) - (
        SELECT count(*) FROM labeling_assignment a
        WHERE a.batch_id = %(batch)s AND a.round = 1 AND a.state = 'submitted'
            AND a.slot IS NOT NULL) + (
        SELECT count(*) FROM labeling_reask r
        LEFT JOIN labeling_assignment a ON a.id = r.assignment_id
        WHERE r.batch_id = %(batch)s AND r.ended_at IS NULL
            AND a.state IS DISTINCT FROM 'submitted')
    FROM labeling_queueentry q WHERE q.batch_id = %(batch)s
"""


@dataclass(frozen=True, slots=True)
class Pace:
    """Ratings that are left, the seconds one takes (quartiles), and ratings a day by now."""

    left: int
    newest: int
    timed: int
    quartiles: tuple[float, float, float] | None
    per_day: float | None
    now: datetime

    @property
    def left_text(self) -> str:
        return f"{self.left:,}"

    @property
    def newest_text(self) -> str:
        return f"{self.newest:,}"

    @property
    def work(self) -> str:
        """The experts' time that is left, empty when no rating has a time."""
        return duration(self.left * self.quartiles[1]) if self.quartiles and self.left else ""

    @property
    def each(self) -> str:
        """How long one takes: the median and the middle half."""
        if self.quartiles is None:
            return ""
        low, middle, high = (f"{seconds:,.0f}" for seconds in self.quartiles)
        return gettext(
            "%(middle)s s each (the middle half of the newest %(timed)s: %(low)s to %(high)s s)"
        ) % {"middle": middle, "low": low, "high": high, "timed": f"{self.timed:,}"}

    @property
    def rate(self) -> str:
        """Ratings a day, as many digits as they deserve."""
        if self.per_day is None:
            return ""
        return f"{self.per_day:,.0f}" if self.per_day >= 10 else f"{self.per_day:.1f}"

    @property
    def done_on(self) -> datetime | None:
        """When nothing will be left at this pace; None where that is not known, or in years."""
        if not self.per_day or not self.left:
            return None
        days = self.left / self.per_day
        return self.now + timedelta(days=days) if days < 3650 else None


def pace_of(batch: Batch) -> Pace:
    """Two queries, whose cost does not grow with what was submitted long ago."""
    with connection.cursor() as cursor:
        cursor.execute(PACE, [batch.pk])
        newest, timed, first, now, quartiles = cursor.fetchone()
        cursor.execute(LEFT, {"batch": batch.pk})
        (left,) = cursor.fetchone()
    known = newest >= FEWEST and now - first >= SHORTEST
    return Pace(
        left=max(int(left), 0),
        newest=newest,
        timed=timed,
        quartiles=_seconds(quartiles) if timed else None,
        per_day=newest / ((now - first) / timedelta(days=1)) if known else None,
        now=timezone.localtime(now),
    )


def _seconds(quartiles: list[float]) -> tuple[float, float, float]:
    low, middle, high = (one / 1000 for one in quartiles)
    return low, middle, high
