"""Exporting: complete or absent, the same bytes again, and nothing that was not released."""

import json

import pytest
from django.core.management import CommandError, call_command

from evals import exporting, verifying
from evals.exporting import dataset
from evals.models import Export
from evals.rft import checks, sentences
from labeling import runs
from labeling.errors import Conflict, DomainError, Problems
from labeling.models import Project, Rubric, RunState
from tests import factories
from tests.conftest import owner_connection
from tests.evals.loop import exported, measured, rated_batch, selected, shell, worker

LOW = {name: ["000 111", "000 111"] for name in ("a", "b", "c", "d")} | {"e": ["000 100"]}
FILES = ["train.jsonl", "valid.jsonl", "grader.json", "rubrics.jsonl", "manifest.json"]


@pytest.fixture
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "storage"
    return settings.MEDIA_ROOT


@pytest.fixture
def selection(project, storage):
    measured(rated_batch(project, LOW))
    return selected(project, {"released_points_min": 0.5})


def content(export):
    place = exporting.place_of(export.directory)
    return {path.name: path.read_bytes() for path in place.iterdir()}


def lines(export, name):
    return [json.loads(line) for line in content(export)[name].splitlines()]


def test_rows_hold_the_prompt_and_which_criteria_count(selection):
    export = exported(selection)
    rows = {row["id"]: row for row in lines(export, "train.jsonl") + lines(export, "valid.jsonl")}
    assert rows.keys() == LOW.keys()
    assert rows["a"]["messages"] == [{"role": "user", "content": "May I send the kettle a back?"}]
    # "e" has one response, on which experts disagree about politeness.
    assert (rows["a"]["uses_polite"], rows["e"]["uses_polite"]) == ("1", "0")
    released = {row["id"]: len(row["rubrics"]) for row in lines(export, "rubrics.jsonl")}
    assert released == {"a": 2, "b": 2, "c": 2, "d": 2, "e": 1}
    assert lines(export, "grader.json")[0]["type"] == "multi"


def test_what_models_answered_and_who_rated_stays_here(selection):
    text = b"".join(content(exported(selection)).values()).decode()
    assert "Yes, within 30 days." not in text
    assert "expert0" not in text


def test_the_manifest_names_inputs_by_hash_and_never_by_key_or_clock(selection):
    export = exported(selection)
    manifest = lines(export, "manifest.json")[0]
    assert manifest["kind"] == "draft"
    assert manifest["selection"] == selection.input_hash
    assert manifest["agreement"][0]["watermark"] == selection.agreement_run.watermark
    assert manifest["rubrics"] == {
        "refund-quality v1": selection.agreement_run.rubric_version.content_hash
    }
    assert manifest["counts"]["rows"] == export.rows == 5
    assert export.sha256 == exporting.files_of(export)[-1]["sha256"]
    assert str(export.created_at.year) not in json.dumps(manifest)
    # One response at a time is as usual.
    assert "way" not in manifest["agreement"][0]


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("grid", "Responses of an item side by side"),
        ("by_criterion", "One criterion at a time over several responses"),
    ],
)
def test_the_manifest_names_another_way_of_rating(selection, way, words):
    export = exported(selection)
    export.selection.agreement_run.batch.way = way
    told = dataset.provenance(export).agreement[0]
    assert (told["way"], told["way_of_rating"]) == (way, words)


def test_the_same_selection_gives_the_same_bytes_again(selection, settings):
    first = exported(selection)
    before = content(first)
    for path in exporting.place_of(first.directory).iterdir():
        path.unlink()
    again = exported(selection)
    assert again.pk != first.pk
    assert content(again) == before
    # The next version of the code selects afresh from the same facts.
    settings.VERSION = "next"
    measured(selection.agreement_run.batch)
    fresh = selected(selection.project, {"released_points_min": 0.5})
    assert fresh.pk != selection.pk
    assert content(exported(fresh)) == before


def test_a_second_wish_joins_the_release_there_is(selection):
    first = exported(selection)
    second, new = exporting.start(selection)
    assert (second.pk, new) == (first.pk, False)
    assert exporting.start(selection, judge_model="other-judge")[1]


