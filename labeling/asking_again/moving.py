"""Moving a batch forward: its next seats, and what judged places are asked again, in one go.

Whoever submits, claims or withdraws takes part in the batch's advisory lock; a move takes it alone,
so that nothing is judged by the old version after it was decided what is asked again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from labeling import locks, staleness
from labeling.asking_again.places import ASKED_AGAIN, END, PACE, PREVIEW, VACATE
from labeling.assigning import KINDS
from labeling.errors import Conflict, DomainError
from labeling.models import Batch, Criterion, Reask, Role, RubricVersion, User

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Move:
    """What moving a batch to a version does, or did.

    Labels of the `judged` places on criteria that go on count as before; for the others places are
    asked again, by rater (None: whoever has not seen the response), and `fresh` ones are left to
    new work. `seconds` is the median of a whole rating here, None while none has a time; asking
    again takes that long at most.
    """

    version: RubricVersion
    criteria: tuple[Criterion, ...]
    going_on: tuple[Criterion, ...]
    fresh: tuple[Criterion, ...]
    judged: int
    asked: dict[User | None, int]
    seconds: float | None

    @property
    def total(self) -> int:
        return sum(self.asked.values())

    @property
    def hours(self) -> float | None:
        """An upper bound of the work, in hours."""
        return None if self.seconds is None else self.total * self.seconds / 3600

    @property
    def total_text(self) -> str:
        return f"{self.total:,}"

    @property
    def judged_text(self) -> str:
        return f"{self.judged:,}"

    @property
    def hours_text(self) -> str:
        """The work in words; empty when it is not known."""
        if self.hours is None:
            return ""
        if self.hours < 1:
            return gettext("%(n)s min") % {"n": max(1, round(self.hours * 60))}
        return f"{self.hours:,.1f} h" if self.hours < 10 else f"{self.hours:,.0f} h"


def newer_versions(batch: Batch) -> QuerySet[RubricVersion]:
    """Published versions that the batch can move to, the newest first."""
    current = batch.rubric_version
    found = RubricVersion.objects.published().filter(rubric=current.rubric_id)
    return found.filter(number__gt=current.number).order_by("-number")


def can_move(batch: Batch) -> bool:
    """Whether there can be a newer version for it: it has a desk, and it is not closed."""
    return batch.kind in KINDS and batch.state != Batch.State.CLOSED


def preview(batch: Batch, version: RubricVersion) -> Move:
    """What moving the batch would do; refused as moving is."""
    _expect(batch, version)
    asked = _asked_criteria(version)
    with connection.cursor() as cursor:
        cursor.execute(PREVIEW, _params(batch, version, asked))
        rows = cursor.fetchall()
    return _told(batch, batch.rubric_version, version, asked, rows)


@transaction.atomic
def move_forward(batch: Batch, version: RubricVersion, *, by: User) -> Move:
    """Put the batch under a newer version of its rubric.

    Judged places are asked again for the criteria that have no label on their lineage yet and
    whose lineage was to be asked; labels on other lineages go on. What waited under the version
    before is replaced by what is asked now.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [locks.BATCH, batch.pk])
        batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        _expect(batch, version)
        asked = _asked_criteria(version)
        params, before = _params(batch, version, asked), batch.rubric_version
        Batch.objects.filter(pk=batch.pk).update(rubric_version=version)
        cursor.execute(END, params)
        cursor.execute(ASKED_AGAIN, params)
        rows = cursor.fetchall()
        cursor.execute(VACATE, params)
    staleness.mark([batch.pk])
    done = _told(batch, before, version, asked, rows)
    log.info(
        "batch %s moved to version %s by user %s: %s places asked again",
        *(batch.pk, version.number, by.pk, done.total),
    )
    return done


def _expect(batch: Batch, version: RubricVersion) -> None:
    current = batch.rubric_version
    if version.rubric_id != current.rubric_id:
        raise DomainError(
            gettext("This is a version of another rubric than the batch is rated by.")
        )
    if version.status != RubricVersion.Status.PUBLISHED:
        raise DomainError(
            gettext("Version %(number)s is not published; experts rate by those only.")
            % {"number": version.number}
        )
    if batch.kind not in KINDS:
        raise DomainError(
            gettext(
                "The ratings of this batch were imported, so nobody can be asked again at "
                "the desk. Load those given by the newer version instead."
            )
        )
    if batch.state == Batch.State.CLOSED:
        raise Conflict(gettext("This batch is closed: its labels stay with the version they have."))
    if version.number <= current.number:
        raise Conflict(
            gettext("The batch is at version %(number)s; it moves forward only, to a newer one.")
            % {"number": current.number}
        )


def _asked_criteria(version: RubricVersion) -> tuple[Criterion, ...]:
    """Criteria whose lineage began with a question to those who had judged before."""
    return tuple(version.criteria.filter(lineage__fate="ask").order_by("position"))


def _params(batch: Batch, version: RubricVersion, asked: tuple[Criterion, ...]) -> dict[str, Any]:
    experts = User.objects.filter(
        is_active=True, memberships__project=batch.project_id, memberships__role=Role.EXPERT
    )
    return {
        "project": batch.project_id,
        "batch": batch.pk,
        "before": batch.rubric_version_id,
        "version": version.pk,
        "criteria": [criterion.pk for criterion in asked],
        "lineages": [criterion.lineage_id for criterion in asked],
        "experts": list(experts.values_list("pk", flat=True)),
    }


def _told(
    batch: Batch,
    before: RubricVersion,
    version: RubricVersion,
    asked: tuple[Criterion, ...],
    rows: list[Any],
) -> Move:
    """Rows of rater and count; the first one counts the judged places."""
    known = before.criteria.values("lineage")
    going_on = tuple(version.criteria.filter(lineage__in=known))
    settled = {criterion.pk for criterion in (*asked, *going_on)}
    counts = {rater: n for kind, rater, n in rows if kind == "asked"}
    judged = next((n for kind, _, n in rows if kind == "judged"), 0)
    people = {one.pk: one for one in User.objects.filter(pk__in=[pk for pk in counts if pk])}
    by_name = sorted(counts.items(), key=lambda one: (one[0] is None, str(people.get(one[0], ""))))
    with connection.cursor() as cursor:
        cursor.execute(PACE, {"batch": batch.pk})
        (seconds,) = cursor.fetchone()
    return Move(
        version=version,
        criteria=asked,
        going_on=going_on,
        fresh=tuple(one for one in version.criteria.all() if one.pk not in settled),
        judged=judged,
        asked={people.get(pk) if pk else None: n for pk, n in by_name},
        seconds=None if seconds is None else float(seconds),
    )


def answered_again(batch: Batch) -> dict[str, int]:
    """Of the places asked again: how many are answered, and how many wait."""
    standing = Reask.objects.filter(batch=batch).standing()
    waiting = standing.exclude(assignment__state="submitted").count()
    return {"asked": standing.count(), "waiting": waiting}
