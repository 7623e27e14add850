"""What good lines become: identities, repeats, other content, skipping."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evals.models import Grade, Grader, GradingRun
from labeling.models import Generator, Item, Project, Response, RubricVersion
from tests import factories
from tests.labeling.loading import run_load, write_lines

type Load = Callable[..., dict]


@pytest.fixture
def load(project: Project, tmp_path: Path) -> Load:
    """Loads lists of objects by kind; the counts, and under `problems` what was rejected."""

    def run(*arguments: str, **kinds: Iterable[dict]) -> dict:
        given: list[str | Path] = list(arguments)
        for kind, lines in kinds.items():
            given += [f"--{kind}", write_lines(tmp_path / f"{kind}.jsonl", lines)]
        return run_load(project.slug, *given)

    return run


def fates(counts: dict) -> tuple[int, int, int]:
    return counts["new"], counts["same"], counts["rejected"]


ITEM = {"id": "kettle", "prompt": "May I send it back?", "tags": ["eu"], "metadata": {"n": 1.50}}


def test_an_item_keeps_all_it_says(load: Load) -> None:
    item = {**ITEM, "group": "g", "reference": "Yes.", "tools": [{"type": "function"}]}
    load(items=[item])
    row = Item.objects.get()
    assert row.messages == [{"role": "user", "content": "May I send it back?"}]
    assert (row.group_key, row.reference, row.tags) == ("g", "Yes.", ["eu"])
    assert row.tools == [{"type": "function"}]
    assert row.metadata == {"n": 1.5}


def test_a_prompt_and_its_message_are_the_same_item(load: Load) -> None:
    load(items=[ITEM])
    spelled = {**ITEM, "messages": [{"content": ITEM["prompt"], "role": "user"}]}
    del spelled["prompt"]
    assert fates(load(items=[spelled])["items"]) == (0, 1, 0)


def test_other_content_under_the_same_id_is_rejected(load: Load) -> None:
    load(items=[ITEM])
    result = load(items=[{**ITEM, "prompt": "Another question"}])
    assert fates(result["items"]) == (0, 0, 1)
    assert result["problems"][0]["line"] == 1
    assert result["problems"][0]["field"] == "id"
    assert "`kettle` is in the project already, with other content" in str(result["problems"])


def test_repeats_within_a_file_name_the_first_line(load: Load) -> None:
    result = load("--skip-invalid", items=[ITEM, ITEM, {**ITEM, "prompt": "Another"}])
    assert fates(result["items"]) == (1, 1, 1)
    assert result["problems"][0]["line"] == 3
    assert (
        result["problems"][0]["message"] == "this id stands on line 1 already, with other content"
    )


def test_an_items_own_rubric_is_published_with_it(load: Load) -> None:
    load(items=[{**ITEM, "rubric": [{"criterion": "Names the paragraph.", "points": 5}]}])
    version = RubricVersion.objects.get()
    assert version.rubric.item == Item.objects.get()
    assert version.status == "published"
    assert [criterion.points for criterion in version.criteria.all()] == [5]


def test_items_and_their_responses_come_in_one_load(load: Load) -> None:
    result = load(
        items=[ITEM],
        responses=[
            {"item_id": "kettle", "generator": "a", "output": "Yes."},
            {"item_id": "kettle", "generator": "a", "output": "No."},
            {"item_id": "kettle", "generator": {"name": "ana", "kind": "expert"}, "output": ""},
        ],
    )
    assert fates(result["responses"]) == (3, 0, 0)
    rows = Response.objects.order_by("pk").values_list("external_id", "index", "output")
    assert list(rows) == [
        ("kettle/a/0", 0, "Yes."),
        ("kettle/a/1", 1, "No."),
        ("kettle/ana/0", 0, ""),
    ]
    kinds = Generator.objects.order_by("pk").values_list("name", "kind")
    assert list(kinds) == [("a", "model"), ("ana", "expert")]


def test_the_output_is_the_text_of_the_last_answer(load: Load) -> None:
    messages = [
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
        {"role": "tool", "content": "order 7"},
        {"role": "assistant", "content": [{"type": "text", "text": "It is "}, {"type": "image"}]},
    ]
    load(items=[ITEM], responses=[{"item_id": "kettle", "generator": "a", "messages": messages}])
    row = Response.objects.get()
    assert row.output == "It is "
    assert row.messages == messages


def test_the_same_responses_again_add_nothing(load: Load) -> None:
    lines = [
        {"item_id": "kettle", "generator": "a", "output": "Yes."},
        {"item_id": "kettle", "generator": {"name": "a", "params": {"t": 1}}, "output": "Well."},
        {"id": "r", "item_id": "kettle", "generator": "a", "output": "Mine."},
        {"id": "s", "item_id": "kettle", "generator": "a", "output": None, "withheld": "Private."},
    ]
    assert fates(load(items=[ITEM], responses=lines)["responses"]) == (4, 0, 0)
    assert fates(load(responses=lines)["responses"]) == (0, 4, 0)
    # Without ids the file counts from 0; those with ids take the next free index.
    rows = Response.objects.filter(generator__params={}).order_by("index")
    assert list(rows.values_list("index", "withheld")) == [(0, None), (1, None), (2, "Private.")]


def test_another_answer_under_the_same_identity_is_rejected(load: Load) -> None:
    line = {"item_id": "kettle", "generator": "a", "output": "Yes."}
    load(items=[ITEM], responses=[line, {**line, "id": "r", "index": 7}])
    result = load("--skip-invalid", responses=[{**line, "output": "No."}])
    assert fates(result["responses"]) == (0, 0, 1)
    assert fates(load(responses=[{**line, "id": "r", "output": "x"}])["responses"]) == (0, 0, 1)
    assert fates(load(responses=[{**line, "id": "q", "index": 7}])["responses"]) == (0, 0, 1)
    assert Response.objects.count() == 2


def test_whole_or_nothing_over_all_files(load: Load) -> None:
    result = load(items=[ITEM, {"id": "tea"}], responses=[])
    assert fates(result["items"]) == (1, 0, 1)
    assert result["loaded"] is False
    assert Item.objects.count() == 0


def test_skipping_takes_the_good_and_writes_the_bad_aside(load: Load, tmp_path: Path) -> None:
    bad = {"id": "tea", "prompt": 5}
    result = load("--skip-invalid", items=[bad, ITEM, {**ITEM, "prompt": "Other"}])
    assert fates(result["items"]) == (1, 0, 2)
    assert Item.objects.count() == 1
    rejects = (tmp_path / "items.jsonl.rejects.jsonl").read_text().splitlines()
    first, second = map(json.loads, rejects)
    assert first == {
        "line": 1,
        "text": json.dumps(bad),
        "problems": [{"field": "prompt", "message": "must be a text, not a number"}],
    }
    assert second["line"] == 3


def test_a_map_renames_columns_and_leaves_some_out(
    project: Project, load: Load, tmp_path: Path
) -> None:
    path = tmp_path / "map.json"
    path.write_text('{"columns": {"uid": "id", "question": "prompt", "secret": null}}')
    line = {"uid": "kettle", "question": "May I?", "secret": "x"}
    assert fates(load("--map", str(path), items=[line])["items"]) == (1, 0, 0)
    assert Item.objects.get().external_id == "kettle"


@pytest.mark.parametrize(
    "text", ['{"colums": {}}', '{"columns": {"a": "nonsense"}}', '{"values": {"*": 1}}', "[]"]
)
def test_a_wrong_map_is_refused(project: Project, tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(text)
    (tmp_path / "items.jsonl").write_text(json.dumps(ITEM))
    with pytest.raises(CommandError) as caught:
        call_command("load", project.slug, items=tmp_path / "items.jsonl", map=path)
    assert caught.value.returncode == 1


def test_grades_land_in_a_finished_run_of_their_grader(project: Project, load: Load) -> None:
    factories.published(project)
    factories.response(factories.item(project), external_id="r")
    line = {"response_id": "r", "grader": "Judge (v1)"}
    grades = [
        {**line, "score": 0.25, "criterion": "polite", "value": "Met"},
        {**line, "reward": None, "error": "timeout", "repeat": 1},
    ]
    assert fates(load(grades=grades)["grades"]) == (2, 0, 0)
    assert fates(load(grades=grades)["grades"]) == (0, 2, 0)
    run = GradingRun.objects.get()
    assert (run.state, run.imported, run.done) == ("finished", True, 2)
    assert Grader.objects.get().spec == {"type": "imported", "name": "Judge (v1)"}
    assert list(Grade.objects.order_by("pk").values_list("reward", "error", "value")) == [
        (0.25, None, 1),
        (None, "timeout", None),
    ]
    other = load(grades=[{**line, "reward": 1, "criterion": "polite", "value": "Met"}])
    assert fates(other["grades"]) == (0, 0, 1)
