"""Adaptive overlap of a batch: few experts first, another one only where they do not settle it.

Set before the first seat is handed out. A random part of the responses keeps the batch's overlap;
the others begin with `n_min` places, and the rule (`evals.adaptive`) opens more. Places up to n_min
are the fixed design there, so the database makes every further seat adaptive.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from labeling import locks
from labeling.errors import Conflict, Problem, Problems
from labeling.models import Assignment, Batch, Criterion, User
from labeling.spec import ScaleType

log = logging.getLogger(__name__)

# Agreement needs a part of fixed overlap that no earlier answer chose: where asking ends once
# experts agree, what was accepted looks unanimous.
FIXED_MIN = 20
N_MAX = 50
# Alone in the batch, as when it moves to another version: nobody claims meanwhile.
ALONE = "select pg_advisory_xact_lock(%s, %s)"
# Which responses keep the overlap: the first of an order drawn from the seed, and of nothing else.
DRAW = """
    UPDATE labeling_queueentry q SET fixed = false, overlap = %(n_min)s
    FROM (SELECT id, row_number() OVER (ORDER BY md5(%(salt)s || response_id)) AS at,
              count(*) OVER () AS n
          FROM labeling_queueentry WHERE batch_id = %(batch)s) d
    WHERE q.id = d.id AND d.at > ceil(d.n * %(fixed)s / 100.0)
"""


@dataclass(frozen=True, slots=True)
class Adaptive:
    """`n_min` experts first, `n_max` at most; accepted from `conf` on, ambiguous under `floor`.

    `fixed_percent` of the responses keep the batch's own overlap, whatever is said of them.
    """

    n_min: int = 2
    n_max: int = 5
    conf: float = 0.9
    floor: float = 0.6
    fixed_percent: int = 20

    @classmethod
    def of(cls, batch: Batch) -> Adaptive | None:
        """What the batch is set to; None where its overlap is fixed."""
        if batch.n_min is None or batch.n_max is None:
            return None
        return cls(batch.n_min, batch.n_max, batch.conf, batch.floor, batch.fixed_percent)


@transaction.atomic
def set_adaptive(batch: Batch, rule: Adaptive, *, by: User) -> Batch:
    """Let the rule decide how many experts judge a response. Raises Problems, Conflict."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [locks.BATCH, batch.pk])
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    _expect_untouched(locked)
    if problems := _problems(locked, rule):
        raise Problems(problems)
    for name in Adaptive.__slots__:
        setattr(locked, name, getattr(rule, name))
    locked.save(update_fields=list(Adaptive.__slots__))
    salt = hashlib.sha256(f"fixed {locked.seed}".encode()).hexdigest()
    said: dict[str, Any] = {
        "batch": batch.pk,
        "n_min": rule.n_min,
        "fixed": rule.fixed_percent,
        "salt": salt,
    }
    with connection.cursor() as cursor:
        cursor.execute(DRAW, said)
    log.info("batch %s: %s, by %s", batch.pk, rule, by.pk)
    return locked


def _expect_untouched(batch: Batch) -> None:
    if batch.state == Batch.State.CLOSED or batch.kind not in (Batch.Kind.MAIN, Batch.Kind.AUDIT):
        raise Conflict(gettext("Only batches of work that are not closed ask by a stopping rule."))
    if batch.n_min is not None:
        raise Conflict(gettext("This batch asks by a stopping rule already."))
    if Assignment.objects.filter(batch=batch).handed_out().exists():
        raise Conflict(
            gettext(
                "Responses of this batch have been handed out: which of them keep a fixed "
                "overlap has to be drawn before. Open another batch for it."
            )
        )
    levelled = Criterion.objects.filter(version=batch.rubric_version_id)
    if not levelled.exclude(scale=ScaleType.INTERVAL).exists():
        raise Conflict(
            gettext("The rule needs a criterion with levels: on a continuous scale all differ.")
        )


def _problems(batch: Batch, rule: Adaptive) -> list[Problem]:
    problems = []
    if not 2 <= rule.n_min <= batch.overlap:
        text = gettext("must lie between 2 and the batch's overlap, %(overlap)s") % {
            "overlap": batch.overlap
        }
        problems.append(Problem("n_min", text))
    if not max(rule.n_min, batch.overlap) <= rule.n_max <= N_MAX:
        text = gettext("must lie between the batch's overlap, %(overlap)s, and %(n_max)s") % {
            "overlap": batch.overlap,
            "n_max": N_MAX,
        }
        problems.append(Problem("n_max", text))
    if not 0.5 < rule.conf < 1:
        problems.append(Problem("conf", gettext("must lie between 0.5 and 1")))
    if not 0.5 <= rule.floor <= rule.conf:
        problems.append(
            Problem("floor", gettext("must lie between 0.5 and the clarity that is accepted"))
        )
    if not FIXED_MIN <= rule.fixed_percent <= 100:
        problems.append(
            Problem(
                "fixed_percent",
                gettext("must lie between %(fixed_min)s and 100") % {"fixed_min": FIXED_MIN},
            )
        )
    return problems
