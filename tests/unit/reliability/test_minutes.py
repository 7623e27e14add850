"""Sittings of work, and agreement by minute."""

import numpy as np
import pytest

from evals.reliability.minutes import by_minute, closeness, falls_at, sittings, trend
from tests.unit.reliability.rated_by import rated_by


def test_a_pause_of_half_an_hour_ends_a_sitting():
    raters = np.array([0, 1, 0, 0, 0])
    at = 60.0 * np.array([40, 5, 0, 10, 71])
    found = sittings(raters, at)
    # rater 0: minutes 0, 10, 40 (30 later is still the same), then 71
    assert found.sitting.tolist() == [0, 2, 0, 0, 1]
    assert found.minute.tolist() == [40, 0, 0, 10, 0]
    assert sittings(np.zeros(0, dtype=int), np.zeros(0)).minute.tolist() == []


def test_stretches():
    minute = np.array([0.0, 5, 10, 95, 120])
    found = by_minute(minute, np.array([1.0, 0, 1, 1, 0]), np.arange(5))
    assert [(one.start, one.end, one.agreement.value) for one in found] == [
        (0, 10, 0.5),
        (10, 20, 1.0),
        (20, 40, None),
        (40, 60, None),
        (60, 90, None),
        (90, None, 0.5),
    ]
    assert found[2].agreement.reason == "Nothing to compare with."


def test_the_trend_is_within_people():
    # one rater agrees always and works briefly, one agrees never and works on: no trend in either
    minute = np.concatenate([np.arange(10.0), np.arange(30.0, 40.0)])
    agreement = np.repeat([1.0, 0.0], 10)
    found = trend(minute, agreement, np.arange(20), np.repeat([0, 1], 10))
    assert found.value == pytest.approx(0)
    # minutes 0 .. 9, agreement falling by .02 a minute: -.2 in ten
    falling = trend(
        np.arange(10.0), 1 - 0.02 * np.arange(10), np.arange(10), np.zeros(10, dtype=int)
    )
    assert falling.value == pytest.approx(-0.2)
    assert falling.high < 0
    still = trend(np.zeros(10), np.ones(10), np.arange(10), np.zeros(10, dtype=int))
    assert still.value is None
    assert trend(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0)).value is None


def test_closeness():
    answers = rated_by("1", "1", "9", values=(1, 5, 9))
    assert closeness(answers, "ordinal")[0].tolist() == [0.5, 0.5, 0]
    # |1 - 5| / 8, |1 - 5| / 8, |9 - 1| / 8
    assert closeness(answers, "interval")[0].tolist() == [0.5, 0.5, 0]
    equal = rated_by("5", "5", values=(1, 5, 9))
    assert closeness(equal, "interval")[0].tolist() == [1, 1]
    assert closeness(rated_by("5", values=(1, 5)), "interval")[1].tolist() == [False]


def test_agreement_falls_where_chance_does_not_explain_it():
    """45 of 50 in the first ten minutes, 43 in the next: as good. 25 from 40 on, 24 from 60 on.

    Wilson at 45 of 50, whose sample variance leaves the information of 49, begins at .785, and at
    25 of 50 it ends at .635: so it falls, and first in minutes 40 to 60.
    """
    minute = np.repeat([1.0, 15.0, 45.0, 70.0], 50)
    agreement = np.concatenate([_hits(45), _hits(43), _hits(25), _hits(24)])
    curve = by_minute(minute, agreement, np.arange(200))
    assert curve[0].agreement.low == pytest.approx(0.785, abs=5e-4)
    assert curve[3].agreement.high == pytest.approx(0.635, abs=5e-4)
    assert falls_at(curve) == 40


@pytest.mark.parametrize("later", [45, 41, 38])
def test_less_than_that_is_no_fall(later):
    """38 of 50: .626 to .857, which reaches above .786."""
    minute = np.repeat([1.0, 45.0], 50)
    curve = by_minute(minute, np.concatenate([_hits(45), _hits(later)]), np.arange(100))
    assert falls_at(curve) is None


def test_nothing_known_is_no_fall():
    assert falls_at(by_minute(np.zeros(0), np.zeros(0), np.zeros(0, dtype=int))) is None


def _hits(right: int, of: int = 50) -> np.ndarray:
    return np.repeat([1.0, 0.0], [right, of - right])
