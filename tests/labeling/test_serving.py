"""Priority, expertise and quotas: settled when a batch is opened, held to by every claim."""

from __future__ import annotations

import pytest

from labeling import assigning, people, rating, serving
from labeling.errors import Conflict, Problems
from labeling.models import Assignment, Batch, Membership, Response
from labeling.serving import Serving
from tests import factories
from tests.labeling.rating.seats import end_lease, submit
from tests.labeling.test_assigning import claim_all
from tests.labeling.test_claiming_at_once import rows_read_by_a_claim
from tests.parallel import at_once


def opened(project, *stated: dict[str, object], needs: tuple[str, ...] = (), **fields) -> Batch:
    """A batch over one response of each item that states this metadata."""
    for number, metadata in enumerate(stated):
        item = factories.item(project, f"item-{number:03}", metadata=metadata)
        factories.response(item, text=f"Answer {number}.")
    draft = factories.draft(project)
    factories.criterion(draft, "cites_policy", expertise=list(needs))
    factories.criterion(draft, "polite")
    return assigning.open_batch(
        project,
        factories.publish(draft),
        "Round",
        responses=Response.objects.filter(project=project),
        serving=Serving(**{"by_priority": True, "by_expertise": True, **fields}),
        overlap=2,
        by=None,
    )


def items(batch: Batch, responses: list[int]) -> list[str]:
    names = dict(Response.objects.values_list("pk", "item__external_id"))
    return [names[pk] for pk in responses]


def knows(project, user, *kinds: str) -> None:
    people.set_expertise(project, user, kinds, by=user)


class TestPriority:
    def test_higher_numbers_come_first_and_the_seed_shuffles_within(self, project, ana):
        stated = [{"priority": number % 3} for number in range(30)]
        batch = opened(project, *stated)
        assert [lane["priority"] for lane in batch.lanes] == [2, 1, 0]
        seen = items(batch, claim_all(batch, ana))
        ranks = [int(name[-3:]) % 3 for name in seen]
        assert ranks == [2] * 10 + [1] * 10 + [0] * 10
        assert seen[:10] != sorted(seen[:10])

    def test_the_key_is_a_dense_rank_of_priority_and_shuffle(self, project):
        batch = opened(project, {"priority": 1}, {}, {"priority": 5}, {"priority": -2})
        queue = batch.queue.order_by("key").values_list("key", "response__item__metadata")
        assert [(key, told.get("priority")) for key, told in queue] == [
            *((1, 5), (2, 1), (3, None), (4, -2)),
        ]

    def test_a_response_states_its_own_before_its_item(self, project, ana):
        item = factories.item(project, metadata={"priority": 1})
        low = factories.response(item, text="Low.")
        high = factories.response(item, text="High.", metadata={"priority": 9}, index=1)
        batch = opened(project)
        assert claim_all(batch, ana) == [high.pk, low.pk]

    def test_what_is_given_back_keeps_its_priority(self, project, ana, ben):
        batch = opened(project, {"priority": 9}, *[{} for _ in range(5)])
        seat = assigning.claim_next(batch, ana)
        end_lease(seat)
        Assignment.objects.filter(pk=seat.pk).update(state="skipped")
        assert assigning.claim_next(batch, ben).response_id == seat.response_id

    @pytest.mark.parametrize("odd", ["high", 1.5, True, 10**6, [1]])
    def test_what_is_no_whole_number_is_named(self, project, odd):
        with pytest.raises(Problems, match="item-000") as caught:
            opened(project, {"priority": odd})
        assert caught.value.problems[0].where == "by_priority"
        assert "whole number" in caught.value.problems[0].message
        assert not Batch.objects.exists()

    def test_too_many_priorities_are_refused(self, project):
        with pytest.raises(Problems, match="at most 50"):
            opened(project, *[{"priority": number} for number in range(51)])

    def test_it_is_not_read_unless_told_to(self, project):
        batch = opened(project, {"priority": "odd"}, by_priority=False, by_expertise=False)
        assert batch.lanes == []


