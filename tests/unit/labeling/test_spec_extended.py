"""What a criterion asks of an answer, how much it matters, and points of any size."""

import json
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from labeling.scoring import reward
from labeling.spec import (
    Answer,
    AnswerKind,
    ValueOutsideScale,
    WeightClass,
    content_hash,
    level_for,
    parse_rubric,
    structure_hash,
    to_json,
)
from tests.labeling.rubric_specs import three_scales

EXTENDED = {
    "weight_class": "essential",
    "allow_na": False,
    "allow_cannot_assess": False,
    "needs_rationale": True,
    "needs_evidence": True,
    "expertise": ["law", "travel"],
    "extra": {"paperbench": {"id": "c1", "weight": 0.5}},
}
USUAL = {
    "weight_class": None,
    "allow_na": True,
    "allow_cannot_assess": True,
    "needs_rationale": False,
    "needs_evidence": False,
    "expertise": [],
    "extra": None,
}


def rubric(**criterion: object):
    asked = {"key": "c", "criterion": "Is it so?", "points": 2}
    return parse_rubric({"title": "T", "criteria": [asked | criterion]})


def test_everything_extended_survives_the_file():
    spec = parse_rubric({**to_json(rubric(**EXTENDED)), "extra": {"source": "elsewhere"}})
    one = spec.criteria[0]
    assert (one.weight_class, one.expertise) == (WeightClass.ESSENTIAL, ("law", "travel"))
    assert (one.allow_na, one.allow_cannot_assess) == (False, False)
    assert (one.needs_rationale, one.needs_evidence) == (True, True)
    assert (one.extra, spec.extra) == (EXTENDED["extra"], {"source": "elsewhere"})
    assert parse_rubric(json.loads(json.dumps(to_json(spec)))) == spec


def test_the_usual_is_left_out_so_versions_of_before_keep_their_hashes():
    # Both hashes were taken before a criterion could say any of this.
    spec = three_scales()
    assert content_hash(spec) == "eb9051870b865b75d6edc12386bfba209dcf276a78bb71ff703a38227ce024a7"
    assert structure_hash(spec) == (
        "29205c9245fa3f50f261da7f7c5552000c44b3c88d5f650364a20e1a473ef871"
    )
    assert rubric(**USUAL) == rubric()
    assert not USUAL.keys() & to_json(rubric(**USUAL))["criteria"][0].keys()


@pytest.mark.parametrize("key", EXTENDED)
def test_each_word_changes_the_content_and_none_the_reward(key):
    changed = rubric(**{key: EXTENDED[key]})
    assert content_hash(changed) != content_hash(rubric())
    assert structure_hash(changed) == structure_hash(rubric())


def test_a_class_may_stand_without_points():
    assert rubric(weight_class="pitfall", points=None).criteria[0].points is None
    assert rubric(weight_class="pitfall", points=-1).criteria[0].is_pitfall


@pytest.mark.parametrize(
    ("refused", "raw", "ending"),
    [
        ("allow_na", "NA", "allowed are 0 (Not met), 1 (Met), cannot_assess"),
        ("allow_cannot_assess", "cannot_assess", "allowed are 0 (Not met), 1 (Met), NA"),
    ],
)
def test_an_answer_it_does_not_take_is_refused_with_those_it_does(refused, raw, ending):
    one = rubric(**{refused: False}).criteria[0]
    with pytest.raises(ValueOutsideScale) as caught:
        level_for(one, raw)
    said = f"`c`: {raw} is not an answer that this criterion takes; {ending}"
    assert str(caught.value) == said
    assert level_for(rubric().criteria[0], raw).value is None


def test_with_neither_only_the_scale_is_allowed():
    one = rubric(allow_na=False, allow_cannot_assess=False).criteria[0]
    with pytest.raises(ValueOutsideScale, match=r"allowed are 0 \(Not met\), 1 \(Met\)$"):
        level_for(one, "perhaps")


HUGE = 7**200  # 170 digits


def test_points_of_any_size_stay_whole_numbers():
    spec = rubric(points=HUGE)
    assert spec.criteria[0].points == Decimal(HUGE)
    text = json.dumps(to_json(spec))
    assert str(HUGE) in text
    assert parse_rubric(json.loads(text)) == spec


def test_the_reward_of_huge_points_is_exact_whatever_the_decimal_context():
    criteria = [
        {"key": "a", "criterion": "A?", "points": HUGE},
        {"key": "b", "criterion": "B?", "points": HUGE + 1},
    ]
    answers = {
        "a": Answer(AnswerKind.SCORED, Decimal(1)),
        "b": Answer(AnswerKind.SCORED, Decimal(0)),
    }
    with localcontext(prec=6):
        spec = parse_rubric({"title": "T", "criteria": criteria})
        # h / (h + h + 1), not one half
        assert reward(spec, answers).value == Fraction(HUGE, 2 * HUGE + 1)


def test_a_float_that_is_whole_is_taken_at_its_exact_value():
    assert rubric(points=2.0**70).criteria[0].points == 2**70
