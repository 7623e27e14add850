"""Intraclass correlation: the table of Shrout and Fleiss, and experts who rated different units."""

import numpy as np
import pytest

from evals.reliability import UnitCounts, icc
from evals.reliability.answers import Answers
from evals.reliability.statistic import Undefined

# Shrout and Fleiss (1979), table 2: 6 targets by 4 judges.
RATINGS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


def answers_of(matrix, items=None):
    """Units x raters, NaN where a rater gave no rating."""
    matrix = np.asarray(matrix, dtype=float)
    units, raters = np.nonzero(~np.isnan(matrix))
    return Answers.of(
        units=units,
        raters=raters,
        given=matrix[units, raters],
        n_units=len(matrix),
        n_raters=matrix.shape[1],
        items=items,
    )


def drawn(rng, *, units, raters, seen, leniency=1.0):
    """Variances 1 between units, leniency^2 between raters, .5 of error: ICC(2,1) = .4 at 1."""
    truth, lenient = rng.normal(size=(units, 1)), leniency * rng.normal(size=raters)
    matrix = truth + lenient + 0.5**0.5 * rng.normal(size=(units, raters))
    for row in matrix:
        row[rng.permutation(raters)[seen:]] = np.nan
    return matrix


def test_the_printed_table():
    answers = answers_of(RATINGS)
    one, two = icc.one_way(answers.counts()), icc.two_way(answers)
    assert one.value == pytest.approx(0.17, abs=5e-3)
    assert icc.mean_of(one, 4).value == pytest.approx(0.44, abs=5e-3)
    assert two.value == pytest.approx(0.29, abs=5e-3)
    assert icc.mean_of(two, 4).value == pytest.approx(0.62, abs=5e-3)


def test_the_printed_intervals():
    # as the R package psych prints them for this table
    answers = answers_of(RATINGS)
    one, two = icc.one_way(answers.counts()), icc.two_way(answers)
    for found, low, high in (
        (one, -0.133, 0.72),
        (icc.mean_of(one, 4), -0.884, 0.91),
        (two, 0.019, 0.76),
        (icc.mean_of(two, 4), 0.071, 0.93),
    ):
        assert found.interval.low == pytest.approx(low, abs=5.1e-4)
        assert found.interval.high == pytest.approx(high, abs=5.1e-3)
        assert found.interval.method.startswith("F distribution")


def test_the_third_form_hides_leniency_and_is_not_offered():
    squares = icc.mean_squares(answers_of(RATINGS))
    third = (squares.units - squares.residual) / (squares.units + 3 * squares.residual)
    assert third == pytest.approx(0.71, abs=5e-3)
    assert "stricter" in icc.WHY_NO_ICC_3
    # leniency added to two judges leaves the third form where it was, not the second
    shifted = np.array(RATINGS, dtype=float) + np.array([0, 0, 5, -5])
    squares = icc.mean_squares(answers_of(shifted))
    again = (squares.units - squares.residual) / (squares.units + 3 * squares.residual)
    assert again == pytest.approx(third)
    assert icc.two_way(answers_of(shifted)).value < 0.25


def test_mean_squares_by_hand():
    # means 2 and 4 of units, 2 and 4 of raters, no residual
    squares = icc.mean_squares(answers_of([[1, 3], [3, 5]]))
    assert (squares.n, squares.k) == (2, 2)
    assert (squares.units, squares.raters, squares.residual) == (4, 4, pytest.approx(0))
    assert squares.within == pytest.approx(2)
    assert icc.mean_squares(answers_of([[1, 3], [3, np.nan], [1, 1]])) is not None
    assert icc.mean_squares(answers_of([[1, 3, np.nan], [3, 5, 1]])) is None


