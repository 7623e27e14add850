"""Units with a known answer."""

import numpy as np
import pytest

from evals.reliability import gold


def test_the_posterior_of_eight_of_ten():
    found = gold.posterior(8, 10)
    # Beta(9, 3): mean 9/12
    assert found.mean == pytest.approx(0.75)
    assert (found.low, found.high) == pytest.approx((0.482, 0.940), abs=6e-4)
    assert found.passed is None
    assert found.reason == "Hidden gold estimates; pass marks belong to practice."


def test_all_right_is_never_certainty():
    found = gold.posterior(20, 20)
    # Beta(21, 1): P(x < p) = p^21, so low = .025^(1/21)
    assert found.low == pytest.approx(0.025 ** (1 / 21))
    assert found.mean == pytest.approx(21 / 22)
    assert found.high < 1


def test_practice_passes_sixteen_of_twenty_and_gives_no_verdict_before():
    assert gold.posterior(16, 20, practice=True).passed is True
    assert gold.posterior(15, 20, practice=True).passed is False
    early = gold.posterior(19, 19, practice=True)
    assert early.passed is None
    assert early.reason == "Only 19 gold units: no verdict below 20."
    assert [gold.pass_mark(n) for n in (20, 21, 25)] == [16, 17, 20]


@pytest.mark.parametrize(
    ("accuracy", "right", "n", "expected"),
    [(0.9, 16, 20, 0.957), (0.6, 16, 20, 0.051), (0.9, 8, 10, 0.930), (0.6, 8, 10, 0.167)],
)
def test_who_gets_through(accuracy, right, n, expected):
    assert gold.chance_of_passing(accuracy, right=right, n=n) == pytest.approx(expected, abs=6e-4)


def test_it_is_cumulative():
    found = gold.course(np.array([True, False, True]))
    assert [(one.right, one.n) for one in found] == [(1, 1), (1, 2), (2, 3)]
    assert found[-1] == gold.posterior(2, 3)
    assert gold.course(np.zeros(0, dtype=bool)) == ()


def test_hits():
    given, known = np.array([3.0, 4, 5]), np.array([3.0, 3, 3])
    assert gold.hits(given, known).tolist() == [True, False, False]
    assert gold.hits(given, known, within=1).tolist() == [True, True, False]
    with pytest.raises(ValueError, match="one known answer"):
        gold.hits(given, np.array([3.0, np.nan, 3]))


def test_nothing_yet():
    found = gold.posterior(0, 0, practice=True)
    assert (found.mean, found.low, found.passed) == (None, None, None)
    assert found.reason == "No gold unit was answered yet."
    assert gold.chance_of_passing(0.5, right=0) == 1.0
    with pytest.raises(ValueError, match="3 of 2"):
        gold.posterior(3, 2)
