"""Trees as flat criteria: scored alike to the last digit, written back as they came."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.errors import Problems
from labeling.rubric_formats import json_text, parse, read, write
from labeling.spec import parse_rubric, to_json
from labeling.strict_json import InvalidJson
from tests.unit.rubric_formats.building import SMALL, branch, leaf
from tests.unit.rubric_formats.scoring import leaves, scored, tree_score

NAMES = ("mechanistic-understanding", "semantic-self-consistency", "stochastic-interpolants")


def faults(tree: object) -> list[str]:
    with pytest.raises(Problems) as caught:
        read(tree, "paperbench")
    return [str(problem) for problem in caught.value.problems]


def assert_scored_alike(tree: dict, rounds: int = 25) -> None:
    spec, chance = read(tree, "paperbench"), random.Random(7)
    found = leaves(tree)
    for _ in range(rounds):
        values = [chance.randint(0, 1) for _ in found]
        credits = {one["id"]: Fraction(value) for one, value in zip(found, values, strict=True)}
        assert scored(spec, values) == tree_score(tree, credits)


def test_shares_become_whole_points_and_branches_sections():
    spec = read(SMALL, "paperbench")
    # shares 2/5, 3/5 * 1/4 = 3/20, 3/5 * 3/4 = 9/20; in fifths of the root's weights: 2, 3/4, 9/4
    assert [(one.key, one.points) for one in spec.criteria] == [("a", 8), ("c", 3), ("d", 9)]
    assert [one.path for one in spec.criteria] == [(), ("Branch b holds.",), ("Branch b holds.",)]
    assert spec.title == "Branch root holds."
    assert spec.criteria[0].dimension == "Code Development"
    assert spec.criteria[0].tags == ("Logging",)
    assert_scored_alike(SMALL)


def test_weights_of_siblings_that_are_whole_already_stay_the_points():
    spec = read(branch("root", 1, leaf("a", 10), leaf("b", 20)), "paperbench")
    assert [one.points for one in spec.criteria] == [10, 20]


@pytest.mark.parametrize("name", NAMES)
def test_papers_come_back_equal_and_are_scored_alike(shared_data: Path, name):
    raw = (shared_data / "paperbench_rubrics" / f"{name}.json").read_bytes()
    tree = parse(raw)
    spec = read(tree)
    assert write(spec, "paperbench") == tree == json.loads(raw)
    assert parse(json_text(write(spec, "paperbench")).encode()) == tree
    # Stored as a rubric file in between, it is the same.
    again = parse_rubric(json.loads(json.dumps(to_json(spec))))
    assert write(again, "paperbench") == tree
    assert_scored_alike(tree)


@pytest.mark.parametrize(
    "tree",
    [
        branch("root", 1, branch("b", 1, branch("c", 7, leaf("only", 3)))),
        branch("root", 1, leaf("a", 0), leaf("b", 2), branch("c", 0, leaf("d", 0), leaf("e", 5))),
        branch("root", 0, leaf("a", 0.5), leaf("b", 0.25), branch("c", 1.125, leaf("d", 1e-6))),
        branch("root", 5, leaf("a", 10**30), leaf("b", 1)),
        branch("root", 1, leaf("n-a"), leaf("N-B"), leaf("1"), leaf("ü"), leaf("x" * 70)),
        branch("root", 1, leaf("a", 1, note="kept", task_category=None), leaf("b", 1, rank=[1])),
        branch("root", 1, {**leaf("a"), "sub_tasks": None}, leaf("b")),
        branch("root", 1, branch("b", 1, leaf("c")), leaf("d"), branch("e", 1, leaf("f"))),
        {**branch("root", 1, leaf("a")), "source": {"paper": "x"}, "requirements": "R " * 500},
        branch("root", 1, {**branch("b", 1, leaf("a")), "requirements": "S " * 1500}, leaf("c")),
        leaf("alone", 4),
    ],
    ids=range(11),
)
def test_odd_trees_come_back_equal(tree):
    spec = read(tree, "paperbench")
    assert write(spec, "paperbench") == tree
    again = parse_rubric(json.loads(json.dumps(to_json(spec))))
    assert write(again, "paperbench") == tree


def test_a_leaf_of_no_weight_is_asked_and_pays_nothing():
    tree = branch("root", 1, leaf("a", 0), leaf("b", 2))
    assert [one.points for one in read(tree).criteria] == [None, 2]
    assert_scored_alike(tree)


def test_a_rubric_of_ours_becomes_a_tree_of_its_sections():
    criteria = [
        {"key": "a", "criterion": "A.", "points": 2, "path": ["Style"]},
        {"key": "b", "criterion": "B.", "points": 3},
        {"key": "c", "criterion": "C.", "points": 4, "path": ["Style", "Tone"]},
    ]
    spec = parse_rubric({"title": "Letters", "criteria": criteria})
    tree = write(spec, "paperbench")
    assert tree["requirements"] == "Letters"
    assert tree_score(tree, {"a": Fraction(1), "b": Fraction(0), "c": Fraction(1)}) == (
        Fraction(6, 9)
    )
    assert [one.path for one in read(tree).criteria] == [("Style",), ("Style", "Tone"), ()]


FAULTS = [
    ({"requirements": "R", "sub_tasks": [1]}, "sub_tasks[0]: must be an object, not a number"),
    (branch("r", 1, leaf("a", None)), "sub_tasks[0].weight: is missing; a number is needed here"),
    (branch("r", 1, leaf("a", -1)),
     "sub_tasks[0].weight: must be a number of at least 0"),
    (branch("r", 1, leaf("a", "1")),
     "sub_tasks[0].weight: must be a number of at least 0"),
    (branch("r", 1, leaf("a", float("nan"))),
     "sub_tasks[0].weight: must be a number of at least 0"),
    (branch("r", 1, leaf("a"), branch("b", 1, leaf("c", 0), leaf("d", 0))),
     "sub_tasks[1].sub_tasks: the weights of its children are all 0, so it could never be scored"),
    (branch("r", 1, leaf("a"), leaf("a")), "sub_tasks[1].id: `a` is the id of sub_tasks[0] too"),
    (branch("r", 1, leaf("a", requirements=" ")),
     "sub_tasks[0].requirements: is empty; a text is needed here"),
    (branch("r", 1, leaf("a", requirements=["x"])),
     "sub_tasks[0].requirements: must be a text, not a list"),
    (branch("r", 1, {**branch("b", 1, leaf("a")), "requirements": None}),
     "sub_tasks[0].requirements: is missing; a text is needed here"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "fault"), FAULTS, ids=range(len(FAULTS)))
def test_what_is_wrong_with_a_tree_is_told_in_its_words(tree, fault):
    assert fault in faults(tree)


def chain(depth: int) -> dict:
    tree = branch("b", 3, leaf("a", 2), leaf("z", 5))
    for level in range(depth):
        tree = branch(f"b{level}", 1, tree)
    return tree


def same(one: object, two: object) -> bool:
    """Equality without recursion: trees here are deeper than Python's stack."""
    return json_text(one) == json_text(two)


