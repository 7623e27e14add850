"""Seats are handed out exactly `overlap` times, to different people, whoever asks and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import answering, assigning, authoring
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import (
    Assignment,
    Batch,
    Item,
    QueueEntry,
    RaterCursor,
    RatingDraft,
    Response,
    RubricVersion,
)
from labeling.spec import parse_rubric
from tests import factories


def responses(project, count: int) -> list[Response]:
    item = factories.item(project)
    by = factories.generator(project)
    return [factories.response(item, by, f"Answer {index}.", index=index) for index in range(count)]


def opened(project, count: int = 4, **fields: object) -> Batch:
    responses(project, count)
    version = fields.pop("version", None) or factories.published(project)
    name = fields.pop("name", "First round")
    chosen = Response.objects.filter(project=project)
    return assigning.open_batch(
        project, version, name, responses=chosen, by=None, **{"overlap": 2, **fields}
    )


def claim_all(batch: Batch, rater) -> list[int]:
    """Claim and give in, until nothing is left for this rater."""
    seen = []
    while (seat := assigning.claim_next(batch, rater)) is not None:
        seen.append(seat.response_id)
        Assignment.objects.filter(pk=seat.pk).update(state="submitted", lease_until=None)
    return seen


def assert_counts_are_true(batch: Batch) -> None:
    for entry in QueueEntry.objects.filter(batch=batch):
        held = Assignment.objects.filter(
            batch=batch, response=entry.response_id, slot__isnull=False
        ).count()
        assert entry.taken == held


class TestOpening:
    def test_each_response_waits_once_in_an_order_of_the_seed(self, project):
        batch = opened(project, 5, seed=7)
        queue = list(batch.queue.order_by("key").values_list("key", flat=True))
        assert queue == [1, 2, 3, 4, 5]
        again = assigning.open_batch(
            project,
            batch.rubric_version,
            "Second",
            responses=Response.objects.filter(project=project),
            seed=7,
            by=None,
        )
        order = [batch_.queue.order_by("key").values_list("response") for batch_ in (batch, again)]
        assert list(order[0]) == list(order[1])

    def test_withheld_responses_are_left_out_and_counted(self, project):
        item = factories.item(project)
        factories.response(item)
        Response.objects.create(
            project=project,
            item=item,
            generator=factories.generator(project),
            index=1,
            external_id="gone",
            withheld="Not licensed.",
            content_hash=factories.digest("gone"),
        )
        chosen = Response.objects.filter(project=project)
        plan = assigning.plan(project, chosen, overlap=2)
        assert (plan.usable, plan.withheld, plan.experts) == (1, 1, 0)
        assert "at least 2 raters" in plan.warning
        batch = assigning.open_batch(
            project, factories.published(project), "First", responses=chosen, by=None
        )
        assert batch.queue.count() == 1

    def test_nothing_to_rate_is_refused(self, project):
        with pytest.raises(DomainError, match="at least one"):
            opened(project, 0)

    def test_another_projects_responses_are_nothing_to_rate(self, project, dan):
        elsewhere = dan.memberships.get().project
        responses(elsewhere, 2)
        with pytest.raises(DomainError, match="at least one"):
            assigning.open_batch(
                project,
                factories.published(project),
                "First",
                responses=Response.objects.all(),
                by=None,
            )

    def test_a_draft_cannot_be_rated_by(self, project):
        with pytest.raises(DomainError, match="not published"):
            opened(project, version=factories.draft(project))

    def test_another_projects_rubric_is_refused(self, project, dan):
        theirs = factories.published(dan.memberships.get().project)
        with pytest.raises(DomainError, match="another project"):
            opened(project, version=theirs)

    def test_the_rubric_of_a_single_item_is_refused(self, project, carol):
        spec = parse_rubric(
            {"title": "Its own", "criteria": [{"criterion": "In May.", "points": 1}]}
        )
        authoring.publish_for_items(project, {factories.item(project).pk: spec}, by=None)
        version = RubricVersion.objects.get(rubric__item__isnull=False)
        with pytest.raises(DomainError, match="belongs to one item alone"):
            opened(project, version=version)
        with pytest.raises(DomainError, match="belongs to one item alone"):
            answering.open_task(project, version, "Answers", items=Item.objects.all(), by=carol)
        assert not Batch.objects.exists()

    def test_every_fault_is_named_at_once(self, project):
        with pytest.raises(Problems) as caught:
            opened(
                project,
                name="a\0b",
                overlap=0,
                seed=-1,
                lease_minutes=100_000,
                kind="imported",
                blindness="none",
            )
        assert [problem.where for problem in caught.value.problems] == [
            *("name", "overlap", "seed", "lease_minutes", "kind", "blindness"),
        ]

    def test_a_name_twice_is_a_conflict(self, project):
        batch = opened(project)
        with pytest.raises(Conflict, match="First round"):
            assigning.open_batch(
                project,
                batch.rubric_version,
                "First round",
                responses=Response.objects.all(),
                by=None,
            )


class TestClaiming:
    def test_the_same_seat_until_it_is_submitted(self, project, ana):
        batch = opened(project)
        first = assigning.claim_next(batch, ana)
        Assignment.objects.filter(pk=first.pk).update(lease_until=timezone.now())
        again = assigning.claim_next(batch, ana)
        assert again.pk == first.pk
        assert again.lease_until > timezone.now() + timedelta(minutes=29)
        assert Assignment.objects.filter(rater=ana).count() == 1

    def test_every_response_once_then_nothing(self, project, ana):
        batch = opened(project, 30)
        seen = claim_all(batch, ana)
        assert len(seen) == 30
        assert len(set(seen)) == 30
        assert assigning.claim_next(batch, ana) is None
        assert_counts_are_true(batch)

    def test_a_third_rater_finds_nothing_at_overlap_two(self, project, ana, ben):
        batch = opened(project, 5)
        carl = factories.member(project, "carl", "expert")
        assert len(claim_all(batch, ana)) == len(claim_all(batch, ben)) == 5
        assert assigning.claim_next(batch, carl) is None
        assert set(Assignment.objects.filter(rater=ben).values_list("slot", flat=True)) == {2}

    def test_paused_hands_out_nothing(self, project, ana, carol):
        batch = opened(project)
        assigning.pause(batch, by=carol)
        assert assigning.claim_next(batch, ana) is None
        assigning.reopen(batch, by=carol)
        assert assigning.claim_next(batch, ana) is not None

    def test_the_cursor_walks_and_never_passes_what_is_open(self, project, ana):
        batch = opened(project, 200)
        for _ in range(100):
            seat = assigning.claim_next(batch, ana)
            Assignment.objects.filter(pk=seat.pk).update(state="submitted", lease_until=None)
        cursor = RaterCursor.objects.get(batch=batch, rater=ana)
        rated = Assignment.objects.filter(batch=batch, rater=ana).values("response")
        lowest = batch.queue.exclude(response__in=rated).order_by("key").first().key
        assert 0 < cursor.cur <= lowest
        assert len(claim_all(batch, ana)) == 100

    def test_a_seat_given_back_reaches_those_who_had_finished(self, project, ana, ben):
        batch = opened(project, 10, overlap=1)
        held = assigning.claim_next(batch, ben)
        assert len(claim_all(batch, ana)) == 9
        assert assigning.claim_next(batch, ana) is None
        assigning.vacate(Assignment.objects.filter(pk=held.pk), "skipped", "Not my field.")
        assert assigning.claim_next(batch, ana).response_id == held.response_id
        assert_counts_are_true(batch)


class TestLeases:
    def end_lease(self, seat: Assignment) -> None:
        Assignment.objects.filter(pk=seat.pk).update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )

    def test_an_ended_lease_frees_the_place_and_keeps_the_draft(self, project, ana):
        batch = opened(project)
        seat = assigning.claim_next(batch, ana)
        RatingDraft.objects.create(assignment=seat, payload={"polite": {"value": "1"}}, edit=3)
        self.end_lease(seat)
        assert assigning.expire_leases() == 1
        assert assigning.expire_leases() == 0
        seat.refresh_from_db()
        assert (seat.state, seat.slot, seat.lease_until) == ("expired", None, None)
        assert seat.draft.edit == 3
        assert_counts_are_true(batch)

    def test_a_running_lease_is_left_alone(self, project, ana):
        seat = assigning.claim_next(opened(project), ana)
        assert assigning.expire_leases() == 0
        seat.refresh_from_db()
        assert seat.state == "leased"

    def test_its_owner_gets_it_back_while_the_place_is_free(self, project, ana):
        batch = opened(project)
        seat = assigning.claim_next(batch, ana)
        self.end_lease(seat)
        assigning.expire_leases()
        again = assigning.claim_next(batch, ana)
        assert (again.pk, again.slot, again.state) == (seat.pk, 1, "leased")
        assert_counts_are_true(batch)

    def test_once_given_away_the_owner_gets_another(self, project, ana, ben):
        batch = opened(project, 2, overlap=1)
        seat = assigning.claim_next(batch, ana)
        self.end_lease(seat)
        assigning.expire_leases()
        assert len(claim_all(batch, ben)) == 2
        assert assigning.claim_next(batch, ana) is None

    def test_several_seats_of_one_response_come_back_together(self, project, ana, ben):
        batch = opened(project, 1)
        for person in (ana, ben):
            self.end_lease(assigning.claim_next(batch, person))
        assert assigning.expire_leases() == 2
        assert batch.queue.get().taken == 0

    def test_closing_gives_back_what_is_in_work_for_good(self, project, ana, carol):
        batch = opened(project)
        seat = assigning.claim_next(batch, ana)
        closed = assigning.close(batch, by=carol)
        assert closed.closed_at is not None
        seat.refresh_from_db()
        assert seat.state == "expired"
        assert assigning.claim_next(batch, ana) is None
        with pytest.raises(Conflict, match="closed"):
            assigning.reopen(batch, by=carol)
