"""Agreement, gradings, selections and exports over HTTP, shut to whoever rates."""

from __future__ import annotations

import hashlib

import pytest

from evals import tasks
from evals.models import AgreementRun, Export, GradingRun, Selection
from labeling.models import Membership, Rating
from tests import factories
from tests.api.conftest import GRADER, RULE, measured, queries_of, rate

pytestmark = pytest.mark.usefixtures("stage")

P = "projects/refunds/"


@pytest.fixture
def ada(world):
    """An admin who also rates in a batch that is open, rated and measured."""
    ada = factories.member(world.project, "ada", "admin", "expert")
    item = factories.item(world.project)
    responses = [factories.response(item) for _ in range(2)]
    shut = factories.batch(world.version, responses, name="Shut", overlap=2)
    rate(shut, responses, [ada, factories.member(world.project, "cem", "expert")])
    ada.shut, ada.run = shut, measured(shut)
    return ada


def test_agreement_is_the_document_of_the_command(world, carol, script):
    report = script(carol).get(f"{P}agreement/").json()
    (result,) = report["results"]
    assert (report["project"], result["batch"]) == ("refunds", "February")
    # Two experts on four responses under two criteria: 16 scores, all alike, so no variation.
    assert result["ratings_through"] == 16
    first = result["criteria"][0]
    assert (first["key"], first["unanimous"], first["n_ratings"]) == ("cites_policy", 4, 8)
    assert first["alpha"]["value"] is None
    assert first["alpha"]["undefined_reason"]


def test_slices_are_asked_for_by_name(world, carol, script):
    asking = script(carol)
    started = asking.post(f"{P}agreement/", {"slices": ["generator_kind=model"], "seed": 1})
    (run,) = started.json()["runs"]
    assert asking.get(f"{P}agreement/runs/{run['id']}/").json()["report"] is None
    tasks.measure_agreement(run["id"])
    shown = asking.get(f"{P}agreement/runs/{run['id']}/?slice=generator_kind=model").json()
    slices = [row["slice"] for row in shown["report"]["results"][0]["criteria"]]
    assert slices.count("generator_kind=model") == 2
    assert asking.get(f"{P}agreement/?slice=response__item__id=1").status_code == 422


def test_measuring_the_same_ratings_joins_the_run_there_is(world, carol, script):
    answer = script(carol).post(f"{P}agreement/", {"batch": world.closed.pk})
    assert [run["id"] for run in answer.json()["runs"]] == [world.run.pk]
    assert AgreementRun.objects.count() == 1


def test_a_batch_of_another_project_is_unknown(world, carol, script):
    other = factories.project("elsewhere")
    theirs = factories.batch(factories.published(other))
    asking = script(carol)
    for answer in (
        asking.get(f"{P}agreement/?batch={theirs.pk}"),
        asking.post(f"{P}agreement/", {"batch": theirs.pk}),
        asking.post(f"{P}selections/?batch={theirs.pk}", RULE),
    ):
        assert answer.status_code == 422
        assert "no batch" in answer.json()["title"]


def test_results_stay_shut_to_whoever_rates_in_the_batch(ada, world, script):
    asking = script(ada)
    (result,) = asking.get(f"{P}agreement/").json()["results"]
    assert result["batch"] == "February"
    assert asking.get(f"{P}agreement/?batch={ada.shut.pk}").status_code == 403
    assert asking.get(f"{P}agreement/runs/{ada.run.pk}/").status_code == 403
    assert asking.post(f"{P}selections/?batch={ada.shut.pk}", RULE).status_code == 403
    started = asking.post(f"{P}selections/", RULE).json()
    assert started["batch"] == world.closed.pk


def test_what_was_selected_from_a_shut_batch_is_shut_too(ada, world, carol, script):
    started = script(carol).post(f"{P}selections/?batch={ada.shut.pk}", RULE).json()
    tasks.select_items(started["id"])
    export = script(carol).post(f"{P}selections/{started['id']}/exports/", {}).json()
    tasks.write_export(export["id"])
    asking = script(ada)
    for path in (
        f"selections/{started['id']}/",
        f"selections/{started['id']}/items/",
        f"exports/{export['id']}/",
        f"exports/{export['id']}/files/train.jsonl/",
    ):
        assert script(carol).get(f"{P}{path}").status_code == 200, path
        assert asking.get(f"{P}{path}").status_code == 403, path
    shown = [row["id"] for row in asking.get(f"{P}selections/").json()["results"]]
    assert shown == [world.selection.pk]


def test_a_grader_is_registered_and_its_run_reported(world, carol, script):
    asking = script(carol)
    spec = {**GRADER, "name": "Says within", "reference": "within"}
    started = asking.post(f"{P}gradings/", spec)
    assert started.status_code == 202
    pk = started.json()["id"]
    assert asking.get(f"{P}gradings/{pk}/").json()["report"] is None
    tasks.grade_responses(pk)
    report = asking.get(f"{P}gradings/{pk}/").json()["report"]
    # Every answer is "Yes, within 30 days."
    assert (report["graded"], report["errors"], report["mean_reward"]) == (4, {}, 1.0)
    assert GradingRun.objects.get(pk=pk).created_by == carol
    names = [row["spec"]["name"] for row in asking.get(f"{P}graders/").json()["results"]]
    assert names == ["Says within", "Says yes"]