def test_a_tree_deeper_than_any_stack_goes_in_and_out():
    tree = chain(1_500)
    text = json_text(tree)
    spec = read(parse(text.encode()))
    assert [one.points for one in spec.criteria] == [2, 5]
    # the outermost fifteen and the innermost sixteen sections, and a mark between them
    assert len(spec.criteria[0].path) == 32
    assert spec.criteria[0].path[15] == "…"
    ordered = parse(text.encode())
    assert same(_sorted(write(spec, "paperbench")), _sorted(ordered))


def _sorted(tree: dict) -> list[object]:
    """The nodes from the root on, each without its children, keys in order."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        found.append({key: node[key] for key in sorted(node) if key != "sub_tasks"})
        waiting += reversed(node["sub_tasks"])
    return found


def test_ten_thousand_levels_are_refused_in_words():
    with pytest.raises(InvalidJson, match="nested deeper than 4100 levels"):
        parse(json_text(chain(10_000)).encode())
    assert faults(chain(10_000)) == ["the tree is deeper than 2,000 levels"]


def test_a_tree_in_itself_is_refused_and_does_not_hang():
    tree = branch("r", 1, leaf("a"))
    tree["sub_tasks"].append(tree)
    assert "the tree is deeper than 2,000 levels" in faults(tree)


def test_a_comb_whose_shares_need_too_many_digits_is_refused():
    tree = branch("r", 1, leaf("a"), leaf("b"))
    for level in range(1_200):
        tree = branch(f"r{level}", 1, tree, leaf(f"x{level}"))
    # 2**1200 has 362 digits
    assert faults(tree) == ["the weights need points of more than 300 digits to stay exact"]


def two_thousand() -> dict:
    chance, weights = random.Random(3), (7, 11, 13, 17, 3)
    return branch("r", 1, *(
        branch(f"s{n}", chance.choice(weights), *(
            branch(f"s{n}-{m}", chance.choice(weights), *(
                leaf(f"l{n}-{m}-{k}", chance.choice(weights)) for k in range(10)
            )) for m in range(10)
        )) for n in range(20)
    ))  # fmt: skip


def test_two_thousand_leaves_of_uneven_weights_stay_exact():
    tree = two_thousand()
    spec = read(tree)
    assert len(spec.criteria) == 2_000
    # larger than any float or 28-digit decimal could hold exactly
    assert max(one.points for one in spec.criteria) > 10**28
    assert write(spec, "paperbench") == tree
    assert_scored_alike(tree, rounds=3)


IDS = st.integers(0, 10**9).map(str)
WEIGHTS = st.integers(0, 20) | st.floats(0, 20, width=16) | st.just(7)


@st.composite
def grown(draw: st.DrawFn, depth: int = 4) -> dict:
    counter = iter(range(10_000))

    def node(level: int) -> dict:
        weight, count = draw(WEIGHTS), draw(st.integers(0, 3)) if level else draw(st.integers(1, 3))
        if level == depth or not count:
            return leaf(f"l{next(counter)}", weight)
        made = branch(f"b{next(counter)}", weight, *(node(level + 1) for _ in range(count)))
        if not sum(one["weight"] for one in made["sub_tasks"]):
            made["sub_tasks"][0]["weight"] = 1
        return made

    return node(0)


@settings(max_examples=150)
@given(grown(), st.randoms())
def test_any_tree_comes_back_equal_and_is_scored_alike(tree, chance):
    spec = read(tree, "paperbench")
    assert write(spec, "paperbench") == tree
    assert len(spec.criteria) == len(leaves(tree))
    found = leaves(tree)
    if not any(one.points for one in spec.criteria):
        return
    values = [chance.randint(0, 1) for _ in found]
    credits = {one["id"]: Fraction(value) for one, value in zip(found, values, strict=True)}
    assert scored(spec, values) == tree_score(tree, credits)