def test_production_is_refused_with_everything_that_was_not_measured(selection):
    with pytest.raises(Problems) as refusal:
        exporting.start(selection, kind="production")
    assert {problem.where for problem in refusal.value.problems} >= {
        "grader validity",
        "solvability",
        "fresh-rater audit",
    }
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"targets": ["trl"]}, "There is no target trl; known are openai, demonstrations."),
        ({"targets": []}, "Name at least one target; known are openai, demonstrations."),
        ({"name": "two\nlines"}, "The name must be one line"),
        ({"judge_model": "x" * 101}, "The judge model must be one line"),
    ],
)
def test_what_cannot_be_written_is_refused(selection, options, fault):
    with pytest.raises(DomainError, match=fault):
        exporting.start(selection, **options)


def test_an_empty_selection_says_where_the_items_were_lost(project, storage):
    measured(rated_batch(project, {"a": ["000 111"], "b": ["010 111"], "c": ["000 000"]}))
    selection = selected(project, {"low": {"by": "consensus", "max": 0.0}, "criteria": ["polite"]})
    refused = selected(project, {"low": {"by": "consensus", "max": 0.4}})
    assert selection.items.filter(verdict="in").count() == 1
    assert refused.items.filter(verdict="in").count() == 1
    empty = selected(project, {"raters_min": 4})
    with pytest.raises(DomainError) as refusal:
        exporting.start(empty)
    assert str(refusal.value) == (
        "There is nothing to export: 0 of 3 items are in; "
        "3 lost at “released criteria carry enough points”."
    )


def test_an_item_with_a_rubric_of_its_own_is_left_out_and_named(selection):
    own = selection.project.items.get(external_id="b")
    Rubric.objects.create(project=selection.project, slug="of-b", title="Of b", item=own)
    export = exported(selection)
    assert export.manifest["excluded"] == [{"id": "b", "reason": sentences.OWN_RUBRIC()}]
    for name in ("train.jsonl", "valid.jsonl", "rubrics.jsonl"):
        assert "b" not in {row["id"] for row in lines(export, name)}
    assert export.rows == len(LOW) - 1


def test_an_item_that_cannot_become_a_row_is_listed_with_its_reason(project, storage):
    batch = rated_batch(project, LOW)
    odd_messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"}]
    odd = project.items.create(
        external_id="odd-2",
        group_key="odd-2",
        messages=odd_messages,
        content_hash=factories.digest("odd-2"),
    )
    response = factories.response(odd)
    batch.queue.create(project=project, response=response, key=99, overlap=3)
    for slot, seat in enumerate(batch.assignments.order_by("pk")[:3], start=1):
        made = factories.seat(batch, response, seat.rater, slot=slot)
        factories.rating(made, {"cites_policy": 0, "polite": 1})
    measured(batch)
    export = exported(selected(project, {"released_points_min": 0.5}))
    (excluded,) = export.manifest["excluded"]
    assert excluded["id"] == "odd-2"
    assert "the model must answer a user" in excluded["reason"]
    assert export.rows == 5
    assert "odd-2" not in {row["id"] for row in lines(export, "rubrics.jsonl")}


def test_a_full_file_refuses_the_rest(selection, monkeypatch):
    monkeypatch.setitem(checks.ROWS_MAX, "train", 2)
    export = exported(selection)
    assert export.manifest["counts"]["splits"]["train"]["rows"] == 2
    assert "train.jsonl is full with 2 rows" in export.manifest["excluded"][0]["reason"]


def test_a_job_that_breaks_half_way_leaves_nothing_and_is_tried_again(selection, monkeypatch):
    run, _ = exporting.start(selection)
    monkeypatch.setattr(dataset, "rubric_row", lambda *args: 1 / 0)
    with runs.executing(Export, run.pk) as attempt:
        exporting.write(attempt)
    run.refresh_from_db()
    assert run.state == RunState.PENDING
    assert list((exporting.place_of("exports")).iterdir()) == []
    monkeypatch.undo()
    assert exported(selection).state == RunState.FINISHED


