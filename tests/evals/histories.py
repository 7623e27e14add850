"""Histories of a batch as people make them: submitting, correcting, withdrawing, being excluded."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from evals import measuring
from evals.models import Agreement, AgreementRun, AgreementSlice, TallyState
from labeling import asking_again, assigning, authoring, extra_seats, rating, runs
from labeling.errors import Conflict
from labeling.models import Assignment, Batch, Item, Rating, Reask, Response
from labeling.spec import RubricSpec, parse_rubric
from tests import factories

EXPERTS = 5


def rubric(wording: str = "Names the paragraph.", levels: int = 3, more: int = 0) -> RubricSpec:
    """A binary, an ordinal and a continuous criterion, and `more` binary ones.

    A wording makes another version whose labels go on, another number of levels one that asks.
    """
    steps = [{"value": value, "label": f"Level {value}"} for value in range(1, levels + 1)]
    return parse_rubric(
        {
            "title": "Refunds",
            "criteria": [
                {"key": "cites", "criterion": wording, "points": 1},
                {
                    "key": "tone",
                    "criterion": "How kind is it?",
                    "scale": {"type": "ordinal", "levels": steps},
                },
                {
                    "key": "length",
                    "criterion": "How long is it?",
                    "scale": {"type": "interval", "min": 0, "max": 1, "step": 0.25},
                },
                *({"key": f"more{n}", "criterion": f"Says {n}.", "points": 1} for n in range(more)),
            ],
        }
    )


class History:
    """A batch of `items`, and one thing after the other that happens to it."""

    def __init__(self, project: Any, seed: int, items: int) -> None:
        self.random = random.Random(seed)
        self.moves = 0
        self.author = factories.member(project, "author", "author")
        self.first, _ = authoring.publish_spec(project, rubric(), by=self.author)
        self.experts = [factories.member(project, f"e{n}", "expert") for n in range(EXPERTS)]
        self._write_responses(project, items)
        self.batch = assigning.open_batch(
            project,
            self.first,
            "Rated",
            responses=Response.objects.filter(project=project),
            overlap=3,
            by=None,
        )

    def happen(self, times: int) -> None:
        things = [self.submit] * 12
        things += [self.revise, self.withdraw, self.exclude, self.come_late, self.pass_on]
        things += [self.ask_more, self.rule, self.become_another_seat]
        for _ in range(times):
            self.random.choice(things)()

    def change(self) -> None:
        """Something that the next measuring has to see: a full batch may take nothing more."""
        ratings = Rating.objects.filter(batch=self.batch)
        before = ratings.count()
        while ratings.count() == before:
            self.happen(1)

    def submit(self) -> None:
        seat = assigning.claim_next(self.batch, self.random.choice(self.experts))
        if seat:
            self._say(rating.submit, seat)

    def revise(self) -> None:
        if seat := self._some_seat(state="submitted"):
            with suppress(Conflict):
                self._say(rating.revise, seat)

    def withdraw(self) -> None:
        if seat := self._some_seat(state="submitted", ratings__superseded_by__isnull=True):
            with suppress(Conflict):
                rating.withdraw(seat, by=seat.rater)

    def pass_on(self) -> None:
        if seat := assigning.claim_next(self.batch, self.random.choice(self.experts)):
            rating.skip(seat, "expertise", by=seat.rater)

    def exclude(self) -> None:
        standing = Rating.objects.current().filter(batch=self.batch).order_by("pk")
        # A ruling stands beside the blind rating of its adjudicator.
        standing = standing.exclude(purpose="adjudication")
        if standing.exists():
            seat = self.random.choice(list(standing.select_related("assignment"))).assignment
            judged = rating.Judged(self.batch, seat.rater, seat.response)
            rating.exclude(judged, "clicked through", by=self.author)

    def come_late(self) -> None:
        """A lease ends, somebody else may take the place, and the answer arrives all the same."""
        seat = assigning.claim_next(self.batch, self.random.choice(self.experts))
        if seat is None:
            return
        Assignment.objects.filter(pk=seat.pk).update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )
        assigning.expire_leases()
        for expert in self.experts:
            if expert != seat.rater and (other := assigning.claim_next(self.batch, expert)):
                self._say(rating.submit, other)
        with suppress(Conflict):
            self._say(rating.submit, seat)

    def ask_more(self) -> None:
        """A response gets a place beyond the fixed design: whoever takes it does not count."""
        entry = self.random.choice(list(self.batch.queue.order_by("pk")))
        if entry.overlap < EXPERTS:
            places = {entry.response_id: entry.overlap + 1}
            extra_seats.open_extra(self.batch, places, by=self.author)

    def rule(self) -> None:
        """An adjudicator decides a unit: it stands beside the scores and changes none."""
        standing = Rating.objects.current().filter(batch=self.batch).order_by("pk")
        if standing.exists():
            rated = self.random.choice(list(standing.select_related("assignment")))
            criterion, at = self.first.criteria.first(), rated.assignment.response
            judge = factories.member(self.batch.project, "judge")
            factories.ruling(self.batch, at, criterion, 1, judge)

    def become_another_seat(self) -> None:
        """A seat is for something else from now on; what was rated from it stays what it was."""
        asked = Reask.objects.values("judged_id").union(Reask.objects.values("assignment_id"))
        known = {pk for row in asked for pk in row.values()}
        seat = self._some_seat(state="submitted")
        # A place that is asked again is so as what it is.
        if seat and seat.pk not in known:
            # What was a check counts for no agreement ever after.
            was_check = seat.purpose in ("gold", "repeat")
            others = ["late", "gold", "repeat"]
            purpose = self.random.choice(others if was_check else ["fixed", *others])
            Assignment.objects.filter(pk=seat.pk).update(purpose=purpose)

    def correctable(self) -> list[Assignment]:
        """Seats whose rating may still be corrected: not left out, nor an adjudicator's."""
        counted = Rating.objects.current().filter(batch=self.batch).values("assignment")
        seats = self.batch.assignments.filter(pk__in=counted).exclude(purpose="adjudication")
        return list(seats.order_by("pk"))

    def write_more(self) -> None:
        """The project grows beside the batch: another item, another generator, another tag."""
        project, number = self.batch.project, Item.objects.count()
        poet = factories.generator(project, f"poet-{number}", "expert")
        item = factories.item(project, f"item-{number}", tags=["new"], metadata={"domain": "law"})
        factories.response(item, poet)

    def move_on(self) -> None:
        """The rubric changes and the batch with it: labels go on, or their experts are asked."""
        self.moves += 1
        spec = rubric(
            f"Names paragraph {self.moves}.",
            levels=self.random.choice([3, 3 + self.moves]),
            more=self.random.choice([0, self.moves]),
        )
        fates = {"cites": self.random.choice(["carry", "ask", "fresh"])}
        slug = self.first.rubric.slug
        version, _ = authoring.publish_spec(
            self.batch.project, spec, by=self.author, slug=slug, fates=fates
        )
        asking_again.move_forward(self.batch, version, by=self.author)
        self.batch = Batch.objects.get(pk=self.batch.pk)

    def _write_responses(self, project: Any, items: int) -> None:
        machine = factories.generator(project)
        poet = factories.generator(project, "poet", "expert")
        for number in range(items):
            item = factories.item(
                project,
                f"item-{number}",
                tags=["angry"] if number % 2 else [],
                metadata={"domain": "law" if number % 3 else "tax", "case": number},
            )
            for by in [machine, poet, machine][: self.random.randint(1, 3)]:
                factories.response(item, by)

    def _some_seat(self, **fields: Any) -> Assignment | None:
        seats = Assignment.objects.filter(batch=self.batch, round__gt=0, **fields)
        seats = seats.order_by("pk").distinct()
        return self.random.choice(list(seats)) if seats else None

    def _say(self, verb: Any, seat: Assignment) -> None:
        seat = Assignment.objects.get(pk=seat.pk)
        said = rating.current_rating(seat) if verb is rating.revise else None
        asked = rating.answered_in(said) if said else rating.asked_of(seat)
        likely = {
            "tone": ["1", "2", "2", "3", "cannot_assess"],
            "length": ["0", "0.25", "0.25", "1"],
        }
        answers = {
            one.spec.key: {
                "value": self.random.choice(likely.get(one.spec.key, ["0", "1", "1", "NA"]))
            }
            for one in asked
        }
        verb(seat, answers, submission_id=uuid4(), by=seat.rater)


