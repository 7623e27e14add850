"""Whether accuracy fell, and how large a fall could have been seen."""

import numpy as np
import pytest
from scipy import stats

from evals.reliability import drift


def answers(*runs):
    """(right, wrong) run after run."""
    return np.concatenate([[True] * right + [False] * wrong for right, wrong in runs])


def test_nineteen_against_fourteen_of_twenty_prove_nothing():
    # 2 x P(19, 14), hypergeometric: .0915, printed .092 in places
    found = drift.windows(answers((19, 1), (14, 6)), window=20)
    assert (found.first_right, found.last_right, found.window) == (19, 14, 20)
    assert found.p_value == pytest.approx(0.0915, abs=6e-4)
    assert found.detectable == pytest.approx(0.40)
    assert found.sentence() == (
        "19 of the first 20 were right and 14 of the last 20 (p = 0.091). "
        "Only a drop of 40 points or more would have been seen four times of five."
    )


@pytest.mark.parametrize(
    ("first", "n_first", "last", "n_last"),
    [
        (19, 20, 14, 20),
        (5, 5, 0, 5),
        (38, 40, 28, 40),
        (3, 10, 3, 10),
        (0, 8, 0, 12),
        (7, 12, 2, 9),
    ],
)
def test_fisher_equals_the_library(first, n_first, last, n_last):
    table = [[first, n_first - first], [last, n_last - last]]
    expected = stats.fisher_exact(table).pvalue
    assert drift.fisher_exact(first, n_first, last, n_last) == pytest.approx(expected)


def test_fisher_by_hand():
    # 2 of 2 against 0 of 2: margins leave C(2,k) C(2,2-k) / C(4,2) = 1/6, 4/6, 1/6
    assert drift.fisher_exact(2, 2, 0, 2) == pytest.approx(2 / 6)
    assert drift.fisher_exact(1, 2, 1, 2) == pytest.approx(1)


def test_the_power_is_what_a_simulation_finds():
    drop = drift.detectable_drop(38, 40)
    rng = np.random.default_rng(2)
    tables = np.column_stack([rng.binomial(40, 0.95, 4000), rng.binomial(40, 0.95 - drop, 4000)])
    kinds, times = np.unique(tables, axis=0, return_counts=True)
    seen = [
        x > y and stats.fisher_exact([[x, 40 - x], [y, 40 - y]]).pvalue < 0.05 for x, y in kinds
    ]
    # the last step of a point may carry it a little above .8
    assert 0.78 < times[seen].sum() / 4000 < 0.84


def test_forty_answers_a_window_see_less_than_twenty():
    assert (
        drift.detectable_drop(19, 20)
        > drift.detectable_drop(38, 40)
        > drift.detectable_drop(190, 200)
    )


def test_a_rater_who_is_seldom_right_cannot_be_seen_to_fall():
    assert drift.detectable_drop(2, 10) is None
    found = drift.windows(answers((2, 8), (0, 10)))
    assert found.detectable is None
    assert found.sentence().endswith("No drop could have been proved with so few answers.")


def test_windows_never_overlap():
    found = drift.windows(answers((25, 0), (0, 25)))
    assert (found.window, found.first_right, found.last_right) == (25, 25, 0)
    few = drift.windows(answers((19, 0)))
    assert few.p_value is None
    assert few.sentence() == "Only 19 answers: two windows of 10 are needed."


def test_cusum_finds_where_it_turned():
    found = drift.cusum(answers((30, 0), (10, 20)), seed=1)
    # 40 right of 60, all of them first: the running sum of hit - 2/3 peaks at answer 40
    assert (found.turn, found.before, found.after) == (40, 1.0, 0.0)
    assert found.p_value == pytest.approx(1 / 2001)


def test_cusum_is_quiet_about_an_even_rater_and_about_one_who_improves():
    even = drift.cusum(np.tile([True, True, True, False], 20), seed=1)
    assert even.p_value > 0.5
    better = drift.cusum(answers((0, 20), (20, 0)), seed=1)
    assert better.p_value == 1.0
    assert better.turn is None


def test_cusum_is_right_about_its_own_errors():
    # under no drift a p-value below .1 comes about one time of ten
    rng = np.random.default_rng(8)
    small = [drift.cusum(rng.random(40) < 0.85, seed=s).p_value < 0.1 for s in range(60)]
    assert np.mean(small) == pytest.approx(0.1, abs=0.1)


def test_many_answers_need_no_shuffling():
    rng = np.random.default_rng(4)
    right = rng.random(500) < np.where(np.arange(500) < 350, 0.9, 0.85)
    found = drift.cusum(right)
    assert found.method == "Brownian bridge"
    hits = right.astype(float)
    peaks = drift._peaks(hits, np.random.default_rng(1))
    peak = np.cumsum(hits - hits.mean()).max()
    # the bridge runs between the answers too, so it is a little above what shuffles find
    assert found.p_value == pytest.approx(np.mean(peaks >= peak), abs=0.05)
    assert found.p_value == pytest.approx(np.exp(-2 * peak**2 / (500 * hits.var())))
    few_wrong = drift.cusum(np.arange(500) % 50 != 0)
    assert few_wrong.method == "2000 shuffles"


def test_cusum_without_anything_to_find():
    assert drift.cusum(answers((19, 0))).reason == "Only 19 answers: 20 are needed."
    all_right = drift.cusum(answers((30, 0)))
    assert all_right.p_value is None
    assert all_right.reason == "Every answer was right: there is no change to look for."
