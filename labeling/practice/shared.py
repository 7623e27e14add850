"""Responses that wait in practice and in work at once.

Practice tells what is known of a response as soon as it is answered. Whoever meets the response in
work afterwards judges it no more by themselves, so whoever opens a batch is told. Nothing is
refused: those who practise may be others than those who work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from labeling.models import Batch

# Batches that are named in one sentence each.
NAMED = 5
# A response waits in work where a place is free, or an expert who has one has not answered yet.
WAITS = """({0}.taken < {0}.overlap OR EXISTS (
    SELECT FROM labeling_assignment a WHERE a.batch_id = {0}.batch_id
        AND a.response_id = {0}.response_id AND a.state = 'leased'))"""
# One's own is read first and by itself: the planner would begin with everybody else's entries.
SHARED = f"""
    WITH own AS MATERIALIZED (
        SELECT q.response_id FROM labeling_batch b JOIN labeling_queueentry q ON q.batch_id = b.id
        WHERE b.id = %(batch)s AND b.state <> 'closed' AND {WAITS.format("q")})
    SELECT b.id, b.name, count(*)
    FROM own JOIN labeling_queueentry q USING (response_id)
    JOIN labeling_batch b ON b.id = q.batch_id
    WHERE b.project_id = %(project)s AND b.state <> 'closed' AND {WAITS.format("q")}
        AND (b.kind = 'practice') <> %(practice)s
    GROUP BY b.id, b.name ORDER BY count(*) DESC, b.id
"""


@dataclass(frozen=True, slots=True)
class Shared:
    """Another batch that is not closed, and how many responses wait in both."""

    batch: int
    name: str
    count: int
    is_practice: bool

    @property
    def in_words(self) -> str:
        """How many responses wait where else."""
        if self.is_practice:
            told = ngettext(
                "%(n)s response also waits in the practice batch “%(name)s”.",
                "%(n)s responses also wait in the practice batch “%(name)s”.",
                self.count,
            )
        else:
            told = ngettext(
                "%(n)s response also waits in the work of “%(name)s”.",
                "%(n)s responses also wait in the work of “%(name)s”.",
                self.count,
            )
        return told % {"n": f"{self.count:,}", "name": self.name}

    def url(self, slug: str) -> str:
        return reverse("batch", args=[slug, self.batch])


def shared_with(batch: Batch) -> list[Shared]:
    """Work that is not closed with responses of a practice batch, or practice with those of work.

    The most responses first. One query, whatever the size of the batches.
    """
    practice = batch.kind == Batch.Kind.PRACTICE
    with connection.cursor() as cursor:
        given = {"project": batch.project_id, "batch": batch.pk, "practice": practice}
        cursor.execute(SHARED, given)
        return [Shared(pk, name, n, not practice) for pk, name, n in cursor.fetchall()]


def shared_in_words(found: Sequence[Shared]) -> str:
    """What is shared and what it does; empty where nothing is."""
    if not found:
        return ""
    told = [one.in_words for one in found[:NAMED]]
    if (more := len(found) - NAMED) > 0:
        text = ngettext("%(n)s batch more shares some.", "%(n)s batches more share some.", more)
        told.append(text % {"n": f"{more:,}"})
    told.append(
        gettext(
            "Whoever practises reads what is known of a response, and judges it in work no more by "
            "themselves."
        )
    )
    return " ".join(told)
