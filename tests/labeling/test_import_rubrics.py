"""Rubric files of every format through `load`: one rubric, or those of single items by id."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.importing import load as load_files
from labeling.models import Criterion, Item, Level, Project, Rubric, RubricVersion
from labeling.rubric_formats import parse, read, write, write_items
from tests import factories
from tests.labeling.loading import run_load, write_lines
from tests.unit.rubric_formats.scoring import leaves, scored, tree_score

pytestmark = pytest.mark.django_db
type Load = Callable[..., dict]

TREES = ("mechanistic-understanding", "semantic-self-consistency", "stochastic-interpolants")
HEALTHBENCH = {
    "prompt_id": "hb-1",
    "prompt": [{"role": "user", "content": "May I?"}],
    "rubrics": [
        {"criterion": "Cites clause 4.2.", "points": 5, "tags": ["axis:policy"]},
        {"criterion": "Invents a clause.", "points": -4, "tags": []},
    ],
    "example_tags": ["theme:travel"],
    "ideal_completions_data": None,
    "canary": "",
}


@pytest.fixture
def load(project: Project, tmp_path: Path) -> Load:
    """Loads documents or lines as files of the kinds they are given for."""

    def run(**files: object) -> dict:
        arguments: list[str | Path] = []
        for kind, said in files.items():
            path = tmp_path / f"{kind}.file"
            if isinstance(said, list) and kind == "items":
                write_lines(path, said)
            else:
                path.write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode())
            arguments += [f"--{kind}", path]
        return run_load(project.slug, *arguments)

    return run


def new(count: int) -> dict[str, int]:
    return {"new": count, "same": 0, "rejected": 0}


def stored(project: Project) -> list[authoring.RubricVersion]:
    return list(RubricVersion.objects.filter(project=project).order_by("rubric", "number"))


@pytest.mark.parametrize("name", TREES)
def test_a_papers_tree_comes_back_from_the_database_equal(load, project, shared_data, name):
    raw = (shared_data / "paperbench_rubrics" / f"{name}.json").read_bytes()
    assert load(rubric=raw)["rubric"] == new(1)
    (version,) = stored(project)
    spec, tree = authoring.spec_of(version), json.loads(raw)
    assert write(spec, "paperbench") == tree
    values = [at % 2 for at, _ in enumerate(leaves(tree))]
    credits = {one["id"]: Fraction(value) for one, value in zip(leaves(tree), values, strict=True)}
    assert scored(spec, values) == tree_score(tree, credits)
    assert load(rubric=raw)["rubric"] == {"new": 0, "same": 1, "rejected": 0}


def test_points_of_hundreds_of_digits_keep_every_one(load, project):
    node = {"sub_tasks": [], "requirements": "Leaf.", "weight": 1}
    tree = {"requirements": "R", "sub_tasks": [{**node, "id": f"l{n}"} for n in range(2)]}
    for level in range(100):
        sibling = {**node, "id": f"s{level}", "weight": 101 + 2 * level}
        tree = {"requirements": "R", "weight": 97, "sub_tasks": [tree | {"weight": 89}, sibling]}
    load(rubric=tree)
    (version,) = stored(project)
    spec = authoring.spec_of(version)
    assert max(len(str(one.points)) for one in spec.criteria) > 200
    assert spec.criteria == read(tree).criteria


@pytest.mark.parametrize(
    ("raw", "criteria"),
    [
        (b"title: Refunds\ncriteria:\n  - criterion: Cites 4.2.\n    points: 2\n", 1),
        (b'[{"criterion": "Cites.", "points": 5, "tags": []}]', 1),
        (b'[{"title": "t", "description": "Essential: Cites.", "weight": 5}]', 1),
        (b'{"criteria": [{"text": "A.", "weight": 1, "choices": ["no", "yes"]}]}', 1),
        (b"vars: {q: a}\nassert:\n  - type: llm-rubric\n    value: Cites.\n", 1),
        (b'[{"requirement": "A."}, {"requirement": "B.", "weight": -1}]', 2),
    ],
)
def test_any_format_is_known_by_its_shape(load, project, raw, criteria):
    assert load(rubric=raw)["rubric"] == new(1)
    assert Criterion.objects.filter(version__project=project).count() == criteria


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a": 1}', "It is an object with the keys `a`."),
        (b"at: 2024-01-01", "2024-01-01 is a date; put it in quotes"),
        (b'[{"requirement": "A.", "type": "llm-rubric", "value": "A."}]', "could be autorubric or"),
        (b'[{"criterion": "A."}]', "is missing; a number is needed here"),
        (b'[{"criterion": "A.", "points": -1}]', "no criterion has positive points"),
        (b'{"requirements": "R", "sub_tasks": [' * 3000, "nested deeper than 4100 levels"),
    ],
)
def test_a_bad_file_leaves_nothing_and_says_why(project, tmp_path, raw, said):
    path = tmp_path / "rubric.json"
    path.write_bytes(raw)
    report = load_files(project, {"rubric": path}, by=None)
    messages = [fault.message for fault in report.faults]
    assert any(part in message for message in messages for part in said.split("|")), messages
    assert not report.taken
    assert not Rubric.objects.exists()


def test_healthbench_lines_are_items_with_their_rubrics(load, project):
    assert load(items=[HEALTHBENCH])["items"] == new(1)
    item = Item.objects.get(project=project)
    assert (item.external_id, item.tags) == ("hb-1", ["theme:travel"])
    assert item.messages == HEALTHBENCH["prompt"]
    (version,) = stored(project)
    assert version.rubric.item == item
    assert [str(one.points.normalize()) for one in version.criteria.all()] == ["5", "-4"]
    assert load(items=[HEALTHBENCH])["items"] == {"new": 0, "same": 1, "rejected": 0}


def test_all_biggen_items_load_and_come_back_equal(load, project, shared_data: Path):
    raw = (shared_data / "biggen_rubrics" / "items.jsonl").read_bytes()
    lines = parse(raw)
    assert load(items=lines)["items"] == new(384)
    rubrics = Rubric.objects.filter(project=project).select_related("item").order_by("item")
    found = authoring.rubrics_of_items(project)
    assert rubrics.count() == 384
    assert list(write_items(found, "biggen")) == lines


def test_faults_in_a_foreign_line_are_told_in_its_words(project, tmp_path):
    bad = {**HEALTHBENCH, "prompt_id": 7, "rubrics": [{"criterion": "A.", "points": "5"}]}
    path = write_lines(tmp_path / "items.jsonl", [bad, {**HEALTHBENCH, "prompt": 1}])
    report = load_files(project, {"items": path}, by=None)
    assert [(fault.line, fault.field, fault.message) for fault in report.faults] == [
        (1, "rubrics[0].points", "must be a number, not a text"),
        (2, "prompt", "must be a list of messages"),
    ]


class TestRubricsOfItemsByFile:
    """A rubric file of single items attaches to what is there, and changes it in bulk."""

    def lines(self, *names: str, points: int = 1) -> list[dict]:
        criteria = [{"key": "a", "criterion": "A.", "points": points}]
        return [{"id": name, "rubric": criteria} for name in names]

    def jsonl(self, *lines: dict) -> bytes:
        return b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    def test_to_items_that_are_there(self, load, project):
        for name in ("x", "y"):
            factories.item(project, name)
        told = load(rubric=self.jsonl(*self.lines("x", "y")))
        assert told["rubric"] == new(2)
        assert {one.rubric.item.external_id for one in stored(project)} == {"x", "y"}
        again = load(rubric=self.jsonl(*self.lines("x", "y")))
        assert again["rubric"] == {"new": 0, "same": 2, "rejected": 0}

    def test_to_items_of_the_same_load(self, load, project):
        told = load(
            rubric=self.jsonl(*self.lines("x", "y")),
            items=[{"id": name, "prompt": "?"} for name in "xy"],
        )
        assert (told["rubric"], told["items"]) == (new(2), new(2))

    def test_changed_in_bulk_each_gets_its_next_version(self, load, project):
        for name in "xyz":
            factories.item(project, name)
        load(rubric=self.jsonl(*self.lines("x", "y")))
        changed = [*self.lines("x", points=3), *self.lines("y", "z")]
        told = load(rubric=self.jsonl(*changed))
        assert told["rubric"] == {"new": 2, "same": 1, "rejected": 0}
        versions = [(one.rubric.item.external_id, one.number) for one in stored(project)]
        assert versions == [("x", 1), ("x", 2), ("y", 1), ("z", 1)]
        first, second = Criterion.objects.filter(version__rubric__item__external_id="x").order_by(
            "version__number"
        )
        # points alone changed, so the labels go on
        assert (second.fate, second.succeeds, second.lineage) == ("carry", first, first)

    def test_a_changed_scale_begins_a_lineage_of_its_own(self, load, project):
        factories.item(project, "x")
        load(rubric=self.jsonl(*self.lines("x")))
        levels = [{"value": n, "label": f"L{n}"} for n in range(3)]
        criterion = {"key": "a", "criterion": "A.", "points": 1}
        ordinal = {**criterion, "scale": {"type": "ordinal", "levels": levels}}
        load(rubric=self.jsonl({"id": "x", "rubric": [ordinal]}))
        second = Criterion.objects.get(version__number=2)
        assert (second.fate, second.lineage_id) == ("ask", second.pk)
        assert Level.objects.filter(criterion=second).count() == 3

    def test_each_bad_line_is_named_and_nothing_taken(self, project, tmp_path):
        factories.item(project, "x")
        lines = [
            *self.lines("x", "x", "nope"),
            {"id": "y", "rubric": [{"criterion": "A.", "points": -1}]},
        ]
        factories.item(project, "y")
        path = write_lines(tmp_path / "rubrics.jsonl", lines)
        report = load_files(project, {"rubric": path}, by=None)
        assert [(fault.line, fault.field, fault.message) for fault in report.faults] == [
            (2, "id", "`x` has a rubric further up in this file"),
            (3, "id", "there is no item `nope` in this project; give its file too"),
            (
                *(4, "criteria"),
                "no criterion has positive points, so no reward could be worked out",
            ),
        ]
        assert not Rubric.objects.exists()

    def test_an_open_draft_stands_in_the_way(self, load, project, carol, tmp_path):
        factories.item(project, "x")
        load(rubric=self.jsonl(*self.lines("x")))
        authoring.draft_of(Rubric.objects.get(), by=carol)
        path = write_lines(tmp_path / "rubrics.jsonl", self.lines("x", points=2))
        report = load_files(project, {"rubric": path}, by=None)
        assert [(fault.field, fault.message) for fault in report.faults] == [
            ("x", "version 2 of its rubric is open as a draft")
        ]

    def test_an_address_that_a_title_took_is_no_obstacle(self, load, project, carol):
        item = factories.item(project, "x")
        authoring.create_rubric(project, f"Item {item.pk}", by=carol)
        assert load(rubric=self.jsonl(*self.lines("x")))["rubric"] == new(1)
        assert Rubric.objects.get(item=item).slug == f"of-item-{item.pk}"

    def test_another_projects_items_are_not_there(self, load, dan):
        factories.item(dan.memberships.get().project, "x")
        assert load(rubric=self.jsonl(*self.lines("x")))["rubric"]["rejected"] == 1

    @pytest.mark.parametrize("again", [False, True])
    def test_as_many_queries_for_two_hundred_as_for_two(self, project, carol, again):
        def published(count: int, points: int) -> int:
            spec = read([{"criterion": "A.", "points": points, "tags": []}])
            items = [factories.item(project).pk for _ in range(count)]
            if again:
                authoring.publish_for_items(project, dict.fromkeys(items, spec), by=carol)
                spec = read([{"criterion": "A.", "points": points + 1, "tags": []}])
            with CaptureQueriesContext(
                connection,
            ) as queries:
                done = authoring.publish_for_items(project, dict.fromkeys(items, spec), by=carol)
            assert done.new == count
            return len(queries)

        assert published(2, 1) == published(200, 2)
