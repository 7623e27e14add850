"""A project's first page, for those who oversee it and for experts; the server's status."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evals.models import AgreementRun
from evals.queries import overview
from labeling import assigning
from labeling.models import Batch, Heartbeat, RunState
from tests import factories
from tests.labeling.practice.practising import known_responses, opened, submit
from tests.web.measured import measure, rated, selected

TABLE = ["11", "00", "11", "10"]


@pytest.fixture
def stage(project, ana, ben):
    return rated(project, [ana, ben], TABLE, name="First round")


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def stations(page):
    return {one.label: one for one in page.context["stations"]}


def failed(stage, error="The disk is full."):
    return AgreementRun.objects.create(
        project=stage.project,
        batch=stage.batch,
        rubric_version=stage.batch.rubric_version,
        watermark=0,
        state=RunState.FAILED,
        error=error,
        input_hash=factories.digest("failed"),
        code_version="test",
    )


def test_path_tells_where_the_project_stands(admin, stage):
    selected(stage, measure(stage.batch))
    page = admin.get(stage.project.get_absolute_url())
    path = stations(page)
    assert path["Rubric"].value == "Version 1"
    assert (path["Responses rated"].value, path["Responses rated"].unit) == ("4", "of 4")
    assert path["Responses rated"].note == "4 with all their experts"
    # on the model's two responses everybody agrees on one value: nothing varies
    assert path["Agreement"].undefined == "undefined"
    assert (path["Selected"].value, path["Selected"].unit) == ("1", "of 4 items")
    assert path["Releases"].value == "0"
    assert path["Releases"].is_next


def test_agreement_is_the_median_over_criteria_that_have_one(admin, project, ana, ben):
    # models wrote the odd rows: 11 and 00 agree, 10 does not
    stage = rated(project, [ana, ben], ["11", "11", "00", "11", "10"])
    measure(stage.batch)
    agreed = stations(admin.get(project.get_absolute_url()))["Agreement"]
    # observed 2/6, expected 2*3*3/(6*5): 1 - (2/6)/(18/30) = 1 - 5/9
    assert agreed.value == "0.44"
    assert agreed.note == "median alpha of 1 criteria, model responses"


def test_first_step_of_an_empty_project_is_a_rubric(admin, project):
    page = admin.get(project.get_absolute_url())
    path = stations(page)
    assert path["Rubric"].is_next
    assert path["Rubric"].action == "Write a rubric"
    assert [one.is_next for one in path.values()].count(True) == 1


def test_decisions_name_what_waits(admin, stage, ana):
    factories.flag(stage.batch.assignments.filter(rater=ana).first(), kind="item")
    factories.draft(stage.project, rubric_=factories.rubric(stage.project, "second"))
    Batch.objects.filter(pk=stage.batch.pk).update(stale_since=datetime.now(UTC))
    lonely = factories.batch(stage.batch.rubric_version, stage.responses, overlap=5, name="Lonely")
    failed(stage)
    page = admin.get(stage.project.get_absolute_url())
    waiting = {one.text: one for one in page.context["decisions"]}
    flagged = waiting["open flag on Refund quality"]
    assert flagged.count == 1
    assert flagged.url == "/p/refunds/rubrics/refund-quality/flags"
    assert waiting[f"more experts needed for {lonely}"].count == 3
    assert waiting["agreement run failed"].detail == "The disk is full."
    assert "draft of Refund quality" in waiting
    assert f"batch with newer ratings: {stage.batch}" in waiting


def test_practice_wants_no_experts_and_is_no_work(admin, stage, ana):
    practice = opened(
        stage.batch.rubric_version,
        known_responses(stage.project, stage.batch.rubric_version, 3),
    )
    submit(assigning.claim_next(practice, ana))
    page = admin.get(stage.project.get_absolute_url())
    # it has places for 1,000, is newer than any measuring, and one of its responses is answered
    assert page.context["decisions"] == []
    assert (stations(page)["Responses rated"].value, stations(page)["Responses rated"].unit) == (
        "4",
        "of 4",
    )


def test_the_agreement_shown_is_never_that_of_practice(carol, stage):
    measure(stage.batch)
    practice = factories.batch(stage.batch.rubric_version, kind="practice", name="Practice")
    measure(practice)
    assert overview.path(stage.project, carol).measuring.batch == stage.batch


def test_where_a_rule_asks_all_their_experts_are_as_many_as_it_wanted(admin, project, ana, ben):
    responses = [factories.response(factories.item(project)) for _ in range(4)]
    batch = factories.batch(factories.published(project), responses, overlap=3)
    batch.queue.filter(response__in=responses[:2]).update(fixed=False, overlap=2)
    for response in responses:
        for slot, rater in enumerate((ana, ben), start=1):
            factories.seat(batch, response, rater, slot)
    # the rule was content with two experts each of two responses; the others want the batch's three
    page = admin.get(project.get_absolute_url())
    assert stations(page)["Responses rated"].note == "2 with all their experts"


def test_failure_that_was_mended_waits_no_more(admin, stage):
    failed(stage)
    measure(stage.batch)
    page = admin.get(stage.project.get_absolute_url())
    assert page.context["decisions"] == []
    assert "Nothing waits for you today" in page.text
    assert "The disk is full." in page.text


def test_viewer_reads_without_being_asked_to_decide(as_user, stage):
    failed(stage)
    viewer = factories.member(stage.project, "vera", "viewer")
    page = as_user(viewer).get(stage.project.get_absolute_url())
    assert page.context["decisions"] == []
    assert "For you to decide" not in page.text
    assert not any(one.action for one in page.context["stations"])


def test_expert_finds_their_batches_and_no_results(as_user, stage, ana):
    measure(stage.batch)
    page = as_user(ana).get(stage.project.get_absolute_url())
    assert page.status_code == 200
    assert "First round" in page.text
    assert reverse("desk", args=[stage.batch.pk]) in page.text
    assert "stations" not in page.context
    assert "alpha" not in page.text


def test_rating_admin_is_not_told_the_agreement(as_user, stage, ana):
    factories.member(stage.project, "ana", "admin")
    selected(stage, measure(stage.batch))
    path = stations(as_user(ana).get(stage.project.get_absolute_url()))
    assert path["Agreement"].undefined == "hidden while you rate"
    assert path["Selected"].undefined == "hidden while you rate"


def test_outsider_finds_nothing(as_user, stage, dan):
    assert as_user(dan).get(stage.project.get_absolute_url()).status_code == 404


def test_wrong_verb_is_refused(admin, stage):
    assert admin.post(stage.project.get_absolute_url()).status_code == 405
    assert admin.post(reverse("status")).status_code == 405


def test_asks_as_much_for_many_responses_as_for_few(admin, project, ana, ben):
    first = rated(project, [ana, ben], TABLE)
    measure(first.batch)
    few = queries(admin, project.get_absolute_url())
    for _ in range(20):
        response = factories.response(factories.item(project))
        seat = factories.seat(first.batch, response, ana)
        factories.rating(seat, {"cites_policy": 1, "polite": 0})
    measure(first.batch)
    assert queries(admin, project.get_absolute_url()) == few


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_status_says_first_that_a_worker_is_alive(admin):
    Heartbeat.objects.create(name="worker", heard_at=datetime.now(UTC) - timedelta(seconds=4))
    page = admin.get(reverse("status"))
    assert "A worker was heard 4 s ago." in page.text
    assert "No run is waiting or in work." in page.text
    assert "No worker is alive" not in page.text


def test_status_warns_of_silence(admin):
    assert "No worker has been heard of yet" in admin.get(reverse("status")).text
    Heartbeat.objects.create(name="worker", heard_at=datetime.now(UTC) - timedelta(minutes=3))
    page = admin.get(reverse("status"))
    assert "No worker for 3 min" in page.text
    assert "No worker is alive" in page.text


def test_status_counts_only_runs_of_own_projects(as_user, admin, stage, dan):
    failed(stage, "MARKER of this project")
    own = admin.get(reverse("status"))
    assert "MARKER of this project" in own.text
    other = as_user(dan).get(reverse("status"))
    assert other.status_code == 200
    assert "MARKER" not in other.text


@pytest.mark.parametrize(("fields", "status"), [({}, 403), ({"is_staff": True}, 200)])
def test_status_is_for_operators(as_user, project, fields, status):
    person = factories.user("olga", **fields)
    assert as_user(person).get(reverse("status")).status_code == status
