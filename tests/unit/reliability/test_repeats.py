"""The same question asked a rater twice."""

import numpy as np
import pytest

from evals.reliability.repeats import paired

DAY = 86_400.0


def test_the_first_answer_goes_with_the_first_one_after_three_days():
    # rater 0, unit 7: days 0, 1, 4, 9; rater 1, unit 7: once; rater 0, unit 8: days 2 and 3
    raters = np.array([0, 0, 0, 0, 1, 0, 0])
    units = np.array([7, 7, 7, 7, 7, 8, 8])
    at = DAY * np.array([9.0, 0, 4, 1, 0, 2, 3])
    found = paired(raters, units, at)
    assert (found.first.tolist(), found.again.tolist()) == ([1], [2])
    assert found.days.tolist() == [4.0]
    assert found.too_soon == 1


def test_without_a_wait_every_repeat_counts_once():
    raters, units = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 0, 0, 0])
    found = paired(raters, units, np.arange(5.0), days_min=0)
    assert found.first.tolist() == [0, 3]
    assert found.again.tolist() == [1, 4]
    assert found.too_soon == 0


@pytest.mark.parametrize("n", [0, 3])
def test_no_repeat_at_all(n):
    found = paired(np.zeros(n, dtype=int), np.arange(n), np.zeros(n))
    assert len(found.first) == 0
    assert found.too_soon == 0
