"""The queue in front of adjudicators: the worst first, walked by key, the same for whoever asks.

A response is ready once all its experts have answered (in a closed batch always). It is free when
no adjudicator has it, and offered to a person who has not judged it, passed it back, or may yet
rate another response to its item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy

from labeling.models import Adjudication, Assignment, Batch, Project, Role, User

PAGE = 25
GIST = 200
# Further than this nobody counts: it costs as much as it says little.
COUNTED = 1_000
STATES = {
    "waiting": gettext_lazy("Waiting"),
    "in_work": gettext_lazy("In work"),
    "ruled": gettext_lazy("Ruled on"),
}
WHYS = {"minority": gettext_lazy("A reasoned minority"), "gate": gettext_lazy("A gate is disputed")}

# Subqueries of one row, not NOT EXISTS: the planner cannot turn them into joins over all rows,
# so that disputes are looked at one by one in the order of their index.
READY = """(SELECT 1 FROM labeling_queueentry q
        WHERE q.batch_id = d.batch_id AND q.response_id = d.response_id AND (
            q.taken < q.overlap OR (SELECT 1 FROM labeling_assignment w
                WHERE w.batch_id = d.batch_id AND w.response_id = d.response_id
                    AND w.round > 0 AND w.state = 'leased' LIMIT 1) = 1) LIMIT 1) IS NULL"""
_HELD = """(SELECT 1 FROM labeling_assignment c
        WHERE c.batch_id = d.batch_id AND c.response_id = d.response_id AND c.round = 0
            AND c.slot = 1 AND c.lease_until > now() {whose} LIMIT 1)"""
HELD = f"{_HELD.format(whose='')} IS NOT NULL"
FREE = f"{_HELD.format(whose='')} IS NULL"
OFFERED = (
    f"{_HELD.format(whose='AND c.rater_id <> %(user)s')} IS NULL",
    """(SELECT 1 FROM labeling_assignment c
        WHERE c.batch_id = d.batch_id AND c.response_id = d.response_id
            AND c.rater_id = %(user)s AND c.round = 0 AND c.state = 'skipped' LIMIT 1) IS NULL""",
    """(SELECT 1 FROM labeling_assignment c JOIN labeling_rating t ON t.assignment_id = c.id
        WHERE c.response_id = d.response_id AND c.rater_id = %(user)s AND c.round > 0
        LIMIT 1) IS NULL""",
    """(SELECT 1 FROM labeling_expertwriter w JOIN labeling_response o ON o.id = d.response_id
        WHERE w.expert_id = %(user)s AND w.generator_id = o.generator_id LIMIT 1) IS NULL""",
)
ELSEWHERE = """(SELECT 1 FROM labeling_response r JOIN labeling_response o ON o.item_id = r.item_id
        WHERE r.id = d.response_id AND (
            EXISTS (SELECT FROM labeling_queueentry q
                WHERE q.batch_id = ANY (%(elsewhere)s) AND q.response_id = o.id)
            OR EXISTS (SELECT FROM labeling_assignment a
                WHERE a.batch_id = ANY (%(elsewhere)s) AND a.response_id = o.id)
        ) LIMIT 1) IS NULL"""
ROWS = """
    SELECT d.response_id, d.severity, d.lineages, d.minority, d.ruled, {held} AS held,
        left(r.output, {gist}), r.withheld
    FROM (SELECT d.* FROM labeling_dispute d WHERE d.batch_id = %(batch)s AND {conditions}
          ORDER BY d.severity DESC, d.response_id LIMIT {limit}) d
    JOIN labeling_response r ON r.id = d.response_id
    ORDER BY d.severity DESC, d.response_id
"""
COUNT = """
    SELECT count(*) FROM (
        SELECT FROM labeling_dispute d
        WHERE d.batch_id = %(batch)s AND {conditions} LIMIT {limit}) AS found
"""
BATCHES = """
    SELECT b.id, (
        SELECT count(*) FROM (
            SELECT FROM labeling_dispute d
            WHERE d.batch_id = b.id AND NOT d.ruled AND (b.state = 'closed' OR {ready})
            LIMIT {limit}) AS found)
    FROM labeling_batch b WHERE b.project_id = %(project)s AND EXISTS (
        SELECT FROM labeling_dispute d WHERE d.batch_id = b.id)
    ORDER BY b.id DESC
