"""Grids: all open responses of an item are leased together, exactly as many as have a place."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from labeling import assigning, rating
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import Assignment, Batch, Rating, Response
from labeling.rating.seats import lock_place
from labeling.ways import Asking
from tests import factories
from tests.labeling.rating.seats import BOTH_MET, ONE_MET, submit
from tests.parallel import PATIENCE, at_once, held_up


def opened(
    project,
    items: int = 2,
    each: int = 3,
    overlap: int = 2,
    name: str = "Grids",
    key: str = "item",
    **fields: object,
) -> Batch:
    by = factories.generator(project)
    for number in range(items):
        item = factories.item(project, f"{key}-{number}")
        for index in range(each):
            factories.response(item, by, f"Answer {index}.", index=index)
    fields.setdefault("asking", Asking(way="grid"))
    version = project.rubrics.first() and project.rubrics.first().versions.first()
    return assigning.open_batch(
        project,
        version or factories.published(project),
        name,
        responses=Response.objects.filter(project=project, item__external_id__startswith=key),
        overlap=overlap,
        by=None,
        **fields,
    )


def grid(batch: Batch, rater) -> list[Assignment]:
    """What the expert is handed out, the leader first."""
    leader = assigning.claim_next(batch, rater)
    if leader is None:
        return []
    seats = Assignment.objects.filter(rating.leased_with(leader)).select_related(
        "batch__rubric_version", "response__item"
    )
    return sorted(seats, key=lambda one: (one.leader_id is not None, one.pk))


def send(seats: list[Assignment], answers: object = BOTH_MET, **fields: object) -> list[Rating]:
    said = [rating.Said(one, answers, uuid4()) for one in rating.in_columns(seats)]
    return rating.submit_together(said, by=seats[0].rater, **fields)


def taken(batch: Batch) -> list[int]:
    return sorted(batch.queue.values_list("taken", flat=True))


def test_an_overall_is_asked_of_all_responses_of_an_item_or_of_none(project, ana):
    """Else the columns had rows of different numbers. 40 items at .5: 20 expected, sd 3.2."""
    batch = opened(project, 40, asking=Asking(way="grid", overall_share=Decimal("0.5")))
    asked = Counter(
        response.item_id
        for response in Response.objects.filter(project=project).select_related("item")
        if rating.asks_overall(Assignment(batch=batch, response=response, rater=ana, round=1))
    )
    assert set(asked.values()) == {3}
    assert 8 < len(asked) < 32


class TestLeasing:
    def test_the_whole_item_is_leased_and_nothing_of_another(self, project, ana):
        batch = opened(project)
        seats = grid(batch, ana)
        assert len(seats) == 3
        assert {one.response.item_id for one in seats} == {seats[0].response.item_id}
        assert len({one.lease_until for one in seats}) == 1
        assert taken(batch) == [0, 0, 0, 1, 1, 1]
        assert [one.pk for one in grid(batch, ana)] == [one.pk for one in seats]

    def test_only_what_has_a_place_and_was_not_seen(self, project, ana, ben):
        batch = opened(project, 1, overlap=1)
        first = grid(batch, ana)
        send(first)
        assert grid(batch, ben) == []
        assert grid(batch, ana) == []
        assert taken(batch) == [1, 1, 1]

    def test_at_most_eight_at_once(self, project, ana):
        batch = opened(project, 1, each=11)
        assert len(grid(batch, ana)) == 8
        assert sum(taken(batch)) == 8

    def test_no_more_than_the_quota(self, project, ana):
        batch = opened(project, 1, each=5)
        Batch.objects.update(quota=2)
        assert len(grid(batch, ana)) == 2

    def test_skipping_gives_all_of_it_back(self, project, ana, ben):
        batch = opened(project, 1)
        leader = grid(batch, ana)[0]
        rating.skip(leader, "expertise", by=ana)
        assert set(Assignment.objects.values_list("state", "slot", "leader")) == {
            ("skipped", None, None)
        }
        assert taken(batch) == [0, 0, 0]
        assert len(grid(batch, ben)) == 3

    def test_an_ended_lease_gives_all_of_it_back_and_it_is_taken_again(self, project, ana):
        batch = opened(project, 1)
        before = {one.pk for one in grid(batch, ana)}
        Assignment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert assigning.expire_leases() == 3
        assert taken(batch) == [0, 0, 0]
        again = grid(batch, ana)
        assert {one.pk for one in again} == before
        assert taken(batch) == [1, 1, 1]

    def test_a_draft_at_one_extends_all_of_it(self, project, ana):
        seats = grid(opened(project, 1), ana)
        Assignment.objects.update(lease_until=timezone.now() + timedelta(minutes=2))
        rating.save_draft(seats[1], ONE_MET, edit=0, by=ana)
        ends = set(Assignment.objects.values_list("lease_until", flat=True))
        assert len(ends) == 1
        assert ends.pop() > timezone.now() + timedelta(minutes=29)

    def test_companions_without_their_leader_go_back_and_come_again(self, project, ana):
        batch = opened(project, 1)
        leader = grid(batch, ana)[0]
        Assignment.objects.filter(pk=leader.pk).update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )
        assert assigning.expire_leases() == 1
        orphan = Assignment.objects.filter(state="leased").first()
        rating.save_draft(orphan, ONE_MET, edit=0, by=ana)
        assert len(grid(batch, ana)) == 3
        assert taken(batch) == [1, 1, 1]

    def test_late_and_undone_it_counts_when_it_has_a_place_again(self, project, ana, ben):
        batch = opened(project, 1, each=2, overlap=1)
        seats = grid(batch, ana)
        Assignment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assigning.expire_leases()
        theirs = grid(batch, ben)
        assert [submit(one).purpose for one in seats] == ["late", "late"]
        for one in seats:
            rating.withdraw(one, by=ana)
        rating.skip(theirs[0], "expertise", by=ben)
        again = grid(batch, ana)
        assert [one.purpose for one in again] == ["fixed", "fixed"]
        assert {one.purpose for one in send(again)} == {"fixed"}

    def test_rated_alone_the_rest_goes_on(self, project, ana):
        batch = opened(project, 1)
        leader = grid(batch, ana)[0]
        made = submit(leader)
        assert (made.way, made.shown_beside) == ("grid", None)
        rest = grid(batch, ana)
        assert len(rest) == 2
        assert taken(batch) == [1, 1, 1]

    def test_other_batches_hand_out_one(self, project, ana):
        batch = opened(project, asking=Asking())
        assert len(grid(batch, ana)) == 1


class TestUndoing:
    def test_all_of_it_is_in_work_again_and_what_came_after_is_put_aside(self, project, ana):
        batch = opened(project)
        seats = grid(batch, ana)
        send(seats)
        after = grid(batch, ana)
        back = rating.withdraw(seats[2], by=ana)
        assert (back.pk, back.state) == (seats[2].pk, "leased")
        again = grid(batch, ana)
        assert {one.pk for one in again} == {one.pk for one in seats}
        assert {one.leader_id for one in again} == {None, again[0].pk}
        assert {one.draft.payload["answers"]["polite"]["value"] for one in again} == {"1"}
        states = Assignment.objects.filter(pk__in=[one.pk for one in after]).values_list("state")
        assert set(states) == {("expired",)}
        assert taken(batch) == [0, 0, 0, 1, 1, 1]
        assert Rating.objects.filter(withdrawn=True, superseded_by=None).count() == 3
        assert [one.revision for one in send(again)] == [3, 3, 3]

    def test_what_came_late_comes_back_alone(self, project, ana, ben):
        batch = opened(project, 1, each=3, overlap=1)
        seats = grid(batch, ana)
        assigning.vacate(Assignment.objects.filter(pk=seats[2].pk), "expired")
        assert len(grid(batch, ben)) == 1
        assert sorted(one.purpose for one in send(seats)) == ["fixed", "fixed", "late"]
        rating.withdraw(seats[0], by=ana)
        states = Assignment.objects.filter(rater=ana).order_by("pk").values_list("state", flat=True)
        assert list(states) == ["leased", "leased", "expired"]

    def test_one_that_cannot_be_taken_back_keeps_all_of_them(self, project, ana, carol):
        batch = opened(project, 1)
        seats = grid(batch, ana)
        made = send(seats)
        rating.exclude(
            rating.Judged(batch, response=made[1].assignment.response), "was asleep", by=carol
        )
        with pytest.raises(Conflict):
            rating.withdraw(seats[0], by=ana)
        assert not Rating.objects.filter(withdrawn=True).exists()


class TestSubmitting:
    def test_one_submit_rates_all_and_records_what_stood_beside(self, project, ana):
        batch = opened(project, 1)
        seats = grid(batch, ana)
        shown = [one.pk for one in rating.in_columns(seats)]
        made = send(seats, active_ms=9000)
        assert [one.assignment_id for one in made] == shown
        kept = Rating.objects.order_by("pk")
        assert {one.way for one in kept} == {"grid"}
        assert [one.shown_beside for one in kept] == [shown] * 3
        # 9 s at three responses
        assert {one.active_ms for one in kept} == {3000}
        assert not Assignment.objects.filter(state="leased").exists()

    def test_all_or_nothing_with_the_seat_named(self, project, ana):
        seats = grid(opened(project, 1), ana)
        said = [rating.Said(one, BOTH_MET, uuid4()) for one in seats]
        said[1] = rating.Said(seats[1], {"polite": {"value": "1"}}, uuid4())
        with pytest.raises(Problems) as caught:
            rating.submit_together(said, by=ana)
        assert [str(one) for one in caught.value.problems] == [
            f"{seats[1].pk}.cites_policy: is not answered yet"
        ]
        assert not Rating.objects.exists()

    def test_sent_again_it_is_the_same_ratings(self, project, ana):
        seats = grid(opened(project, 1), ana)
        said = [rating.Said(one, BOTH_MET, uuid4()) for one in seats]
        first = rating.submit_together(said, by=ana)
        again = rating.submit_together(said, by=ana)
        assert [one.pk for one in again] == [one.pk for one in first]
        assert Rating.objects.count() == 3

    def test_what_came_late_takes_its_free_places(self, project, ana):
        batch = opened(project, 1)
        seats = grid(batch, ana)
        Assignment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assigning.expire_leases()
        send(seats)
        assert taken(batch) == [1, 1, 1]
        assert set(Assignment.objects.values_list("purpose", flat=True)) == {"fixed"}

    def test_seats_that_do_not_belong_together_are_refused(self, project, ana):
        batch = opened(project, 2, overlap=1)
        first = grid(batch, ana)
        send(first)
        second = grid(batch, ana)
        for seats in ([first[0], second[0]], [second[0], second[0]], []):
            with pytest.raises(DomainError):
                rating.submit_together(
                    [rating.Said(one, BOTH_MET, uuid4()) for one in seats], by=ana
                )

    def test_columns_hang_on_the_seed_and_the_expert(self, project):
        raters = [factories.member(project, f"rater{number}", "expert") for number in range(12)]
        batch = opened(project, 1, overlap=12)
        orders = set()
        for rater in raters:
            shown = rating.in_columns(grid(batch, rater))
            assert shown == rating.in_columns(list(reversed(grid(batch, rater))))
            orders.add(tuple(one.response_id for one in shown))
        # 6 orders of three; that 12 draws give fewer than three of them is rarer than 1 in 10^4
        assert len(orders) >= 3


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_exactly_the_places_there_are(project):
    raters = [factories.member(project, f"rater{number}", "expert") for number in range(8)]
    batch = opened(project, 6, each=3, overlap=2)

    def work(index: int) -> int:
        done = 0
        while seats := grid(batch, raters[index]):
            if index == 0 and done == 0:
                rating.skip(seats[0], "expertise", by=raters[0])
            else:
                send(seats)
            done += len(seats)
        return done

    at_once(8, work)
    assert taken(batch) == [2] * 18
    ratings = Counter(Rating.objects.values_list("assignment__response_id", flat=True))
    assert set(ratings.values()) == {2}
    twice = Counter(Rating.objects.values_list("assignment__response_id", "assignment__rater_id"))
    assert set(twice.values()) == {1}
    assert not Assignment.objects.filter(state="leased").exists()


@pytest.mark.django_db(transaction=True)
def test_saves_at_all_of_a_grid_at_once_do_not_cross(project, ana):
    seats = grid(opened(project, 1), ana)
    for number in range(5):
        Assignment.objects.update(lease_until=timezone.now() + timedelta(minutes=2))
        saved = at_once(
            3, lambda at, number=number: rating.save_draft(seats[at], ONE_MET, edit=number, by=ana)
        )
        assert [one.edit for one in saved] == [number + 1] * 3
    ends = set(Assignment.objects.values_list("lease_until", flat=True))
    assert len(ends) == 1


@pytest.mark.django_db(transaction=True)
def test_a_save_takes_the_place_before_any_seat(project, ana):
    """Others of the person's tabs hold the place and then want the seats."""
    batch = opened(project, 1)
    seats = grid(batch, ana)
    with transaction.atomic():
        lock_place(batch.pk, ana)
        saving = held_up(lambda: rating.save_draft(seats[1], ONE_MET, edit=0, by=ana))
        held = Assignment.objects.select_for_update(skip_locked=True).filter(batch=batch)
        assert len(held) == 3
    assert saving.result(timeout=PATIENCE).edit == 1
