"""The desk asks when a break may help: one's own curve, of closed batches, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from evals.measuring import raters
from evals.models import RaterRun
from evals.queries import rater_runs
from labeling.models import Batch
from tests import factories
from tests.evals.loop import carried_out
from tests.made_once import prepared_by
from tests.web.measured import measure

pytestmark = pytest.mark.django_db
URL = "/desk/mine/break"


def long_day(project) -> Batch:
    """60 responses, both experts at one a minute: ana says as ben for 30 minutes, then differs."""
    ana, ben = factories.experts(project, "ana", "ben")
    batch = factories.batch(factories.published(project), name="Long day", overlap=2)
    began = timezone.now() - timedelta(days=1)
    for minute in range(60):
        response = factories.response(factories.item(project))
        at = began + timedelta(minutes=minute)
        truth = minute % 2
        for slot, (rater, says) in enumerate(
            ((ana, truth if minute < 30 else 1 - truth), (ben, truth)), start=1
        ):
            seat = factories.seat(batch, response, rater, slot)
            factories.rating(
                seat,
                {"cites_policy": says, "polite": says},
                submitted_at=at + timedelta(seconds=slot),
            )
    carried_out(RaterRun, raters.start(measure(batch))[0], raters.compare)
    return batch


prepared = prepared_by(long_day)


@pytest.fixture
def tiring(prepared, own) -> Batch:
    return own


def test_of_an_open_batch_nothing_is_said(as_user, tiring, ana):
    assert as_user(ana).get(URL).json() == {"after": None}


def test_it_says_from_which_minute_one_agreed_less(as_user, tiring, ana):
    """Ten of ten agree in minutes 0 to 10 (two criteria: 20 of 20, Wilson from .84), and in 20 to
    40 half of them (20 of 40, up to .66 with items as clusters): so it falls at 20."""
    Batch.objects.filter(pk=tiring.pk).update(state="closed")
    assert as_user(ana).get(URL).json() == {"after": 20.0}


def test_a_later_batch_with_a_short_sitting_does_not_take_it_back(as_user, tiring, ana, ben):
    short = factories.batch(tiring.rubric_version, name="Ten minutes", overlap=2)
    began = timezone.now() - timedelta(hours=3)
    for minute in range(8):
        response = factories.response(factories.item(tiring.project))
        for slot, rater in enumerate((ana, ben), start=1):
            seat = factories.seat(short, response, rater, slot)
            at = began + timedelta(minutes=minute, seconds=slot)
            factories.rating(seat, {"cites_policy": 1, "polite": 1}, submitted_at=at)
    run = carried_out(RaterRun, raters.start(measure(short))[0], raters.compare)
    # minutes 0 to 7 are one stretch, and one says nothing of a fall
    assert run.document["minutes"]["own"] == {}
    Batch.objects.filter(pk__in=[tiring.pk, short.pk]).update(state="closed")
    assert as_user(ana).get(URL).json() == {"after": 20.0}


def test_whoever_downloads_the_comparison_reads_nobodys_curve(tiring, carol):
    run = RaterRun.objects.get(batch=tiring)
    assert run.document["minutes"]["own"]
    told = rater_runs.report(run, carol)["whole"]["minutes"]
    assert sorted(told) == ["n_sittings", "reason", "stretches", "trend"]


def test_nobody_elses_curve_is_told(as_user, tiring, project):
    Batch.objects.filter(pk=tiring.pk).update(state="closed")
    eve = factories.member(project, "eve", "expert")
    assert as_user(eve).get(URL).json() == {"after": None}


def test_one_has_to_be_logged_in(client):
    assert client.get(URL).status_code == 302