@pytest.mark.parametrize(
    ("spec", "where"),
    [({}, "type"), ({"type": "python", "source": "def grade"}, ""), ([1], "")],
)
def test_a_grader_that_cannot_be_read_is_refused(world, carol, script, spec, where):
    answer = script(carol).post(f"{P}gradings/", spec)
    assert answer.status_code == 422
    assert any(where in problem["where"] for problem in answer.json()["problems"])


def test_a_selection_shows_its_funnel_and_every_item(world, carol, script):
    asking = script(carol)
    shown = asking.get(f"{P}selections/{world.selection.pk}/").json()
    assert shown["rule"]["raters_min"] == 2
    assert {step["counts"] for step in shown["funnel"]} == {"units", "responses", "items"}
    path = f"{P}selections/{world.selection.pk}/items/"
    every = asking.get(path).json()
    # Both experts found of every response that it is polite and cites nothing: reward 1/2.
    assert [row["id"] for row in every["results"]] == ["case-0", "case-1", "case-2", "case-3"]
    assert {row["verdict"] for row in every["results"]} == {"in"}
    assert {row["mean_reward"] for row in every["results"]} == {0.5}
    assert asking.get(f"{path}?verdict=out").json()["count"] == 0
    assert asking.get(f"{path}?verdict=maybe").status_code == 400


def test_every_fault_of_a_rule_is_named(world, carol, script):
    rule = {"raters_min": 0, "low": {"by": "luck"}, "items__project": 1}
    answer = script(carol).post(f"{P}selections/", rule)
    assert answer.status_code == 422
    assert [problem["where"] for problem in answer.json()["problems"]] == ["items__project"]
    del rule["items__project"]
    answer = script(carol).post(f"{P}selections/", rule)
    assert {one["where"] for one in answer.json()["problems"]} == {"raters_min", "low.by"}
    assert Selection.objects.count() == 1


def test_the_same_rule_joins_the_selection_there_is(world, carol, script):
    answer = script(carol).post(f"{P}selections/?batch={world.closed.pk}", RULE)
    assert answer.json()["id"] == world.selection.pk


def test_an_export_is_fetched_byte_for_byte(world, carol, script):
    asking, path = script(carol), f"{P}exports/{world.export.pk}/"
    shown = asking.get(path).json()
    assert shown["kind"] == "draft"
    assert shown["manifest"]["not_measured"]
    assert "train.jsonl" in {file["name"] for file in shown["files"]}
    lines = 0
    for file in shown["files"]:
        answer = asking.get(f"{path}files/{file['name']}/")
        content = b"".join(answer.streaming_content)
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["bytes"]
        lines += content.count(b"\n") if file["name"] in ("train.jsonl", "valid.jsonl") else 0
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert lines == shown["rows"] > 0


def test_no_name_leads_out_of_the_export(world, carol, script):
    for name in ("..", "%2e%2e", "..%2Fmanifest.json", "manifest.json%00", "%2Fetc%2Fpasswd", ".x"):
        answer = script(carol).get(f"{P}exports/{world.export.pk}/files/{name}/")
        assert answer.status_code == 404, name


def test_an_export_of_another_project_is_404_whatever_the_address(world, dan, script):
    for path in (
        f"projects/elsewhere/exports/{world.export.pk}/",
        f"{P}exports/{world.export.pk}/",
    ):
        for end in ("", "files/train.jsonl/"):
            assert script(dan).get(f"{path}{end}").status_code == 404


def test_production_is_refused_with_what_is_not_measured(world, carol, script):
    path = f"{P}selections/{world.selection.pk}/exports/"
    answer = script(carol).post(path, {"kind": "production"})
    assert answer.status_code == 422
    assert answer.json()["problems"]
    assert Export.objects.count() == 1
    assert script(carol).post(path, {"targets": ["../x"]}).status_code == 400


LISTS = ["gradings/", "graders/", "selections/", "exports/"]


@pytest.mark.parametrize("path", [*LISTS, "selections/{}/items/"])
def test_a_list_asks_as_often_for_many_rows_as_for_one(world, carol, script, path):
    asking = script(carol)
    path = P + path.format(world.selection.pk)
    few = queries_of(asking, f"{path}?page_size=1")
    for number in range(8):
        asking.post(f"{P}gradings/", {**GRADER, "name": f"Grader {number}"})
        started = asking.post(f"{P}selections/", {**RULE, "seed": number + 1}).json()
        export = {"name": f"Export {number}"}
        asking.post(f"{P}selections/{world.selection.pk}/exports/", export)
        assert started["state"] == "pending"
    assert queries_of(asking, path) == few
    assert Rating.objects.count() == 8
    assert Membership.objects.filter(user=carol).count() == 1
