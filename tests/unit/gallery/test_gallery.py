"""The templates hold to what we ask of every rubric: atomic, observable, anchored."""

import re
from decimal import Decimal

import pytest

from labeling.gallery import FOLDER, SLUGS, Template, chosen, templates
from labeling.lint import lint
from labeling.scoring import reward
from labeling.spec import (
    Answer,
    AnswerKind,
    RubricSpec,
    ScaleType,
    WeightClass,
    parse_rubric,
    publishing_problems,
    to_json,
)

VAGUE = re.compile(
    r"\b(appropriate|good|bad|clear|clearly|sufficient|sufficiently|relevant|adequate|reasonable"
    r"|high.quality|proper|properly|helpful|nice|well)\b",
    re.IGNORECASE,
)
all_templates = pytest.mark.parametrize("template", templates(), ids=lambda one: one.slug)


def rubric_of(template: Template) -> RubricSpec:
    return RubricSpec(template.title, criteria=template.criteria)


def test_every_file_of_the_folder_is_in_the_gallery():
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted(SLUGS)
    assert len(SLUGS) == 6


@all_templates
def test_a_template_can_be_published_as_it_stands(template: Template):
    spec = rubric_of(template)
    assert publishing_problems(spec) == []
    assert parse_rubric(to_json(spec)) == spec


@all_templates
def test_the_lint_finds_nothing_in_it(template: Template):
    assert lint(rubric_of(template)) == []


@all_templates
def test_every_level_says_what_it_means(template: Template):
    for criterion in template.criteria:
        for level in criterion.scale.levels:
            assert level.anchor, (criterion.key, level.label)
            if criterion.scale.type == ScaleType.ORDINAL:
                assert level.example, (criterion.key, level.label)


@all_templates
def test_every_text_is_one_short_sentence_without_vague_words(template: Template):
    for criterion in template.criteria:
        text = criterion.criterion
        assert len(text.split()) <= 25, text
        assert text.endswith("."), text
        assert text.count(".") == 1, text
        assert not VAGUE.search(text), text
        assert not re.search(r"\be\.g\.|such as|and/or|as well as", text), text


@all_templates
def test_faults_are_pitfalls_and_essentials_outweigh_the_optional(template: Template):
    by_class: dict[WeightClass | None, Decimal] = {}
    for criterion in template.criteria:
        assert criterion.points is not None, criterion.key
        kind = criterion.weight_class
        by_class[kind] = by_class.get(kind, Decimal(0)) + criterion.points
        assert (criterion.path == ("Faults",)) is criterion.is_pitfall, criterion.key
    assert set(by_class) == set(WeightClass)
    assert by_class[WeightClass.ESSENTIAL] > by_class[WeightClass.OPTIONAL]
    # Presence is not all that pays: something right or wrong must be among what weighs most.
    assert by_class[WeightClass.PITFALL] <= -4


@all_templates
def test_its_sections_each_stand_in_one_piece(template: Template):
    headings = [heading for heading, _ in template.sections()]
    assert len(headings) == len(set(headings)) > 1


@all_templates
def test_the_best_answers_give_the_whole_reward_and_the_worst_none(template: Template):
    spec = rubric_of(template)

    def answered(*, best: bool) -> dict[str, Answer]:
        values = {}
        for criterion in spec.criteria:
            low, high = criterion.scale.bounds
            values[criterion.key] = high if best is not criterion.is_pitfall else low
        return {key: Answer(AnswerKind.SCORED, value) for key, value in values.items()}

    assert reward(spec, answered(best=True)).value == 1
    assert reward(spec, answered(best=False)).value == 0


def test_criteria_are_picked_by_template_and_key():
    picked = chosen({"tone/blames_user", "tool-use/right_tool_called", "tone/no_such", "x"})
    assert [one.key for one in picked] == ["right_tool_called", "blames_user"]
