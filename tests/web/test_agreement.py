"""The agreement page: ladder, words for what is undefined or stale, blindness, the job."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from evals.models import AgreementRun
from evals.tasks import measure_agreement
from labeling.models import Batch, RunState
from tests import factories
from tests.made_once import prepared_by
from tests.web.measured import measure, rated

# observed 3 of 4 units unanimous; polite is unanimous everywhere
TABLE = ["11", "00", "11", "10"]


def url(project, **query):
    return reverse("agreement", args=[project.slug], query=query)


def first_round(project):
    raters = factories.experts(project, "ana", "ben")
    return rated(project, raters, TABLE, name="First round")


prepared = prepared_by(first_round)


@pytest.fixture
def stage(prepared, own):
    return own


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def test_shows_alpha_with_interval_and_what_was_counted(admin, stage):
    measure(stage.batch)
    page = admin.get(url(stage.project, batch=stage.batch.pk, slice="all"))
    assert page.status_code == 200
    measured = page.context["measured"]
    cites = measured.forest.rows[0]
    # observed disagreement 2/8, expected 2*5*3/(8*7): 1 - (2/8)/(30/56) = 1 - 7/15
    assert cites.value == "0.53"
    assert cites.n == "4"
    assert cites.percent == "75 %"
    assert [share.percent for share in cites.shares] == ["38 %", "62 %"]
    counts = measured.forest.counts[0]
    assert (counts.row.unanimous, counts.disagreed) == (3, 1)
    assert "as of 16 scores" in page.text


def test_practice_that_is_newer_does_not_stand_in_its_place(admin, stage, ana):
    measure(stage.batch)
    practice = factories.batch(stage.batch.rubric_version, kind="practice", name="Practice")
    factories.rating(factories.seat(practice, stage.responses[0], ana), {"cites_policy": 1})
    page = admin.get(url(stage.project))
    assert page.context["batch"] == stage.batch
    assert page.context["tabs"] == []


def test_numbers_are_doors_to_the_items_behind_them(admin, stage):
    measure(stage.batch)
    page = admin.get(url(stage.project, batch=stage.batch.pk, slice="all"))
    line = page.context["measured"].forest.counts[0]
    disputed = admin.get(line.disagreed_url).context["entries"]
    assert [entry["item"] for entry in disputed] == ["case-004"]
    unanimous = admin.get(line.unanimous_url).context["found"]
    assert unanimous.n_units == line.row.unanimous == 3
    every = admin.get(line.units_url).context["found"]
    assert every.n_units == line.row.n_units == 4
    items = admin.get(line.items_url).context["found"]
    assert items.count == line.row.n_items == 4


def test_unanimous_criterion_is_undefined_in_words(admin, stage):
    measure(stage.batch)
    page = admin.get(url(stage.project, batch=stage.batch.pk, slice="all"))
    polite = page.context["measured"].forest.rows[1]
    assert polite.value == ""
    assert polite.x is None
    assert "undefined" in polite.undefined
    assert polite.undefined in page.text
    assert re.search(r"\bnan\b", page.text.lower()) is None


def test_slice_that_will_train_stands_first_and_is_shown_first(admin, stage):
    measure(stage.batch)
    page = admin.get(url(stage.project))
    tabs = page.context["measured"].tabs
    assert tabs[0]["text"] == "Model responses"
    assert tabs[0]["current"]
    assert tabs[1]["text"] == "All responses"
    # rows 1 and 3 are the model's
    assert page.context["measured"].forest.rows[0].n == "2"


def test_newer_ratings_make_it_stale_with_a_button(admin, stage, ana):
    measure(stage.batch)
    fresh = admin.get(url(stage.project))
    assert "newer" not in fresh.text
    assert "Measure now" not in fresh.text
    response = factories.response(factories.item(stage.project))
    seat = factories.seat(stage.batch, response, ana)
    factories.rating(seat, {"cites_policy": 1, "polite": 1})
    page = admin.get(url(stage.project))
    assert "as of 16 scores, 2 newer" in page.text
    assert "Measure now" in page.text


def test_withdrawal_alone_makes_it_stale(admin, stage):
    measure(stage.batch)
    Batch.objects.filter(pk=stage.batch.pk).update(stale_since=datetime.now(UTC))
    assert "something changed since" in admin.get(url(stage.project)).text


def test_measuring_starts_one_run_and_wakes_a_worker(
    admin, stage, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr(measure_agreement, "delay", woken.append)
    address = reverse("agreement_measure", args=[stage.project.slug])
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            answer = admin.post(address, {"batch": stage.batch.pk})
        assert answer.status_code == 302
    run = AgreementRun.objects.get()
    assert woken == [run.pk, run.pk]
    page = admin.get(answer.headers["Location"])
    assert "Waiting for a worker" in page.text
    assert reverse("agreement_run", args=[stage.project.slug, run.pk]) in page.text


def pending(stage, **fields):
    return AgreementRun.objects.create(
        project=stage.project,
        batch=stage.batch,
        rubric_version=stage.batch.rubric_version,
        watermark=0,
        input_hash=factories.digest("pending"),
        code_version="test",
        **fields,
    )


def poll(client, stage, run):
    address = reverse("agreement_run", args=[stage.project.slug, run.pk])
    return client.get(address, headers={"HX-Request": "true"})


def test_run_nobody_takes_says_so_after_a_while(admin, stage):
    run = pending(stage)
    assert "No worker has taken it yet" not in poll(admin, stage, run).text
    earlier = datetime.now(UTC) - timedelta(seconds=40)
    AgreementRun.objects.filter(pk=run.pk).update(created_at=earlier)
    assert "No worker has taken it yet" in poll(admin, stage, run).text


def test_running_job_tells_how_far_it_is_and_asks_again(admin, stage):
    run = pending(stage, state=RunState.RUNNING, done=3, total=14)
    fragment = poll(admin, stage, run)
    assert "3 of 14" in fragment.text
    assert "every 2s" in fragment.text
    assert "<html" not in fragment.text


def test_finished_job_brings_the_results_in_its_place(admin, stage):
    run = measure(stage.batch)
    fragment = poll(admin, stage, run)
    assert fragment.headers["HX-Retarget"] == "#results"
    assert 'id="results"' in fragment.text
    assert "<html" not in fragment.text


def test_failed_run_says_why_and_offers_another_try(admin, stage):
    run = pending(stage, state=RunState.FAILED, error="The disk is full.")
    page = admin.get(url(stage.project))
    assert "The disk is full." in page.text
    assert "Try again" in page.text
    assert "every 2s" not in poll(admin, stage, run).text


def test_person_who_rates_in_the_batch_sees_words_instead_of_numbers(as_user, stage, ana):
    factories.member(stage.project, "ana", "admin")
    measure(stage.batch)
    client = as_user(ana)
    page = client.get(url(stage.project, batch=stage.batch.pk))
    assert page.status_code == 200
    assert "You are rating in this batch" in page.text
    assert "measured" not in page.context
    assert "0.53" not in page.text
    for kind in ("json", "csv"):
        file = reverse(f"agreement_{kind}", args=[stage.project.slug, stage.batch.pk])
        assert client.get(file).status_code == 403
    run = AgreementRun.objects.get()
    assert poll(client, stage, run).status_code == 403
    measuring = reverse("agreement_measure", args=[stage.project.slug])
    assert client.post(measuring, {"batch": stage.batch.pk}).status_code == 422


def test_closing_the_batch_opens_its_results_to_the_rater(as_user, stage, ana):
    factories.member(stage.project, "ana", "admin")
    measure(stage.batch)
    Batch.objects.filter(pk=stage.batch.pk).update(state=Batch.State.CLOSED)
    page = as_user(ana).get(url(stage.project, batch=stage.batch.pk, slice="all"))
    assert "0.53" in page.text


def test_downloads_hold_every_slice(admin, stage):
    measure(stage.batch)
    report = json.loads(
        admin.get(reverse("agreement_json", args=[stage.project.slug, stage.batch.pk])).content
    )
    (result,) = report["results"]
    assert {one["slice"] for one in result["criteria"]} >= {None, "generator_kind=model"}
    csv = admin.get(reverse("agreement_csv", args=[stage.project.slug, stage.batch.pk]))
    lines = csv.text.splitlines()
    assert lines[0].startswith("batch,rubric_version")
    assert len(lines) == 1 + len(result["criteria"])
    assert "attachment" in csv.headers["Content-Disposition"]


def test_names_cannot_become_formulas(admin, project, ana, ben):
    stage = rated(project, [ana, ben], TABLE, name="=HYPERLINK(1)")
    measure(stage.batch)
    csv = admin.get(reverse("agreement_csv", args=[project.slug, stage.batch.pk]))
    assert csv.text.splitlines()[1].startswith("'=HYPERLINK(1),")


def test_empty_project_says_what_comes_next(admin, project):
    assert "Nothing has been rated yet" in admin.get(url(project)).text


def test_unmeasured_batch_offers_to_measure(admin, stage):
    page = admin.get(url(stage.project))
    assert "Not measured yet" in page.text
    assert "Measure now" in page.text


@pytest.mark.parametrize(("role", "status"), [("viewer", 200), ("author", 200), ("expert", 403)])
def test_who_may_read_it(as_user, stage, role, status):
    colleague = factories.member(stage.project, "erin", role)
    assert as_user(colleague).get(url(stage.project)).status_code == status


@pytest.mark.parametrize(("role", "plans"), [("viewer", False), ("author", True)])
def test_the_door_to_planning_is_shown_to_whom_it_opens(as_user, stage, role, plans):
    colleague = factories.member(stage.project, "erin", role)
    page = as_user(colleague).get(reverse("agreement", args=[stage.project.slug])).text
    assert (reverse("planning", args=[stage.project.slug]) in page) is plans


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("author", 302), ("expert", 403)])
def test_who_may_measure(as_user, stage, role, status, monkeypatch):
    colleague = factories.member(stage.project, "erin", role)
    address = reverse("agreement_measure", args=[stage.project.slug])
    answer = as_user(colleague).post(address, {"batch": stage.batch.pk})
    assert answer.status_code == status


def test_outsider_finds_nothing(as_user, stage, dan):
    client = as_user(dan)
    assert client.get(url(stage.project)).status_code == 404
    for name in ("agreement_json", "agreement_csv"):
        assert client.get(reverse(name, args=[stage.project.slug, 1])).status_code == 404
    measuring = reverse("agreement_measure", args=[stage.project.slug])
    assert client.post(measuring, {"batch": stage.batch.pk}).status_code == 404


def test_wrong_verbs_are_refused(admin, stage):
    assert admin.post(url(stage.project)).status_code == 405
    assert admin.get(reverse("agreement_measure", args=[stage.project.slug])).status_code == 405


def test_batch_of_another_project_is_not_found(admin, stage):
    foreign = factories.project("foreign")
    other = rated(foreign, [factories.member(foreign, "eve", "expert")], ["1"])
    file = reverse("agreement_json", args=[stage.project.slug, other.batch.pk])
    assert admin.get(file).status_code == 404


def test_query_count_does_not_grow_with_criteria(
    admin, project, ana, ben, django_assert_num_queries
):
    small = rated(project, [ana, ben], TABLE, name="Small")
    measure(small.batch)
    with_two = _queries(admin, url(project, batch=small.batch.pk, slice="all"))
    version = factories.draft(project, rubric_=factories.rubric(project, "long"))
    keys = [f"criterion_{number}" for number in range(20)]
    for key in keys:
        factories.criterion(version, key)
    factories.publish(version)
    responses = [factories.response(factories.item(project)) for _ in range(3)]
    big = factories.batch(version, responses, overlap=2)
    for response in responses:
        for slot, rater in enumerate([ana, ben], start=1):
            seat = factories.seat(big, response, rater, slot)
            factories.rating(seat, dict.fromkeys(keys, slot % 2))
    measure(big)
    assert _queries(admin, url(project, batch=big.pk, slice="all")) == with_two


def _queries(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
