"""The third verb: responses are put before experts, exactly `overlap` of them at each.

The queue itself is a handful of functions in the database (migrations/sql/lanes.sql), so
that a seat is handed out in one round trip whatever the number of responses.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Now
from django.utils.translation import gettext, gettext_lazy

from labeling import locks
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.models import (
    Assignment,
    Batch,
    GoldAnswer,
    Project,
    Response,
    Role,
    RubricVersion,
    User,
    Way,
    WorkedExample,
)
from labeling.overlap import coverage, plan_order
from labeling.serving import AS_IT_COMES, Lanes, Serving, lanes_of
from labeling.spec.fields import text_fault
from labeling.ways import AS_USUAL, Asking

log = logging.getLogger(__name__)

MAX_OVERLAP = 32_767
MAX_SEED = 2_147_483_647
MAX_LEASE_MINUTES = 24 * 60
# Everybody takes a practice batch, so its responses have places for all.
PRACTICE_OVERLAP = 1_000
# The kinds that have a queue; ratings of the kind `imported` come from files.
KINDS = (Batch.Kind.MAIN, Batch.Kind.PRACTICE, Batch.Kind.AUDIT)
ADJUDICATES = gettext_lazy(
    "You rule on disagreements in this batch. While it is open nobody both rates and rules in it."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch over these responses would be, before it is opened."""

    usable: int
    withheld: int
    experts: int
    warning: str | None
    examples: int = 0
    # Left out of practice: nothing is known of them.
    unknown: int = 0


def plan(
    project: Project,
    responses: QuerySet[Response],
    *,
    overlap: int,
    version: RubricVersion | None = None,
    kind: str = Batch.Kind.MAIN,
) -> Plan:
    """How many responses can be rated, and whether the project has the experts for it.

    With the version to rate by, what its rubric shows as worked examples is left out too; of
    practice also what has no known answer.
    """
    chosen = responses.filter(project=project)
    readable = chosen.filter(withheld__isnull=True).count()
    usable = readable
    if version is not None:
        usable = chosen.filter(withheld__isnull=True).exclude(_shown_as_example(version)).count()
    experts = User.objects.filter(
        is_active=True, memberships__project=project, memberships__role=Role.EXPERT
    ).count()
    examples, unknown = readable - usable, 0
    warning = coverage(usable, max(overlap, 1), experts).problem
    if kind == Batch.Kind.PRACTICE and version is not None:
        known = chosen.filter(withheld__isnull=True).exclude(_shown_as_example(version))
        usable, unknown = (n := known.filter(_has_known_answer(version)).count()), usable - n
        # Whoever practises takes all of it: there is no overlap to fill.
        warning = None
    return Plan(usable, chosen.count() - readable, experts, warning, examples, unknown)


@transaction.atomic
def open_batch(
    project: Project,
    version: RubricVersion,
    name: str,
    *,
    responses: QuerySet[Response],
    overlap: int = 3,
    seed: int = 0,
    kind: str = Batch.Kind.MAIN,
    blindness: str = Batch.Blindness.FULL,
    lease_minutes: int = 30,
    asking: Asking = AS_USUAL,
    serving: Serving = AS_IT_COMES,
    by: User | None,
) -> Batch:
    """Put the responses before the project's experts, by priority and then by lot of the seed.

    Withheld responses are left out: there is nothing to read. So are those that the rubric shows
    as worked examples: experts have read what was settled on them. Practice is over responses
    with known answers only, and everybody takes it. `plan` counts what is left out.
    """
    if kind == Batch.Kind.PRACTICE:
        overlap = PRACTICE_OVERLAP
    settings = {"overlap": overlap, "seed": seed, "lease_minutes": lease_minutes}
    found = [*asking.problems(kind), *serving.problems()]
    _check(project, version, name, kind, blindness, settings, found)
    chosen = responses.filter(project=project, withheld__isnull=True)
    chosen = chosen.exclude(_shown_as_example(version))
    if kind == Batch.Kind.PRACTICE:
        chosen = _expect_known(chosen.filter(_has_known_answer(version)))
    ids = _ids(chosen)
    lanes = lanes_of(serving, chosen, version.criteria.all())
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                project=project,
                rubric_version=version,
                name=name,
                kind=kind,
                blindness=blindness,
                created_by=by,
                **settings,
                lanes=lanes.stored(),
                **asking.fields(),
                **serving.fields(),
            )
    except IntegrityError:
        raise Conflict(
            gettext("The project has a batch named “%(name)s” already.") % {"name": name}
        ) from None
    _fill_queue(batch, ids, lanes)
    log.info("batch %s opened with %s responses by %s", batch.pk, len(ids), by and by.pk)
    return batch


