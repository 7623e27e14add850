"""Leaving judgements out of what is counted, for a reason: they stay on record."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from labeling import staleness
from labeling.errors import Conflict, Problem, Problems
from labeling.models import Assignment, Batch, Rating, Response, User
from labeling.rating.seats import join_batch
from labeling.spec.fields import text_fault

log = logging.getLogger(__name__)

MAX_REASON = 500
# Its number lies above every watermark of the batch: the lock that `exclude` shares is held.
EXCLUDE = """
    UPDATE labeling_rating
    SET excluded_reason = %(reason)s,
        excluded_seq = nextval(pg_get_serial_sequence('labeling_rating', 'id'))
    WHERE id = ANY (%(ratings)s) AND superseded_by_id IS NULL AND NOT withdrawn
        AND excluded_seq IS NULL
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """Which judgements of a batch are meant: an expert's, a response's, or where both meet."""

    batch: Batch
    rater: User | None = None
    response: Response | None = None

    def standing(self) -> QuerySet[Rating]:
        """The ratings meant that count now."""
        return Rating.objects.current().filter(self._meant())

    def excluded(self) -> QuerySet[Rating]:
        """The ratings meant that were left out before."""
        return Rating.objects.filter(self._meant(), excluded_seq__isnull=False)

    def _meant(self) -> Q:
        # What is rated before ruling counts for nothing, and the ruling rests on it.
        meant = Q(batch=self.batch) & ~Q(purpose=Assignment.Purpose.ADJUDICATION)
        if self.rater is not None:
            meant &= Q(assignment__rater=self.rater)
        if self.response is not None:
            meant &= Q(assignment__response=self.response)
        return meant


@transaction.atomic
def exclude(judged: Judged, reason: str, *, by: User) -> int:
    """Leave the judgements out of every later count; returns how many. It is for good.

    Raises Problems without a reason or without an expert or a response, Conflict where the person
    rates in the open batch themselves.
    """
    if problems := _problems(judged, reason):
        raise Problems(problems)
    if not Batch.objects.sight_of(by, judged.batch).peers:
        raise Conflict(
            gettext(
                "You rate in this batch yourself, so until it is closed you decide nothing "
                "about the others' judgements."
            )
        )
    join_batch(judged.batch.pk)
    meant = _held_still(judged)
    with connection.cursor() as cursor:
        cursor.execute(EXCLUDE, {"reason": reason.strip(), "ratings": meant})
        done = cursor.rowcount
    if done:
        staleness.mark([judged.batch.pk])
    log.info("%s ratings of batch %s excluded by %s", done, judged.batch.pk, by.pk)
    return done


def _held_still(judged: Judged) -> list[int]:
    """The ratings meant, none of which can be corrected or undone before the commit."""
    seats = judged.standing().values_list("assignment", flat=True)
    held = Assignment.objects.select_for_update(no_key=True).filter(pk__in=list(seats))
    pks = list(held.order_by("pk").values_list("pk", flat=True))
    # Read again: what was corrected while the seats were waited for is another rating now.
    return list(judged.standing().filter(assignment__in=pks).values_list("pk", flat=True))


def expect_counted(rating: Rating) -> None:
    """A judgement that was left out is not corrected or undone: that would count it again."""
    if rating.excluded_reason is not None:
        raise Conflict(
            gettext(
                "This judgement was left out of what is counted, so it cannot be changed. "
                "The reason given: %(excluded_reason)s"
            )
            % {"excluded_reason": rating.excluded_reason}
        )


def _problems(judged: Judged, reason: Any) -> list[Problem]:
    problems = []
    if judged.rater is None and judged.response is None:
        problems.append(Problem("rater", gettext("name an expert, a response, or both")))
    if not isinstance(reason, str) or not reason.strip():
        problems.append(
            Problem("reason", gettext("say why: it stays on record with the judgements"))
        )
    elif fault := text_fault(reason, MAX_REASON):
        problems.append(Problem("reason", fault))
    return problems
