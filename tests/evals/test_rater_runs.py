"""Comparing raters: when it starts, what it finds, and that it is whole or not there at all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evals.measuring import raters
from evals.models import RaterReport, RaterRun
from evals.tasks import compare_raters
from labeling import runs
from labeling.models import RunState
from tests import factories
from tests.evals.loop import carried_out
from tests.web.measured import measure, rated

# ana and ben agree on 8 of 12, zoe says 1 to everything
TABLE = ["111", "001", "111", "001", "101", "011", "111", "001", "101", "011", "111", "001"]


@pytest.fixture
def stage(project, ana, ben):
    zoe = factories.member(project, "zoe", "expert")
    return rated(project, [ana, ben, zoe], TABLE)


def compared(batch):
    return carried_out(RaterRun, raters.start(measure(batch))[0], raters.compare)


def document(run, key="cites_policy"):
    return RaterReport.objects.get(run=run, criterion__key=key).document


def test_every_pair_with_its_kappa_and_where_it_differs(stage, ana, ben):
    found = document(compared(stage.batch))
    pairs = {(one["a"], one["b"]): one for one in found["pairs"]}
    one = pairs[ana.pk, ben.pk]
    # both 1 on four, both 0 on four, two of each kind apart: p_a 8/12, p_e .5, kappa 1/3
    assert (one["n"], one["n_differ"]) == (12, 4)
    assert one["value"] == pytest.approx(1 / 3)
    assert one["percent"] == pytest.approx(8 / 12)
    assert len(pairs) == 3


def test_one_who_always_says_yes_is_lenient(stage, ana):
    found = document(compared(stage.batch))
    lenient = {one["rater"]: one["value"] for one in found["leniency"]}
    zoe = stage.batch.assignments.get(rater__username="zoe", response=stage.responses[0]).rater_id
    # of 12 units the others' mean is 1 four times, .5 four times, 0 four times
    assert lenient[zoe] == pytest.approx((4 * 0 + 4 * 0.5 + 4 * 1) / 12)
    # ana: the others' mean is 1 (4 times, she 1), .5 (4, she 0), .5 (2, she 1), 1 (2, she 0)
    assert lenient[ana.pk] == pytest.approx((4 * 0 - 4 * 0.5 + 2 * 0.5 - 2 * 1) / 12)


def test_one_answer_only_has_reasons_in_place_of_numbers(stage):
    found = document(compared(stage.batch), "polite")
    assert {one["value"] for one in found["pairs"]} == {None}
    assert all("same answer" in one["reason"] for one in found["pairs"])


def test_few_items_are_routed_by_plain_votes_and_say_so(stage):
    routing = document(compared(stage.batch))["routing"]
    assert routing["method"] == "Every expert weighs the same."
    assert routing["obstacle"] == "Fewer than 50 items were rated."
    assert routing["n_adjudicate"] == 8, "two of three are never sure"
    assert {one["right"] for one in routing["beliefs"]} == {None}


def test_own_numbers_stand_beside_what_the_others_settled_on(stage, ana):
    own = document(compared(stage.batch))["own"][str(ana.pk)]
    # ben and zoe agree on six units (1 on all); ana said 1 on four of them
    assert own["exact"]["n"] == 6
    assert own["exact"]["value"] == pytest.approx(4 / 6)
    assert own["left_out"] == 6
    assert own["n_differing"] == 2
    assert {one["settled"] for one in own["differing"]} == {1.0}


def test_ratings_of_one_moment_have_no_order(project, ana, ben):
    batch, moment = factories.batch(factories.published(project)), timezone.now()
    for _ in range(3):
        response = factories.response(factories.item(project))
        for slot, rater in enumerate((ana, ben), start=1):
            seat = factories.seat(batch, response, rater, slot)
            values = {"cites_policy": slot % 2, "polite": 1}
            factories.rating(seat, values, submitted_at=moment)
    run = compared(batch)
    assert "all at once" in document(run)["carry_over"]["reason"]
    assert "all at once" in run.document["minutes"]["reason"]


def test_documents_name_nobody(stage):
    run = compared(stage.batch)
    told = str(run.document) + "".join(
        str(document(run, key)) for key in ("cites_policy", "polite")
    )
    assert not [name for name in ("ana", "ben", "zoe") if f"'{name}'" in told]


def test_the_same_work_joins_the_run_there_is(stage):
    measured = measure(stage.batch)
    first, new = raters.start(measured)
    again, newer = raters.start(measured)
    assert (first.pk, new, newer) == (again.pk, True, False)


def test_a_failed_comparison_is_not_tried_for_ever(stage):
    run, _ = raters.start(measure(stage.batch))
    RaterRun.objects.filter(pk=run.pk).update(state=RunState.FAILED, error="The disk is full.")
    assert raters.start_due(timezone.now() + timedelta(hours=1)) == []


def test_a_worker_that_dies_leaves_nothing_and_the_next_does_it_all(stage, monkeypatch):
    run, _ = raters.start(measure(stage.batch))
    whole = raters.of_criterion

    def dies(rated, column, sat, *, seed):
        if column:
            raise MemoryError("killed")
        return whole(rated, column, sat, seed=seed)

    monkeypatch.setattr(raters, "of_criterion", dies)
    compare_raters(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.PENDING, 1)
    assert not RaterReport.objects.exists()
    monkeypatch.setattr(raters, "of_criterion", whole)
    compare_raters(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.FINISHED, 2)
    assert RaterReport.objects.filter(run=run).count() == 2


def test_a_worker_that_was_overtaken_writes_nothing(stage):
    run, _ = raters.start(measure(stage.batch))
    with runs.executing(RaterRun, run.pk) as slow:
        RaterRun.objects.filter(pk=run.pk).update(fence=slow.fence + 1)
        with pytest.raises(runs.Superseded):
            raters.compare(slow)
    assert not RaterReport.objects.exists()


def test_an_empty_batch_has_a_finished_comparison_without_raters(project):
    batch = factories.batch(factories.published(project))
    run = compared(batch)
    assert run.state == RunState.FINISHED, run.error
    assert (run.document["raters"], document(run)["pairs"]) == ([], [])


def test_every_scale_is_compared(project, ana, ben):
    zoe = factories.member(project, "zoe", "expert")
    version = factories.draft(project)
    factories.criterion(version, "met")
    for key, scale in (("tone", "nominal"), ("depth", "ordinal")):
        made = factories.criterion(version, key, scale=scale)
        for value in range(4):
            made.levels.create(position=value, value=value, label=f"L{value}", credit=None)
    factories.criterion(version, "share", scale="interval", minimum=0, maximum=100)
    factories.publish(version)
    responses = [factories.response(factories.item(project)) for _ in range(12)]
    batch = factories.batch(version, responses)
    for number, response in enumerate(responses):
        for slot, rater in enumerate((ana, ben, zoe), start=1):
            values = {"met": number % 2, "tone": (number * slot) % 4, "depth": number % 4}
            seat = factories.seat(batch, response, rater, slot)
            factories.rating(seat, {**values, "share": number * 8 + slot})
    run = compared(batch)
    assert run.state == RunState.FINISHED, run.error
    assert {one["statistic"] for one in document(run, "depth")["pairs"]} == {"weighted kappa"}
    assert {one["statistic"] for one in document(run, "tone")["pairs"]} == {"Cohen's kappa"}
    assert document(run, "share")["routing"]["reason"]
    assert [one["reason"] for one in document(run, "tone")["leniency"]] == [
        "The levels have no order, so nobody is lenient."
    ] * 3
    # zoe's number is 2 above ana's and 1 above ben's
    lenient = {one["rater"]: one["value"] for one in document(run, "share")["leniency"]}
    assert lenient[zoe.pk] == pytest.approx(1.5)
