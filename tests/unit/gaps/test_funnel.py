from dataclasses import replace
from decimal import Decimal

import pytest

from evals.gaps.cautions import Chance
from evals.gaps.funnel import select
from evals.gaps.pool import Criterion
from evals.gaps.rule import Rule, parse_rule
from labeling.errors import Problems
from labeling.spec import CriterionSpec, ScaleSpec, ScaleType
from tests.unit.gaps.pools import binary, model, pool

TWO = [binary("a"), binary("b")]


def counts(selected, counted):
    return [(step.step, step.count) for step in selected.funnel if step.counts == counted]


def small_pool():
    """Four items: in, out by points, out by reward, held by raters."""
    responses = [model(f"{item}{n}", item) for item in "wxyz" for n in (1, 2)]
    agreed_low, agreed_high = ["NNN", "NNN"], ["YYY", "YYY"]
    ratings = {
        "w1": agreed_low,
        "w2": agreed_low,
        "x1": ["NNN", "NNY"],
        "x2": ["NNN", "NNY"],
        "y1": agreed_high,
        "y2": agreed_high,
        "z1": ["NNN", "NN"],
        "z2": ["NNN", "NN"],
    }
    return pool(TWO, responses, ratings)


def test_the_funnel_counts_units_then_responses_then_items():
    selected = select(Rule(), small_pool(), chance=Chance(9.5, 6.25, 0.5))
    assert [step.counts for step in selected.funnel] == ["units"] * 4 + ["responses"] * 4 + [
        "items"
    ] * 6
    # 8 responses x 2 criteria; z1 and z2 lack a rater on b; x1 and x2 are split on b
    assert counts(selected, "units") == [
        ("all", 16),
        ("with enough raters", 14),
        ("unanimous", 12),
        ("unanimous at the lowest level", 8),
    ]
    # released: w both, x a, y both, z a; all eight have a consensus there, y pays 1
    assert counts(selected, "responses") == [
        ("all", 8),
        ("of the generator kinds", 8),
        ("with a consensus on every released criterion", 8),
        ("at or under the maximum", 6),
    ]
    assert counts(selected, "items") == [
        ("all", 4),
        ("with a response of the generator kinds", 4),
        ("released criteria carry enough points", 2),
        ("every gate released", 2),
        ("mean reward within its bounds", 1),
        ("nothing missing", 1),
    ]
    assert [verdict.verdict for verdict in selected.verdicts] == ["in", "out", "out", "held"]


def test_expected_numbers_stand_beside_the_observed_ones():
    selected = select(Rule(), small_pool(), chance=Chance(9.5, 6.25, 0.5))
    low = next(each for each in selected.funnel if each.step == "unanimous at the lowest level")
    assert low.to_json() == {
        "step": "unanimous at the lowest level",
        "counts": "units",
        "count": 8,
        "by_generator": {"small": 8},
        "expected_by_chance": 6.25,
        "p_value": 0.5,
    }
    assert selected.funnel[2].expected_by_chance == 9.5


def test_the_lowest_level_of_a_pitfall_is_the_fault():
    criteria = [binary("a"), binary("p", -1)]
    selected = select(Rule(), pool(criteria, [model("r1", "i")], {"r1": ["YYY", "YYY"]}))
    assert counts(selected, "units")[3] == ("unanimous at the lowest level", 1)


def test_the_lowest_value_of_an_interval_is_its_bad_end():
    scale = ScaleSpec(ScaleType.INTERVAL, min=Decimal(0), max=Decimal(9))
    good = CriterionSpec("a", "a", "It is a.", scale, points=Decimal(1))
    assert Criterion(good).lowest == 0
    assert Criterion(replace(good, points=Decimal(-1))).lowest == 9


def test_clear_units_have_a_step_of_their_own_when_the_rule_asks_for_clarity():
    rule = parse_rule({"agreement": {"clarity": 0.6}})
    selected = select(rule, small_pool(), clarity=lambda key, found: max(found.values()) / 3)
    assert ("clear", 14) in counts(selected, "units")
    assert selected.verdicts[1].verdict == "in"


def test_a_name_the_project_does_not_have_is_refused():
    rule = parse_rule({"criteria": ["a", "c"], "target_generator": "huge"})
    with pytest.raises(Problems) as caught:
        select(rule, small_pool())
    assert [problem.where for problem in caught.value.problems] == ["criteria", "target_generator"]


def test_the_split_covers_exactly_the_items_that_are_in():
    responses = [model(f"r{n}", f"i{n}") for n in range(10)]
    low = pool([binary("a")], responses, {f"r{n}": ["NNN"] for n in range(10)})
    splits = [each.split for each in select(Rule(), low).verdicts]
    assert (splits.count("valid"), splits.count("train")) == (2, 8)


def test_worked_examples_leave_the_funnel_at_a_step_of_their_own():
    plain = small_pool()
    items = [replace(item, is_example=item.id == "w") for item in plain.items]
    before, after = select(Rule(), plain), select(Rule(), replace(plain, items=items))
    # w alone was in; the step is told only where there is an example.
    assert counts(before, "items")[-1] == ("nothing missing", 1)
    assert counts(after, "items")[-2:] == [
        ("nothing missing", 1),
        ("no worked example of the guidelines", 0),
    ]
    assert [verdict.verdict for verdict in after.verdicts].count("in") == 0
