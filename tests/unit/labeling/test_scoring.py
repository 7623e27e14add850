"""The canonical reward against numbers worked out by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from labeling.scoring import Reward, UndefinedReward, credit, gate_failed, points_share, reward
from labeling.spec import Answer, AnswerKind, ValueOutsideScale, parse_rubric

NA = Answer(AnswerKind.NA)
CANNOT = Answer(AnswerKind.CANNOT_ASSESS)


def rubric(*criteria: dict[str, object]):
    named = [
        {"key": f"c{number}", "criterion": "Is it so?", **criterion}
        for number, criterion in enumerate(criteria, start=1)
    ]
    return parse_rubric({"title": "Test", "criteria": named})


def answers(*values: object) -> dict[str, Answer]:
    """c1, c2 and so on; a number is a score, None leaves the criterion out."""
    given = {}
    for number, value in enumerate(values, start=1):
        if isinstance(value, Answer):
            given[f"c{number}"] = value
        elif value is not None:
            given[f"c{number}"] = Answer(AnswerKind.SCORED, Decimal(str(value)))
    return given


def levels(*steps: tuple[object, ...]) -> list[dict[str, object]]:
    keys = ("value", "label", "credit")
    return [dict(zip(keys, step, strict=False)) for step in steps]


FOUR = rubric(*({"points": points} for points in (5, 3, 2, -4)))


@pytest.mark.parametrize(
    ("given", "value", "clipped"),
    [
        ((1, 0, 1, 1), Fraction(3, 10), False),  # (5 + 2 - 4) / (5 + 3 + 2)
        ((1, 1, 1, 0), Fraction(1), False),  # 10 / 10
        ((0, 0, 0, 1), Fraction(0), True),  # -4 / 10, held at 0
        ((0, 0, 0, 0), Fraction(0), False),
        ((0, 0, 1, 1), Fraction(0), True),  # (2 - 4) / 10
    ],
)
def test_points_of_met_criteria_over_positive_points(given, value, clipped):
    result = reward(FOUR, answers(*given))
    assert (result.value, result.clipped, result.gated) == (value, clipped, False)


def test_contributions_add_up_to_the_sum_before_clipping():
    result = reward(FOUR, answers(0, 0, 1, 1))
    assert result.contributions == {
        "c1": 0,
        "c2": 0,
        "c3": Fraction(1, 5),
        "c4": Fraction(-2, 5),
    }


def test_formula_of_a_compiled_grader():
    # max(0, min(1, ((5*c1) + (3*c2) - (4*c3)) / 8))
    three = rubric({"points": 5}, {"points": 3}, {"points": -4})
    for c1 in (0, 1):
        for c2 in (0, 1):
            for c3 in (0, 1):
                expected = max(0, min(1, Fraction(5 * c1 + 3 * c2 - 4 * c3, 8)))
                assert reward(three, answers(c1, c2, c3)).value == expected


def test_failed_gate_makes_the_reward_zero():
    gated = rubric({"points": 5, "gate": True}, {"points": 3}, {"points": 2}, {"points": -4})
    result = reward(gated, answers(0, 1, 1, 0))
    assert (result.value, result.gated, result.clipped) == (0, True, False)
    # The sum itself would have been (3 + 2) / 10.
    assert sum(result.contributions.values()) == Fraction(1, 2)
    assert reward(gated, answers(1, 1, 1, 0)).value == 1


def test_negative_gate_that_is_met_makes_the_reward_zero():
    pitfall = rubric({"points": 10}, {"points": -1, "gate": True})
    assert reward(pitfall, answers(1, 1)).gated
    assert reward(pitfall, answers(1, 1)).value == 0  # without the gate (10 - 1) / 10
    assert reward(pitfall, answers(1, 0)).value == 1


def test_gate_without_points_gates_all_the_same():
    gate_only = rubric({"points": 1}, {"points": None, "gate": True})
    assert reward(gate_only, answers(1, 0)).value == 0
    assert reward(gate_only, answers(1, 1)).value == 1
    assert reward(gate_only, answers(1)).undefined_keys == ("c2",)


ONE_TO_FIVE = {
    "type": "ordinal",
    "levels": levels((1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")),
}


def test_ordinal_credit_is_linear_between_the_ends():
    # levels 1..5, points 4, value 3: 4 * (3 - 1) / (5 - 1) / 4
    graded = rubric({"points": 4, "scale": ONE_TO_FIVE})
    assert reward(graded, answers(3)).value == Fraction(1, 2)
    assert [reward(graded, answers(value)).value for value in (1, 2, 5)] == [0, Fraction(1, 4), 1]


def test_negative_points_on_an_ordinal_scale_take_the_amount_of_fault():
    graded = rubric({"points": 8}, {"points": -4, "scale": ONE_TO_FIVE})
    # (8 - 4 * 3/4) / 8
    assert reward(graded, answers(1, 4)).value == Fraction(5, 8)


def test_credit_of_thirds_is_exact():
    scale = {"type": "ordinal", "levels": levels((0, "a"), (1, "b"), (2, "c"), (3, "d"))}
    criterion = rubric({"points": 1, "scale": scale}).criteria[0]
    assert credit(criterion, Decimal(1)) == Fraction(1, 3)


def test_stated_credits_replace_the_line():
    scale = {"type": "ordinal", "levels": levels((1, "a", 0), (2, "b", 0.9), (3, "c", 1))}
    graded = rubric({"points": 3, "scale": scale})
    assert reward(graded, answers(2)).value == Fraction(9, 10)


def test_interval_credit_is_linear():
    graded = rubric({"points": 2, "scale": {"type": "interval", "min": 10, "max": 30}})
    assert reward(graded, answers("12.5")).value == Fraction(1, 8)  # 2.5 / 20


def test_nominal_credit_is_the_stated_one():
    scale = {"type": "nominal", "levels": levels((1, "x", 0.5), (2, "y", 1), (3, "z", 0))}
    graded = rubric({"points": 2, "scale": scale})
    assert [reward(graded, answers(v)).value for v in (1, 2, 3)] == [Fraction(1, 2), 1, 0]


def test_binary_whose_met_level_is_zero():
    scale = {"type": "binary", "levels": levels((0, "No leak", 1), (1, "Leak", 0))}
    graded = rubric({"points": 2, "scale": scale, "gate": True})
    assert reward(graded, answers(0)).value == 1
    assert reward(graded, answers(1)).gated


@pytest.mark.parametrize(
    ("points", "value", "failed"),
    [(4, 2, True), (4, 3, False), (4, 5, False), (-4, 2, False), (-4, 3, True), (-4, 5, True)],
)
def test_ordinal_gate_turns_on_its_level(points, value, failed):
    gate = {"points": points, "scale": ONE_TO_FIVE, "gate": True, "pass_at": 3}
    criterion = rubric({"points": 1}, gate).criteria[1]
    assert gate_failed(criterion, Decimal(value)) is failed


def test_gate_compares_credits_not_values():
    # Severity falls in worth as it rises in number: at most 2 passes.
    scale = {"type": "ordinal", "levels": levels((1, "a", 1), (2, "b", 0.5), (3, "c", 0))}
    criterion = rubric({"points": 1, "scale": scale, "gate": True, "pass_at": 2}).criteria[0]
    failed = [gate_failed(criterion, Decimal(value)) for value in (1, 2, 3)]
    assert failed == [False, False, True]


def test_what_is_no_gate_never_fails():
    assert not gate_failed(FOUR.criteria[0], Decimal(0))


def test_not_applicable_leaves_both_sums_for_the_whole_item():
    # without c2: (5 + 2) / (5 + 2), with it unmet (5 + 2) / 10
    assert reward(FOUR, answers(1, NA, 1, 0), not_applicable={"c2"}).value == 1
    assert reward(FOUR, answers(1, 0, 1, 0)).value == Fraction(7, 10)
    assert "c2" not in reward(FOUR, answers(1, 0, 1, 0), not_applicable={"c2"}).contributions


def test_na_never_pays_where_the_criterion_applies():
    assert reward(FOUR, answers(1, NA, 1, 0)).value == Fraction(7, 10)
    for position in range(4):
        for others in ((1, 1, 1, 1), (0, 0, 0, 0), (1, 0, 1, 0)):
            met, unmet, na = list(others), list(others), list(others)
            met[position], unmet[position], na[position] = 1, 0, NA
            by_na = reward(FOUR, answers(*na)).value
            assert by_na <= max(reward(FOUR, answers(*g)).value for g in (met, unmet))
            assert by_na == reward(FOUR, answers(*unmet)).value


def test_na_fails_a_gate_that_applies_and_passes_one_that_does_not():
    gated = rubric({"points": 5, "gate": True}, {"points": 3})
    assert reward(gated, answers(NA, 1)).gated
    assert reward(gated, answers(NA, 1), not_applicable={"c1"}).value == 1


@pytest.mark.parametrize(
    ("given", "left_out", "reason", "keys"),
    [
        ((1, CANNOT, 1, 0), set(), UndefinedReward.CANNOT_ASSESS, ("c2",)),
        ((1, None, 1, None), set(), UndefinedReward.NOT_RATED, ("c2", "c4")),
        ((1, 1, 1, 0), {"c1", "c2", "c3"}, UndefinedReward.NO_POSITIVE_POINTS, ()),
    ],
)
def test_undefined_is_said_with_its_reason(given, left_out, reason, keys):
    result = reward(FOUR, answers(*given), not_applicable=left_out)
    assert result == Reward(None, reason, keys)


def test_no_positive_points_is_undefined_not_zero():
    assert reward(rubric({"points": -4}), answers(0)).value is None
    assert reward([], {}).undefined_reason == UndefinedReward.NO_POSITIVE_POINTS


def test_criteria_outside_the_reward_need_no_answer():
    with_comment = rubric({"points": 1}, {"points": None, "scale": ONE_TO_FIVE})
    assert reward(with_comment, answers(1)).value == 1


def test_reward_over_some_criteria_leaves_other_answers_aside():
    # released: c1 and c4 only, (5 - 4) / 5
    some = [FOUR.criteria[0], FOUR.criteria[3]]
    assert reward(some, answers(1, 0, 0, 1)).value == Fraction(1, 5)


def test_values_that_are_not_on_the_scale_are_refused():
    with pytest.raises(ValueOutsideScale, match="`c1`: 2 is not a value of the scale"):
        reward(FOUR, answers(2, 0, 0, 0))
    nominal = {"type": "nominal", "levels": levels((1, "x"), (2, "y"))}
    with pytest.raises(ValueOutsideScale, match="the level 1 states no credit"):
        credit(rubric({"scale": nominal}).criteria[0], Decimal(1))


def test_share_of_points_counts_pitfalls_by_size():
    # 5 + 3 + 2 + 4 = 14
    assert points_share(FOUR.criteria, {"c1", "c4"}) == Fraction(9, 14)
    assert points_share(FOUR.criteria, {"c1"}, not_applicable={"c4"}) == Fraction(1, 2)
    assert points_share(FOUR.criteria, set()) == 0
    assert points_share(rubric({"points": None}).criteria, {"c1"}) is None
