"""How long ratings take."""

import numpy as np
import pytest

from evals.reliability.pace import pace


def test_each_rater_is_measured_by_themselves():
    # seconds of five criteria: 100 s are 20 a criterion; under 5 is hasty for the first rater only
    seconds = np.array([100.0] * 10 + [24, 26] + [20.0] * 10 + [6])
    raters = np.array([0] * 12 + [1] * 11)
    slow, quick = pace(raters, seconds, np.full(23, 5), n_raters=2)
    assert (slow.median, quick.median) == (20, 4)
    assert slow.hasty.tolist() == [10]
    assert quick.hasty.tolist() == []
    assert slow.quartiles == pytest.approx((20, 20))
    assert slow.n == 12


def test_seconds_are_shared_among_the_criteria_answered():
    seconds, criteria = np.array([10.0] * 6 + [40.0] * 6), np.array([1] * 6 + [4] * 6)
    assert pace(np.zeros(12, dtype=int), seconds, criteria, n_raters=1)[0].median == 10


def test_what_nobody_measured_is_left_out():
    seconds = np.array([30.0] * 10 + [np.nan, -1.0, 30.0])
    criteria = np.array([1] * 12 + [0])
    found = pace(np.zeros(13, dtype=int), seconds, criteria, n_raters=1)[0]
    assert (found.n, found.unmeasured, found.median) == (10, 3, 30)


def test_few_ratings_have_no_median():
    found = pace(np.zeros(9, dtype=int), np.full(9, 5.0), np.ones(9, dtype=int), n_raters=2)
    assert found[0].median is None
    assert found[0].reason == "Only 9 ratings were timed: 10 are needed."
    assert found[1].n == 0
