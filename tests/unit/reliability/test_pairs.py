"""Two raters at a time: Cohen's kappa, their table, and pairs that cannot be compared."""

import numpy as np
import pytest

from evals.reliability import kappas
from evals.reliability.answers import Answers
from evals.reliability.conger import conger
from evals.reliability.linearised import Spread
from evals.reliability.pairs import (
    ASYMPTOTIC,
    cohen_kappa,
    cohen_of_codes,
    pair_agreements,
    pair_counts,
)
from evals.reliability.statistic import Undefined

# METHODS: two raters, ten units, five ordered levels.
FIRST = [1, 2, 3, 4, 5, 3, 3, 2, 4, 5]
SECOND = [1, 3, 3, 4, 4, 3, 2, 2, 5, 5]


def answers_of(columns, values=None, items=None):
    """One column a rater; None where they gave no rating."""
    entries = [
        (unit, rater, given)
        for rater, column in enumerate(columns)
        for unit, given in enumerate(column)
        if given is not None
    ]
    units, raters, given = (np.array(part) for part in zip(*entries, strict=True))
    n = len(columns[0])
    return Answers.of(
        units=units, raters=raters, given=given, values=values, n_units=n, items=items
    )


def test_ten_units_by_two_raters():
    (pair,) = pair_agreements(answers_of([FIRST, SECOND], values=range(1, 6)), "ordinal")
    assert pair.kappa.value == pytest.approx(0.487, abs=5e-4)
    assert pair.weighted.value == pytest.approx(0.872, abs=5e-4)
    assert cohen_kappa(pair.confusion, "linear").value == pytest.approx(0.714, abs=5e-4)
    assert (pair.first, pair.second, pair.n_units, pair.n_items) == (0, 1, 10, 10)
    assert pair.kappa.observed == 0.6
    assert pair.confusion.sum() == 10
    assert pair.confusion[1].tolist() == [0, 1, 1, 0, 0]  # the first said 2 twice
    assert pair.kappa.interval.method == "asymptotic standard error by item, t"


def test_a_two_by_two_table_by_hand():
    # agree on .9; by chance .5 x .5 + .5 x .5; Fleiss, Cohen and Everitt: sqrt(.36 / 100)
    found = cohen_kappa(np.array([[45, 5], [5, 45]]))
    assert (found.observed, found.expected) == (pytest.approx(0.9), pytest.approx(0.5))
    assert found.value == pytest.approx(0.8)
    assert found.se == pytest.approx((0.9 * 0.1 / 100) ** 0.5 / 0.5)


def test_habits_of_each_rater_count_where_scott_pools_them():
    table = np.array([[20, 10], [0, 20]])
    # Cohen: .6 x .4 + .4 x .6 = .48; Scott: both at .5
    assert cohen_kappa(table).value == pytest.approx((0.8 - 0.48) / 0.52)
    scott = kappas.fleiss(pair_counts(table, (1, 2)), spread=ASYMPTOTIC)
    assert scott.value == pytest.approx(0.6)
    assert pair_counts(table, (1, 2)).sizes.tolist() == [2] * 50


def test_two_raters_without_gaps_are_congers_kappa():
    answers = answers_of([FIRST, SECOND], values=range(1, 6))
    (pair,) = pair_agreements(answers, "nominal")
    both = conger(answers, spread=ASYMPTOTIC)
    assert pair.kappa.value == pytest.approx(both.value)
    assert pair.kappa.se == pytest.approx(both.se)
    assert pair.weighted is None


def test_each_pair_rests_on_the_units_it_shares():
    answers = answers_of(
        [[1, 0, 1, None, None], [1, 0, 0, 1, None], [None, None, None, None, 1]], values=(0, 1)
    )
    pairs = {(pair.first, pair.second): pair for pair in pair_agreements(answers, "nominal")}
    assert list(pairs) == [(0, 1), (0, 2), (1, 2)]
    assert pairs[0, 1].confusion.tolist() == [[1, 0], [1, 1]]
    # 2 of 3 agree; shares of 1 are 2/3 and 1/3: 4/9 by chance
    assert pairs[0, 1].kappa.value == pytest.approx((2 / 3 - 4 / 9) / (5 / 9))
    assert pairs[0, 2].kappa.statistic.undefined is Undefined.NO_SHARED_UNIT
    assert pairs[0, 2].n_units == 0
    assert pairs[0, 2].confusion.tolist() == [[0, 0], [0, 0]]


