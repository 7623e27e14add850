from dataclasses import replace
from fractions import Fraction

import pytest

from evals.gaps.funnel import select
from evals.gaps.pool import Item
from evals.gaps.rule import Rule, parse_rule
from tests.unit.gaps.pools import binary, model, pool

TWO = [binary("a"), binary("b")]
R1, R2 = model("r1", "i"), model("r2", "i")


def only(pool_, rule=None, *, above=None, **more):
    """The verdict on the one item of a pool; without `above` no reward is too low."""
    rule = replace(rule or Rule(), low_min=above)
    (verdict,) = select(rule, pool_, **more).verdicts
    return verdict


def test_agreed_and_low_is_in():
    verdict = only(pool(TWO, [R1, R2], {"r1": ["NNN", "YYY"], "r2": ["NNN", "NNN"]}))
    assert (verdict.verdict, verdict.reasons) == ("in", ())
    assert verdict.released == ("a", "b")
    assert verdict.mean_reward == Fraction(1, 4)  # 1/2 and 0
    assert verdict.split == "train"


def test_agreed_and_high_is_out_with_the_numbers():
    verdict = only(pool(TWO, [R1, R2], {"r1": ["YYY", "YYY"], "r2": ["NNN", "YYY"]}))
    assert verdict.verdict == "out"
    assert verdict.reasons == ("mean reward 0.75 over 2 responses is above 0.5",)
    assert verdict.split is None


def test_the_maximum_itself_is_low():
    half = pool(TWO, [R1, R2], {"r1": ["NNN", "YYY"], "r2": ["NNN", "YYY"]})
    assert only(half).verdict == "in"
    assert only(half).stages.is_low
    assert only(half, parse_rule({"low": {"max": 0.49}})).verdict == "out"


def test_an_item_on_which_nothing_earns_anything_is_out_and_says_why():
    nothing = pool(TWO, [R1, R2], {"r1": ["NNN", "NNN"], "r2": ["NNN", "NNN"]})
    verdict = only(nothing, above=0.0)
    assert (verdict.verdict, verdict.mean_reward) == ("out", 0)
    assert verdict.reasons == (
        "mean reward 0 over 2 responses is not above 0: nothing shows that it can be done, so its "
        "reference or rubric may be wrong",
    )
    assert not verdict.stages.is_low
    assert only(nothing).verdict == "in"


def test_the_minimum_itself_is_too_low():
    # 1/2 and 0: a mean of a quarter
    quarter = pool(TWO, [R1, R2], {"r1": ["NNN", "YYY"], "r2": ["NNN", "NNN"]})
    assert only(quarter, above=0.0).verdict == "in"
    assert only(quarter, above=0.25).verdict == "out"
    assert only(quarter, above=0.24).verdict == "in"


def test_a_decimal_maximum_is_the_decimal_people_wrote():
    # 3 of 10 points: exactly 0.3, which binary floats would call more than 0.3
    points = [binary("a", 3), binary("b", 7)]
    exactly = pool(points, [R1], {"r1": ["YYY", "NNN"]})
    assert only(exactly, parse_rule({"low": {"max": 0.3}})).verdict == "in"


def test_too_few_released_points_is_out():
    criteria = [binary("a", 2), binary("b", -3)]
    verdict = only(pool(criteria, [R1, R2], {"r1": ["NNN", "YYN"], "r2": ["NNN", "NNN"]}))
    assert verdict.released == ("a",)
    assert verdict.verdict == "out"
    assert verdict.reasons == ("released criteria carry 40 % of its points, 80 % are needed",)


def test_missing_raters_hold_an_item_that_could_still_come_in():
    verdict = only(pool(TWO, [R1, R2], {"r1": ["NNN", "NN"], "r2": ["NNN", "NNN"]}))
    assert verdict.verdict == "held"
    assert verdict.reasons == (
        "released criteria carry 50 % of its points, 80 % are needed; ratings are missing on b",
    )


def test_missing_raters_do_not_hold_what_is_decided_already():
    verdict = only(pool(TWO, [R1, R2], {"r1": ["NNN", "YN"], "r2": ["NNN", "NNN"]}))
    assert verdict.verdict == "out"


def test_a_criterion_needs_two_clear_responses_and_one_where_there_is_one():
    apart = {"r1": ["NNN", "NNN"], "r2": ["NNN", "NNY"]}
    assert only(pool(TWO, [R1, R2], apart)).released == ("a",)
    assert only(pool(TWO, [R1], {"r1": ["NNN", "NNN"]})).released == ("a", "b")


def test_clear_responses_of_experts_release_a_criterion_too():
    expert = model("e", "i", "expert", "expert")
    ratings = {"r1": ["NNN", "YNN"], "e": ["YYY", "YYY"], "r2": ["NNN", "NNN"]}
    assert only(pool(TWO, [R1, R2, expert], ratings)).released == ("a", "b")


def test_the_low_test_reads_only_the_kinds_of_the_rule():
    expert = model("e", "i", "expert", "expert")
    ratings = {"r1": ["NNN", "NNN"], "e": ["YYY", "YYY"]}
    verdict = only(pool(TWO, [R1, expert], ratings))
    assert verdict.mean_reward == 0
    assert verdict.verdict == "in"