def test_with_nothing_missing_both_ways_give_the_same_number():
    rng = np.random.default_rng(7)
    matrix = rng.normal(size=(30, 4)) + rng.normal(size=(30, 1)) + rng.normal(size=4)
    alone = icc.two_way(answers_of(matrix))
    grouped = icc.two_way(answers_of(matrix, items=np.arange(30) // 2))
    assert grouped.value == pytest.approx(alone.value, abs=1e-12)
    assert grouped.interval.method == "linearised standard error by item, t, for these raters"
    one = icc.one_way(answers_of(matrix).counts())
    pairs = icc.one_way(answers_of(matrix, items=np.arange(30) // 2).counts())
    assert pairs.value == one.value
    assert pairs.interval.method == "linearised standard error by item, t"
    assert pairs.se == pytest.approx((one.interval.high - one.interval.low) / 4, rel=0.4)


def test_gaps_leave_the_variances_unbiased():
    rng = np.random.default_rng(12)
    found = []
    for _ in range(150):
        matrix = drawn(rng, units=60, raters=8, seen=3)
        shared = answers_of(matrix)
        sums, _ = icc.icc_sums.two_way_sums(shared)
        found.append(icc.icc_sums.components(sums, 8))
    means, errors = np.mean(found, axis=0), np.std(found, axis=0) / 150**0.5
    assert np.all(np.abs(means - [1, 1, 0.5]) < 3.5 * errors)
    assert np.all(errors < 0.06)


@pytest.mark.parametrize("per_item", [1, 4])
def test_the_interval_of_incomplete_tables_covers(per_item):
    # the same eight raters each time: the interval speaks of them
    rng = np.random.default_rng(5)
    lenient = rng.normal(size=8)
    spread = np.var(lenient, ddof=1)
    inside = 0
    for _ in range(120):
        truth = np.repeat(rng.normal(size=80 // per_item), per_item)[:, None]
        matrix = truth + lenient + 0.5**0.5 * rng.normal(size=(80, 8))
        for row in matrix:
            row[rng.permutation(8)[3:]] = np.nan
        found = icc.two_way(answers_of(matrix, items=np.arange(80) // per_item)).interval
        inside += found.low <= 1 / (1.5 + spread) <= found.high
    # 95 % of 120 are 114 with a standard deviation of 2.4
    assert inside >= (106 if per_item == 1 else 100)


def test_one_way_by_hand_with_unequal_numbers_of_ratings():
    # units 1 1 | 3 5 | 2: the single rating is left out; mean squares 4.5 x 2 / 1 and 2 / 2
    counts = UnitCounts.from_rows(
        [("a", "a", 1, 2), ("b", "b", 3, 1), ("b", "b", 5, 1), ("c", "c", 2, 1)]
    )
    assert icc.one_way(counts).value == pytest.approx((9 - 1) / (9 + 1))
    three = UnitCounts.from_rows(
        [("a", "a", 1, 2), ("b", "b", 3, 1), ("b", "b", 5, 1), ("b", "b", 4, 1)]
    )
    # means 1 and 4 around 2.8: 2 x 3.24 + 3 x 1.44; within 2 / 3; m0 = 5 - 13 / 5
    between, within, size = 10.8, 2 / 3, 2.4
    expected = (between - within) / (between + (size - 1) * within)
    assert icc.one_way(three).value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        (np.full((2, 2), np.nan), Undefined.NO_RATINGS),
        ([[1], [2]], Undefined.ONE_RATER),
        ([[1, np.nan], [np.nan, 2]], Undefined.NO_SHARED_UNIT),
        ([[1, 1], [1, 1]], Undefined.ONE_VALUE),
        ([[1, 2]], Undefined.SINGLE_UNIT),
    ],
)
def test_without_a_value_there_is_a_reason(matrix, reason):
    answers = answers_of(matrix)
    found = icc.two_way(answers)
    assert found.statistic.undefined is reason
    assert icc.mean_of(found, 3).statistic.undefined is reason
    raters = int(np.count_nonzero(answers.per_rater))
    assert icc.one_way(answers.counts(), raters=raters).statistic.undefined is reason


def test_raters_who_meet_once_cannot_be_told_from_their_units():
    nan = np.nan
    apart = [[1, 2, nan, nan, nan, nan], [nan, nan, 3, 5, nan, nan], [nan, nan, nan, nan, 2, 1]]
    assert icc.two_way(answers_of(apart)).statistic.undefined is Undefined.RATERS_NOT_CROSSED
    assert icc.one_way(answers_of(apart).counts()).value is not None


def test_perfect_agreement_has_a_value_and_no_interval():
    answers = answers_of([[1, 1], [4, 4], [2, 2]])
    for found in (icc.one_way(answers.counts()), icc.two_way(answers)):
        assert found.value == pytest.approx(1)
        assert found.interval.method.startswith("no interval")


def test_units_that_differ_less_than_their_ratings():
    # all means equal: the mean of two raters has no reliability to speak of
    one = icc.one_way(answers_of([[1, 3], [3, 1], [1, 3]]).counts())
    assert one.value == pytest.approx(-1)
    assert icc.mean_of(one, 2).statistic.undefined is Undefined.UNITS_ALIKE
    low = icc.one_way(answers_of(RATINGS).counts())
    assert icc.mean_of(low, 9).interval.method.startswith("no interval: its lower end")
    with pytest.raises(ValueError, match="at least one rater"):
        icc.mean_of(low, 0)


def test_shift_and_scale_change_nothing():
    moved = np.array(RATINGS, dtype=float) * 250 + 1e6
    one, other = icc.two_way(answers_of(RATINGS)), icc.two_way(answers_of(moved))
    assert other.value == pytest.approx(one.value, abs=1e-9)
    assert other.interval.low == pytest.approx(one.interval.low, abs=1e-9)
    items = np.arange(6) // 2
    gaps = [icc.two_way(answers_of(each, items=items)) for each in (RATINGS, moved)]
    assert gaps[1].se == pytest.approx(gaps[0].se, rel=1e-5)
