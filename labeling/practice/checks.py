"""Practice before work and checks mixed into it: what a batch asks for, and how much that makes."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext, ngettext

from labeling.errors import Conflict, Problem, Problems
from labeling.models import Batch, GoldAnswer, QueueEntry, Response, User, Way

log = logging.getLogger(__name__)

# Beyond that a batch would be a test and no work.
PERCENT_MAX = 50
DAYS_MAX = 365


@dataclass(frozen=True, slots=True)
class Checks:
    """Of all that is handed out `gold_percent` are responses with a known answer and
    `repeat_percent` such as the expert rated `repeat_days` before or earlier.
    """

    requires_practice: bool = False
    gold_percent: int = 0
    repeat_percent: int = 0
    repeat_days: int = 3
    shows_gold: bool = False

    @classmethod
    def of(cls, batch: Batch) -> Checks:
        return cls(*(getattr(batch, name) for name in cls.__slots__))

    @property
    def mixes(self) -> bool:
        """Whether anything is mixed in."""
        return self.gold_percent + self.repeat_percent > 0


@transaction.atomic
def set_checks(batch: Batch, checks: Checks, *, by: User) -> Batch:
    """Change what the batch asks for, from the next seat on. Raises Problems, Conflict."""
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if locked.state == Batch.State.CLOSED:
        raise Conflict(gettext("This batch is closed: it hands out nothing any more."))
    if locked.kind not in (Batch.Kind.MAIN, Batch.Kind.AUDIT):
        raise Conflict(gettext("Only batches in which experts rate for good mix checks in."))
    if problems := _problems(checks, locked):
        raise Problems(problems)
    for name in Checks.__slots__:
        setattr(locked, name, getattr(checks, name))
    locked.save(update_fields=list(Checks.__slots__))
    log.info("batch %s: %s, by %s", batch.pk, checks, by.pk)
    return locked


def gold_at_hand(batch: Batch) -> int:
    """How many responses with a known answer can be mixed in: those the batch itself has not."""
    lineages = batch.rubric_version.criteria.values("lineage")
    known = GoldAnswer.objects.filter(lineage__in=lineages).standing()
    here = QueueEntry.objects.filter(batch=batch)
    found = Response.objects.filter(pk__in=known.values("response"))
    return found.exclude(pk__in=here.values("response")).count()


def mixed_in(batch: Batch, responses: int) -> int:
    """How many checks somebody meets who does all of so many responses, as far as one can say.

    A share s of what is handed out makes s / (1 - s) checks a response. It never changes with what
    was handed out: a count that moved with a check would tell it.
    """
    share = batch.gold_percent + batch.repeat_percent
    return round(responses * share / (100 - share))


def in_words(checks: Checks) -> str:
    """What is mixed in, in one sentence; empty where nothing is."""
    parts = []
    if checks.gold_percent:
        parts.append(
            gettext("%(gold_percent)s %% checks with a known answer")
            % {"gold_percent": checks.gold_percent}
        )
    if checks.repeat_percent:
        repeats = ngettext(
            "%(percent)s %% repeats after %(days)s day or more",
            "%(percent)s %% repeats after %(days)s days or more",
            checks.repeat_days,
        )
        parts.append(repeats % {"percent": checks.repeat_percent, "days": checks.repeat_days})
    both = gettext("%(gold)s and %(repeats)s")
    mixed = both % {"gold": parts[0], "repeats": parts[1]} if len(parts) > 1 else "".join(parts)
    told = [gettext("Mixed in unseen: %(mixed)s.") % {"mixed": mixed}] if parts else []
    if checks.requires_practice:
        told.append(gettext("Only experts who passed practice get responses."))
    return " ".join(told)


def _problems(checks: Checks, batch: Batch) -> list[Problem]:
    problems = [
        Problem(
            name, gettext("must lie between 0 and %(percent_max)s") % {"percent_max": PERCENT_MAX}
        )
        for name in ("gold_percent", "repeat_percent")
        if not 0 <= getattr(checks, name) <= PERCENT_MAX
    ]
    if not problems and checks.gold_percent + checks.repeat_percent > PERCENT_MAX:
        text = gettext("together with gold_percent it is more than %(percent_max)s") % {
            "percent_max": PERCENT_MAX
        }
        problems.append(Problem("repeat_percent", text))
    if checks.mixes and batch.way != Way.SINGLE:
        text = gettext(
            "nothing is mixed in where several responses are rated together: it would stand out"
        )
        problems.append(Problem("gold_percent", text))
    if not 1 <= checks.repeat_days <= DAYS_MAX:
        problems.append(
            Problem(
                "repeat_days",
                gettext("must lie between 1 and %(days_max)s") % {"days_max": DAYS_MAX},
            )
        )
    return problems
