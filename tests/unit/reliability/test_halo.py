"""Whether answers on one criterion spill over to another."""

import numpy as np
import pytest

from evals.reliability.halo import halo


def sheet(*, halo_of=(0.0, 0.0, 0.0), trait=0.0, units=400, criteria=2, seed=1, lenient=0.0):
    """Three raters on every unit: truth, a rater's own mood per unit, and noise, each of sd 1."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=units) * np.sqrt(trait)
    truth = common[:, None] + rng.normal(size=(units, criteria)) * np.sqrt(1 - trait)
    rows, raters = [], []
    for rater, own in enumerate(halo_of):
        mood = rng.normal(size=(units, 1)) * np.sqrt(own)
        noise = rng.normal(size=(units, criteria)) * np.sqrt(1 - own)
        rows.append(truth + mood + noise + lenient * rater)
        raters.append(np.full(units, rater))
    place = np.tile(np.arange(units), len(halo_of))
    return np.vstack(rows), np.concatenate(raters), place


def measured(numbers, raters, units, **more):
    return halo(numbers, raters, units, units, n_raters=int(raters.max()) + 1, **more)


def test_by_hand():
    # ten units, two raters; rater 0 says +-(1, 1), rater 1 says +-(1, -1), the sign turns each unit
    sign = np.tile([1.0, -1], 5)
    numbers = np.vstack([np.column_stack([sign, sign]), np.column_stack([sign, -sign])])
    found = measured(numbers, np.repeat([0, 1], 10), np.tile(np.arange(10), 2))
    pair = found.pairs[0]
    # within: ab = +1 for rater 0, -1 for rater 1: 0; all squares 1
    # between, a unit: (a0 + a1)(b0 + b1) - ab = 2 sign x 0 - 0 = 0
    assert (pair.within.value, pair.between.value) == pytest.approx((0, 0))
    # rater 0: 1 - (1 x -1 + 1 x 1) / 2 = 1; rater 1: -1 - 0
    assert [one.value for one in found.raters] == pytest.approx([1, -1])
    assert pair.within.n == 20


def test_a_common_cause_in_the_responses_is_no_halo():
    found = measured(*sheet(trait=0.6))
    # correlation .6 of truths, halved by noise of the same size
    assert found.pairs[0].between.value == pytest.approx(0.3, abs=0.06)
    assert found.mean.low < 0 < found.mean.high


def test_a_rater_s_mood_is_halo():
    found = measured(*sheet(halo_of=(0.8, 0.0, 0.0)))
    # covariance .8 of one rater in three over a variance of 2
    assert found.mean.value == pytest.approx(0.8 / 3 / 2, abs=0.04)
    assert found.mean.low > 0
    assert found.raters[0].value == pytest.approx(0.4, abs=0.08)
    assert found.raters[1].low < 0 < found.raters[1].high


def test_leniency_alone_is_no_halo():
    found = measured(*sheet(lenient=3.0))
    assert found.mean.value == pytest.approx(0, abs=0.05)


def test_three_criteria_have_three_pairs_and_gaps_are_left_out():
    numbers, raters, units = sheet(criteria=3, halo_of=(0.5, 0.5, 0.5))
    numbers[::7, 1] = np.nan
    found = measured(numbers, raters, units)
    assert [(pair.first, pair.second) for pair in found.pairs] == [(0, 1), (0, 2), (1, 2)]
    assert found.pairs[0].within.n < found.pairs[1].within.n == 1200
    assert found.mean.value == pytest.approx(0.25, abs=0.05)


def test_only_the_busiest_twenty_criteria_are_compared():
    numbers, raters, units = sheet(criteria=22, units=12)
    numbers[:3, 4] = np.nan
    numbers[:3, 9] = np.nan
    found = measured(numbers, raters, units)
    assert found.left_out == (4, 9)
    assert len(found.pairs) == 20 * 19 / 2


def test_reasons():
    numbers, raters, units = sheet(units=30)
    alone = halo(numbers[:30], raters[:30], units[:30], units[:30], n_raters=2)
    assert alone.pairs[0].excess.reason == "There is no variation to compare."
    assert alone.mean.reason == "No two criteria were rated by two experts on common responses."
    assert alone.raters[0].reason == "Only 0 comparable ratings: 10 are needed."
    same = measured(np.ones((40, 2)), np.repeat([0, 1], 20), np.tile(np.arange(20), 2))
    assert same.mean.value is None
    nobody = np.zeros(0, dtype=int)
    empty = halo(np.zeros((0, 2)), nobody, nobody, nobody, n_raters=0)
    assert empty.mean.value is None
    assert measured(numbers[:, :1], raters, units).pairs == ()
