"""One criterion over several responses: leased together in the order of the queue, exactly."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from labeling import assigning, rating
from labeling.errors import DomainError
from labeling.models import Assignment, Batch, Rating, Response
from labeling.ways import Asking
from tests import factories
from tests.labeling.rating.seats import BOTH_MET, ONE_MET, submit
from tests.parallel import at_once

BY_CRITERION = Asking(way="by_criterion")


def opened(
    project, count: int = 5, overlap: int = 2, name: str = "Sittings", **fields: object
) -> Batch:
    """A batch over `count` responses, each of an item of its own."""
    by = factories.generator(project)
    for number in range(count):
        item = factories.item(project, f"{name}-{number}")
        factories.response(item, by, f"Answer {number}.")
    fields.setdefault("asking", BY_CRITERION)
    version = project.rubrics.first() and project.rubrics.first().versions.first()
    return assigning.open_batch(
        project,
        fields.pop("version", None) or version or factories.published(project),
        name,
        responses=Response.objects.filter(project=project, item__external_id__startswith=name),
        overlap=overlap,
        by=None,
        **fields,
    )


def sitting(batch: Batch, rater) -> list[Assignment]:
    """What the expert is handed out, in its order."""
    leader = assigning.claim_next(batch, rater)
    if leader is None:
        return []
    seats = Assignment.objects.filter(rating.leased_with(leader)).select_related(
        "batch__rubric_version", "response__item", "rater"
    )
    return rating.in_sequence(list(seats))


def leads(seats: list[Assignment]) -> Assignment:
    (leader,) = (one for one in seats if one.leader_id is None)
    return leader


def send(seats: list[Assignment], answers: object = BOTH_MET, **fields: object) -> list[Rating]:
    said = [rating.Said(one, answers, uuid4()) for one in seats]
    return rating.submit_together(said, by=seats[0].rater, **fields)


def taken(batch: Batch) -> list[int]:
    return sorted(batch.queue.values_list("taken", flat=True))


def keys(batch: Batch, seats: list[Assignment]) -> list[int]:
    """The places of the seats' responses in the queue."""
    found = dict(batch.queue.values_list("response", "key"))
    return [found[one.response_id] for one in seats]


