"""Value counts: what goes in, what is refused, what is counted."""

import numpy as np
import pytest

from evals.reliability import UnitCounts
from tests.unit.reliability.tables import canonical, rated


def test_rows_of_one_unit_and_value_add_up():
    rows = [
        ("a", "p", 1, 2),
        ("b", "q", 0, 1),
        ("a", "p", 0, 1),
        ("b", "q", 0, 2),
        ("c", "p", 1, 1),
    ]
    counts = UnitCounts.from_rows(rows, values=(0, 1, 2))
    assert counts.dense().tolist() == [[1, 2, 0], [3, 0, 0], [0, 1, 0]]
    assert counts.items.tolist() == [0, 1, 0]
    assert counts.unit_ids == ("a", "b", "c")


def test_without_declared_levels_the_values_seen_are_the_levels():
    counts = UnitCounts.from_rows([(1, 1, 2.5, 1), (1, 1, -1, 1), (2, 1, 2.5, 1)])
    assert counts.values == (-1.0, 2.5)
    assert not counts.declared


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", "p", 7, 1)], "no level 7"),
        ([("a", "p", float("nan"), 1)], "not a finite number"),
        ([("a", "p", 1, -1)], "not a number of ratings"),
        ([("a", "p", 1, 1.5)], "not a number of ratings"),
        ([("a", "p", 1, 1), ("a", "q", 1, 1)], "under two items"),
    ],
)
def test_rows_that_make_no_sense_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        UnitCounts.from_rows(rows, values=(0, 1))


def test_a_matrix_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="none below 0"):
        UnitCounts.from_matrix((0, 1), np.array([[1, -1]]))
    with pytest.raises(ValueError, match="whole numbers"):
        UnitCounts.from_matrix((0, 1), np.array([[1.0, 2.0]]))
    with pytest.raises(ValueError, match="one column for each level"):
        UnitCounts.from_matrix((0, 1), np.array([[1, 1, 1]]))
    with pytest.raises(ValueError, match="exactly one item"):
        UnitCounts.from_matrix((0, 1), np.array([[1, 1]]), items=np.array([1, 2]))
    with pytest.raises(ValueError, match="each level once"):
        UnitCounts.from_matrix((1, 1), np.array([[1, 1]]))


def test_counts_of_small_integers_do_not_overflow():
    counts = UnitCounts.from_matrix((0, 1), np.full((3, 2), 100, dtype=np.uint8))
    # 100 of each: 2 x 100 x 99 agreeing pairs of 200 x 199
    assert counts.percent() == pytest.approx(2 * 100 * 99 / (200 * 199))


def test_percent_weighs_units_alike_whatever_their_number_of_ratings():
    # (1 + 1/3) / 2; the single rating says nothing
    assert rated("11", "110", "0").percent() == pytest.approx(2 / 3)
    assert canonical().percent() == pytest.approx(0.8181818, abs=1e-7)
    assert rated("1", "0").percent() is None


def test_unanimous_units_are_shared_and_equal():
    assert rated("111", "110", "1", "00").unanimous().tolist() == [True, False, False, True]


def test_prevalence_is_over_all_ratings():
    assert rated("111", "0").shares().tolist() == [0.25, 0.75]
    assert UnitCounts.from_rows([], values=(0, 1)).shares().tolist() == [0.0, 0.0]


def test_long_scales_count_like_short_ones():
    short = rated("111", "110", "1", "00", "2210", values=(0, 1, 2))
    padded = np.hstack([short.dense(), np.zeros((5, 97), dtype=np.int64)])
    long = UnitCounts.from_matrix(range(100), padded)
    assert long.percent() == pytest.approx(short.percent())
    assert long.unanimous().tolist() == short.unanimous().tolist()
    assert long.marginals()[:3].tolist() == short.marginals().tolist()
    assert long.select(long.pairable()).dense()[:, :3].tolist() == [
        [0, 3, 0],
        [1, 2, 0],
        [2, 0, 0],
        [1, 1, 2],
    ]
