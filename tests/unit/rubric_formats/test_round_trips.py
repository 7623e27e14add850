"""Each format in and out again: equal as parsed JSON, and after an edit as it reads now."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from labeling.rubric_formats import (
    candidates,
    detect,
    parse,
    read,
    write,
    write_items,
)
from labeling.spec import RubricSpec, parse_rubric, to_json
from tests.unit.rubric_formats.documents import (
    AUTORUBRIC,
    BIGGEN,
    CASES,
    HEALTHBENCH,
    PROMPTFOO,
    RAR,
    SETS,
    VERIFIERS,
)
from tests.unit.rubric_formats.scoring import scored

SHARED = Path(__file__).resolve().parents[4] / "shared"


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