class TestLeasing:
    def test_twenty_of_different_items_in_the_order_of_the_queue(self, project, ana):
        batch = opened(project, 23)
        seats = sitting(batch, ana)
        assert len({one.response.item_id for one in seats}) == 20
        assert len({one.lease_until for one in seats}) == 1
        assert len({one.ord for one in seats}) == 1
        # The first claim starts at the cursor itself, so there is nothing to come round to.
        assert keys(batch, seats) == sorted(keys(batch, seats))
        assert taken(batch) == [0] * 3 + [1] * 20
        assert [one.pk for one in sitting(batch, ana)] == [one.pk for one in seats]

    def test_what_lies_before_the_first_one_comes_after_the_last(self, project, ana):
        batch = opened(project, 30)
        places = keys(batch, sitting(batch, ana))
        send(sitting(batch, ana))
        rest = keys(batch, sitting(batch, ana))
        # All that was left, from some place on and then from the beginning.
        at = rest.index(min(rest))
        assert rest[at:] + rest[:at] == sorted(rest)
        assert sorted(places + rest) == sorted(batch.queue.values_list("key", flat=True))

    def test_only_what_has_a_place_and_was_not_seen(self, project, ana, ben):
        batch = opened(project, 3, overlap=1)
        send(sitting(batch, ana))
        assert sitting(batch, ben) == []
        assert sitting(batch, ana) == []
        assert taken(batch) == [1, 1, 1]

    def test_no_more_than_the_quota(self, project, ana):
        batch = opened(project, 5)
        Batch.objects.update(quota=2)
        assert len(sitting(batch, ana)) == 2

    def test_an_ended_lease_gives_all_back_and_the_same_come_again(self, project, ana):
        batch = opened(project, 25)
        before = [one.pk for one in sitting(batch, ana)]
        Assignment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert assigning.expire_leases() == 20
        assert taken(batch) == [0] * 25
        again = sitting(batch, ana)
        assert [one.pk for one in again] == before
        assert len({one.ord for one in again}) == 1
        assert taken(batch) == [0] * 5 + [1] * 20

    def test_nothing_is_added_to_what_was_begun(self, project, ana, ben):
        batch = opened(project, 25, overlap=1)
        mine = sitting(batch, ana)
        Assignment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assigning.expire_leases()
        # Another takes 20 places: those 5 that ana did not have first, then 15 of hers.
        theirs = {one.response_id for one in sitting(batch, ben)}
        kept = {one.response_id for one in mine} - theirs
        assert {one.response_id for one in sitting(batch, ana)} == kept
        assert 0 < len(kept) < 20

    def test_a_draft_at_one_extends_all_of_it(self, project, ana):
        seats = sitting(opened(project), ana)
        Assignment.objects.update(lease_until=timezone.now() + timedelta(minutes=2))
        rating.save_draft(seats[3], ONE_MET, edit=0, by=ana)
        ends = set(Assignment.objects.values_list("lease_until", flat=True))
        assert len(ends) == 1
        assert ends.pop() > timezone.now() + timedelta(minutes=29)

    def test_lanes_are_walked_in_their_order(self, project, ana):
        batch = opened(project, 4)
        late = batch.queue.order_by("key").values_list("pk", flat=True)[:2]
        batch.queue.filter(pk__in=list(late)).update(lane=1)
        Batch.objects.update(lanes=[{"priority": 1, "needs": []}, {"priority": 0, "needs": []}])
        batch.refresh_from_db()
        seats = sitting(batch, ana)
        lanes = dict(batch.queue.values_list("response", "lane"))
        assert [lanes[one.response_id] for one in seats] == [0, 0, 1, 1]

    def test_what_needs_another_expertise_is_left_out(self, project, ana):
        batch = opened(project, 4)
        first = batch.queue.order_by("key").values_list("pk", flat=True)[:2]
        batch.queue.filter(pk__in=list(first)).update(lane=1)
        lanes = [{"priority": 0, "needs": []}, {"priority": 0, "needs": ["law"]}]
        Batch.objects.update(lanes=lanes, by_expertise=True)
        batch.refresh_from_db()
        assert len(sitting(batch, ana)) == 2


class TestSkippingOne:
    @pytest.mark.parametrize("which", ["leads", "follows"])
    def test_the_others_stay_in_work_with_their_answers(self, project, ana, ben, which):
        batch = opened(project, 4, overlap=1)
        seats = sitting(batch, ana)
        gone = leads(seats) if which == "leads" else seats[2]
        others = [one for one in seats if one.pk != gone.pk]
        for one in others:
            rating.save_draft(one, ONE_MET, edit=0, by=ana)
        rating.skip(gone, "expertise", by=ana)
        assert taken(batch) == [0, 1, 1, 1]
        assert [one.pk for one in sitting(batch, ana)] == [one.pk for one in others]
        assert [one.response_id for one in sitting(batch, ben)] == [gone.response_id]
        send(sitting(batch, ana))
        assert Rating.objects.count() == 3

    def test_the_last_one_skipped_leads_to_the_next_sitting(self, project, ana):
        batch = opened(project, 21)
        first = sitting(batch, ana)
        for one in first:
            rating.skip(one, "expertise", by=ana)
        assert len(sitting(batch, ana)) == 1

    def test_rated_alone_the_rest_goes_on(self, project, ana):
        batch = opened(project, 3)
        seats = sitting(batch, ana)
        made = submit(leads(seats))
        assert (made.way, made.shown_beside) == ("by_criterion", None)
        assert [one.pk for one in sitting(batch, ana)] == [one.pk for one in seats[1:]]


def test_a_sitting_that_was_sent_can_be_taken_back_whole(project, ana):
    batch = opened(project)
    seats = sitting(batch, ana)
    send(seats)
    rating.withdraw(leads(seats), by=ana)
    again = sitting(batch, ana)
    assert [one.pk for one in again] == [one.pk for one in seats]
    assert len({one.ord for one in again}) == 1
    assert taken(batch) == [1] * 5
    assert Rating.objects.filter(withdrawn=True).count() == 5


