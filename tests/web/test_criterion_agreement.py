"""The page of one criterion, agreement over time, and the files of charts: the whole ladder."""

import csv
import json
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evals.models import AgreementRun, AgreementSlice
from evals.queries.snapshots import SNAPSHOTS, snapshots
from labeling.models import Batch, RunState
from tests import factories
from tests.made_once import prepared_by
from tests.web.measured import finish, measure, rated

TABLE = ["110", "000", "111", "100", "111", "000", "110", "000", "111", "001"]
SVG = "{http://www.w3.org/2000/svg}"


def criterion_url(project, key="cites_policy", **query):
    return reverse("agreement_criterion", args=[project.slug, key], query=query)


def time_url(project, **query):
    return reverse("agreement_time", args=[project.slug], query=query)


def chart_url(batch, chart, **query):
    return reverse("agreement_chart", args=[batch.project.slug, batch.pk, chart], query=query)


@pytest.fixture
def cleo(project):
    """A third expert."""
    return factories.member(project, "cleo", "expert")


def first_round(project):
    raters = factories.experts(project, "ana", "ben", "cleo")
    return rated(project, raters, TABLE, name="First round")


prepared = prepared_by(first_round)


@pytest.fixture
def stage(prepared, own):
    return own


@pytest.fixture
def run(stage):
    return measure(stage.batch)


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def with_details(batch, details):
    """A finished run whose rows were written with these details."""
    first = AgreementSlice.objects.filter(run__batch=batch, slice=None)
    rows = list(first.prefetch_related("statistics"))
    run = AgreementRun.objects.create(
        project=batch.project,
        batch=batch,
        rubric_version=batch.rubric_version,
        watermark=rows[0].run.watermark,
        ratings_through=rows[0].run.ratings_through,
        state=RunState.RUNNING,
        input_hash=factories.digest("details"),
        code_version="test",
    )
    for row in rows:
        statistics = list(row.statistics.all())
        row.pk, row.run, row.details = None, run, details
        row.save()
        for one in statistics:
            one.pk, one.criterion_slice = None, row
            one.save()
    finish(run)
    return run


def test_numbers_are_said_in_words(admin, stage, run):
    page = admin.get(criterion_url(stage.project, slice="all"))
    assert page.status_code == 200
    said = {one.name: one.text for one in page.context["readings"]}
    assert "as much as random answers in the same proportions" in said["Alpha"]
    assert "6 of 10 shared responses are unanimous" in said["Unanimous"]
    assert [one["label"] for one in page.context["stats"]] == [
        "Alpha",
        "AC1",
        "Same answer",
        "Unanimous",
        "Disputed",
    ]
    assert "as of 60 scores" in page.text


def test_interval_of_few_items_says_what_it_holds(admin, stage, run):
    page = admin.get(criterion_url(stage.project, slice="all"))
    assert "coverage" in [lesson.code for lesson in page.context["lessons"]]
    assert "intervals that promise 95 % held the truth only about" in page.text


def test_slices_stand_side_by_side_the_one_that_trains_first(admin, stage, run):
    page = admin.get(criterion_url(stage.project))
    rows = page.context["slices"].rows
    assert [row.name for row in rows][:2] == ["Model responses", "All responses"]
    assert page.context["row"].slice == "generator_kind=model"
    assert page.context["where"] == "model responses"


def test_units_behind_the_numbers_are_a_door(admin, stage, run):
    page = admin.get(criterion_url(stage.project, slice="all"))
    door = page.context["units_url"]
    found = [entry["item"] for entry in admin.get(door).context["entries"]]
    assert found == ["case-001", "case-004", "case-007", "case-010"]
    few = admin.get(f"{door}&few=1", headers={"HX-Request": "true", "HX-Target": "rows"})
    assert len(few.context["entries"]) == 3
    assert [row.name for row in few.context["entries"][0]["grid"].rows] == ["Cites policy"]
    assert few.context["entries"][0]["hidden"] == 1
    assert "<html" not in few.text
    assert "pagination" not in few.text


def test_coincidences_are_shown_when_they_were_stored(admin, stage, run):
    table = {"values": [0, 1], "labels": ["Not met", "Met"], "matrix": [[11, 4], [4, 11]]}
    with_details(stage.batch, {"coincidences": table})
    page = admin.get(criterion_url(stage.project, slice="all"))
    chart = page.context["coincidences"]
    # 4 of the 15 beside one who says not met say met
    assert chart.rows[0].cells[1].percent == "27 %"
    assert chart.rows[0].total == "15"
    door = chart.rows[0].cells[1].url
    found = [entry["item"] for entry in admin.get(door).context["entries"]]
    assert found == ["case-001", "case-004", "case-007", "case-010"]
    svg = admin.get(chart_url(stage.batch, "coincidences", criterion="cites_policy"))
    assert svg.status_code == 200
    assert "27 % · 4" in svg.text