def _ids(chosen: QuerySet[Response]) -> dict[str, int]:
    """The keys of what is to be rated, by its names; at least one."""
    ids = dict(chosen.order_by().values_list("external_id", "pk"))
    if not ids:
        raise DomainError(
            gettext(
                "None of the chosen responses can be rated: a batch needs at least one that "
                "has its text and is no worked example of the rubric."
            )
        )
    return ids


def _shown_as_example(version: RubricVersion) -> Q:
    """Responses whose settled answers stand in the guidelines of any version of the rubric."""
    shown = WorkedExample.objects.filter(version__rubric=version.rubric_id)
    return Q(pk__in=shown.values("response"))


def _has_known_answer(version: RubricVersion) -> Q:
    """Responses of which something is known under a criterion of the version."""
    known = GoldAnswer.objects.filter(lineage__in=version.criteria.values("lineage")).standing()
    return Q(pk__in=known.values("response"))


def _expect_known(chosen: QuerySet[Response]) -> QuerySet[Response]:
    if not chosen.exists():
        raise DomainError(
            gettext(
                "None of the chosen responses has a known answer under this rubric: practice "
                "needs some. Set them on the page of a response, or take settled ones."
            )
        )
    return chosen


def _check(
    project: Project,
    version: RubricVersion,
    name: str,
    kind: str,
    blindness: str,
    settings: dict[str, int],
    found_before: list[Problem],
) -> None:
    if version.project_id != project.pk:
        raise DomainError(gettext("The rubric belongs to another project."))
    if version.status != RubricVersion.Status.PUBLISHED:
        raise DomainError(
            gettext(
                "Version %(number)s of the rubric is not published; experts rate by a "
                "published version only."
            )
            % {"number": version.number}
        )
    expect_for_any_item(version)
    problems = [_name_problem(name), *found_before]
    limits = {"overlap": (1, MAX_OVERLAP), "seed": (0, MAX_SEED)}
    limits["lease_minutes"] = (1, MAX_LEASE_MINUTES)
    for field, (low, high) in limits.items():
        if not low <= settings[field] <= high:
            text = gettext("is %(given)s, it must lie between %(low)s and %(high)s") % {
                "given": settings[field],
                "low": low,
                "high": high,
            }
            problems.append(Problem(field, text))
    if kind not in KINDS:
        problems.append(
            Problem(
                "kind",
                gettext("is %(kind)s; one of %(choices)s")
                % {"kind": kind, "choices": ", ".join(KINDS)},
            )
        )
    if blindness not in Batch.Blindness.values:
        allowed = ", ".join(Batch.Blindness.values)
        problems.append(
            Problem(
                "blindness",
                gettext("is %(blindness)s; one of %(allowed)s")
                % {"blindness": blindness, "allowed": allowed},
            )
        )
    if found := [problem for problem in problems if problem]:
        raise Problems(found)


def expect_for_any_item(version: RubricVersion) -> None:
    """Refuse a rubric that one item has for itself: others would be judged by its criteria."""
    if version.rubric.item_id is not None:
        raise DomainError(
            gettext(
                "The rubric “%(rubric)s” belongs to one item alone; experts rate by a rubric "
                "of the whole project."
            )
            % {"rubric": version.rubric}
        )


def _name_problem(name: str) -> Problem | None:
    fault = gettext("is missing") if not name.strip() else text_fault(name, 200)
    return Problem("name", fault) if fault else None


def _fill_queue(batch: Batch, ids: dict[str, int], lanes: Lanes) -> None:
    order = plan_order(list(ids), seed=batch.seed, priorities=lanes.ranks)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into labeling_queueentry"
            " (project_id, batch_id, response_id, key, lane, taken, overlap)"
            " select %s, %s, response, key, lane, 0, %s"
            " from unnest(%s::bigint[], %s::int[], %s::int[]) as t (response, key, lane)",
            [
                *(batch.project_id, batch.pk, batch.overlap),
                *([ids[external_id] for external_id, _ in order], [key for _, key in order]),
                [lanes.numbers.get(external_id, 0) for external_id, _ in order],
            ],
        )