class TestSubmitting:
    def test_one_submit_rates_all_and_records_the_order(self, project, ana):
        seats = sitting(opened(project, 3), ana)
        made = send(seats, active_ms=9000)
        shown = [one.pk for one in seats]
        assert [one.assignment_id for one in made] == shown
        assert [one.pk for one in made] == sorted(one.pk for one in made)
        kept = Rating.objects.all()
        assert {one.way for one in kept} == {"by_criterion"}
        assert [one.shown_beside for one in kept] == [shown] * 3
        # 9 s at three responses
        assert {one.active_ms for one in kept} == {3000}
        assert not Assignment.objects.filter(state="leased").exists()

    def test_a_part_of_it_leaves_the_rest_in_work(self, project, ana):
        batch = opened(project, 4)
        seats = sitting(batch, ana)
        send(seats[:2])
        assert [one.pk for one in sitting(batch, ana)] == [one.pk for one in seats[2:]]
        assert taken(batch) == [1, 1, 1, 1]

    def test_the_order_of_criteria_is_one_for_the_sitting_and_recorded(self, project):
        raters = [factories.member(project, f"rater{number}", "expert") for number in range(12)]
        asking = Asking(way="by_criterion", shuffled_share=1)
        batch = opened(project, 3, overlap=12, asking=asking)
        orders = set()
        for rater in raters:
            seats = sitting(batch, rater)
            steps = [one.key for one in rating.steps_of(seats)]
            made = send(seats)
            assert {tuple(one.shown_order) for one in made} == {tuple(steps)}
            orders.add(tuple(steps))
        # two orders, each as likely: 12 draws that agree are rarer than 1 in 10^3
        assert orders == {("cites_policy", "polite"), ("polite", "cites_policy")}

    def test_late_ones_take_their_free_places(self, project, ana):
        batch = opened(project, 3)
        seats = sitting(batch, ana)
        Assignment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assigning.expire_leases()
        send(seats)
        assert taken(batch) == [1, 1, 1]
        assert set(Assignment.objects.values_list("purpose", flat=True)) == {"fixed"}

    def test_seats_that_do_not_belong_together_are_refused(self, project, ana):
        seats = sitting(opened(project, 22), ana)
        other = sitting(opened(project, 1, name="Other"), ana)
        for said in ([*seats[:2], *other], [seats[0], seats[0]], []):
            with pytest.raises(DomainError):
                rating.submit_together(
                    [rating.Said(one, BOTH_MET, uuid4()) for one in said], by=ana
                )
        assert not Rating.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_exactly_the_places_there_are(project):
    raters = [factories.member(project, f"rater{number}", "expert") for number in range(6)]
    batch = opened(project, 47, overlap=2)

    def work(index: int) -> int:
        done = 0
        while seats := sitting(batch, raters[index]):
            if index == 0 and done == 0:
                rating.skip(leads(seats), "expertise", by=raters[0])
                seats = sitting(batch, raters[0])
            send(seats)
            done += len(seats)
        return done

    # two at each of 47
    assert sum(at_once(6, work)) == 94
    assert taken(batch) == [2] * 47
    ratings = Counter(Rating.objects.values_list("assignment__response_id", flat=True))
    assert set(ratings.values()) == {2}
    twice = Counter(Rating.objects.values_list("assignment__response_id", "assignment__rater_id"))
    assert set(twice.values()) == {1}
    assert not Assignment.objects.filter(state="leased").exists()


@pytest.mark.django_db(transaction=True)
def test_drafts_of_one_sitting_saved_at_once_all_arrive(project, ana):
    seats = sitting(opened(project, 8), ana)

    def save(index: int) -> int:
        seat = seats[index]
        draft = getattr(Assignment.objects.select_related("draft").get(pk=seat.pk), "draft", None)
        return rating.save_draft(seat, ONE_MET, edit=draft.edit if draft else 0, by=ana).edit

    for edit in (1, 2, 3):
        Assignment.objects.update(lease_until=timezone.now() + timedelta(minutes=2))
        assert at_once(8, save) == [edit] * 8
    assert len(set(Assignment.objects.values_list("lease_until", flat=True))) == 1
