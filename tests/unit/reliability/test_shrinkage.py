"""Shrinkage by hand, at its edges, and what it promises of many criteria at once."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.reliability.shrinkage import Measured, shrink

Z = 1.959963984540054


def measured(value, error):
    return Measured(value, value - Z * error, value + Z * error)


def test_three_estimates_by_hand():
    # mean .5, scatter .18; .18 / (.01 + spread) = 2 -> spread .08, kept .08 / .09 = 8/9
    answer = shrink([measured(0.8, 0.1), measured(0.5, 0.1), measured(0.2, 0.1)])
    assert answer.pool.mean == pytest.approx(0.5)
    assert answer.pool.spread == pytest.approx(0.08**0.5)
    first, second, third = answer.shrunk
    assert first.value == pytest.approx(0.5 + 0.3 * 8 / 9)
    assert second.value == pytest.approx(0.5)
    assert third.value == pytest.approx(0.5 - 0.3 * 8 / 9)
    assert first.weight == pytest.approx(8 / 9)
    # variance 8/9 * .01 + (1/9)^2 * .09 / 3
    half = Z * (8 / 9 * 0.01 + 0.03 / 81) ** 0.5
    assert second.low == pytest.approx(0.5 - half)
    assert second.high == pytest.approx(0.5 + half)
    assert first.high == pytest.approx(0.5 + 0.3 * 8 / 9 + half)


def test_noise_alone_gives_everybody_the_mean():
    # scatter .02^2 * 2 / .1^2 = .08 < 2: nothing left for a spread
    answer = shrink([measured(0.62, 0.1), measured(0.6, 0.1), measured(0.58, 0.1)])
    assert answer.pool.spread == 0
    assert [one.value for one in answer.shrunk] == pytest.approx([0.6, 0.6, 0.6])
    # the standard error of the mean of three
    assert answer.shrunk[0].high - 0.6 == pytest.approx(Z * 0.1 / 3**0.5)


def test_uncertain_estimate_moves_further():
    sure, unsure, *_ = shrink(
        [measured(0.2, 0.05), measured(0.2, 0.3), measured(0.7, 0.1), measured(0.8, 0.1)]
    ).shrunk
    assert 0.2 < sure.value < unsure.value


def test_undefined_and_widthless_estimates_take_no_part():
    answer = shrink(
        [None, Measured(1, 1, 1), measured(0.8, 0.1), measured(0.5, 0.1), measured(0.2, 0.1)]
    )
    assert answer.shrunk[:2] == (None, None)
    assert answer.pool.n == 3
    assert answer.pool.mean == pytest.approx(0.5)


@pytest.mark.parametrize(("n", "words"), [(0, "none has"), (1, "one has"), (2, "2 have")])
def test_too_few_estimates_are_said_in_words(n, words):
    answer = shrink([measured(0.5, 0.1)] * n + [None])
    assert answer.pool is None
    assert answer.shrunk == (None,) * (n + 1)
    assert words in answer.reason


def test_no_bound_is_above_one():
    many = [measured(0.99, 0.1), measured(0.98, 0.1), measured(0.97, 0.1)]
    assert all(one.high <= 1 for one in shrink(many).shrunk)
    assert any(one.high > 1 for one in shrink(many, ceiling=None).shrunk)


def test_level_and_interval_are_checked():
    with pytest.raises(ValueError, match="between 0 and 1"):
        shrink([], ci_level=1)
    with pytest.raises(ValueError, match="begins below"):
        shrink([Measured(0.5, 0.6, 0.4)])


def test_twenty_equal_criteria_are_nearer_to_the_truth_and_alarm_less():
    # truth .69 with a standard error of .11, as 30 units and three raters have it
    chance = random.Random(1)
    alarms = shrunk_alarms = 0
    error = shrunk_error = 0.0
    for _ in range(200):
        drawn = [chance.gauss(0.69, 0.11) for _ in range(20)]
        made = [one.value for one in shrink([measured(value, 0.11) for value in drawn]).shrunk]
        alarms += min(drawn) < 0.5
        shrunk_alarms += min(made) < 0.5
        error += sum((value - 0.69) ** 2 for value in drawn)
        shrunk_error += sum((value - 0.69) ** 2 for value in made)
    assert alarms > 100
    assert shrunk_alarms < 20
    assert shrunk_error < error / 4


@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.floats(0.01, 0.5)).map(lambda drawn: measured(*drawn)),
        min_size=3,
        max_size=30,
    )
)
def test_every_estimate_moves_towards_the_mean_and_not_past_it(estimates):
    answer = shrink(estimates)
    for before, after in zip(estimates, answer.shrunk, strict=True):
        low, high = sorted((before.value, answer.pool.mean))
        assert low - 1e-9 <= after.value <= high + 1e-9
        assert 0 <= after.weight <= 1
        assert after.low <= after.value
