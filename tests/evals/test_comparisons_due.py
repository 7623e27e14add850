"""When the experts of a batch are compared again: once it is quiet, and once for many changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from evals.measuring import due, raters
from evals.models import AgreementRun, RaterRun
from labeling import assigning
from labeling.models import Batch, RunState
from tests import factories
from tests.evals.loop import carried_out
from tests.web.measured import measure, rated

TABLE = ["110", "001", "111", "000"]


@pytest.fixture
def stage(project, ana, ben):
    zoe = factories.member(project, "zoe", "expert")
    return rated(project, [ana, ben, zoe], TABLE)


@pytest.fixture
def quiet(stage):
    """The batch measured and compared a while ago; what it takes to be compared again."""
    first, _ = raters.start(measure(stage.batch))
    carried_out(RaterRun, first, raters.compare)
    assert raters.start_due(later()) == []
    return stage


def later(**by):
    return timezone.now() + timedelta(**(by or {"minutes": 2}))


def rule(stage, number=0, **fields):
    """An adjudicator decides a unit of the batch."""
    response = fields.pop("response", stage.responses[number])
    criterion = stage.batch.rubric_version.criteria.first()
    judge = factories.member(stage.project, "judge")
    batch = fields.pop("batch", stage.batch)
    return factories.ruling(batch, response, criterion, 1, judge, **fields)


def test_a_batch_that_has_become_quiet_is_compared_once(stage):
    measured = measure(stage.batch)
    assert raters.start_due() == [], "measured just now: perhaps more is coming"
    later = timezone.now() + timedelta(minutes=2)
    (run,) = raters.start_due(later)
    assert (run.batch_id, run.watermark) == (stage.batch.pk, measured.watermark)
    assert raters.start_due(later) == []
    carried_out(RaterRun, run, raters.compare)
    assert raters.start_due(later) == []


def measured_at(batch, moment, **fields):
    """A measuring as it stands once finished."""
    return AgreementRun.objects.create(
        project=batch.project,
        batch=batch,
        rubric_version=batch.rubric_version,
        state=RunState.FINISHED,
        finished_at=moment,
        input_hash=factories.digest(str(moment)),
        code_version="test",
        **{"watermark": 5, "ratings_through": 10, **fields},
    )


def test_a_batch_in_full_work_is_compared_now_and_then(project):
    now = timezone.now()
    batch = factories.batch(factories.published(project))
    measured_at(batch, now)
    assert raters.start_due(now + timedelta(seconds=10)) == []
    Batch.objects.filter(pk=batch.pk).update(created_at=now - timedelta(minutes=20))
    (run,) = raters.start_due(now + timedelta(seconds=10))
    measured_at(batch, now + timedelta(seconds=20), watermark=6)
    RaterRun.objects.filter(pk=run.pk).update(state=RunState.FAILED, error="The disk is full.")
    assert raters.start_due(now + timedelta(seconds=30)) == [], "compared a moment ago"


def test_a_large_batch_waits_until_somebody_asks(project):
    now = timezone.now()
    batch = factories.batch(factories.published(project))
    measured = measured_at(batch, now, ratings_through=due.SCORES_MAX + 1)
    assert raters.start_due(now + timedelta(hours=1)) == []
    assert raters.start(measured)[1]


def test_a_ruling_alone_starts_a_comparison_once_it_is_quiet(quiet):
    ruling = rule(quiet)
    assert raters.start_due() == [], "ruled just now: perhaps more is coming"
    (run,) = raters.start_due(later())
    assert run.document["rulings_through"] == ruling.pk
    assert raters.start_due(later()) == []
    carried_out(RaterRun, run, raters.compare)
    assert raters.start_due(later()) == []


def test_many_rulings_are_one_comparison(quiet):
    for number in range(3):
        last = rule(quiet, number)
    (run,) = raters.start_due(later())
    assert run.document["rulings_through"] == last.pk
    assert raters.start_due(later(hours=1)) == []


@pytest.mark.parametrize(("minutes", "runs"), [(2, 0), (16, 1)])
def test_rulings_without_end_are_taken_in_now_and_then(quiet, minutes, runs):
    """The last one came ten seconds ago, however long one waits."""
    now = later(minutes=minutes)
    rule(quiet, created_at=now - timedelta(seconds=10))
    assert len(raters.start_due(now)) == runs


def test_a_ruling_elsewhere_on_a_response_of_the_batch_counts(quiet):
    """A gold unit may have been ruled on in another batch."""
    other = factories.batch(quiet.batch.rubric_version)
    rule(quiet, batch=other)
    assert [run.batch_id for run in raters.start_due(later())] == [quiet.batch.pk]


def test_a_ruling_on_other_responses_leaves_the_batch_alone(quiet, ana):
    response = factories.response(factories.item(quiet.project))
    other = factories.batch(quiet.batch.rubric_version, [response])
    factories.rating(factories.seat(other, response, ana), {"polite": 1})
    rule(quiet, batch=other, response=response)
    assert raters.start_due(later()) == []


def test_a_closed_batch_is_not_waited_for(quiet, ana, carol):
    response = factories.response(factories.item(quiet.project))
    factories.rating(factories.seat(quiet.batch, response, ana), {"cites_policy": 1, "polite": 1})
    measured = measure(quiet.batch)
    assert raters.start_due() == [], "measured just now: perhaps more is coming"
    assigning.close(Batch.objects.get(pk=quiet.batch.pk), by=carol)
    (run,) = raters.start_due()
    assert run.watermark == measured.watermark
    assert raters.start_due() == []


def test_a_closed_batch_is_measured_first(quiet, ana, carol):
    response = factories.response(factories.item(quiet.project))
    factories.rating(factories.seat(quiet.batch, response, ana), {"cites_policy": 1, "polite": 1})
    measure(quiet.batch)
    assigning.close(Batch.objects.get(pk=quiet.batch.pk), by=carol)
    Batch.objects.filter(pk=quiet.batch.pk).update(stale_since=timezone.now())
    assert raters.start_due() == []


def test_closing_alone_says_nothing_new_when_all_is_compared(quiet, carol):
    assigning.close(Batch.objects.get(pk=quiet.batch.pk), by=carol)
    assert raters.start_due(later(hours=1)) == []
    assert RaterRun.objects.count() == 1


def test_ratings_under_another_version_are_compared_by_it(quiet):
    """The same ratings, read by the criteria of the version that the batch moved to."""
    batch = quiet.batch
    second = factories.draft(quiet.project, 2, batch.rubric_version.rubric)
    lineage = batch.rubric_version.criteria.get(key="polite").lineage_id
    factories.criterion(second, "polite", lineage_id=lineage)
    second = factories.publish(second)
    Batch.objects.filter(pk=batch.pk).update(rubric_version=second)
    measure(Batch.objects.get(pk=batch.pk))
    (run,) = raters.start_due(later())
    assert run.rubric_version == second
    assert raters.start_due(later()) == []


def test_one_query_for_any_number_of_batches(quiet, django_assert_num_queries):
    with django_assert_num_queries(1):
        raters.start_due(later())