def test_the_target_generator_narrows_the_low_test():
    large = model("r2", "i", "large")
    ratings = {"r1": ["YYY", "YYY"], "r2": ["NNN", "NNN"]}
    both = pool(TWO, [R1, large], ratings)
    assert only(both, parse_rule({"target_generator": "large"})).mean_reward == 0
    assert only(both, parse_rule({"target_generator": "small"})).verdict == "out"


def test_an_item_without_response_of_the_kinds_is_out():
    expert = model("e", "i", "expert", "expert")
    verdict = only(pool(TWO, [expert], {"e": ["NNN", "NNN"]}))
    assert verdict.reasons == ("it has no response of the kinds model",)


def test_an_item_without_responses_is_out():
    lonely = pool(TWO, [R1], {"r1": ["NNN", "NNN"]}, items=[Item("i"), Item("j")])
    assert [each.verdict for each in select(Rule(), lonely).verdicts] == ["in", "out"]


def test_a_tie_holds_the_item():
    # a is clear on r1 and r3, on r2 two raters say Yes and two No
    criteria, r3 = [binary("a")], model("r3", "i")
    verdict = only(pool(criteria, [R1, R2, r3], {"r1": ["NNN"], "r2": ["YYNN"], "r3": ["NNN"]}))
    assert verdict.verdict == "held"
    assert verdict.reasons == ("no reward for 1 of 3: r2 (a tie on a)",)


def test_a_gate_that_is_not_released_keeps_the_item_out():
    criteria = [binary("a", 9), binary("g", 1, gate=True)]
    verdict = only(pool(criteria, [R1, R2], {"r1": ["NNN", "YYN"], "r2": ["NNN", "YYY"]}))
    assert verdict.verdict == "out"
    assert verdict.reasons == ("the gate g is not released",)


def test_a_gate_still_being_rated_holds_the_item():
    criteria = [binary("a", 9), binary("g", 1, gate=True)]
    verdict = only(pool(criteria, [R1, R2], {"r1": ["NNN", "YY"], "r2": ["NNN", "YYY"]}))
    assert verdict.verdict == "held"


def test_a_criterion_that_was_not_measured_is_never_released():
    criteria = [binary("a"), binary("b", usable=False)]
    verdict = only(pool(criteria, [R1], {"r1": ["NNN", "NNN"]}))
    assert verdict.released == ("a",)
    assert verdict.verdict == "out"


def test_a_criterion_that_applies_nowhere_leaves_the_points_of_the_item():
    verdict = only(pool(TWO, [R1, R2], {"r1": ["NNN", "---"], "r2": ["NNN", "---"]}))
    assert verdict.released == ("a",)
    assert verdict.verdict == "in"


def test_na_on_one_response_counts_as_unmet_there():
    # 1, 1 and nothing: mean 2/3
    r3 = model("r3", "i")
    verdict = only(pool([binary("a")], [R1, R2, r3], {"r1": ["YYY"], "r2": ["YYY"], "r3": ["---"]}))
    assert verdict.mean_reward == Fraction(2, 3)


def test_a_criterion_outside_the_reward_neither_counts_nor_holds():
    criteria = [binary("a"), binary("remark", None)]
    verdict = only(pool(criteria, [R1], {"r1": ["NNN", "YN"]}))
    assert (verdict.verdict, verdict.released) == ("in", ("a",))


def test_only_the_criteria_of_the_item_are_asked():
    items = [Item("i", criteria=frozenset({"a"}))]
    assert only(pool(TWO, [R1], {"r1": ["NNN", ""]}, items=items)).verdict == "in"


def test_named_criteria_are_the_whole_rubric():
    ratings = {"r1": ["NNN", "YNN"]}
    assert only(pool(TWO, [R1], ratings), parse_rule({"criteria": ["a"]})).verdict == "in"


GRADED = parse_rule({"low": {"by": "grade", "grader": "judge"}})
AGREED = {"r1": ["YYY", "YYY"], "r2": ["YYY", "YYY"]}


def test_low_by_grade_reads_the_grades():
    verdict = only(pool(TWO, [R1, R2], AGREED, {"r1": 0.25, "r2": 0.5}), GRADED)
    assert verdict.verdict == "in"
    assert verdict.mean_reward == Fraction(3, 8)


@pytest.mark.parametrize(
    ("grades", "reason"),
    [
        ({"r1": 0.0}, "no reward for 1 of 2: r2 (not graded yet)"),
        ({"r1": 0.0, "r2": None}, "no reward for 1 of 2: r2 (the grader failed on it)"),
    ],
)
def test_a_missing_or_failed_grade_never_counts_as_low(grades, reason):
    verdict = only(pool(TWO, [R1, R2], AGREED, grades), GRADED)
    assert (verdict.verdict, verdict.reasons) == ("held", (reason,))


def test_a_worked_example_is_out_whatever_its_reward():
    shown = pool(TWO, [R1, R2], {"r1": ["NNN", "YYY"], "r2": ["NNN", "NNN"]})
    shown = replace(shown, items=[Item("i", is_example=True)])
    verdict = only(shown)
    assert verdict.verdict == "out"
    assert verdict.reasons == (
        "the guidelines show it as a worked example with its settled answer",
    )
    assert verdict.split is None