def test_the_same_as_looking_up_every_unit():
    rng = np.random.default_rng(6)
    given = rng.integers(0, 3, (6, 40))
    seen = rng.random((6, 40)) < 0.5
    columns = [
        [int(v) if s else None for v, s in zip(*row, strict=True)]
        for row in zip(given, seen, strict=True)
    ]
    for pair in pair_agreements(answers_of(columns, values=(0, 1, 2)), "ordinal"):
        both = seen[pair.first] & seen[pair.second]
        assert pair.n_units == both.sum()
        a, b = given[pair.first][both], given[pair.second][both]
        for x, y in np.ndindex(3, 3):
            assert pair.confusion[x, y] == ((a == x) & (b == y)).sum()


def test_responses_of_one_item_stand_together():
    four = [each for each in FIRST for _ in range(4)], [each for each in SECOND for _ in range(4)]
    items = np.repeat(np.arange(10), 4)
    (apart,) = pair_agreements(answers_of([FIRST, SECOND]), "nominal")
    (copied,) = pair_agreements(answers_of(four, items=items), "nominal")
    assert copied.n_items == 10
    assert copied.kappa.value == pytest.approx(apart.kappa.value)
    assert copied.kappa.se == pytest.approx(apart.kappa.se * (10 / 9) ** 0.5)
    assert copied.kappa.interval.method == "linearised standard error by item, t"


def test_without_a_value_there_is_a_reason():
    def reason(first, second):
        codes = [np.array(each, dtype=np.int64) for each in (first, second)]
        return cohen_of_codes(*codes, np.arange(len(first)), np.eye(2)).statistic.undefined

    assert reason([], []) is Undefined.NO_SHARED_UNIT
    assert reason([1, 1, 1], [1, 1, 1]) is Undefined.ONE_VALUE
    assert reason([1], [0]) is Undefined.SINGLE_UNIT
    # one of them never varies: kappa is 0 whatever the other says
    assert reason([1, 1, 1], [1, 1, 0]) is None
    assert pair_agreements(answers_of([[1, 0]]), "nominal") == []


def test_perfect_agreement_has_no_interval():
    found = cohen_kappa(np.array([[3, 0], [0, 4]]))
    assert (found.value, found.se) == (1.0, pytest.approx(0, abs=1e-12))
    assert found.interval.method == "no interval: every item says the same"


def test_scales_too_long_to_tabulate_say_so():
    columns = [[float(unit) for unit in range(40)], [unit + 0.5 for unit in range(40)]]
    (pair,) = pair_agreements(answers_of(columns), "interval")
    assert pair.confusion is None
    assert pair.kappa.statistic.undefined is Undefined.TOO_MANY_LEVELS
    assert pair.weighted.statistic.undefined is Undefined.TOO_MANY_LEVELS
    assert pair.n_units == 40


def test_interval_scales_weigh_by_value_and_ordinal_ones_by_step():
    columns = [[0, 0, 1, 10, 10, 1], [0, 1, 1, 10, 1, 10]]
    (steps,) = pair_agreements(answers_of(columns), "ordinal")
    (values,) = pair_agreements(answers_of(columns), "interval")
    assert steps.weighted.observed == pytest.approx(1 - 3 * (1 / 4) / 6)
    assert values.weighted.observed == pytest.approx(1 - (0.01 + 0.81 + 0.81) / 6)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="one row and one column for each level"):
        cohen_kappa(np.ones((2, 3), dtype=int))
    with pytest.raises(ValueError, match="rated a unit twice"):
        Answers.of(units=np.array([0, 0]), raters=np.array([1, 1]), given=np.array([0.0, 1.0]))


def test_the_level_of_the_interval_is_passed_on():
    answers = answers_of([FIRST, SECOND])
    (wide,) = pair_agreements(answers, "nominal", ci_level=0.99)
    codes = np.array(FIRST) - 1, np.array(SECOND) - 1
    asked = cohen_of_codes(*codes, np.arange(10), np.eye(5), ci_level=0.99)
    assert wide.kappa.interval == asked.interval
    assert wide.kappa.interval.low < cohen_kappa(wide.confusion, spread=Spread()).interval.low
