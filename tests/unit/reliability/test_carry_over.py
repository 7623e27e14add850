"""Whether an answer depends on the one just before."""

from itertools import pairwise

import numpy as np
import pytest

from evals.reliability.answers import Answers
from evals.reliability.carry_over import carry_over
from tests.unit.reliability.rated_by import rated_by


def in_order(pull, *, units=300, seed=1):
    """Two raters on a 0..100 scale; each answer is moved by `pull` times the one before."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(50, 5, units)
    rows = []
    for rater in range(2):
        order = rng.permutation(units)
        given = truth + rng.normal(0, 2, units)
        for before, now in pairwise(order):
            given[now] += pull * (given[before] - 50)
        place = np.empty(units)
        place[order] = np.arange(units)
        rows.append(np.column_stack([np.arange(units), np.full(units, rater), given, place]))
    unit, rater, given, place = np.vstack(rows).T
    return Answers.of(units=unit, raters=rater, given=given), place.astype(int)


def test_no_pull_is_none():
    answers, order = in_order(0.0)
    found = carry_over(answers, "interval", order=order)
    assert found.low < 0 < found.high
    assert found.n == 2 * 299


@pytest.mark.parametrize("pull", [0.3, -0.2])
def test_a_pull_is_found(pull):
    answers, order = in_order(pull)
    found = carry_over(answers, "interval", order=order)
    assert found.value == pytest.approx(pull, abs=0.07)
    assert found.low < pull < found.high


def test_by_hand():
    # rater 0 says 0 1 0 1 ..., rater 1 always 0; 31 units in order
    answers = rated_by("01" * 15 + "0", "0" * 31)
    # rater 0: differences 1 0 1 ..., each after the other answer: moved x last = -1/4 of a square
    # of 1/4 in every pair; rater 1: last is constant and adds nothing to either sum
    found = carry_over(answers, "nominal", order=answers.units)
    assert found.value == pytest.approx(-1)


def test_nothing_is_carried_over_a_pause():
    answers, order = in_order(0.3)
    sittings = answers.raters * 1000 + order // 2
    found = carry_over(answers, "interval", order=order, sittings=sittings)
    # pairs (0, 1), (2, 3), ...: 150 of each rater
    assert found.n == 300


def test_reasons():
    few = carry_over(rated_by("01" * 10, "01" * 7), "nominal", order=np.arange(34))
    # common are the first 14 units: 13 pairs of each rater, and unit 14 alone ends them
    assert few.reason == "Only 26 answers with one before: 30 are needed."
    nominal = rated_by("12" * 20, "12" * 20, values=(1, 2, 3))
    assert carry_over(nominal, "nominal", order=nominal.units).reason.startswith(
        "The levels have no"
    )
    constant = rated_by("1" * 40, "1" * 40)
    assert carry_over(constant, "nominal", order=constant.units).value is None
    assert carry_over(rated_by(), "nominal", order=np.zeros(0, dtype=int)).value is None
