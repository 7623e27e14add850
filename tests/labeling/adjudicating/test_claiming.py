"""One adjudicator has a response, nobody who judged it; work in hand is found again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from labeling import adjudicating, answering, assigning, rating
from labeling.errors import Conflict, Problems
from labeling.models import Assignment, Batch, Item, Membership, QueueEntry
from tests import factories
from tests.labeling.adjudicating.scene import rated, scene, taken
from tests.made_once import prepared_by

prepared = prepared_by(lambda project: scene(project, "11 01", "00 11", "11 11"))


@pytest.fixture
def made(prepared, own):
    return own


def ended(seat):
    """The lease of the seat has ended."""
    past = timezone.now() - timedelta(minutes=1)
    Assignment.objects.filter(pk=seat.pk).update(lease_until=past)


def test_the_worst_is_handed_out_once(made, judy, karl):
    first, second = taken(made, judy), taken(made, karl)
    assert (first.response, second.response) == (made.responses[1], made.responses[0])
    assert (first.purpose, first.round, first.slot) == ("adjudication", 0, 1)
    vera = factories.member(made.project, "vera", "adjudicator")
    assert adjudicating.claim(made.batch, by=vera) is None


def test_asked_again_it_is_the_same_response(made, judy):
    assert taken(made, judy) == taken(made, judy)


def test_exact_overlap_is_untouched(made, judy):
    before = list(made.batch.queue.values_list("taken", "overlap"))
    taken(made, judy)
    assigning.expire_leases()
    assert list(made.batch.queue.values_list("taken", "overlap")) == before


def test_a_certain_response_may_be_asked_for(made, judy, karl):
    seat = taken(made, judy, at=0)
    assert seat.response == made.responses[0]
    with pytest.raises(Conflict, match="Another adjudicator"):
        taken(made, karl, at=0)
    with pytest.raises(Conflict, match="another response of this batch in work"):
        taken(made, judy, at=1)
    with pytest.raises(Conflict, match="do not differ"):
        taken(made, karl, at=2)


def test_while_one_waits_for_a_ruling_only_one_other_is_in_work(project, judy):
    made = scene(project, "11 01", "00 11", "10 01")
    own = rated(made, judy, at=0)
    second = taken(made, judy, at=1)
    with pytest.raises(Conflict, match="another response of this batch in work"):
        taken(made, judy, at=2)
    # Both that are held are found again.
    assert (taken(made, judy, at=0), taken(made, judy, at=1)) == (own, second)


def test_who_rates_in_an_open_batch_does_not_rule_there(made):
    with pytest.raises(Conflict, match="You rate in this batch"):
        adjudicating.claim(made.batch, by=made.experts[0])


def test_after_closing_an_expert_rules_on_what_they_did_not_judge(made, judy, project):
    other = factories.member(project, "other", "expert")
    responses = [factories.response(factories.item(project))]
    factories.seat(made.batch, responses[0], other)
    made.close()
    assert taken(made, other).response == made.responses[1]
    assert adjudicating.claim(made.batch, by=made.experts[0]) is None
    with pytest.raises(Conflict, match="judged this response yourself"):
        taken(made, made.experts[0], at=0)


def test_nobody_rules_on_an_item_they_may_yet_rate_elsewhere(made, judy, project):
    made.close()
    sibling = factories.response(made.responses[1].item, text="Another answer.")
    else_ = factories.response(factories.item(project))
    elsewhere = factories.batch(made.version, [sibling, else_])
    factories.seat(elsewhere, else_, judy)
    assert made.waiting(judy) == [0]
    with pytest.raises(Conflict, match="may be asked to rate"):
        taken(made, judy, at=1)


def test_nor_as_an_expert_who_has_not_begun_there(made, judy, project):
    made.close()
    Membership.objects.create(project=project, user=judy, role="expert")
    sibling = factories.response(made.responses[1].item, text="Another answer.")
    elsewhere = factories.batch(made.version, [sibling])
    assert made.waiting(judy) == [0]
    assert taken(made, judy).response == made.responses[0]
    with pytest.raises(Conflict, match="another response of this batch in work"):
        taken(made, judy, at=1)
    Assignment.objects.update(lease_until=None, state="skipped", slot=None)
    with pytest.raises(Conflict, match="may be asked to rate"):
        taken(made, judy, at=1)
    Batch.objects.filter(pk=elsewhere.pk).update(state="closed")
    assert made.waiting(judy) == [1]


def test_an_expert_is_kept_from_items_of_other_open_batches_in_an_open_one_too(made, judy, project):
    Membership.objects.create(project=project, user=judy, role="expert")
    factories.batch(made.version, [made.responses[1]], state="paused")
    assert made.waiting(judy) == [0]
    with pytest.raises(Conflict, match="may be asked to rate"):
        taken(made, judy, at=1)


def test_but_not_where_they_rule_and_are_handed_nothing(made, judy, project):
    other = scene(project, "11 01", version=made.version)
    taken(other, judy)
    Membership.objects.create(project=project, user=judy, role="expert")
    factories.QueueEntry.objects.create(
        project=project, batch=other.batch, response=made.responses[1], key=9, overlap=2
    )
    assert made.waiting(judy) == [1, 0]
    assert taken(made, judy).response == made.responses[1]


def test_who_rules_in_an_open_batch_is_handed_no_seat_to_rate(made, judy, project):
    taken(made, judy)
    Membership.objects.create(project=project, user=judy, role="expert")
    made.batch.queue.update(overlap=3)
    made.batch.overlap = 3
    made.batch.save()
    with pytest.raises(Conflict, match="nobody both rates and rules"):
        assigning.claim_next(made.batch, judy)


def test_with_nothing_in_work_either(made, judy, project):
    seat = taken(made, judy)
    adjudicating.hand_back(seat, "I know the author.", by=judy)
    Membership.objects.create(project=project, user=judy, role="expert")
    made.batch.queue.update(overlap=3)
    made.batch.overlap = 3
    made.batch.save()
    assert made.batch not in Batch.objects.open_to(judy)
    with pytest.raises(Conflict, match="nobody both rates and rules"):
        assigning.claim_next(made.batch, judy)


def test_an_adjudicator_need_not_have_practised(made, judy):
    Batch.objects.filter(pk=made.batch.pk).update(requires_practice=True)
    assert taken(made, judy).response == made.responses[1]


def test_who_wrote_one_of_the_answers_rules_on_others(project, judy):
    """A batch gives the writer a seat that is passed over: that is no rating there."""
    made = scene(project, "11 01")
    Membership.objects.create(project=project, user=judy, role="expert")
    asked = made.responses[0].item
    items = Item.objects.filter(pk=asked.pk)
    task = answering.open_task(project, made.version, "Answers", items=items, by=judy)
    own = answering.send(answering.claim(task, by=judy), "No, the 14 days are over.", by=judy)
    QueueEntry.objects.create(
        project=project, batch=made.batch, response=own, key=9, taken=0, overlap=2
    )
    assert Assignment.objects.get(rater=judy).skip_reason == "own answer"
    assert taken(made, judy).response == made.responses[0]
    with pytest.raises(Conflict, match="nobody both rates and rules"):
        assigning.claim_next(made.batch, judy)


class TestHandingBack:
    def test_another_one_gets_it_and_it_is_not_offered_again(self, made, judy, karl):
        seat = taken(made, judy)
        adjudicating.hand_back(seat, "I know the author.", by=judy)
        assert taken(made, judy).response == made.responses[0]
        assert taken(made, karl).response == made.responses[1]

    def test_it_takes_a_reason(self, made, judy):
        with pytest.raises(Problems):
            adjudicating.hand_back(taken(made, judy), " ", by=judy)

    def test_nobody_hands_back_what_they_do_not_have(self, made, judy, karl):
        seat = taken(made, judy)
        with pytest.raises(Conflict, match="no longer have"):
            adjudicating.hand_back(seat, "no", by=karl)

    def test_asked_for_it_is_taken_up_with_its_draft(self, made, judy):
        seat = taken(made, judy)
        rating.save_draft(seat, {"polite": {"value": "0"}}, edit=0, by=judy)
        adjudicating.hand_back(seat, "Not today.", by=judy)
        again = taken(made, judy, at=1)
        assert (again.pk, again.draft.payload["answers"]) == (seat.pk, {"polite": {"value": "0"}})


class TestLeases:
    @pytest.mark.parametrize("by_beat", [True, False])
    def test_an_ended_lease_lets_another_one_in(self, made, judy, karl, by_beat):
        seat = taken(made, judy)
        ended(seat)
        if by_beat:
            assigning.expire_leases()
        assert taken(made, karl).response == seat.response
        seat.refresh_from_db()
        assert seat.slot is None
        said = {"cites_policy": {"value": 1}, "polite": {"value": 1}}
        with pytest.raises(Conflict, match="no longer have"):
            adjudicating.rate(seat, said, submission_id=uuid4(), by=judy)

    def test_until_then_they_go_on_as_if_nothing_was(self, made, judy):
        seat = taken(made, judy)
        ended(seat)
        assert taken(made, judy) == seat
        ended(seat)
        assigning.expire_leases()
        assert taken(made, judy) == seat

    def test_a_blind_rating_without_a_ruling_does_not_keep_others_out_for_ever(
        self, made, judy, karl
    ):
        seat = rated(made, judy)
        assert taken(made, karl).response == made.responses[0]
        ended(seat)
        vera = factories.member(made.project, "vera", "adjudicator")
        assert taken(made, vera).response == seat.response
        seat.refresh_from_db()
        assert (seat.state, seat.slot) == ("submitted", None)


def test_drafts_extend_the_lease(made, judy):
    seat = taken(made, judy)
    ended(seat)
    seat.refresh_from_db()
    before = seat.lease_until
    rating.save_draft(seat, {"polite": {"value": "1"}}, edit=0, by=judy)
    seat.refresh_from_db()
    assert seat.lease_until > before + timedelta(minutes=20)
