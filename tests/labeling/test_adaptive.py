"""Adaptive overlap: a few experts first, another one where they do not settle it."""

from __future__ import annotations

from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evals import adaptive, measuring, tasks
from evals.models import AgreementSlice
from evals.reliability.stopping import StoppingRule
from labeling import asking_again, assigning, authoring, extra_seats, rating
from labeling.adaptive import Adaptive, set_adaptive
from labeling.errors import Conflict, Problems
from labeling.models import Assignment, Batch, Score, UnitStop
from tests import factories
from tests.labeling import moving
from tests.labeling.test_assigning import assert_counts_are_true, opened

pytestmark = pytest.mark.django_db
# None of ten responses but two (a fifth) keeps the overlap of three.
RULE = Adaptive(n_min=2, n_max=5, conf=0.9, floor=0.6, fixed_percent=20)


@pytest.fixture
def experts(project):
    return factories.experts(project, "ana", "ben", "eve", "fay", "gus", "hal")


@pytest.fixture
def batch(project, carol):
    return set_adaptive(opened(project, 10, overlap=3), RULE, by=carol)


def judge(batch: Batch, rater, says: dict[int, int] | None = None) -> list[int]:
    """Everything the rater gets, where `says` has the value for a response, else 1."""
    seen = []
    while (seat := assigning.claim_next(batch, rater)) is not None:
        value = str((says or {}).get(seat.response_id, 1))
        answers = {"cites_policy": {"value": value}, "polite": {"value": "1"}}
        rating.submit(seat, answers, submission_id=uuid4(), by=rater)
        seen.append(seat.response_id)
    return seen


def decide(batch: Batch) -> adaptive.Decided | None:
    """Measured, as the rule waits for it, and decided."""
    run, _ = measuring.start(batch)
    tasks.measure_agreement(run.pk)
    return adaptive.decide_batch(batch.pk)


def asked_for(batch: Batch) -> list[int]:
    """Responses that the rule decides on, in the order of their ids."""
    queue = batch.queue.filter(fixed=False).order_by("response")
    return list(queue.values_list("response", flat=True))


def verdicts(batch: Batch, response: int) -> dict[str, str]:
    stops = UnitStop.objects.filter(batch=batch, response=response)
    return dict(stops.values_list("lineage__key", "verdict"))


class TestSetting:
    def test_a_fifth_keeps_the_overlap_the_others_begin_with_two(self, batch):
        found = batch.queue.values_list("fixed", "overlap")
        assert sorted(found) == [(False, 2)] * 8 + [(True, 3)] * 2

    def test_the_draw_is_the_seeds(self, project, batch, carol):
        """Another batch over the same responses keeps the same ones; with other seeds others."""
        kept = []
        # Two seeds draw the same two of ten once in 45 times.
        for seed in range(8):
            other = opened(
                project, 0, overlap=3, seed=seed, name=f"{seed}", version=batch.rubric_version
            )
            set_adaptive(other, RULE, by=carol)
            kept.append(asked_for(other))
        assert kept[0] == asked_for(batch)
        assert any(others != kept[0] for others in kept[1:])

    @pytest.mark.parametrize(
        ("wrong", "where"),
        [
            ({"n_min": 1}, "n_min"),
            ({"n_min": 4}, "n_min"),
            ({"n_max": 2}, "n_max"),
            ({"conf": 1.0}, "conf"),
            ({"floor": 0.95}, "floor"),
            ({"fixed_percent": 19}, "fixed_percent"),
        ],
    )
    def test_what_makes_no_sense_is_said(self, project, carol, wrong, where):
        fields = {name: getattr(RULE, name) for name in Adaptive.__slots__} | wrong
        with pytest.raises(Problems) as caught:
            set_adaptive(opened(project, 4, overlap=3), Adaptive(**fields), by=carol)
        assert [one.where for one in caught.value.problems] == [where]

    def test_not_after_a_response_was_handed_out(self, project, carol, ana):
        batch = opened(project, 4, overlap=3)
        assigning.claim_next(batch, ana)
        with pytest.raises(Conflict, match="have been handed out"):
            set_adaptive(batch, RULE, by=carol)

    def test_nor_twice(self, batch, carol):
        with pytest.raises(Conflict, match="already"):
            set_adaptive(batch, RULE, by=carol)

    def test_the_database_seals_the_draw_and_the_rule(self, raw, refused, batch, ana):
        with refused("batch_rule_sealed"):
            raw("update labeling_batch set conf = 0.8")
        assigning.claim_next(batch, ana)
        with refused("queueentry_fixed_sealed"):
            raw("update labeling_queueentry set fixed = true")


