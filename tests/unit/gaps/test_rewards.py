from fractions import Fraction

import pytest

from evals.gaps.pool import NA, Criterion
from evals.gaps.rewards import canonical_reward, is_met
from tests.unit.gaps.pools import binary

WEIGHTS = [binary("a", 5), binary("b", 3), binary("c", 2), binary("d", -4)]


def reward(criteria, *credits):
    answers = {
        each.key: {0: "No", 1: "Yes"}[paid] for each, paid in zip(criteria, credits, strict=True)
    }
    return canonical_reward(criteria, answers)


@pytest.mark.parametrize(
    ("credits", "expected"),
    [
        ((1, 0, 1, 1), Fraction(3, 10)),  # (5 + 2 - 4) / 10
        ((1, 1, 1, 0), 1),
        ((0, 0, 0, 1), 0),  # -4 / 10, clamped
    ],
)
def test_points_times_credit_over_the_positive_points(credits, expected):
    assert reward(WEIGHTS, *credits) == expected


def test_a_failed_gate_makes_the_reward_0():
    gated = [binary("a", 5, gate=True), *WEIGHTS[1:]]
    assert reward(gated, 0, 1, 1, 0) == 0
    assert reward(gated, 1, 1, 1, 0) == 1


def test_a_negative_gate_fails_when_the_fault_is_there():
    gated = [*WEIGHTS[:3], binary("d", -4, gate=True)]
    assert reward(gated, 1, 1, 1, 1) == 0
    assert reward(gated, 1, 1, 1, 0) == 1


def test_a_gate_without_points_only_vetoes():
    gated = [binary("a", 2), binary("g", None, gate=True)]
    assert reward(gated, 1, 1) == 1
    assert reward(gated, 1, 0) == 0


def test_levels_pay_their_credit():
    # level 3 of 1..5 pays 1/2 of 4 points
    levels = Criterion("a", Fraction(4), {n: Fraction(n - 1, 4) for n in range(1, 6)})
    assert canonical_reward([levels], {"a": 3}) == Fraction(1, 2)


def test_na_never_pays_and_keeps_the_denominator():
    assert canonical_reward(WEIGHTS[:2], {"a": NA, "b": "Yes"}) == Fraction(3, 8)


def test_without_positive_points_there_is_no_reward():
    assert reward([binary("d", -4)], 0) is None
    assert canonical_reward([], {}) is None


def test_the_pass_level_may_lie_below_full_credit():
    levels = {0: Fraction(0), 1: Fraction(1, 2), 2: Fraction(1)}
    criterion = Criterion("a", Fraction(1), levels, pass_credit=Fraction(1, 2))
    assert [is_met(criterion, value) for value in levels] == [False, True, True]
