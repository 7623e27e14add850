"""One expert's own numbers against what the others settled on."""

import numpy as np
import pytest

from evals.reliability.answers import Answers
from evals.reliability.personal import Difference, beside, personal
from evals.reliability.settling import Open, Ruling, Source
from tests.unit.reliability.rated_by import rated_by


def test_the_own_answer_never_speaks_for_itself():
    # others of rater 0: 11, 10, 00, 0 alone
    answers = rated_by("1110.", "110.1", "1000.")
    settlement = beside(answers, 0, "nominal")
    assert personal(answers, 0, "nominal", settlement=settlement) == personal(answers, 0, "nominal")
    assert [settlement.of(u).value for u in range(4)] == [1, None, 0, None]
    assert settlement.of(1).open is Open.TIE
    assert settlement.of(3).open is Open.FEW_RATINGS
    found = personal(answers, 0, "nominal")
    assert (found.exact.value, found.exact.n, found.left_out) == (0.5, 2, 2)
    assert found.differing == (Difference(2, 1.0, 0.0, Source.CONSENSUS),)
    # equal others: 2/2, 1/2, 0/2, 1/1
    assert found.soft.value == pytest.approx((1 + 0.5 + 0 + 1) / 4)


def test_a_ruling_goes_before_the_others():
    answers = rated_by("11", "00", "00")
    found = personal(answers, 0, "nominal", rulings={0: Ruling(1, "rater_error")})
    assert (found.exact.value, found.exact.n) == (0.5, 2)
    assert found.differing == (Difference(1, 1.0, 0.0, Source.CONSENSUS),)
    other = personal(answers, 1, "nominal", rulings={0: Ruling(1, "rater_error")})
    assert other.differing == (Difference(0, 0.0, 1.0, Source.RULING),)
    # unit 1: the others of rater 1 are 1 and 0
    assert other.left_out == 1


def test_legitimate_disagreement_counts_for_nobody():
    answers = rated_by("1", "0", "0")
    found = personal(answers, 0, "nominal", rulings={0: Ruling(None, "legitimate")})
    assert found.exact.reason == "None of these units has a settled answer yet."
    assert (found.left_out, found.differing) == (1, ())


def test_on_an_ordinal_scale_near_counts_too_and_the_farthest_comes_first():
    answers = rated_by("4512", "3111", "3111", values=(1, 2, 3, 4, 5))
    found = personal(answers, 0, "ordinal")
    assert found.exact.value == pytest.approx(1 / 4)
    assert found.near.value == pytest.approx(3 / 4)
    # 1, 4, 0, 1 levels
    assert found.distance.value == pytest.approx(6 / 4)
    assert [one.unit for one in found.differing] == [1, 0, 3]


def test_on_a_binary_scale_everything_is_near():
    found = personal(rated_by("1", "1", "1"), 0, "nominal")
    assert found.exact.value == 1
    assert found.near.reason == "On fewer than four ordered levels nearly everything is near."
    assert found.distance.value == 0
    three = personal(rated_by("1", "1", "1", values=(1, 2, 3)), 0, "nominal")
    assert three.distance.reason == "The levels have no order."


def test_levels_out_of_numeric_order_are_steps_all_the_same():
    # positions: 10 -> 0, 5 -> 1, 1 -> 2, 0 -> 3
    answers = Answers.of(units=[0, 0, 0], raters=[0, 1, 2], given=[10, 0, 0], values=(10, 5, 1, 0))
    assert personal(answers, 0, "ordinal").distance.value == 3


def test_a_continuous_scale_has_distances_only():
    answers = Answers.of(
        units=[0, 0, 0, 1, 1, 1],
        raters=[0, 1, 2, 0, 1, 2],
        given=[10, 20, 40, 7, 7, 7],
    )
    found = personal(answers, 0, "interval")
    # 10 against the median of 20 and 40; 7 against 7
    assert found.distance.value == pytest.approx((20 + 0) / 2)
    assert found.exact.reason == "The scale is continuous: answers are near or far, not equal."
    assert found.soft.value is None
    assert found.differing[0].settled == 30


def test_items_make_the_interval_wider():
    rng = np.random.default_rng(1)
    wrong = np.repeat(rng.random(20) < 0.4, 5)
    mine = "".join("0" if miss else "1" for miss in wrong)
    alone = personal(rated_by(mine, "1" * 100, "1" * 100), 0, "nominal").exact
    joined = personal(rated_by(mine, "1" * 100, "1" * 100, per_item=5), 0, "nominal").exact
    assert alone.value == joined.value
    assert joined.high - joined.low > 1.5 * (alone.high - alone.low)
    assert joined.method == "Wilson, items as clusters"


def test_nobody_else_and_nothing_rated():
    alone = personal(rated_by("11"), 0, "nominal")
    assert alone.soft.reason == "No other expert rated these units."
    assert alone.exact.value is None
    assert alone.left_out == 2
    idle = personal(rated_by("..", "11", "11"), 0, "nominal")
    assert (idle.exact.value, idle.left_out, idle.differing) == (None, 0, ())