def claim_next(batch: Batch, rater: User) -> Assignment | None:
    """The expert's next seat: the one in work, or a fresh one; None when nothing is left.

    Asked again before it is submitted, it is the same seat with its lease extended. Where several
    responses are rated together it leads those that are rated with it.
    """
    claim = "sitting" if batch.way == Way.BY_CRITERION else "together"
    try:
        pk = _call(f"labeling_claim_{claim}(%s, %s)", batch.pk, rater.pk)
    except IntegrityError as error:
        if "rules in this batch and cannot rate there" not in str(error):
            raise
        raise Conflict(ADJUDICATES) from error
    if pk is None:
        return None
    # By its key alone: with the rater beside it the planner may walk all of the rater's seats.
    seats = Assignment.objects.select_related("batch__rubric_version", "response__item")
    seat = seats.get(pk=pk)
    if seat.purpose == Assignment.Purpose.ADJUDICATION:
        raise Conflict(ADJUDICATES)
    return seat


def something_left(rater: User) -> Func:
    """Of a batch: whether a seat waits for this expert, in work, to go on with, or a fresh one."""
    return Func(
        F("pk"), Value(rater.pk), function="labeling_something_left", output_field=BooleanField()
    )


def left_in(batch: Batch) -> Func:
    """Of an expert: whether a seat of this batch waits for them."""
    return Func(
        Value(batch.pk), F("pk"), function="labeling_something_left", output_field=BooleanField()
    )


@transaction.atomic
def vacate(
    assignments: QuerySet[Assignment], state: str, reason: str = "", *, alone: bool = False
) -> int:
    """Give seats in work back to the queue, with what hangs on them; drafts stay.

    `alone` keeps companions in work: something else must lead them then. The seats are locked
    before the batch's lock of keys, as by whoever ends leases.
    """
    ids = list(assignments.filter(state=Assignment.State.LEASED).values_list("pk", flat=True))
    companions = Assignment.objects.filter(leader__in=ids).values_list("pk", flat=True)
    ids += [] if alone else list(companions)
    meant = Assignment.objects.select_for_update().filter(pk__in=ids)
    ids = list(meant.order_by("pk").values_list("pk", flat=True))
    return _call("labeling_vacate(%s::bigint[], %s, %s)", ids, state, reason)


def retake(assignment: Assignment, state: str, lease_until: datetime | None = None) -> bool:
    """Give a vacated seat its place back in the given state, if one is still free."""
    call = "labeling_retake(%s, %s, %s::timestamptz)"
    return _call(call, assignment.pk, state, lease_until)


def expire_leases() -> int:
    """Give back every seat whose lease has ended. Beat calls this every few seconds."""
    return _call("labeling_expire_leases()")


def pause(batch: Batch, *, by: User) -> Batch:
    """Hand out no more seats; what is in work can still be submitted."""
    return _move(batch, {Batch.State.OPEN}, Batch.State.PAUSED, by)


def reopen(batch: Batch, *, by: User) -> Batch:
    """Hand out seats again. A closed batch stays closed: its ratings are no longer blind."""
    return _move(batch, {Batch.State.PAUSED}, Batch.State.OPEN, by)


@transaction.atomic
def close(batch: Batch, *, by: User) -> Batch:
    """End the rating for good; seats in work are given back, their drafts kept.

    Alone in the batch: whoever submits or claims holds seats that it wants to give back.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [locks.BATCH, batch.pk])
    closed = _move(batch, {Batch.State.OPEN, Batch.State.PAUSED}, Batch.State.CLOSED, by)
    vacate(Assignment.objects.filter(batch=batch), Assignment.State.EXPIRED)
    return closed


@transaction.atomic
def _move(batch: Batch, from_states: set[Batch.State], to: Batch.State, by: User) -> Batch:
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if locked.state == to:
        return locked
    if locked.state not in from_states:
        raise Conflict(
            gettext("This batch is %(state)s and cannot be %(to)s.")
            % {"state": locked.get_state_display().lower(), "to": to}
        )
    fields: dict[str, Any] = {"state": to}
    if to == Batch.State.CLOSED:
        fields["closed_at"] = Now()
    Batch.objects.filter(pk=batch.pk).update(**fields)
    locked.refresh_from_db()
    log.info("batch %s is %s, by %s", batch.pk, to, by.pk)
    return locked


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}", arguments)
        return cursor.fetchone()[0]
