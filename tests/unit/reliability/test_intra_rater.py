"""Raters against themselves."""

import numpy as np
import pytest

from evals.reliability import figure
from evals.reliability.intra_rater import intra_rater
from evals.reliability.statistic import Undefined

FIRST = [0, 0, 1, 1, 1, 1, 0, 1, 0, 1]
AGAIN = [0, 0, 1, 1, 1, 0, 0, 1, 1, 1]


def measured(raters, first, again, measurement="nominal", values=(0, 1), items=None):
    items = range(len(first)) if items is None else items
    return intra_rater(
        np.array(raters, dtype=np.int64),
        np.array(items, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(again, dtype=np.int64),
        values=values,
        measurement=measurement,
    )


def test_ten_repeats():
    found = measured([7] * 10, FIRST, AGAIN).together
    assert (found.n, found.same.value) == (10, 0.8)
    # first 4 of 0 and 6 of 1, again the same: by chance .16 + .36
    assert found.kappa.value == pytest.approx((0.8 - 0.52) / 0.48)
    hits = np.array(FIRST) == np.array(AGAIN)
    assert found.same == figure.share(hits.astype(float), np.arange(10))
    assert (found.weighted, found.shift) == (None, None)


def test_each_rater_and_all_together():
    found = measured([4] * 5 + [2] * 5, FIRST, AGAIN)
    assert found.together.rater is None
    assert [(each.rater, each.n, each.same.value) for each in found.by_rater] == [
        (2, 5, pytest.approx(0.6)),
        (4, 5, 1.0),
    ]
    # the first five repeats were alike: 1.0 with what five can show
    assert found.by_rater[1].same.low == pytest.approx(0.566, abs=5e-4)


def test_ordered_scales_also_tell_near_misses_and_the_way_answers_moved():
    found = measured(
        [0] * 6, [0, 1, 2, 3, 1, 2], [1, 1, 3, 3, 2, 2], "ordinal", values=(1, 2, 3, 9)
    ).together
    assert found.same.value == 0.5
    assert found.weighted.observed == pytest.approx(1 - 3 / 9 / 6)
    assert found.weighted.value > found.kappa.value
    assert found.shift.value == pytest.approx(0.5)  # three of six went up by one level
    by_value = measured(
        [0] * 6, [0, 1, 2, 3, 1, 2], [1, 1, 3, 3, 2, 2], "interval", values=(1, 2, 3, 9)
    ).together
    assert by_value.shift.value == pytest.approx((1 + 6 + 1) / 6)
    assert by_value.weighted.observed == pytest.approx(1 - (1 + 36 + 1) / 64 / 6)


def test_nothing_repeated_is_said_in_words():
    found = measured([], [], [], "ordinal")
    assert found.by_rater == ()
    assert found.together.same.reason == "Nothing was rated a second time."
    assert found.together.kappa.statistic.undefined is Undefined.NO_REPEATS
    assert found.together.shift.reason == "Nothing was rated a second time."


def test_one_answer_only_and_a_single_repeat():
    found = measured([0] * 3, [1, 1, 1], [1, 1, 1])
    assert found.together.same.value == 1.0
    assert found.together.kappa.statistic.undefined is Undefined.ONE_VALUE
    single = measured([0], [1], [0]).together
    assert single.kappa.statistic.undefined is Undefined.SINGLE_UNIT


def test_a_slider_has_no_table():
    values = range(101)
    found = measured([0] * 5, [3, 50, 70, 99, 20], [3, 51, 72, 90, 20], "interval", values=values)
    assert found.together.kappa.statistic.undefined is Undefined.TOO_MANY_LEVELS
    assert found.together.weighted.statistic.undefined is Undefined.TOO_MANY_LEVELS
    assert found.together.shift.value == pytest.approx((1 + 2 - 9) / 5)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="run in parallel"):
        measured([0], [0, 1], [0, 1])
    with pytest.raises(ValueError, match="position in the scale"):
        measured([0], [2], [0])
