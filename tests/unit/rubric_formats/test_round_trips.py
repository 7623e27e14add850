"""Each format in and out again: equal as parsed JSON, and after an edit as it reads now."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.rubric_formats import (
    FORMATS,
    candidates,
    detect,
    parse,
    read,
    same_reward,
    write,
    write_items,
    written,
)
from labeling.spec import RubricSpec, parse_rubric, to_json
from tests.unit.rubric_formats.scoring import scored

SHARED = Path(__file__).resolve().parents[4] / "shared"

HEALTHBENCH = [
    {"criterion": "Cites clause 4.2.", "points": 5, "tags": ["axis:policy"]},
    {"criterion": "Invents a clause.", "points": -4, "tags": [], "note": {"by": "x"}},
    {"criterion": "Is kind.", "points": 0, "tags": []},
    {"criterion": "Is short.", "points": 2.5},
]
RAR = [
    {"title": "Clause", "description": "Essential: Cites 4.2.", "weight": 5},
    {"title": "Tone", "description": "Important Criteria: Is kind.", "weight": 3},
    {"title": "Lies", "description": "Pitfall: Invents a clause.", "weight": -2},
    {"title": "Odd", "description": "Pitfall: Says so.", "weight": 2, "source": "x"},
    {"title": "t" * 300, "description": "No class.", "weight": 1},
]
AUTORUBRIC = [
    {"name": "clause", "weight": 5.0, "requirement": "Cites 4.2."},
    {"requirement": "Default weight."},
    {"name": "lies", "weight": -4, "requirement": "Invents."},
    {"name": "tone", "weight": 2, "requirement": "How kind?", "scale_type": "ordinal",
     "aggregation": "median", "options": [
         {"label": "1", "value": 0.0, "na": False}, {"label": "2", "value": 0.33},
         {"label": "3", "value": 1.0, "na": False}, {"label": "N/A - silent", "value": 0.0,
                                                    "na": True}]},
    {"name": "case", "weight": 1, "requirement": "Which?", "scale_type": "nominal", "options": [
        {"label": "too few", "value": 0.0}, {"label": "right", "value": 1.0},
        {"label": "too many", "value": 0.0}]},
    {"name": "down", "weight": 1, "requirement": "How bad?", "options": [
        {"label": "good", "value": 1.0}, {"label": "bad", "value": 0.0}]},
]  # fmt: skip
VERIFIERS = {
    "criteria": [
        {"name": "clause", "text": "Cites 4.2.", "weight": 5, "choices": ["no", "yes"]},
        {"name": "lies", "text": "Invents.", "weight": 4, "choices": ["yes", "no"]},
        {"name": "tone", "text": "How kind?", "weight": 2.5, "choices": ["cold", "ok", "warm"]},
        {"name": "rank", "text": "Rank?", "weight": 1, "choices": ["1", "2", "3", "0"]},
        {"name": "none", "text": "Counts?", "weight": 0, "choices": ["no", "yes"]},
    ],
    "model": "some-judge",
}
PROMPTFOO = {
    "vars": {"q": "May I?"},
    "description": "Travel",
    "assert": [
        {"type": "llm-rubric", "value": "Cites 4.2.", "weight": 5, "metric": "clause"},
        {"type": "llm-rubric", "value": "Is kind.", "threshold": 0.7, "provider": "x:y"},
        {"type": "not-llm-rubric", "value": "Invents.", "weight": 2},
        {"type": "contains", "value": "4.2", "weight": 1},
        {"type": "icontains", "value": "Clause"},
        {"type": "not-contains", "value": "sorry"},
        {"type": "is-json"},
        {"type": "javascript", "value": "output.length < 10", "weight": 3},
        {"type": "contains-any", "value": ["a", "b"]},
        {"type": "latency", "threshold": 5000, "weight": 0},
    ],
}
SETS = [
    {"type": "llm-rubric", "value": "A.", "weight": 2},
    {"type": "assert-set", "metric": "Style", "weight": 3, "threshold": 0.5, "assert": [
        {"type": "llm-rubric", "value": "B."},
        {"type": "contains", "value": "C", "weight": 3},
        {"type": "assert-set", "assert": [{"type": "llm-rubric", "value": "D."}]}]},
]  # fmt: skip
BIGGEN = {
    "criteria": "Is the plan good?",
    **{f"score{n}_description": f"Plan of grade {n}." for n in range(1, 6)},
}
DOCUMENTS = {
    "healthbench": [HEALTHBENCH, {"rubrics": HEALTHBENCH, "example_tags": ["x"]}],
    "rubrics-as-rewards": [RAR],
    "autorubric": [AUTORUBRIC, {"guidelines": "Read all.", "criteria": AUTORUBRIC[:2]}],
    "verifiers": [VERIFIERS, VERIFIERS["criteria"]],
    "promptfoo": [PROMPTFOO, PROMPTFOO["assert"], {"assert": SETS}, SETS],
    "biggen": [BIGGEN, {**BIGGEN, "note": 1}],
}
CASES = [(slug, document) for slug, documents in DOCUMENTS.items() for document in documents]


@pytest.mark.parametrize(("slug", "document"), CASES)
def test_it_is_known_by_its_shape_and_comes_back_equal(slug, document):
    assert [each.slug for each in candidates(document)] == [slug]
    spec = read(document)
    assert isinstance(spec, RubricSpec)
    assert write(spec, slug) == document
    # Also after a stay in the database, which keeps the rubric file's words.
    assert write(parse_rubric(json.loads(json.dumps(to_json(spec)))), slug) == document


@pytest.mark.parametrize(("slug", "document"), CASES)
def test_an_edited_text_is_written_and_all_else_stays(slug, document):
    spec = read(document)
    first = replace(spec.criteria[0], criterion="Edited here.")
    text = json.dumps(write(replace(spec, criteria=(first, *spec.criteria[1:])), slug))
    old = spec.criteria[0].criterion
    assert "Edited here." in text
    assert json.dumps(old) not in text
    assert text.replace("Edited here.", old) == json.dumps(write(spec, slug))


def test_an_edited_weight_is_written_where_the_file_had_none():
    spec = read(AUTORUBRIC)
    default = replace(spec.criteria[1], points=3)
    written_ = write(replace(spec, criteria=(default,)), "autorubric")
    assert written_ == [{"requirement": "Default weight.", "weight": 3}]


def test_an_edited_class_replaces_the_prefix():
    spec = read(RAR)
    optional = replace(spec.criteria[1], weight_class=None)
    assert write(replace(spec, criteria=(optional,)), "rubrics-as-rewards") == [
        {"title": "Tone", "description": "Is kind.", "weight": 3}
    ]


class TestWhatTheyMean:
    def test_healthbench(self):
        spec = read(HEALTHBENCH)
        assert [one.points for one in spec.criteria] == [5, -4, None, Fraction(5, 2)]
        # (5 - 4) / 7.5
        assert scored(spec, [1, 1, 0, 0]) == Fraction(2, 15)

    def test_rubrics_as_rewards(self):
        spec = read(RAR)
        classes = [one.weight_class for one in spec.criteria]
        assert classes == ["essential", "important", "pitfall", None, None]
        assert [one.criterion for one in spec.criteria[:3]] == [
            *("Cites 4.2.", "Is kind.", "Invents a clause."),
        ]
        # a class that the weight belies stays in the text
        assert spec.criteria[3].criterion == "Pitfall: Says so."

    def test_autorubric(self):
        spec = read(AUTORUBRIC)
        assert [one.points for one in spec.criteria] == [5, 10, -4, 2, 1, 1]
        tone, case, down = spec.criteria[3:]
        assert (tone.scale.type, tone.allow_na) == ("ordinal", True)
        assert [(str(one.value), one.label) for one in tone.scale.levels] == [
            *(("1", "1"), ("2", "2"), ("3", "3")),
        ]
        assert [one.credit for one in tone.scale.levels] == [0, Fraction(33, 100), 1]
        assert (case.scale.type, case.allow_na) == ("nominal", False)
        # ordinal options rise in credit, whatever their order in the file
        assert [one.label for one in down.scale.levels] == ["bad", "good"]

    def test_verifiers_pays_the_rank_of_the_choice(self):
        spec = read(VERIFIERS)
        assert [one.points for one in spec.criteria] == [5, 4, Fraction(5, 2), 1, None]
        ranks = [one.scale.levels[0].value for one in spec.criteria]
        # weights 5, 4, 2.5, 1; ranks 1/1, 1/1 ("no" of yes, no), 1/2, 0/3
        values = [int(ranks[0]) + 1, int(ranks[1]) + 1, int(ranks[2]) + 1, int(ranks[3]), 0]
        assert scored(spec, values) == (5 + 4 + Fraction(5, 4)) / Fraction(25, 2)

    def test_promptfoo(self):
        spec = read(PROMPTFOO)
        clause, kind, invents, contains = spec.criteria[:4]
        assert (clause.name, clause.points, kind.points) == ("clause", 5, 1)
        assert contains.check is not None
        assert (contains.check["operation"], contains.check["reference"]) == ("like", "4.2")
        # `not-` pays where the statement does not hold
        assert scored(replace(spec, criteria=(invents,)), [0]) == 1
        assert spec.criteria[9].points is None

    def test_promptfoo_sets_are_sections_with_a_mean_of_their_own(self):
        spec = read(SETS)
        # shares 2/5; 3/5 * 1/5; 3/5 * 3/5; 3/5 * 1/5
        assert [one.points for one in spec.criteria] == [10, 3, 9, 3]
        assert [one.path for one in spec.criteria] == [
            *((), ("Style",), ("Style",), ("Style", "Set of assertions")),
        ]
        assert scored(spec, [1, 0, 1, 0]) == Fraction(2, 5) + Fraction(9, 25)

    def test_biggen(self):
        (one,) = read(BIGGEN).criteria
        assert [(level.value, level.label, level.anchor) for level in one.scale.levels][1] == (
            *(2, "Score 2", "Plan of grade 2."),
        )
        assert scored(read(BIGGEN), [4]) == Fraction(3, 4)


class TestItems:
    def test_samples_of_lines_come_back_equal(self):
        if not SHARED.is_dir():
            pytest.skip("the shared folder is not on this machine")
        for name in ("healthbench", "rubrics_as_rewards"):
            lines = parse((SHARED / "examples" / "rubrics" / f"{name}.jsonl").read_bytes())
            form = detect(lines)
            assert list(write_items(_as_stored(read(lines)), form)) == lines

    def test_all_biggen_items_come_back_equal(self, shared_data: Path):
        lines = parse((shared_data / "biggen_rubrics" / "items.jsonl").read_bytes())
        found = read(lines)
        assert len(found) == len(lines) == 384
        assert list(write_items(_as_stored(found), "biggen")) == lines
        for one, line in zip(found, lines, strict=True):
            again = parse_rubric(json.loads(json.dumps(to_json(one.spec))))
            assert write(again, "biggen") == line["rubric"]
            for score in range(1, 6):
                # a score is worth its step on the way from 1 to 5
                assert scored(one.spec, [score]) == Fraction(score - 1, 4)
                assert scored(again, [score]) == Fraction(score - 1, 4)

    def test_a_dataset_of_autorubric_gives_the_rubric_of_each_item(self):
        item = {"submission": "s", "description": "case-1", "rubric": AUTORUBRIC, "prompt": "P"}
        (found,) = read({"name": "d", "items": [item]})
        assert found.item == {"id": "case-1", "prompt": "P"}
        assert len(found.spec.criteria) == 6

    def test_a_dataset_with_one_rubric_gives_that(self):
        item = {"submission": "s", "description": "case-1"}
        spec = read({"name": "Travel", "rubric": AUTORUBRIC, "items": [item]})
        assert (spec.title, len(spec.criteria)) == ("Travel", 6)

    def test_tests_of_promptfoo_give_the_rubric_of_each_item(self):
        test = {"vars": {"id": "case-1"}, "assert": PROMPTFOO["assert"]}
        (found,) = read({"tests": [test]})
        assert found.item == {"id": "case-1"}
        assert write(found.spec, "promptfoo") == test


def _as_stored(found):
    """Items as the database gives them back: a prompt is a message of the user."""
    for one in found:
        item = dict(one.item)
        if "prompt" in item:
            item["messages"] = [{"role": "user", "content": item.pop("prompt")}]
        yield one._replace(item=item)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    str.strip
)
POINTS = st.integers(-50, 50).filter(bool) | st.sampled_from([0.5, 2.25, -1.5])


@st.composite
def rubrics(draw: st.DrawFn) -> RubricSpec:
    """Rubrics of ours, with all that a format may or may not carry."""
    criteria = []
    for at in range(draw(st.integers(1, 5))):
        points = draw(st.none() | POINTS)
        one: dict[str, object] = {"key": f"c{at}", "criterion": draw(TEXT), "points": points}
        kind = draw(st.sampled_from(["binary", "ordinal", "nominal", "interval"]))
        if kind == "interval":
            one["scale"] = {"type": kind, "min": 0, "max": draw(st.integers(1, 9)), "step": 1}
        elif kind != "binary":
            levels = [{"value": n, "label": f"L{n}"} for n in range(draw(st.integers(2, 4)))]
            if kind == "nominal":
                levels = [{**level, "credit": n / 10} for n, level in enumerate(levels)]
            one["scale"] = {"type": kind, "levels": levels}
        for name in ("guidance", "name"):
            if draw(st.booleans()):
                one[name] = draw(TEXT)
        one["tags"], one["path"] = (
            draw(st.lists(TEXT, max_size=2)),
            draw(st.lists(TEXT, max_size=2)),
        )
        criteria.append(one)
    criteria[0]["points"] = abs(criteria[0]["points"] or 1)
    return parse_rubric({"title": draw(TEXT), "criteria": criteria})


@settings(max_examples=100, deadline=None)
@given(rubrics())
def test_ours_in_both_syntaxes_says_all_of_it(spec):
    for form in FORMATS[:2]:
        assert read(parse(written(write(spec, form), form)), form) == spec


@settings(max_examples=100, deadline=None)
@given(rubrics(), st.sampled_from([form for form in FORMATS if form.slug != "biggen"]))
def test_what_is_written_is_known_by_its_shape_and_written_again_the_same(spec, form):
    document = parse(written(write(spec, form), form))
    assert form.slug.removesuffix("-yaml") in [each.slug for each in candidates(document)]
    again = read(document, form)
    assert isinstance(again, RubricSpec)
    assert json.dumps(write(again, form)) == json.dumps(document)


@settings(max_examples=100, deadline=None)
@given(rubrics())
def test_met_or_not_is_paid_alike_in_formats_that_have_points(spec):
    met = [one for one in spec.criteria if one.scale.type == "binary"]
    spec = replace(spec, criteria=tuple(met))
    if not any(one.points and one.points > 0 for one in met):
        return
    for slug in ("healthbench", "rubrics-as-rewards", "autorubric"):
        assert same_reward(spec, next(form for form in FORMATS if form.slug == slug))
