"""The parts that everything exact rests on: simplex, kernel, deciding, hitting sets."""

from itertools import combinations
from math import gcd

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.weighing import simplex
from evals.weighing.couples import couple
from evals.weighing.deciding import (
    Contradiction,
    Weights,
    contradicts,
    decide,
    exactly,
    products,
)
from evals.weighing.hitting import GaveUp, fewest_hits
from evals.weighing.kernel import kernel

MATRICES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(-3, 3), min_size=width, max_size=width), min_size=1, max_size=7
    )
)


def rows(*lines):
    return np.array(lines, dtype=np.int64)


def test_weights_by_hand():
    # 1 0 -1 and 0 1 -1 and 0 0 1: x = (2, 2, 1) does, the smallest that leaves 1 everywhere
    solved = simplex.solve([[1, 0, -1], [0, 1, -1], [0, 0, 1]])
    assert solved.weights == [2, 2, 1]
    assert solved.multipliers is None


def test_contradiction_by_hand():
    # 2 x (1, -1) + 1 x (-2, 2) = 0
    solved = simplex.solve([[1, -1], [-2, 2]])
    assert (solved.weights, solved.multipliers) == (None, [2, 1])


def test_nothing_is_asked_of_no_rows():
    assert exactly(np.zeros((0, 3), dtype=np.int64)) == Weights((0, 0, 0))


@settings(max_examples=300)
@given(MATRICES)
def test_exact_simplex_proves_what_it_says(lines):
    solved = simplex.solve(lines)
    matrix = rows(*lines)
    assert (solved.weights is None) != (solved.multipliers is None)
    if solved.weights is not None:
        assert min(solved.weights) >= 0
        assert (products(matrix, solved.weights) > 0).all()
        assert gcd(*solved.weights) in (0, 1)
    else:
        chosen = {at: n for at, n in enumerate(solved.multipliers) if n}
        assert contradicts(matrix, chosen)


@settings(max_examples=300)
@given(MATRICES)
def test_deciding_agrees_with_the_exact_simplex_and_proves_it(lines):
    matrix = rows(*lines)
    found = decide(matrix)
    assert isinstance(found, Weights) == (simplex.solve(lines).weights is not None)
    if isinstance(found, Weights):
        assert (products(matrix, found.values) > 0).all()
    else:
        assert contradicts(matrix, found.multipliers)


def test_narrow_margins_are_decided_without_floats():
    # x2 must lie strictly between 10^12 x1 and (10^12 + 1/10^6) x1: no float tells these apart
    big = 10**12
    matrix = rows([-big, 1], [big * 10**6 + 1, -(10**6)])
    found = decide(matrix)
    assert isinstance(found, Weights)
    low, high = found.values
    assert low * big < high
    assert high * 10**6 < low * (big * 10**6 + 1)
    # one unit less, and nothing lies between
    closed = rows([-big, 1], [big * 10**6, -(10**6)])
    assert decide(closed) == Contradiction({0: 10**6, 1: 1})


def test_numbers_beyond_64_bits_are_decided_as_well():
    huge = 10**40
    matrix = np.array([[huge, -1], [-huge, 1]], dtype=object)
    assert decide(matrix) == Contradiction({0: 1, 1: 1})
    open_ = np.array([[huge, -1], [1 - huge, 1]], dtype=object)
    found = decide(open_)
    assert isinstance(found, Weights)
    assert (products(open_, found.values) > 0).all()


def test_many_rows_are_decided_on_a_part_that_grows():
    # x1 > x2, said 1,000 times in different sizes; only the last row rules it out
    lines = [[n + 1, -n] for n in range(1, 1_001)] + [[-1, 1]]
    found = decide(rows(*lines))
    # (n + 1, -n) + (n + 1) x (-1, 1) = (0, 1) is above 0: x2 may outweigh; only n -> oo closes it
    assert isinstance(found, Weights)
    blocked = decide(rows(*lines, [1, -1]))
    assert isinstance(blocked, Contradiction)
    assert sorted(blocked.multipliers) == [1_000, 1_001]


@pytest.mark.parametrize(
    ("equations", "unknowns", "solution"),
    [
        # y1 + 2 y2 = 0 and 3 y2 + y3 = 0
        ([[1, 2, 0], [0, 3, 1]], 3, [2, -1, 3]),
        ([[1, 1], [1, 1]], 2, [-1, 1]),
        ([[0, 0]], 2, None),  # two ways
        ([[1, 0], [0, 1]], 2, None),  # none but 0
        ([], 1, [1]),
    ],
)
def test_kernel(equations, unknowns, solution):
    assert kernel(equations, unknowns) == solution


def test_fewest_elements_that_meet_every_set():
    # 2 is in the first two, 5 in the last two; no single one is in all
    sets = [{1, 2}, {2, 3}, {4, 5}, {5, 6}]
    assert fewest_hits(sets, 1, 4, steps=1_000) == {2, 5}
    assert fewest_hits(sets, 1, 1, steps=1_000) is None
    assert fewest_hits([], 1, 3, steps=10) == frozenset()


def test_search_gives_up_instead_of_guessing():
    sets = [set(pair) for pair in combinations(range(12), 2)]
    with pytest.raises(GaveUp):
        fewest_hits(sets, 1, 12, steps=3)


@settings(max_examples=200)
@given(st.lists(st.sets(st.integers(0, 6), min_size=1), min_size=1, max_size=8))
def test_fewest_hits_agree_with_trying_everything(sets):
    size = next(
        n
        for n in range(1, 8)
        if any(all(set(c) & one for one in sets) for c in combinations(range(7), n))
    )
    found = fewest_hits(sets, 1, 7, steps=100_000)
    assert len(found) == size
    assert all(found & one for one in sets)
    assert fewest_hits(sets, 1, size - 1, steps=100_000) is None


@settings(max_examples=300)
@given(MATRICES)
def test_couples_agree_with_trying_every_two(lines):
    matrix = rows(*lines)
    matrix = matrix[(matrix > 0).any(axis=1)]
    twos = [
        (a, b)
        for a, b in combinations(range(len(matrix)), 2)
        if isinstance(exactly(matrix[[a, b]]), Contradiction)
    ]
    found = couple(matrix)
    assert (found is not None) == bool(twos)
    if found is not None:
        assert tuple(sorted(found.multipliers)) in twos
        assert contradicts(matrix, found.multipliers)


def test_too_many_rows_for_twos_are_refused():
    with pytest.raises(ValueError, match="too many"):
        couple(np.ones((4_001, 1), dtype=np.int64))