def test_coincidences_are_left_out_when_there_are_none(admin, stage, run):
    with_details(stage.batch, {})
    page = admin.get(criterion_url(stage.project, slice="all"))
    assert page.context["coincidences"] is None
    assert "beside what" not in page.text
    missing = chart_url(stage.batch, "coincidences", criterion="cites_policy")
    assert admin.get(missing).status_code == 404


def test_undefined_criterion_says_why(admin, stage, run):
    page = admin.get(criterion_url(stage.project, "polite", slice="all"))
    assert page.status_code == 200
    assert "alpha is undefined" in page.text
    assert "nan" not in page.text.lower().split()


def test_history_has_a_point_for_every_snapshot(admin, stage, run, ana):
    response = factories.response(factories.item(stage.project))
    factories.rating(factories.seat(stage.batch, response, ana), {"cites_policy": 1, "polite": 1})
    measure(stage.batch)
    page = admin.get(time_url(stage.project, slice="all"))
    time = page.context["time"]
    assert [run.ratings_through for run in time.runs] == [60, 62]
    assert time.ends == ("60 scores", "62 scores")
    cites = time.series[0]
    assert cites.name == "Cites policy"
    assert len(cites.table) == 2
    assert 'role="img"' in cites.svg
    assert cites.table[0][1] in page.text
    polite = time.series[1]
    assert [text for _, text in polite.table] == ["–", "–"]


def test_many_snapshots_are_thinned_and_the_last_one_is_kept(stage, run):
    for number in range(SNAPSHOTS + 10):
        other = AgreementRun.objects.create(
            project=stage.project,
            batch=stage.batch,
            rubric_version=stage.batch.rubric_version,
            watermark=run.watermark + number + 1,
            state=RunState.RUNNING,
            input_hash=factories.digest(f"snapshot {number}"),
            code_version="test",
        )
        finish(other)
    found = snapshots(stage.batch)
    assert len(found) == SNAPSHOTS
    assert found[-1].watermark == run.watermark + SNAPSHOTS + 10
    assert [one.watermark for one in found] == sorted(one.watermark for one in found)


def test_time_of_an_unmeasured_batch_says_what_comes_next(admin, stage):
    assert "Not measured yet" in admin.get(time_url(stage.project)).text


def test_time_of_an_empty_project(admin, project):
    assert "Nothing has been rated yet" in admin.get(time_url(project)).text