"""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which disputes are asked for: of a state, on a criterion, for a why, ruled with a reason."""

    state: str = "waiting"
    lineage: int | None = None
    why: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends."""

    severity: int
    response: int

    def __str__(self) -> str:
        return f"{self.severity}-{self.response}"


@dataclass(frozen=True, slots=True)
class Line:
    """A disputed response: on which lineages, whether somebody has it, how its text begins."""

    response: int
    severity: int
    lineages: tuple[int, ...]
    minority: tuple[int, ...]
    ruled: bool
    held: bool
    gist: str
    withheld: str

    @property
    def key(self) -> Key:
        return Key(self.severity, self.response)


def parse_key(text: str) -> Key | None:
    """The key as an address carries it; None for what is none."""
    severity, _, response = text.partition("-")
    if text.isascii() and severity.isdigit() and response.isdigit() and len(text) < 38:
        return Key(int(severity), int(response))
    return None


def disputed(
    batch: Batch, user: User, narrowed: Narrowed, *, after: Key | None = None, limit: int = PAGE
) -> list[Line]:
    """The next disputes after a key, one more than `limit` if there are; one query or two."""
    conditions, params = _asked(batch, user, narrowed)
    if after:
        conditions.append("d.severity <= %(severity)s")
        conditions.append("(d.severity < %(severity)s OR d.response_id > %(response)s)")
        params |= {"severity": after.severity, "response": after.response}
    sql = ROWS.format(held=HELD, gist=GIST, conditions=" AND ".join(conditions), limit=limit + 1)
    return [
        Line(
            response, severity, tuple(lineages), tuple(minority), ruled, held, gist or "", why or ""
        )
        for response, severity, lineages, minority, ruled, held, gist, why in _all(sql, params)
    ]


def count(batch: Batch, user: User, narrowed: Narrowed) -> int:
    """How many disputes are like that, at most COUNTED + 1."""
    conditions, params = _asked(batch, user, narrowed)
    sql = COUNT.format(conditions=" AND ".join(conditions), limit=COUNTED + 1)
    return _all(sql, params)[0][0]


def waiting_in(project: Project) -> dict[int, int]:
    """How many responses of each batch wait for a ruling, at most COUNTED + 1 each; one query."""
    sql = BATCHES.format(ready=READY, limit=COUNTED + 1)
    return dict(_all(sql, {"project": project.pk}))


def next_response(batch: Batch, user: User) -> int | None:
    """The worst response that waits and is offered to the person."""
    offered = [one for one in disputed(batch, user, Narrowed(), limit=1) if not one.held]
    return offered[0].response if offered else None


def rates_in(user: User, project: int) -> list[int]:
    """Batches that are not closed in which the person rates: nothing of their items is shown."""
    seats = Assignment.objects.handed_out().filter(rater=user, project=project)
    rating = seats.exclude(purpose=Assignment.Purpose.ADJUDICATION)
    found = rating.exclude(batch__state=Batch.State.CLOSED)
    return sorted(set(found.order_by().values_list("batch", flat=True).distinct()))


def _may_rate_in(user: User, batch: Batch) -> list[int]:
    """Batches not closed in which the person rates or, in others, may begin to as an expert."""
    found = set(rates_in(user, batch.project_id))
    if user.memberships.filter(project=batch.project_id, role=Role.EXPERT).exists():
        rules = Assignment.objects.filter(batch=OuterRef("pk"), rater=user)
        others = Batch.objects.filter(project=batch.project_id).exclude(pk=batch.pk)
        open_to = others.exclude(state=Batch.State.CLOSED).exclude(
            Exists(rules.filter(purpose=Assignment.Purpose.ADJUDICATION))
        )
        found.update(open_to.values_list("pk", flat=True))
    return sorted(found)


def _asked(batch: Batch, user: User, narrowed: Narrowed) -> tuple[list[str], dict[str, Any]]:
    params: dict[str, Any] = {"batch": batch.pk, "user": user.pk}
    params["version"] = batch.rubric_version_id
    conditions = list(_of_state(narrowed.state, closed=batch.state == Batch.State.CLOSED))
    if elsewhere := _may_rate_in(user, batch):
        conditions.append(ELSEWHERE)
        params["elsewhere"] = elsewhere
    if narrowed.lineage is not None:
        conditions.append("d.lineages @> ARRAY[%(lineage)s::bigint]")
        params["lineage"] = narrowed.lineage
    if narrowed.why == "minority":
        conditions.append("d.minority <> '{}'")
    if narrowed.why == "gate":
        conditions.append(
            "d.lineages && ARRAY(SELECT c.lineage_id FROM labeling_criterion c"
            " WHERE c.version_id = %(version)s AND c.gate)"
        )
    if narrowed.reason in Adjudication.Reason.values:
        conditions.append(
            "EXISTS (SELECT FROM labeling_adjudication j WHERE j.batch_id = d.batch_id"
            " AND j.response_id = d.response_id AND j.reason = %(reason)s)"
        )
        params["reason"] = narrowed.reason
    return conditions, params


def _of_state(state: str, *, closed: bool) -> Sequence[str]:
    if state == "ruled":
        return ("d.ruled", *OFFERED)
    if state == "in_work":
        return ("NOT d.ruled", HELD)
    return ("NOT d.ruled", *(() if closed else (READY,)), *OFFERED, FREE)


def _all(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