class TestExpertise:
    def test_only_who_has_all_that_is_needed_is_asked(self, project, ana, ben):
        batch = opened(project, {"expertise": ["Tax ", "law"]}, {"expertise": "tax"}, {})
        knows(project, ana, "Tax", "LAW", "tax")
        knows(project, ben, "tax")
        assert len(claim_all(batch, ana)) == 3
        assert items(batch, claim_all(batch, ben)) == ["item-001", "item-002"]
        carl = factories.member(project, "carl", "expert")
        assert items(batch, claim_all(batch, carl)) == []

    def test_what_few_may_rate_comes_first_for_those_few(self, project, ana):
        batch = opened(project, *[{} for _ in range(20)], {"expertise": "tax"})
        knows(project, ana, "tax")
        assert items(batch, claim_all(batch, ana))[0] == "item-020"

    def test_what_the_rubric_requires_is_needed_everywhere(self, project, ana, ben):
        batch = opened(project, {}, {}, needs=("Medicine",))
        knows(project, ben, "medicine")
        assert assigning.claim_next(batch, ana) is None
        assert len(claim_all(batch, ben)) == 2

    def test_whoever_learns_it_is_given_what_was_passed_by(self, project, ana):
        batch = opened(project, {"expertise": "tax"}, {})
        assert items(batch, claim_all(batch, ana)) == ["item-001"]
        assert assigning.claim_next(batch, ana) is None
        knows(project, ana, "tax")
        assert items(batch, claim_all(batch, ana)) == ["item-000"]

    def test_another_project_s_expertise_is_none_here(self, project, ana, dan):
        elsewhere = dan.memberships.get().project
        factories.member(elsewhere, "ana", "expert")
        knows(elsewhere, ana, "tax")
        assert assigning.claim_next(opened(project, {"expertise": "tax"}), ana) is None

    def test_something_is_left_only_where_one_may_rate(self, project, ana):
        batch = opened(project, {"expertise": "tax"})
        found = Batch.objects.annotate(left=assigning.something_left(ana))
        assert found.get(pk=batch.pk).left is False
        knows(project, ana, "tax")
        assert found.get(pk=batch.pk).left is True

    def test_too_few_experts_are_said(self, project, ana):
        batch = opened(project, {"expertise": "tax"}, {"expertise": "tax"}, {})
        knows(project, ana, "tax")
        assert serving.shortage(batch) == (
            "2 responses need experts in tax: here are 1, and each response asks for 2."
        )
        knows(project, factories.member(project, "eve", "expert"), "tax")
        assert serving.shortage(batch) is None

    @pytest.mark.parametrize("odd", [7, ["tax", 1], {"tax": True}, "x" * 101])
    def test_what_cannot_be_read_is_named(self, project, odd):
        with pytest.raises(Problems, match="item-000"):
            opened(project, {"expertise": odd})

    def test_only_experts_have_some(self, project, carol):
        with pytest.raises(Conflict, match="no expert"):
            knows(project, carol, "tax")

    def test_odd_words_are_refused(self, project, ana):
        with pytest.raises(Problems):
            knows(project, ana, "a\0b")
        with pytest.raises(Problems, match="51"):
            knows(project, ana, *map(str, range(51)))
        assert Membership.objects.get(user=ana).expertise == []


@pytest.mark.django_db(transaction=True)
def test_a_rare_kind_is_found_without_walking_over_the_others(project, ana):
    stated = [{"expertise": "tax"} if n % 100 == 99 else {} for n in range(400)]
    batch = opened(project, *stated, {"expertise": "law"})
    knows(project, ana, "tax")
    for _ in range(3):
        seat = assigning.claim_next(batch, ana)
        assert seat.response.item.metadata == {"expertise": "tax"}
        Assignment.objects.filter(pk=seat.pk).update(state="submitted", lease_until=None)
    assert rows_read_by_a_claim(batch, ana) < 60


class TestQuota:
    def test_nobody_is_handed_more(self, project, ana, ben):
        batch = opened(project, *[{} for _ in range(6)], quota=2)
        for rater in (ana, ben):
            while seat := assigning.claim_next(batch, rater):
                submit(seat)
            assert Assignment.objects.filter(rater=rater, state="submitted").count() == 2
        found = Batch.objects.annotate(left=assigning.something_left(ana))
        assert found.get(pk=batch.pk).left is False

    def test_what_is_withdrawn_can_be_given_again(self, project, ana):
        batch = opened(project, *[{} for _ in range(6)], quota=1)
        seat = assigning.claim_next(batch, ana)
        submit(seat)
        assert assigning.claim_next(batch, ana) is None
        rating.withdraw(seat, by=ana)
        assert assigning.claim_next(batch, ana) == seat

    def test_an_unfinished_seat_beyond_it_is_not_handed_out_again(self, project, ana):
        batch = opened(project, *[{} for _ in range(6)], quota=1)
        first = assigning.claim_next(batch, ana)
        end_lease(first)
        other = batch.queue.exclude(response=first.response_id).first().response
        factories.seat(batch, other, ana)
        batch.queue.filter(response=other).update(taken=1)
        assert assigning.claim_next(batch, ana) is None

    @pytest.mark.parametrize("quota", [0, -1, 10**7])
    def test_an_odd_one_is_named(self, project, quota):
        with pytest.raises(Problems, match="1,000,000"):
            opened(project, {}, quota=quota)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_fill_every_lane_exactly(project):
    stated = [{"priority": n % 3, "expertise": ["tax"] if n % 2 else []} for n in range(18)]
    batch = opened(project, *stated)
    raters = [factories.member(project, f"rater{n}", "expert") for n in range(12)]
    for rater in raters[:6]:
        knows(project, rater, "tax")
    at_once(12, lambda index: claim_all(batch, raters[index]))
    assert set(batch.queue.values_list("taken", flat=True)) == {2}
    taxed = Assignment.objects.filter(batch=batch, response__item__metadata__expertise=["tax"])
    assert {seat.rater_id for seat in taxed} <= {rater.pk for rater in raters[:6]}
