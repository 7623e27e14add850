import pytest

from evals.gaps.rule import Rule, parse_rule
from labeling.errors import Problems

# The rule printed in the public interface.
CONTRACT = {
    "raters_min": 3,
    "agreement": "unanimous",
    "low": {"by": "consensus", "max": 0.5, "min": None},
    "generator_kinds": ["model"],
    "criteria": None,
    "released_points_min": 0.8,
    "valid_share": 0.2,
    "seed": 0,
}


def faults(data):
    with pytest.raises(Problems) as caught:
        parse_rule(data)
    return [problem.where for problem in caught.value.problems]


def test_an_empty_rule_has_the_documented_defaults():
    assert parse_rule({}) == parse_rule(CONTRACT) == Rule()


def test_a_rule_survives_the_round_trip():
    data = CONTRACT | {
        "agreement": {"clarity": 0.95},
        "low": {"by": "grade", "grader": "judge-a", "max": 0.25},
        "generator_kinds": ["probe", "model"],
        "target_generator": "small",
        "criteria": ["b", "a", "a"],
        "seed": 7,
    }
    rule = parse_rule(data)
    assert rule.criteria == ("a", "b")
    assert rule.generator_kinds == ("model", "probe")
    assert (rule.clarity, rule.low_by, rule.low_grader) == (0.95, "grade", "judge-a")
    assert parse_rule(rule.to_json()) == rule


def test_the_hash_tells_rules_apart_and_spellings_not():
    assert parse_rule({}).hash == parse_rule(CONTRACT).hash
    assert parse_rule({"low": {"max": 1}}).hash == parse_rule({"low": {"max": 1.0}}).hash
    assert parse_rule({"seed": 1}).hash != parse_rule({}).hash
    assert len(parse_rule({}).hash) == 64


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ([], ""),
        ({"rater_min": 3}, "rater_min"),
        ({"raters_min": 1}, "raters_min"),
        ({"raters_min": 2.5}, "raters_min"),
        ({"raters_min": True}, "raters_min"),
        ({"agreement": "majority"}, "agreement"),
        ({"agreement": {"clarity": 0.5}}, "agreement"),
        ({"agreement": {"clarity": float("nan")}}, "agreement"),
        ({"agreement": {"clarity": 0.9, "x": 1}}, "agreement"),
        ({"low": "consensus"}, "low"),
        ({"low": {"by": "luck"}}, "low.by"),
        ({"low": {"by": "grade"}}, "low.grader"),
        ({"low": {"by": "consensus", "grader": "g"}}, "low.grader"),
        ({"low": {"max": 1.01}}, "low.max"),
        ({"low": {"maximum": 1}}, "low.maximum"),
        ({"low": {"min": -0.1}}, "low.min"),
        ({"low": {"min": "0"}}, "low.min"),
        ({"low": {"min": 0.5, "max": 0.5}}, "low.min"),
        ({"low": {"min": 0, "max": 0}}, "low.min"),
        ({"generator_kinds": []}, "generator_kinds"),
        ({"generator_kinds": ["human"]}, "generator_kinds"),
        ({"generator_kinds": None}, "generator_kinds"),
        ({"criteria": []}, "criteria"),
        ({"criteria": "a"}, "criteria"),
        ({"released_points_min": -0.1}, "released_points_min"),
        ({"valid_share": 1}, "valid_share"),
        ({"seed": -1}, "seed"),
        ({"target_generator": ""}, "target_generator"),
    ],
)
def test_what_a_rule_may_not_say(data, where):
    assert where in faults(data)


def test_every_fault_is_listed_at_once():
    assert faults({"raters_min": 0, "seed": "x", "low": {"max": 2}}) == [
        "raters_min",
        "seed",
        "low.max",
    ]


def test_without_a_word_there_is_no_lower_bound():
    assert parse_rule({"low": {"max": 0}}).low_min is None
    assert parse_rule({"low": {"min": 0}}).low_min == 0
    assert parse_rule({"low": {"min": 0}}).hash != parse_rule({}).hash


def test_named_criteria_are_the_rubric_of_the_selection():
    assert parse_rule({}).considers("anything")
    assert not parse_rule({"criteria": ["a"]}).considers("b")
