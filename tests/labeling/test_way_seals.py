"""The way of rating is of the batch, and of what is leased together one leads."""

from __future__ import annotations

import pytest

from labeling.models import Assignment, Batch, Rating
from tests import factories


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def responses(project):
    item = factories.item(project)
    return [factories.response(item) for _ in range(3)]


@pytest.fixture
def batch(version, responses) -> Batch:
    return factories.batch(version, responses, overlap=2, way="grid")


def leased(batch: Batch, response, by, leader: Assignment | None = None) -> Assignment:
    fields = {"state": "leased", "lease_until": "2030-01-01T00:00Z", "leader": leader}
    return factories.seat(batch, response, by, **fields)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("way", "'single'"),
        ("asks_confidence", "true"),
        ("overall_share", "0.5"),
        ("shuffled_share", "0.5"),
        ("seed", "9"),
    ],
)
def test_what_a_batch_asks_is_settled(raw, refused, batch, column, value):
    with refused("batch_asking_sealed"):
        raw(f"update labeling_batch set {column} = {value} where id = %s", batch.pk)


def test_a_share_is_of_one(refused, version):
    with refused("batch_shares_of_one"):
        factories.batch(version, overall_share="1.01")


def test_a_rating_is_of_its_batchs_way_whoever_writes_it(batch, responses, ana):
    seat = factories.seat(batch, responses[0], ana)
    made = factories.rating(seat, {"polite": 1}, way="single")
    assert Rating.objects.get(pk=made.pk).way == "grid"


def test_an_overall_lies_on_its_scale(refused, batch, responses, ana):
    seat = factories.seat(batch, responses[0], ana)
    with refused("rating_overall_on_scale"):
        factories.rating(seat, {}, overall=6)


def test_a_confidence_lies_on_its_scale(raw, refused, batch, responses, ana):
    made = factories.rating(factories.seat(batch, responses[0], ana), {})
    polite = batch.rubric_version.criteria.get(key="polite")
    with refused("score_confidence_on_scale"):
        made.scores.create(
            assignment=made.assignment,
            batch=batch,
            response=responses[0],
            rater=ana,
            criterion=polite,
            lineage_id=polite.lineage_id,
            value=1,
            level=polite.levels.get(value=1),
            confidence=4,
        )


class TestLeasedTogether:
    def test_one_leads_and_the_others_hang_on_it(self, refused, batch, responses, ana):
        leader = leased(batch, responses[0], ana)
        for response in responses[1:]:
            leased(batch, response, ana, leader)
        with refused("assignment_one_open_lease"):
            Assignment.objects.filter(leader=leader).update(leader=None)

    def test_a_companion_hangs_on_a_lease_of_the_same_expert_here(
        self, refused, batch, version, responses, ana, ben
    ):
        elsewhere = factories.batch(version, responses, name="Other")
        companion = leased(batch, responses[0], ana, leased(batch, responses[1], ana))
        for other in (
            leased(batch, responses[2], ben),
            leased(elsewhere, responses[2], ana),
            companion,
            factories.seat(batch, responses[2], ana, slot=2),
        ):
            with refused("assignment_bond"):
                Assignment.objects.filter(pk=companion.pk).update(leader=other)

    def test_what_is_no_longer_in_work_hangs_on_nothing(self, batch, responses, ana):
        companion = leased(batch, responses[1], ana, leased(batch, responses[0], ana))
        Assignment.objects.filter(pk=companion.pk).update(state="expired", slot=None)
        companion.refresh_from_db()
        assert companion.leader is None
