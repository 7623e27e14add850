"""Criteria that say nothing, work against the others, or say the same twice."""

import numpy as np
import pytest

from evals.weighing import diagnose
from evals.weighing.diagnostics import centred_within, correlation, item_rest, overlaps
from tests.unit.weighing.rubrics import rubric, weighed

# Ten outputs by five criteria; pass rates 1, .6, .6, .4, .4.
TEN = """
1 0 0 0 1
1 0 0 0 1
1 0 0 0 1
1 0 1 0 0
1 1 0 0 0
1 1 1 0 0
1 1 1 1 0
1 1 1 1 0
1 1 1 1 0
1 1 1 1 1
"""


def matrix(text):
    return np.array([[float(one) for one in line.split()] for line in text.strip().splitlines()])


def test_published_item_rest_correlations():
    assert matrix(TEN).mean(axis=0) == pytest.approx([1, 0.6, 0.6, 0.4, 0.4])
    first, *others = item_rest(matrix(TEN))
    assert first is None
    assert others == pytest.approx([0.408, 0.408, 0.800, -0.542], abs=5e-4)


def test_item_rest_by_hand():
    # a = 1 1 0 0, rest = 1 0 1 0: (1/2)(1/2) - (1/2)(1/2) - (1/2)(1/2) + (1/2)(1/2) = 0
    # a = 1 1 0, rest = 2 1 0: cov 1/3 + 0 + 2/3 = 1, norms 2/3 and 2 -> 1 / sqrt(4/3)
    assert correlation(np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0])) == 0
    found = correlation(np.array([1.0, 1, 0]), np.array([2.0, 1, 0]))
    assert found == pytest.approx((3 / 4) ** 0.5)


def test_constant_criterion_has_no_correlation():
    assert correlation(np.ones(4), np.arange(4.0)) is None


def test_phi_of_a_fourfold_table():
    # 45 both, 5 and 5 one of them, 45 none: (45 * 45 - 5 * 5) / (50 * 50) = .8, not above it
    # 46, 4, 4, 46: (46 * 46 - 16) / 2500 = .84
    def table(both, one, other, none):
        rows = [(1, 1)] * both + [(1, 0)] * one + [(0, 1)] * other + [(0, 0)] * none
        return np.array(rows, dtype=float)

    assert overlaps(table(45, 5, 5, 45)) == []
    ((first, second, phi),) = overlaps(table(46, 4, 4, 46))
    assert (first, second, phi) == (0, 1, pytest.approx(0.84))


def test_within_items_takes_out_their_means():
    values = np.array([[1.0], [0.0], [1.0], [1.0]])
    within, n = centred_within(values, np.array([0, 0, 1, 2]))
    assert within[:, 0] == pytest.approx([0.5, -0.5])
    assert n == 2


def test_saturated_adrift_and_doubled_criteria_are_found():
    # twelve items of one response each: nothing to compare within them
    lines = [f"r{n} i{n} 1 {n % 2} {n % 2} {n % 2} {n // 2 % 2} {1 - n % 2}" for n in range(12)]
    criteria = rubric(always=1, even=1, again=1, thrice=1, other=1, against=1)
    found = diagnose(weighed(criteria, "\n".join(lines)))
    assert [one.key for one in found.criteria if one.is_saturated] == ["always"]
    assert [one.key for one in found.criteria if one.is_adrift] == ["other", "against"]
    doubled = [(one.key, one.other) for one in found.overlaps]
    assert doubled == [("even", "again"), ("even", "thrice"), ("again", "thrice")]
    assert (found.n, found.within_items, found.is_enough) == (12, False, True)


def test_pitfall_counts_by_the_absence_of_its_fault():
    criteria = rubric(good=1, bad=-1)
    lines = [f"r{n} i {n % 2} {(n + 1) % 2}" for n in range(12)]
    found = diagnose(weighed(criteria, "\n".join(lines)))
    # what is good has no fault: both correlate perfectly, within the one item
    assert [one.item_rest for one in found.criteria] == pytest.approx([1, 1])
    assert found.within_items


def test_nothing_to_diagnose_without_responses():
    found = diagnose(weighed(rubric(a=1), "r1 i ."))
    assert [(one.mean_credit, one.item_rest) for one in found.criteria] == [(0, None)]
    assert (found.overlaps, found.n, found.is_enough) == ([], 0, False)