def test_what_a_killed_attempt_left_is_replaced(selection):
    run, _ = exporting.start(selection)
    place = exporting.place_of(f"exports/{run.input_hash}")
    half = place.parent / f".{place.name}.x1"
    half.mkdir(parents=True)
    place.mkdir()
    (place / "train.jsonl").write_text("half")
    export = exported(selection)
    assert sorted(content(export)) == sorted(FILES)
    assert not half.exists()


def test_an_attempt_that_was_taken_over_publishes_nothing(selection):
    run, _ = exporting.start(selection)
    stale = runs._take(Export, run.pk)
    Export.objects.filter(pk=run.pk).update(fence=stale.fence + 1)
    with pytest.raises(runs.Superseded):
        exporting.write(stale)
    run.refresh_from_db()
    assert (run.state, run.directory) == (RunState.RUNNING, "")


def test_the_copy_is_complete_or_absent(selection, tmp_path, monkeypatch):
    export = exported(selection)
    out = tmp_path / "out"
    exporting.copy_out(export, out)
    exporting.copy_out(export, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == content(export)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(Conflict, match="holds something else"):
        exporting.copy_out(export, tmp_path / "full")
    damaged = exporting.place_of(export.directory) / "valid.jsonl"
    damaged.write_bytes(damaged.read_bytes() + b" ")
    with pytest.raises(DomainError, match=r"valid\.jsonl has been changed in the storage"):
        exporting.copy_out(export, tmp_path / "other")
    assert not (tmp_path / "other").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".other")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "update evals_agreementslice set unanimous = unanimous + 1 where slice is null",
            "cites_policy: Counted again, it has another unanimous.",
        ),
        (
            "update evals_agreement set value = value - 0.001 where statistic = 'ac1'",
            "cites_policy: Counted again, it has another ac1.",
        ),
        (
            "update evals_selecteditem set mean_reward = 0.4 where item_id ="
            " (select id from labeling_item where external_id = 'a')",
            "Item a has another mean_reward now.",
        ),
        (
            "update evals_selection set funnel = '[]'",
            "Its funnel counts otherwise when it is applied again.",
        ),
    ],
)
def test_verifying_finds_what_no_file_shows(storage, tmp_path, change, fault):
    measured(rated_batch(factories.project(), LOW))
    export = exported(selected(Project.objects.get(), {"released_points_min": 0.5}))
    exporting.copy_out(export, tmp_path / "out")
    verifying.verify(tmp_path / "out")
    with owner_connection() as owner:
        table = change.split()[1]
        owner.execute(f"alter table {table} disable trigger user")
        owner.execute(change)
        owner.execute(f"alter table {table} enable trigger user")
    with pytest.raises(Problems) as refusal:
        verifying.verify(tmp_path / "out")
    assert fault in "\n".join(str(problem) for problem in refusal.value.problems)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["refunds"], 2),
        ([], 2),
        (["refunds", "--verify", "x"], 2),
        (["--verify", "missing"], 1),
        (["refunds", "--selection", "99", "--target", "openai", "--out", "x"], 1),
    ],
)
def test_wrong_usage_is_two_and_bad_input_is_one(project, arguments, code):
    with pytest.raises(CommandError) as refusal:
        call_command("export", *arguments)
    assert refusal.value.returncode == code


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_a_directory_and_proves_it(storage, tmp_path):
    project = factories.project()
    measured(rated_batch(project, LOW))
    selection = selected(project, {"released_points_min": 0.5})
    out = tmp_path / "deep" / "out"
    with worker():
        answer = shell(
            "export", "refunds", "--selection", str(selection.pk), "--target", "openai",
            "--judge-model", "judge-7", "--out", str(out),
        )  # fmt: skip
    assert [each["name"] for each in answer["files"]] == FILES
    assert answer["kind"] == "draft"
    assert answer["not_measured"]
    assert json.loads((out / "manifest.json").read_text())["judge_model"] == "judge-7"
    proof = shell("export", "--verify", str(out))
    assert (proof["verified"], proof["files"], proof["rows"]) == (True, 5, 5)
