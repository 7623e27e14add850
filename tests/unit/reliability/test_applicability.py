"""NA against a score is an agreement of its own, and "cannot assess" is neither."""

import numpy as np
import pytest

from evals.reliability import UnitCounts
from evals.reliability.applicability import applicability, applicability_counts
from evals.reliability.statistic import Undefined
from evals.reliability.tally import Tally
from tests.unit.reliability.tables import rated


def test_ratings_become_na_or_scored():
    # 3 scores | 2 scores and an NA | 3 NA | 1 score and a "cannot assess"
    scored = rated("110", "10", "", "1", per_item=2)
    counts = applicability_counts(scored, np.array([0, 1, 3, 0]))
    assert counts.dense().tolist() == [[0, 3], [1, 2], [3, 0], [0, 1]]
    assert counts.items.tolist() == [0, 0, 1, 1]
    found = applicability(counts, cannot=np.array([0, 0, 0, 1]))
    assert (found.n_units, found.n_shared, found.split) == (4, 3, 1)
    assert (found.n_na, found.n_scored) == (4, 6)
    assert (found.n_cannot, found.cannot_units) == (1, 1)
    # pairs agree on 1, 1/3 and 1 of three shared units
    assert found.percent.value == pytest.approx(7 / 9)
    # pairs that differ: 2 of 9 ratings; expected 2 x 4 x 5 of 9 x 8
    assert found.alpha.value == pytest.approx(1 - (2 / 9) / (40 / 72))
    assert found.ac1.value is not None
    assert found.sentence() == (
        "On 1 unit some experts answered NA and others gave a score. "
        "1 more answer says that the expert could not assess."
    )


def test_cannot_assess_changes_no_number_but_its_own():
    counts = applicability_counts(rated("11", "1", "0"), np.array([0, 1, 1]))
    with_it, without = applicability(counts, cannot=np.array([2, 2, 0])), applicability(counts)
    assert (with_it.percent, with_it.alpha) == (without.percent, without.alpha)
    assert (with_it.n_na, with_it.n_scored) == (without.n_na, without.n_scored) == (2, 4)
    assert (with_it.n_cannot, without.n_cannot) == (4, 0)


def test_nobody_answered_na():
    found = applicability(applicability_counts(rated("11", "10", "00"), np.zeros(3, dtype=int)))
    assert found.alpha.statistic.undefined is Undefined.ONE_VALUE
    assert (found.ac1.value, found.ac1.statistic.one_class) == (1.0, True)
    assert found.sentence() == "Nobody answered NA."


def test_na_by_common_consent():
    found = applicability(applicability_counts(rated("11", "", "00"), np.array([0, 3, 0])))
    assert found.alpha.value == pytest.approx(1)
    assert found.sentence() == "Whoever answered NA was not contradicted by a score."


def test_nothing_to_compare():
    empty = applicability_counts(UnitCounts.from_rows([], values=(0, 1)), np.zeros(0, dtype=int))
    assert applicability(empty).percent.statistic.undefined is Undefined.NO_RATINGS
    single = applicability_counts(rated("1", ""), np.array([0, 1]))
    assert applicability(single).alpha.statistic.undefined is Undefined.NO_SHARED_UNIT


def test_patterns_counted_in_the_database_are_measured_alike():
    table = np.array([[0, 3], [1, 2], [3, 0], [0, 1]])
    tally = Tally.from_patterns((0, 1), table, np.array([5, 2, 4, 1]))
    units = UnitCounts.from_matrix((0, 1), np.repeat(table, [5, 2, 4, 1], axis=0))
    assert applicability(tally) == applicability(units)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="one number of NA"):
        applicability_counts(rated("11"), np.array([1, 2]))
    with pytest.raises(ValueError, match="one number of NA"):
        applicability_counts(rated("11"), np.array([-1]))
    with pytest.raises(ValueError, match="two values"):
        applicability(rated("11", values=(1, 2, 3)))
    with pytest.raises(ValueError, match="one number of cannot assess"):
        applicability(applicability_counts(rated("11"), np.array([0])), cannot=np.array([1, 1]))