def measured(batch: Batch, **options: Any) -> AgreementRun:
    """What a worker makes of a batch as it is now."""
    run, _ = measuring.start(Batch.objects.get(pk=batch.pk), **options)
    return carried_out(run)


def measured_from_nothing(run: AgreementRun) -> AgreementRun:
    """The same run without anything kept from earlier ones."""
    TallyState.objects.filter(batch=run.batch_id).delete()
    again = AgreementRun.objects.get(pk=run.pk)
    # A history in which nothing happened joins its run, which is then counted anew once more.
    again.pk, again.state, again.input_hash = None, "pending", f"again {uuid4()}"
    again.fence, again.attempt, again.finished_at = 0, 0, None
    again.save(force_insert=True)
    return carried_out(again)


def carried_out(run: AgreementRun) -> AgreementRun:
    with runs.executing(AgreementRun, run.pk) as attempt:
        if attempt:
            measuring.measure(attempt)
    run.refresh_from_db()
    assert run.state == "finished", run.error
    return run


def stored(run: AgreementRun) -> list[dict[str, Any]]:
    """Every stored figure of a run, without the rows' own numbers."""
    rows = run.criteria.order_by("lineage", "slice").prefetch_related("statistics")
    return [_fields(row, ("id", "run_id")) | {"statistics": _statistics(row)} for row in rows]


def as_bytes(run: AgreementRun) -> list[bytes]:
    """The same rows as the database sends them, and what is kept for the next run."""
    rows, one = AgreementSlice._meta, Agreement._meta
    counts = _columns(rows, ("id", "run_id")), _columns(one, ("id", "criterion_slice_id"))
    of_run = f"FROM {rows.db_table} s {{}} WHERE s.run_id = {run.pk} ORDER BY s.lineage_id, s.slice"
    joined = f"JOIN {one.db_table} a ON a.criterion_slice_id = s.id"
    kept = "FROM evals_kepttally ORDER BY lineage_id, slice"
    queries = [
        f"SELECT {counts[0]} {of_run.format('')}",
        f"SELECT {counts[1]} {of_run.format(joined)}, a.statistic",
        f"SELECT lineage_id, slice, content, raters {kept}",
    ]
    with connection.cursor() as cursor:
        return [_sent(cursor, query) for query in queries]


def _columns(told: Any, apart_from: tuple[str, ...]) -> str:
    names = (field.column for field in told.concrete_fields)
    return ", ".join(f'"{name}"' for name in names if name not in apart_from)


def _sent(cursor: Any, query: str) -> bytes:
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as sent:
        return b"".join(bytes(part) for part in sent)


def _statistics(row: Any) -> list[dict[str, Any]]:
    found = sorted(row.statistics.all(), key=lambda each: each.statistic)
    return [_fields(one, ("id", "criterion_slice_id")) for one in found]


def _fields(row: Any, apart_from: tuple[str, ...]) -> dict[str, Any]:
    names = (field.attname for field in row._meta.concrete_fields)
    return {name: getattr(row, name) for name in names if name not in apart_from}
