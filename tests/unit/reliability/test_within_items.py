"""Alpha within items: chance is dealing an item's ratings anew among its own responses."""

import numpy as np
import pytest

from evals.reliability import UnitCounts
from evals.reliability.tally import Tally
from evals.reliability.within_items import within_items


def tally(rows, items, levels=2):
    counts = UnitCounts.from_matrix(range(levels), np.array(rows), items=np.array(items))
    return Tally.of(counts)


def test_one_item_by_hand():
    # Ratings 111 and 001 of one item: N = 6, four 1s and two 0s.
    # Observed: 111 none; 001 has 4 of 6 ordered pairs unequal, over m - 1 = 2: 2. So N O = 2.
    # Any two of the six: 2*4*2 = 16 ordered unequal pairs over N - 1 = 5. So N E = 16/5.
    found = within_items(tally([[0, 3], [2, 1]], [0, 0]), "nominal")
    assert found.value == pytest.approx(1 - 2 / (16 / 5))
    assert (found.n_items, found.ci_low) == (1, None)


def test_experts_who_tell_items_apart_but_not_responses():
    # Items are all 0 or nearly all 1: pooled alpha is high, but within an item the single 0 falls
    # anywhere. Item 011 011: N O = 2 + 2, ordered unequal pairs 2*2*4 = 16 over 5.
    rows = [[3, 0], [3, 0], [1, 2], [1, 2]] * 5
    items = [number // 2 for number in range(20)]
    found = within_items(tally(rows, items), "nominal")
    assert found.value == pytest.approx(1 - 4 / (16 / 5))
    assert found.n_items == 10
    assert found.ci_low == pytest.approx(found.value), "the other items say nothing either way"


def test_perfect_agreement_on_responses_that_differ():
    rows, items = [[3, 0], [0, 3]] * 6, [number // 2 for number in range(12)]
    assert within_items(tally(rows, items), "nominal").value == 1


def test_dealing_anew_gives_nothing_on_average():
    rng = np.random.default_rng(4)
    values = []
    for _ in range(40):
        dealt = [rng.permutation([0] * 4 + [1] * 5).reshape(3, 3) for _ in range(40)]
        rows = [[(unit == 0).sum(), (unit == 1).sum()] for item in dealt for unit in item]
        items = [number // 3 for number in range(len(rows))]
        values.append(within_items(tally(rows, items), "nominal", resamples=0).value)
    # sd of one value is about .06, of the mean of 40 about .01
    assert abs(np.mean(values)) < 0.03


def test_the_size_of_a_step_counts_on_scales_that_have_one():
    # One item rated 0 0 1 and 2 2 2.
    one = tally([[2, 1, 0], [0, 0, 3]], [0, 0], levels=3)
    # Nominal: 4 / 2 against (36 - (4 + 1 + 9)) / 5.
    assert within_items(one, "nominal").value == pytest.approx(1 - 2 / 4.4)
    # Interval: 4 * 1 / 2 against 2 (6 * 13 - 7^2) / 5.
    assert within_items(one, "interval").value == pytest.approx(1 - 2 / 11.6)
    # Ordinal: mid-ranks 1, 2.5, 4.5. Observed 4 * 1.5^2 / 2, any two
    # 2 (2*1*2.25 + 2*3*12.25 + 1*3*4) / 5.
    assert within_items(one, "ordinal").value == pytest.approx(1 - 4.5 / (2 * 90 / 5))


@pytest.mark.parametrize(
    ("rows", "items", "words"),
    [
        ([[3, 0], [0, 3]], [0, 1], "two responses"),
        ([[3, 0], [0, 1]], [0, 0], "two responses"),
        ([[3, 0], [3, 0]], [0, 0], "equal"),
    ],
)
def test_undefined_in_words(rows, items, words):
    found = within_items(tally(rows, items), "nominal")
    assert found.value is None
    assert words in found.undefined_reason
