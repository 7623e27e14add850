"""The formula of grader.json against the canonical reward, at every combination of levels."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from evals.graders.base import Sample
from evals.graders.formula import parse_formula
from evals.graders.registry import parse_grader
from evals.rft.judging import judged_credits
from labeling.scoring import reward
from labeling.spec import Answer, AnswerKind
from tests.unit.rft.rubrics import MIXED, ORDINAL, compiled, criterion, rubric

INTERVAL = {"type": "interval", "min": -2, "max": 3, "step": 1}


def paid(criteria, released=None):
    """Every combination of levels: what the formula pays and what the rubric pays."""
    sets = released or [frozenset(each.key for each in criteria)]
    made = compiled(criteria, sets)
    formula = parse_formula(made.grader["calculate_output"])
    for keys in sets:
        counted = [each for each in criteria if each.key in keys]
        for values in product(*(values_of(each) for each in criteria)):
            given = dict(zip((each.key for each in criteria), values, strict=True))
            answers = {key: Answer(AnswerKind.SCORED, value) for key, value in given.items()}
            scores = judged(made, criteria, given) | switched(made, keys)
            yield formula.evaluate(scores), reward(counted, answers).value


def values_of(spec):
    if spec.scale.levels:
        return [level.value for level in spec.scale.levels]
    low, high = spec.scale.bounds
    return [low + step for step in range(int(high - low) + 1)]


def judged(made, criteria, given):
    """A perfect judge: the credit printed beside the level, or the value of an interval."""
    return {
        made.switches.names[each.key]: float(
            judged_credits(each).get(given[each.key], given[each.key])
        )
        for each in criteria
    }


def switched(made, keys):
    """The string_check graders of the switches, run on the row's own fields."""
    fields = made.row_fields(keys)
    return {
        name: parse_grader(spec).grade(Sample(), fields).reward
        for name, spec in made.switches.graders().items()
    }


RUBRICS = {
    "points": [criterion("a", 5), criterion("b", 3), criterion("c", -4)],
    "fractions": [criterion("a", 0.5), criterion("b", 0.25), criterion("c", -1.5)],
    "pitfall first": [criterion("c", -4), criterion("a", 5)],
    "gate": [criterion("a", 5, gate=True), criterion("b", 3)],
    "gate without points": [criterion("a", 5), criterion("g", None, gate=True)],
    "negative gate": [criterion("a", 5), criterion("p", -2, gate=True)],
    "levels": [criterion("a", 4, scale=ORDINAL), criterion("b", 3)],
    "gate at a middle level": [
        criterion("a", 4, scale=ORDINAL, gate=True, pass_at=3),
        criterion("b", 3),
    ],
    "negative gate at a middle level": [
        criterion("a", 4),
        criterion("p", -1, scale=ORDINAL, gate=True, pass_at=2),
    ],
    "interval": [criterion("a", 4, scale=INTERVAL), criterion("b", 3)],
    "interval gate": [criterion("a", 4, scale=INTERVAL, gate=True, pass_at=1), criterion("b", 1)],
    "pitfall interval": [criterion("p", -3, scale=INTERVAL), criterion("b", 2)],
    "names to mend": [criterion(key, 1) for key in ("max", "n-d", "n_d", "uses_a", "max_1")],
}


@pytest.mark.parametrize("name", RUBRICS)
def test_the_formula_pays_what_the_rubric_pays_at_every_combination_of_levels(name):
    pairs = list(paid(rubric(*RUBRICS[name])))
    # a credit of a third is told to the judge in six digits
    assert [mine for mine, _ in pairs] == pytest.approx(
        [float(theirs) for _, theirs in pairs], abs=2e-6
    )


def test_gates_are_exact_and_not_almost():
    criteria = rubric(*RUBRICS["gate at a middle level"])
    assert all((mine == 0) == (theirs == 0) for mine, theirs in paid(criteria))


def test_rows_with_other_released_criteria_are_paid_by_their_own():
    criteria = rubric(*MIXED)
    sets = [frozenset("abcgp"), frozenset("abg"), frozenset("ac"), frozenset("bp")]
    pairs = list(paid(criteria, sets))
    assert len(pairs) == 4 * 2 * 4 * 2 * 2 * 2
    assert [mine for mine, _ in pairs] == pytest.approx(
        [float(theirs) for _, theirs in pairs], abs=2e-6
    )


def test_credits_are_exact_where_six_digits_hold_them():
    criteria = rubric(criterion("a", 4, scale=ORDINAL | {"levels": ORDINAL["levels"][:3]}))
    assert judged_credits(criteria[0]) == {
        Decimal(1): 0,
        Decimal(2): Decimal("0.5"),
        Decimal(3): 1,
    }
    assert [theirs for _, theirs in paid(criteria)] == [0, Fraction(1, 2), 1]
    assert [mine for mine, _ in paid(criteria)] == [0, 0.5, 1]


def test_points_of_a_flattened_tree_keep_their_proportions_in_the_formula():
    # a 300-digit share beside one a third of it: 3 / (3 + 1) of the reward
    share = 10**299 - 7
    grader = compiled(rubric(criterion("a", 3 * share // 10), criterion("b", share // 10))).grader
    formula = parse_formula(grader["calculate_output"])
    assert formula.evaluate({"a": 1.0, "b": 0.0}) == pytest.approx(0.75)
