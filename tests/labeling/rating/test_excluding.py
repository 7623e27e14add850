"""Judgements left out of what is counted: for a reason, for good, and never by who rates there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from evals import measuring
from evals.models import AgreementRun, AgreementSlice
from labeling import adjudicating, assigning, rating, runs
from labeling.errors import Conflict, Problems
from labeling.forms.exclusions import ExclusionForm
from labeling.models import Batch, Rating
from tests import factories
from tests.labeling.adjudicating.scene import rated as rated_blind
from tests.labeling.adjudicating.scene import scene
from tests.labeling.rating.seats import BOTH_MET, ONE_MET, submit
from tests.parallel import PATIENCE, held_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def rated(batch, ana, ben) -> Batch:
    """Both experts judge all three responses; ben says that none cites the policy."""
    for rater, said in ((ana, BOTH_MET), (ben, ONE_MET)):
        while seat := assigning.claim_next(batch, rater):
            submit(seat, said)
    return batch


def unanimous(batch: Batch) -> tuple[int, int]:
    """Unanimous of the units that two experts judged, on the first criterion."""
    run, _ = measuring.start(batch)
    with runs.executing(AgreementRun, run.pk) as attempt:
        measuring.measure(attempt)
    row = AgreementSlice.objects.get(run=run, criterion__key="cites_policy", slice=None)
    return row.unanimous, row.n_pairable_units


def test_an_experts_judgements_no_longer_count_but_stay(rated, ben, carol):
    assert rating.exclude(rating.Judged(rated, rater=ben), "Misread it.", by=carol) == 3
    kept = Rating.objects.filter(batch=rated, assignment__rater=ben)
    assert {one.excluded_reason for one in kept} == {"Misread it."}
    assert Rating.objects.current().filter(batch=rated).count() == 3


def test_what_is_measured_afterwards_does_not_see_them(rated, ben, carol):
    assert unanimous(rated) == (0, 3)
    seat = rated.assignments.filter(rater=ben).first()
    judged = rating.Judged(rated, rater=ben, response=seat.response)
    assert rating.exclude(judged, "The text was cut off.", by=carol) == 1
    rated.refresh_from_db()
    assert rated.stale_since is not None
    assert unanimous(rated) == (0, 2)


def test_said_again_nothing_more_is_left_out(rated, ben, carol):
    judged = rating.Judged(rated, rater=ben)
    rating.exclude(judged, "Misread it.", by=carol)
    assert rating.exclude(judged, "Another reason.", by=carol) == 0
    assert {one.excluded_reason for one in judged.excluded()} == {"Misread it."}


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\0b", None])
def test_a_reason_is_needed(rated, ben, carol, reason):
    with pytest.raises(Problems, match="reason"):
        rating.exclude(rating.Judged(rated, rater=ben), reason, by=carol)
    assert Rating.objects.current().filter(batch=rated).count() == 6


def test_not_everything_by_forgetting_to_say_what(rated, carol):
    with pytest.raises(Problems, match="name an expert"):
        rating.exclude(rating.Judged(rated), "All of it.", by=carol)


def test_who_rates_in_the_open_batch_decides_nothing_about_the_others(rated, ana, ben):
    with pytest.raises(Conflict, match="You rate in this batch yourself"):
        rating.exclude(rating.Judged(rated, rater=ben), "He is wrong.", by=ana)
    assert Rating.objects.current().filter(batch=rated).count() == 6


def test_a_judgement_left_out_is_neither_corrected_nor_undone(rated, ben, carol):
    rating.exclude(rating.Judged(rated, rater=ben), "Misread it.", by=carol)
    seat = rated.assignments.filter(rater=ben).first()
    for change in (
        lambda: rating.withdraw(seat, by=ben),
        lambda: rating.revise(seat, BOTH_MET, submission_id=uuid4(), by=ben),
    ):
        with pytest.raises(Conflict, match=r"The reason given: Misread it\."):
            change()
    assert seat.ratings.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_correction_that_is_being_made_is_left_out_too(rated, ben, carol):
    seat = rated.assignments.filter(rater=ben).first()
    judged = rating.Judged(rated, rater=ben)
    with transaction.atomic():
        made = rating.revise(seat, BOTH_MET, submission_id=uuid4(), by=ben)
        leaving = held_up(lambda: rating.exclude(judged, "Misread it.", by=carol))
    assert leaving.result(timeout=PATIENCE) == 3
    assert not judged.standing().exists()
    assert Rating.objects.get(pk=made.pk).excluded_reason == "Misread it."


@pytest.mark.django_db(transaction=True)
def test_a_correction_waits_for_what_is_being_left_out_and_is_refused(rated, ben, carol):
    seat = rated.assignments.filter(rater=ben).first()
    with transaction.atomic():
        rating.exclude(rating.Judged(rated, rater=ben), "Misread it.", by=carol)
        correcting = held_up(lambda: rating.revise(seat, BOTH_MET, submission_id=uuid4(), by=ben))
    with pytest.raises(Conflict, match="left out"):
        correcting.result(timeout=PATIENCE)
    assert seat.ratings.count() == 1


def test_what_was_rated_before_ruling_is_not_meant(project, carol):
    made = scene(project, "11 00")
    judy = factories.member(project, "judy", "adjudicator")
    seat = rated_blind(made, judy)
    own = adjudicating.own_rating(seat)
    judged = rating.Judged(made.batch, response=seat.response)
    # The two experts' judgements, and not the adjudicator's.
    assert rating.exclude(judged, "The text was cut off.", by=carol) == 2
    own.refresh_from_db()
    assert own.excluded_reason is None
    said = {"polite": {"value": "1", "reason": "rater_error"}}
    assert len(adjudicating.rule(seat, said, by=judy)) == 1
    assert rating.exclude(rating.Judged(made.batch, rater=judy), "Cut off.", by=carol) == 0
    assert judy not in ExclusionForm(None, batch=made.batch).fields["rater"].queryset


def test_who_rated_blind_what_is_left_out_since_is_told(raw, project):
    made = scene(project, "11 00")
    judy = factories.member(project, "judy", "adjudicator")
    seat = rated_blind(made, judy)
    raw(
        "update labeling_rating set excluded_reason = 'Cut off.',"
        " excluded_seq = nextval('labeling_rating_id_seq') where assignment_id = %s",
        seat.pk,
    )
    said = {"polite": {"value": "1", "reason": "rater_error"}}
    with pytest.raises(Conflict, match="Your own rating of this response was left out"):
        adjudicating.rule(seat, said, by=judy)
