"""How experts stand in a practice batch: how often their first answer is the known one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext, ngettext

from labeling.models import Assignment, Batch, PracticePass, QueueEntry, User
from labeling.pass_marks import ASKED_MIN, pass_mark, rule_in_words

# On a continuous scale an answer within this part of the range is the known one.
NEAR = 0.05
# The first revision on a seat is what was answered before the known answer was seen.
RIGHT = f"""
    SELECT a.rater_id, count(*), count(*) FILTER (
        WHERE s.answer = 'scored' AND abs(s.value - g.value) <= CASE c.scale
            WHEN 'interval' THEN {NEAR} * (c.maximum - c.minimum) ELSE 0 END)
    FROM labeling_assignment a
    JOIN labeling_rating t ON t.assignment_id = a.id AND t.revision = 1
        AND t.excluded_seq IS NULL
    JOIN labeling_score s ON s.rating_id = t.id
    JOIN labeling_criterion c ON c.id = s.criterion_id
    JOIN labeling_goldanswer g ON g.response_id = s.response_id AND g.lineage_id = s.lineage_id
        AND g.value IS NOT NULL
    WHERE a.batch_id = %(batch)s AND (%(rater)s::bigint IS NULL OR a.rater_id = %(rater)s)
        AND a.state = 'submitted' AND NOT EXISTS (
            SELECT FROM labeling_goldanswer n WHERE n.response_id = g.response_id
                AND n.lineage_id = g.lineage_id AND n.revision > g.revision)
    GROUP BY a.rater_id
"""
UNITS = """
    SELECT count(*) FROM labeling_queueentry q
    JOIN labeling_criterion c ON c.version_id = %(version)s
    JOIN labeling_goldanswer g ON g.response_id = q.response_id AND g.lineage_id = c.lineage_id
        AND g.value IS NOT NULL
    WHERE q.batch_id = %(batch)s AND NOT EXISTS (
        SELECT FROM labeling_goldanswer n WHERE n.response_id = g.response_id
            AND n.lineage_id = g.lineage_id AND n.revision > g.revision)
"""


@dataclass(frozen=True, slots=True)
class Result:
    """One expert in one practice batch. `right` of `asked` first answers were the known one.

    `seen` of the batch's `responses` were answered or passed on, `skipped` of them passed on.
    `passed` is None while there is no verdict; `passed_before` when a pass was put on record.
    """

    batch: Batch
    rater: User
    asked: int
    right: int
    seen: int
    skipped: int
    responses: int
    passed_before: bool

    @property
    def finished(self) -> bool:
        """Whether every response of the practice has been answered or passed on."""
        return self.seen >= self.responses

    @property
    def passed(self) -> bool | None:
        """The verdict, once all is answered and there were enough known answers for one."""
        if self.passed_before:
            return True
        if not self.finished or self.asked < ASKED_MIN:
            return None
        return self.right >= pass_mark(self.asked)

    @property
    def mark(self) -> int:
        """The fewest right answers that pass."""
        return pass_mark(self.asked)

    @property
    def in_words(self) -> str:
        """Where one stands, in one sentence."""
        if not self.seen:
            return ngettext(
                "Not begun; %(n)s response.", "Not begun; %(n)s responses.", self.responses
            ) % {"n": f"{self.responses:,}"}
        told = gettext("%(right)s of %(asked)s answers were the known one") % {
            "right": f"{self.right:,}",
            "asked": f"{self.asked:,}",
        }
        if self.passed:
            return gettext("Passed: %(told)s.") % {"told": told}
        if not self.finished:
            left = self.responses - self.seen
            return ngettext(
                "%(told)s so far; %(n)s response to go.",
                "%(told)s so far; %(n)s responses to go.",
                left,
            ) % {"told": told, "n": f"{left:,}"}
        if self.passed is None:
            return gettext("%(told)s: no verdict below %(asked_min)s.") % {
                "told": told,
                "asked_min": ASKED_MIN,
            }
        return gettext("Not passed: %(told)s, %(mark)s are needed.") % {
            "told": told,
            "mark": f"{self.mark:,}",
        }


def results(batch: Batch, raters: Sequence[User] | None = None) -> list[Result]:
    """Everybody who has begun, by name; or these people, whether they have begun or not."""
    seats = Assignment.objects.filter(batch=batch, round=1)
    if raters is None:
        people = User.objects.filter(pk__in=seats.values("rater"))
        raters = sorted(people, key=lambda one: (str(one).casefold(), one.pk))
    only = raters[0].pk if len(raters) == 1 else None
    told = _right(batch, only)
    states = _states(seats, [one.pk for one in raters])
    passes = PracticePass.objects.filter(batch=batch, rater__in=raters)
    passed = set(passes.values_list("rater", flat=True))
    responses = QueueEntry.objects.filter(batch=batch).count()
    return [
        Result(
            batch,
            one,
            *told.get(one.pk, (0, 0)),
            seen=sum(states.get(one.pk, {}).values()),
            skipped=states.get(one.pk, {}).get("skipped", 0),
            responses=responses,
            passed_before=one.pk in passed,
        )
        for one in raters
    ]


def settle(batch: Batch, rater: User) -> Result:
    """Where the expert stands now; a pass is put on record the first time it is seen."""
    (found,) = results(batch, [rater])
    if found.passed and not found.passed_before:
        PracticePass.objects.get_or_create(
            batch=batch,
            rater=rater,
            defaults={
                "project_id": batch.project_id,
                "n_right": found.right,
                "n_asked": found.asked,
            },
        )
    return found


def known_units(batch: Batch) -> int:
    """How many known answers the practice asks of somebody who does all of it."""
    with connection.cursor() as cursor:
        cursor.execute(UNITS, {"batch": batch.pk, "version": batch.rubric_version_id})
        return cursor.fetchone()[0]


def rule(batch: Batch) -> str:
    """What passes, with the probabilities of passing whom one should and whom one should not."""
    return rule_in_words(known_units(batch))


def _right(batch: Batch, rater: int | None) -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(RIGHT, {"batch": batch.pk, "rater": rater})
        return {who: (asked, right) for who, asked, right in cursor.fetchall()}


def _states(seats: Any, raters: list[int]) -> dict[int, dict[str, int]]:
    """Of each rater how many seats are submitted and skipped."""
    over = seats.filter(rater__in=raters, state__in=["submitted", "skipped"])
    found: dict[int, dict[str, int]] = {}
    for rater, state, n in over.values_list("rater", "state").annotate(n=Count("pk")):
        found.setdefault(rater, {})[state] = n
    return found