@pytest.mark.parametrize("chart", ["forest", "time", "slices", "criterion-time"])
def test_charts_are_svg_files(admin, stage, run, chart):
    answer = admin.get(chart_url(stage.batch, chart, criterion="cites_policy", slice="all"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "attachment" in answer.headers["Content-Disposition"]
    drawn = ElementTree.fromstring(answer.content)
    assert drawn.tag == f"{SVG}svg"
    words = " ".join(text.text or "" for text in drawn.iter(f"{SVG}text"))
    assert "Alpha" in words


def test_names_are_text_in_every_chart(admin, project, ana, ben):
    stage = rated(project, [ana, ben], ["10", "11"], name="<script>alert(1)</script> & \x0b")
    measure(stage.batch)
    for chart in ("forest", "time"):
        answer = admin.get(chart_url(stage.batch, chart))
        assert "<script" not in answer.text
        ElementTree.fromstring(answer.content)


def test_time_is_a_csv_file_too(admin, stage, run):
    address = reverse("agreement_time_csv", args=[stage.project.slug, stage.batch.pk])
    rows = list(csv.DictReader(admin.get(address).text.splitlines()))
    assert [row["criterion"] for row in rows] == ["cites_policy", "polite"]
    stored = AgreementSlice.objects.get(run=run, slice=None, criterion__key="cites_policy")
    alpha = stored.statistics.get(statistic="alpha")
    assert float(rows[0]["alpha"]) == alpha.value
    assert rows[1]["alpha"] == ""


def test_downloads_hold_every_stored_statistic(admin, stage, run):
    address = reverse("agreement_json", args=[stage.project.slug, stage.batch.pk])
    (result,) = json.loads(admin.get(address).content)["results"]
    stored = AgreementSlice.objects.get(run=run, slice=None, criterion__key="cites_policy")
    (cites,) = [
        one for one in result["criteria"] if one["key"] == "cites_policy" and one["slice"] is None
    ]
    names = set(stored.statistics.values_list("statistic", flat=True)) - {"percent"}
    assert names <= set(cites)
    for name in ("expected_p", "alpha_below_667", "alpha_below_800", "details"):
        assert cites[name] == getattr(stored, name)
    # two criteria are too few to be drawn towards each other
    assert cites["alpha_shrunk"] is None
    table = admin.get(reverse("agreement_csv", args=[stage.project.slug, stage.batch.pk])).text
    (line, *_) = csv.DictReader(table.splitlines())
    assert names <= set(line)


def test_many_criteria_are_also_shown_shrunk(admin, project, ana, ben):
    version = factories.published(project, *(f"criterion_{number}" for number in range(6)))
    responses = [factories.response(factories.item(project)) for _ in range(12)]
    batch = factories.batch(version, responses, overlap=2)
    for place, response in enumerate(responses):
        for slot, rater in enumerate([ana, ben], start=1):
            seat = factories.seat(batch, response, rater, slot)
            values = {
                f"criterion_{number}": (place + (slot == 2 and place % (number + 2) == 0)) % 2
                for number in range(6)
            }
            factories.rating(seat, values)
    measure(batch)
    page = admin.get(reverse("agreement", args=[project.slug]))
    forest = page.context["measured"].forest
    assert forest.is_shrunk
    assert "many_criteria" in [lesson.code for lesson in forest.lessons]
    values = [float(row.value.replace("−", "-")) for row in forest.rows]
    drawn = [float(row.shrunk.split()[0].replace("−", "-")) for row in forest.rows]
    assert max(drawn) - min(drawn) < max(values) - min(values)
    assert "Many criteria at once" in page.text
    assert "Too few responses" in page.text
    one = admin.get(criterion_url(project, "criterion_0"))
    assert "Read as one of 6 criteria" in one.context["shrunk"]
    address = reverse("agreement_json", args=[project.slug, batch.pk])
    (result,) = json.loads(admin.get(address).content)["results"]
    assert result["criteria"][0]["alpha_shrunk"]["value"] == pytest.approx(drawn[0], abs=0.006)


def addresses(stage, run):
    project, batch = stage.project, stage.batch
    return [
        criterion_url(project, batch=batch.pk),
        chart_url(batch, "forest"),
        chart_url(batch, "time"),
        chart_url(batch, "slices", criterion="cites_policy"),
        reverse("agreement_time_csv", args=[project.slug, batch.pk]),
    ]


def test_person_who_rates_in_the_batch_sees_no_number(as_user, stage, run, ana):
    factories.member(stage.project, "ana", "admin")
    client = as_user(ana)
    assert {client.get(one).status_code for one in addresses(stage, run)} == {403}
    page = client.get(time_url(stage.project, batch=stage.batch.pk))
    assert "You are rating in this batch" in page.text
    assert "time" not in page.context
    Batch.objects.filter(pk=stage.batch.pk).update(state=Batch.State.CLOSED)
    assert {client.get(one).status_code for one in addresses(stage, run)} == {200}


@pytest.mark.parametrize(("role", "status"), [("viewer", 200), ("author", 200), ("expert", 403)])
def test_who_may_read_them(as_user, stage, run, role, status):
    client = as_user(factories.member(stage.project, "erin", role))
    asked = [*addresses(stage, run), time_url(stage.project)]
    assert {client.get(one).status_code for one in asked} == {status}


def test_outsider_finds_nothing(as_user, stage, run, dan):
    client = as_user(dan)
    asked = [*addresses(stage, run), time_url(stage.project)]
    assert {client.get(one).status_code for one in asked} == {404}


def test_wrong_verbs_are_refused(admin, stage, run):
    asked = [*addresses(stage, run), time_url(stage.project)]
    assert {admin.post(one).status_code for one in asked} == {405}


@pytest.mark.parametrize("key", ["nothing", "measure", "runs"])
def test_unknown_criterion_is_not_found(admin, stage, run, key):
    assert admin.get(criterion_url(stage.project, key)).status_code == 404


def test_unmeasured_batch_has_no_page_of_a_criterion(admin, stage):
    assert admin.get(criterion_url(stage.project)).status_code == 404


def test_batch_of_another_project_is_not_found(admin, stage, run):
    foreign = factories.project("foreign")
    other = rated(foreign, [factories.member(foreign, "eve", "expert")], ["1"])
    address = reverse("agreement_chart", args=[stage.project.slug, other.batch.pk, "forest"])
    assert admin.get(address).status_code == 404


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_asks_as_much_for_many_criteria_and_snapshots_as_for_one(admin, project, ana, ben):
    small = rated(project, [ana, ben], ["10", "11"], name="Small")
    measure(small.batch)
    pages = [
        lambda batch, key: criterion_url(project, key, batch=batch.pk, slice="all"),
        lambda batch, key: time_url(project, batch=batch.pk, slice="all"),
    ]
    one = [queries(admin, page(small.batch, "polite")) for page in pages]
    keys = [f"criterion_{number}" for number in range(20)]
    version = factories.draft(project, rubric_=factories.rubric(project, "long"))
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
    assert [queries(admin, page(big, "criterion_3")) for page in pages] == one