class TestDeciding:
    def test_who_agrees_is_enough_who_differs_asks_the_next(self, batch, experts):
        ana, ben, eve, *_ = experts
        first, *rest = asked_for(batch)
        judge(batch, ana)
        assert decide(batch) == adaptive.Decided(0, 0)
        judge(batch, ben, {first: 0})
        # 8 responses under two criteria; one of them opens one place
        assert decide(batch) == adaptive.Decided(16, 1)
        assert verdicts(batch, first) == {"cites_policy": "asked", "polite": "accepted"}
        assert verdicts(batch, rest[0]) == {"cites_policy": "accepted", "polite": "accepted"}
        # The two that keep the overlap, and the one that is asked for.
        fixed = set(batch.queue.filter(fixed=True).values_list("response", flat=True))
        assert set(judge(batch, eve)) == fixed | {first}
        assert_counts_are_true(batch)

    def test_a_third_label_is_adaptive_and_never_counts(self, batch, experts):
        ana, ben, eve, *_ = experts
        first = asked_for(batch)[0]
        judge(batch, ana)
        judge(batch, ben, {first: 0})
        decide(batch)
        judge(batch, eve)
        third = Assignment.objects.get(batch=batch, response=first, rater=eve)
        assert (third.slot, third.purpose) == (3, "adaptive")
        assert not Score.objects.filter(assignment=third, counted=True).exists()
        fixed = Assignment.objects.filter(batch=batch, rater=eve).exclude(pk=third.pk)
        assert set(fixed.values_list("slot", "purpose")) == {(3, "fixed")}
        decide(batch)
        whole = AgreementSlice.objects.filter(slice=None, criterion__key="polite").latest("pk")
        # 8 x 2 of the first places and 2 x 3 of fixed overlap
        assert (whole.n_ratings, whole.n_units) == (22, 10)

    def test_until_they_are_settled_or_as_many_as_may_be(self, batch, experts):
        # 1, 0, 1, 0, 1: (2, 3) after five goes to adjudication, with q .670 over the floor.
        first = asked_for(batch)[0]
        for number, person in enumerate(experts[:5]):
            judge(batch, person, {first: (number + 1) % 2})
            decide(batch)
        assert verdicts(batch, first)["cites_policy"] == "adjudicate"
        assert judge(batch, experts[5]) == []
        assert batch.queue.get(response=first).overlap == 5

    def test_four_of_five_settle_it(self, batch, experts):
        first = asked_for(batch)[0]
        for number, person in enumerate(experts[:5]):
            judge(batch, person, {first: int(number != 1)})
            decide(batch)
        stop = UnitStop.objects.get(batch=batch, response=first, lineage__key="cites_policy")
        assert (stop.verdict, stop.n) == ("accepted", 5)
        assert stop.clarity == pytest.approx(0.912, abs=0.0005)

    def test_again_it_decides_the_same(self, batch, experts):
        ana, ben, *_ = experts
        first = asked_for(batch)[0]
        judge(batch, ana)
        judge(batch, ben, {first: 0})
        decide(batch)
        before = list(batch.queue.order_by("pk").values("key", "overlap"))
        stops = list(UnitStop.objects.order_by("pk").values())
        assert adaptive.decide_batch(batch.pk) is None
        Batch.objects.filter(pk=batch.pk).update(decided_through=0)
        assert adaptive.decide_batch(batch.pk) == adaptive.Decided(16, 0)
        assert list(batch.queue.order_by("pk").values("key", "overlap")) == before
        assert list(UnitStop.objects.order_by("pk").values()) == stops

    def test_a_correction_takes_an_open_place_back(self, batch, experts):
        ana, ben, eve, *_ = experts
        first = asked_for(batch)[0]
        judge(batch, ana)
        judge(batch, ben, {first: 0})
        decide(batch)
        assert batch.queue.get(response=first).overlap == 3
        seat = Assignment.objects.get(batch=batch, response=first, rater=ben)
        answers = {"cites_policy": {"value": "1"}, "polite": {"value": "1"}}
        rating.revise(seat, answers, submission_id=uuid4(), by=ben)
        decide(batch)
        assert verdicts(batch, first)["cites_policy"] == "accepted"
        assert batch.queue.get(response=first).overlap == 2
        assert first not in judge(batch, eve)

    def test_a_seat_in_work_is_not_taken_back(self, batch, experts):
        ana, ben, eve, *_ = experts
        first = asked_for(batch)[0]
        judge(batch, ana)
        judge(batch, ben, {first: 0})
        decide(batch)
        Batch.objects.filter(pk=batch.pk).update(stale_since=None)
        while (seat := assigning.claim_next(batch, eve)).response_id != first:
            answers = {"cites_policy": {"value": "1"}, "polite": {"value": "1"}}
            rating.submit(seat, answers, submission_id=uuid4(), by=eve)
        own = Assignment.objects.get(batch=batch, response=first, rater=ben)
        answers = {"cites_policy": {"value": "1"}, "polite": {"value": "1"}}
        rating.revise(own, answers, submission_id=uuid4(), by=ben)
        decide(batch)
        assert batch.queue.get(response=first).overlap == 3
        assert_counts_are_true(batch)

    def test_what_is_left_out_is_decided_anew(self, batch, experts, carol):
        ana, ben, *_ = experts
        first = asked_for(batch)[0]
        judge(batch, ana)
        judge(batch, ben)
        decide(batch)
        seat = Assignment.objects.get(batch=batch, response=first, rater=ben)
        judged = rating.Judged(batch, rater=ben, response=seat.response)
        assert rating.exclude(judged, "Asleep", by=carol) == 1
        decide(batch)
        # One label is left: what was said of two holds no more, and it is asked again for one.
        assert verdicts(batch, first)["cites_policy"] == "asked"
        assert batch.queue.get(response=first).overlap == 3

    def test_a_criterion_that_came_afresh_asks_nobody_for_what_is_judged(
        self, project, experts, carol
    ):
        batch = set_adaptive(moving.opened(project, 10, overlap=3), RULE, by=carol)
        moving.judge_all(batch, *experts[:2])
        decide(batch)
        done = asked_for(batch)[0]
        spec = moving.spec(moving.CITES, moving.POLITE, moving.SHORT)
        newer, _ = authoring.publish_spec(project, spec, by=None, fates={"short": "fresh"})
        asking_again.move_forward(batch, newer, by=carol)
        own = Assignment.objects.get(batch=batch, response=done, rater=experts[0])
        answers = {"cites": {"value": "1"}, "polite": {"value": "1", "rationale": "Greets."}}
        rating.revise(own, answers, submission_id=uuid4(), by=experts[0])
        # three criteria of one response are looked at, and none wants another expert
        assert decide(batch) == adaptive.Decided(3, 0)
        assert batch.queue.get(response=done).overlap == 2
        assert verdicts(batch, done) == {"cites": "accepted", "polite": "accepted"}

    def test_without_a_criterion_to_decide_by_no_place_is_closed(self, batch, experts):
        ana, ben, *_ = experts
        first = asked_for(batch)[0]
        judge(batch, ana)
        judge(batch, ben, {first: 0})
        decide(batch)
        seats = np.array([(first, 2)], dtype=[("response", "i8"), ("sat", "i4")])
        assert adaptive._act(batch, StoppingRule(), [], seats) == 0
        assert batch.queue.get(response=first).overlap == 3

    def test_by_hand_nothing_of_it_is_taken_back(self, batch, experts, carol):
        ana, ben, *_ = experts
        judge(batch, ana)
        judge(batch, ben, {asked_for(batch)[0]: 0})
        decide(batch)
        assert extra_seats.untaken(batch) == 0
        assert extra_seats.take_back(batch, by=carol) == 0

    def test_a_closed_batch_asks_nobody(self, batch, experts, carol):
        judge(batch, experts[0])
        judge(batch, experts[1], {asked_for(batch)[0]: 0})
        assigning.close(batch, by=carol)
        assert decide(batch) is None
        assert adaptive.undecided() == []

    def test_a_batch_of_fixed_overlap_is_left_alone(self, project, ana):
        batch = opened(project, 2)
        judge(batch, ana)
        assert decide(batch) is None
        assert not UnitStop.objects.exists()


def test_as_many_statements_for_many_responses_as_for_few(project, carol, experts):
    counts = []
    version = None
    for name, count in (("few", 5), ("many", 40)):
        batch = opened(project, count, overlap=3, name=name, version=version)
        version = batch.rubric_version
        set_adaptive(batch, RULE, by=carol)
        judge(batch, experts[0])
        judge(batch, experts[1], dict.fromkeys(asked_for(batch), 0))
        run, _ = measuring.start(batch)
        tasks.measure_agreement(run.pk)
        with CaptureQueriesContext(connection) as asked:
            assert adaptive.decide_batch(batch.pk).opened == len(asked_for(batch))
        counts.append(len(asked))
    assert counts[0] == counts[1]
