"""The page about raters: ladder, blindness, names that can be hidden, downloads, the job."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evals.measuring import raters
from evals.models import AgreementRun, RaterRun
from evals.tasks import compare_raters, measure_agreement
from labeling.models import Batch, RunState
from tests import factories
from tests.evals.loop import carried_out
from tests.made_once import prepared_by
from tests.web.measured import measure, rated

# ana and ben agree on 8 of 12, zoe says 1 to everything
TABLE = ["111", "001", "111", "001", "101", "011", "111", "001", "101", "011", "111", "001"]
FILES = ("raters_json", "raters_csv")


@pytest.fixture
def zoe(project):
    return factories.member(project, "zoe", "expert")


def first_round(project):
    raters = factories.experts(project, "ana", "ben", "zoe")
    return rated(project, raters, TABLE, name="First round")


prepared = prepared_by(first_round)


@pytest.fixture
def stage(prepared, own):
    return own


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def compare(batch):
    return carried_out(RaterRun, raters.start(measure(batch))[0], raters.compare)


def url(project, **query):
    return reverse("raters", args=[project.slug], query=query)


def file_url(stage, name):
    return reverse(name, args=[stage.project.slug, stage.batch.pk])


def map_url(stage):
    return reverse("raters_map", args=[stage.project.slug, stage.batch.pk, "cites_policy"])


def every_address(stage, run):
    slug = stage.project.slug
    return [
        url(stage.project, batch=stage.batch.pk),
        *(file_url(stage, name) for name in FILES),
        map_url(stage),
        reverse("raters_run", args=[slug, run.pk]),
    ]


def test_shows_every_pair_with_its_kappa_and_where_it_differs(admin, stage):
    compare(stage.batch)
    page = admin.get(url(stage.project))
    assert page.status_code == 200
    part = page.context["part"]
    first = part.pairs[0]
    # p_a 8/12 against .5 by chance: kappa 1/3
    assert (first.names, first.value, first.differ, first.percent) == (
        "ana and ben",
        "0.33",
        4,
        "67 %",
    )
    assert [cell.level for cell in part.chart.cells] == [1, 0, 0]
    assert "Beside the others" in page.text
    assert "Nobody is ranked" in page.text


def test_the_number_of_differing_units_opens_exactly_these(admin, stage, ana, ben):
    compare(stage.batch)
    door = admin.get(url(stage.project)).context["part"].pairs[0].url
    page = admin.get(door)
    assert page.context["found"].n_units == 4
    names = {entry["item"] for entry in page.context["entries"]}
    assert names == {"case-005", "case-006", "case-009", "case-010"}


def test_units_to_rule_on_open_their_item(admin, stage):
    compare(stage.batch)
    routed = admin.get(url(stage.project)).context["part"].routed
    assert len(routed) == 8
    assert admin.get(routed[0].url).status_code == 200


def test_experts_stand_in_the_order_of_their_names(admin, stage):
    compare(stage.batch)
    part = admin.get(url(stage.project)).context["part"]
    assert [row.name for row in part.leniency.rows] == ["ana", "ben", "zoe"]
    assert [row.name for row in part.settled.rows] == ["ana", "ben", "zoe"]


def test_names_can_be_hidden_everywhere(admin, stage):
    run = compare(stage.batch)
    page = admin.get(url(stage.project, names="hidden"))
    assert page.context["part"].pairs[0].names == "Expert 1 and Expert 2"
    for name in ("ana", "ben", "zoe"):
        assert f">{name}<" not in page.text
        assert f"{name} and" not in page.text
    for address in (*(file_url(stage, name) for name in FILES), map_url(stage)):
        told = admin.get(address, {"names": "hidden"}).content.decode()
        assert "Expert 1" in told
        assert not [
            name for name in ("ana", "ben", "zoe") if name in told.replace(run.project.slug, "")
        ]


def test_another_criterion_is_chosen_and_an_unknown_one_is_not(admin, stage):
    compare(stage.batch)
    polite = admin.get(url(stage.project, criterion="polite"))
    assert polite.context["part"].criterion.key == "polite"
    assert "same answer" in polite.text
    assert (
        admin.get(url(stage.project, criterion="x")).context["part"].criterion.key == "cites_policy"
    )


def test_few_items_are_said_so(admin, stage):
    compare(stage.batch)
    page = admin.get(url(stage.project))
    assert "Only 12 responses were rated by two experts" in page.text
    assert "Fewer than 50 items were rated" in page.text


def test_downloads_hold_every_figure(admin, stage, ana):
    compare(stage.batch)
    report = json.loads(admin.get(file_url(stage, "raters_json")).content)
    assert [one["key"] for one in report["criteria"]] == ["cites_policy", "polite"]
    assert {"rater": ana.pk, "name": "ana"} in report["raters"]
    answer = admin.get(file_url(stage, "raters_csv"))
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    kappas = [
        row
        for row in rows
        if row["figure"] == "Cohen's kappa" and row["criterion"] == "cites_policy"
    ]
    assert next((row["expert"], row["other_expert"], row["n"]) for row in kappas) == (
        "ana",
        "ben",
        "12",
    )
    assert all((row["value"] == "") != (row["reason"] == "") for row in rows)
    assert "nan" not in answer.text.lower().split(",")


def test_the_map_is_a_file_of_its_own(admin, stage):
    compare(stage.batch)
    answer = admin.get(map_url(stage))
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "0.33" in answer.text
    missing = reverse("raters_map", args=[stage.project.slug, stage.batch.pk, "x"])
    assert admin.get(missing).status_code == 404


def test_names_cannot_become_formulas(admin, project, ana):
    eve = factories.member(project, "=1+1", "expert")
    stage = rated(project, [ana, eve], ["11", "00", "10"])
    compare(stage.batch)
    rows = admin.get(file_url(stage, "raters_csv")).text.splitlines()
    assert any(",'=1+1," in row for row in rows)


def test_comparing_measures_and_compares_the_same_ratings(
    admin, stage, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr(measure_agreement, "delay", lambda pk: woken.append(("measure", pk)))
    monkeypatch.setattr(compare_raters, "delay", lambda pk: woken.append(("compare", pk)))
    address = reverse("raters_compare", args=[stage.project.slug])
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(address, {"batch": stage.batch.pk})
    measured, compared = AgreementRun.objects.get(), RaterRun.objects.get()
    assert measured.watermark == compared.watermark
    assert woken == [("measure", measured.pk), ("compare", compared.pk)]
    page = admin.get(answer.headers["Location"])
    assert "Waiting for a worker" in page.text
    assert reverse("raters_run", args=[stage.project.slug, compared.pk]) in page.text


def poll(client, run):
    address = reverse("raters_run", args=[run.project.slug, run.pk])
    return client.get(address, headers={"HX-Request": "true"})


def test_running_job_tells_how_far_it_is_and_then_brings_the_results(admin, stage):
    run, _ = raters.start(measure(stage.batch))
    RaterRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, done=1, total=3)
    fragment = poll(admin, run)
    assert "1 of 3 parts" in fragment.text
    assert "every 2s" in fragment.text
    assert "<html" not in fragment.text
    RaterRun.objects.filter(pk=run.pk).update(state=RunState.PENDING)
    carried_out(RaterRun, run, raters.compare)
    fragment = poll(admin, run)
    assert fragment.headers["HX-Retarget"] == "#results"
    assert 'id="results"' in fragment.text


def test_failed_comparison_says_why_and_offers_another_try(admin, stage):
    run, _ = raters.start(measure(stage.batch))
    RaterRun.objects.filter(pk=run.pk).update(state=RunState.FAILED, error="The disk is full.")
    page = admin.get(url(stage.project))
    assert "The disk is full." in page.text
    assert "Try again" in page.text


def test_ratings_measured_since_make_it_stale(admin, stage, ana):
    compare(stage.batch)
    assert "Newer ratings" not in admin.get(url(stage.project)).text
    seat = factories.seat(stage.batch, factories.response(factories.item(stage.project)), ana)
    factories.rating(seat, {"cites_policy": 1, "polite": 1})
    measure(stage.batch)
    assert "Newer ratings have been measured since" in admin.get(url(stage.project)).text


def test_a_large_batch_says_that_it_waits_to_be_asked(admin, stage):
    AgreementRun.objects.create(
        project=stage.project,
        batch=stage.batch,
        rubric_version=stage.batch.rubric_version,
        state=RunState.FINISHED,
        finished_at=datetime.now(UTC) - timedelta(hours=1),
        input_hash=factories.digest("large"),
        code_version="test",
        watermark=5,
        ratings_through=2_500_000,
    )
    page = admin.get(url(stage.project))
    assert "This batch has 2,500,000 scores" in page.text
    assert "Compare now" in page.text


def test_whoever_rates_in_the_batch_sees_words_and_no_file(as_user, stage, ana):
    factories.member(stage.project, "ana", "admin")
    run = compare(stage.batch)
    client = as_user(ana)
    page = client.get(url(stage.project, batch=stage.batch.pk))
    assert page.status_code == 200
    assert "You are rating in this batch" in page.text
    assert "part" not in page.context
    for leak in ("ben", "zoe", "0.33"):
        assert leak not in page.text
    for address in every_address(stage, run)[1:]:
        answer = client.get(address)
        assert answer.status_code == 403
        assert not [leak for leak in ("ben", "zoe", "0.33") if leak in answer.text]
    asked = reverse("raters_compare", args=[stage.project.slug])
    assert client.post(asked, {"batch": stage.batch.pk}).status_code == 422


def test_a_unit_one_still_judges_elsewhere_is_left_out(as_user, stage, carol):
    compare(stage.batch)
    factories.member(stage.project, "carol", "expert")
    queued = [stage.responses[1], factories.response(factories.item(stage.project))]
    again = factories.batch(stage.batch.rubric_version, queued, name="Again")
    factories.seat(again, queued[1], carol)
    client = as_user(carol)
    part = client.get(url(stage.project)).context["part"]
    assert stage.responses[1].external_id not in [one.name for one in part.routed]
    assert (len(part.routed), part.routing["n_adjudicate"]) == (7, 8)
    report = json.loads(client.get(file_url(stage, "raters_json")).content)
    assert f'"response": {stage.responses[1].pk},' not in json.dumps(report)
    Batch.objects.filter(pk=again.pk).update(state=Batch.State.CLOSED)
    assert len(client.get(url(stage.project)).context["part"].routed) == 8


def test_closing_the_batch_opens_it_to_the_rater(as_user, stage, ana):
    factories.member(stage.project, "ana", "admin")
    compare(stage.batch)
    Batch.objects.filter(pk=stage.batch.pk).update(state=Batch.State.CLOSED)
    assert "0.33" in as_user(ana).get(url(stage.project)).text


@pytest.mark.parametrize(("role", "status"), [("viewer", 200), ("author", 200), ("expert", 403)])
def test_who_may_read_it(as_user, stage, role, status):
    run = compare(stage.batch)
    client = as_user(factories.member(stage.project, "erin", role))
    found = [client.get(address).status_code for address in every_address(stage, run)[:4]]
    assert found == [status] * 4


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("author", 302), ("expert", 403)])
def test_who_may_ask_for_it(as_user, stage, role, status):
    client = as_user(factories.member(stage.project, "erin", role))
    asked = reverse("raters_compare", args=[stage.project.slug])
    assert client.post(asked, {"batch": stage.batch.pk}).status_code == status


def test_outsider_finds_nothing(as_user, stage, dan):
    run = compare(stage.batch)
    client = as_user(dan)
    assert {client.get(address).status_code for address in every_address(stage, run)} == {404}
    asked = reverse("raters_compare", args=[stage.project.slug])
    assert client.post(asked, {"batch": stage.batch.pk}).status_code == 404


def test_batch_of_another_project_is_not_found(admin, stage):
    foreign = factories.project("foreign")
    other = rated(foreign, [factories.member(foreign, "eve", "expert")], ["1"])
    compare(other.batch)
    for name in FILES:
        address = reverse(name, args=[stage.project.slug, other.batch.pk])
        assert admin.get(address).status_code == 404


def test_wrong_verbs_are_refused(admin, stage):
    run = compare(stage.batch)
    assert {admin.post(address).status_code for address in every_address(stage, run)} == {405}
    assert admin.get(reverse("raters_compare", args=[stage.project.slug])).status_code == 405


def test_empty_project_says_what_comes_next(admin, project):
    assert "Nothing to compare yet" in admin.get(url(project)).text


def test_query_count_does_not_grow_with_experts_and_items(admin, project, ana, ben, zoe):
    small = rated(project, [ana, ben], ["11", "01"], name="Small")
    compare(small.batch)
    few = _queries(admin, url(project, batch=small.batch.pk))
    other = factories.project("crowd")
    factories.member(other, "carol", "admin")
    crowd = [factories.member(other, f"expert{n}", "expert") for n in range(6)]
    large = rated(other, crowd, ["111000", "101010", "110011", "000111"] * 3)
    compare(large.batch)
    assert _queries(admin, url(other, batch=large.batch.pk)) == few


def _queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
