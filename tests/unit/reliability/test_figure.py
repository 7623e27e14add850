"""Numbers about raters with their uncertainty."""

import numpy as np
import pytest

from evals.reliability import figure
from evals.reliability.figure import Figure


def test_wilson():
    assert figure.wilson(0, 8) == pytest.approx((0, 0.324), abs=6e-4)
    assert figure.wilson(2 / 8, 8) == pytest.approx((0.072, 0.591), abs=1e-3)


def test_a_share_of_units_that_are_items_of_their_own():
    found = figure.share(np.array([1, 1, 0, 0, 0, 0, 0, 0.0]), np.arange(8))
    # two hits of eight scattered over items: deff = 8/7 by its small-sample factor
    assert found.value == 0.25
    assert found.n == 8
    assert found.low < 0.072
    assert found.high > 0.591
    assert found.method == "Wilson"


def test_hits_that_come_in_clusters_count_less():
    # items of four units, all right or all wrong: deff = C/(C-1) x 4, as if there were 8 units
    right = np.repeat([1.0, 0, 1, 0, 1, 0, 1, 1], 4)
    clustered = figure.share(right, np.repeat(np.arange(8), 4))
    alone = figure.share(right, np.arange(32))
    # variance: sum over items of (4 (x - 5/8))^2 = 16 (5 (3/8)^2 + 3 (5/8)^2) = 30; x 8/7 / 32^2
    # over p (1-p) / n = (15/64) / 32: deff = 4.571, effective n = 7
    assert (clustered.low, clustered.high) == pytest.approx(figure.wilson(5 / 8, 7))
    assert clustered.method == "Wilson, items as clusters"
    assert alone.high - alone.low < clustered.high - clustered.low


def test_the_share_of_clustered_hits_is_covered():
    # 40 items of 4 responses, an item's chance of a hit drawn from Beta(4, 1): mean .8
    rng = np.random.default_rng(7)
    items = np.repeat(np.arange(40), 4)
    covered = naive = 0
    for _ in range(400):
        hits = (rng.random(160) < np.repeat(rng.beta(4, 1, 40), 4)).astype(float)
        found = figure.share(hits, items)
        covered += found.low < 0.8 < found.high
        low, high = figure.wilson(hits.mean(), 160)
        naive += low < 0.8 < high
    assert 0.92 <= covered / 400 <= 0.98
    assert naive < covered


def test_all_right_still_has_a_width():
    found = figure.share(np.ones(20), np.arange(20))
    # Wilson at p = 1: low = 1 / (1 + z^2 / n) = 1 / (1 + 3.8415 / 20)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(1 / (1 + 3.8415 / 20), abs=1e-4)


def test_a_ratio_of_sums():
    found = figure.ratio(np.array([1.0, 2, 3, 4, 5, 6]), np.ones(6), np.arange(6), seed=1)
    assert found.value == pytest.approx(3.5)
    assert found.low < 3.5 < found.high
    assert found.method == "item bootstrap"
    assert found == figure.ratio(np.array([1.0, 2, 3, 4, 5, 6]), np.ones(6), np.arange(6), seed=1)


def test_many_items_are_linearised_and_give_the_t_interval_of_a_mean():
    rng = np.random.default_rng(3)
    x = rng.normal(2, 1, 900)
    found = figure.ratio(x, np.ones(900), np.arange(900))
    half = 1.9626 * x.std(ddof=1) / 30  # t(.975, 899)
    assert (found.low, found.high) == pytest.approx((x.mean() - half, x.mean() + half), abs=1e-4)
    assert found.method == "linearised, items as clusters"


def test_bootstrap_and_linearisation_agree_where_they_meet():
    rng = np.random.default_rng(4)
    x, w = rng.normal(1, 1, 500), rng.uniform(1, 2, 500)
    drawn = figure.ratio(x, w, np.arange(500))
    spread = figure.ratio(np.append(x, 1.0), np.append(w, 1.0), np.arange(501))
    assert drawn.method != spread.method
    assert (drawn.low, drawn.high) == pytest.approx((spread.low, spread.high), abs=0.02)


def test_few_items_give_a_value_without_interval():
    found = figure.ratio(np.ones(4), np.ones(4), np.arange(4))
    assert (found.value, found.low, found.high) == (1.0, None, None)
    assert found.method == "no interval: fewer than 5 items"


def test_what_has_no_value_has_a_reason():
    nothing = figure.share(np.zeros(0), np.zeros(0, dtype=int))
    assert nothing == Figure(None, None, None, 0, "", "Nothing to compare with.")
    flat = figure.ratio(np.zeros(9), np.zeros(9), np.arange(9))
    assert flat.reason == "There is no variation to compare."


def test_half_a_figure_is_refused():
    with pytest.raises(ValueError, match="value or a reason"):
        Figure(None, None, None, 0)
    with pytest.raises(ValueError, match="two ends"):
        Figure(1.0, 0.5, None, 3)
    with pytest.raises(ValueError, match="never NaN"):
        Figure(float("nan"), None, None, 3)
