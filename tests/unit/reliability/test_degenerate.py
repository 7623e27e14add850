"""Bad input: a stated result or a clear refusal, in bounded time and memory."""

import resource

import numpy as np
import pytest

from evals.reliability import Measurement, UnitCounts, summarise
from evals.reliability.statistic import Undefined
from evals.reliability.tally import Tally
from tests.unit.reliability.tables import rated


def summary(table, measurement="nominal", raters=2):
    return summarise(table, measurement=measurement, raters=raters)


@pytest.mark.parametrize("measurement", Measurement)
@pytest.mark.parametrize(
    ("table", "raters", "alpha", "ac1"),
    [
        (UnitCounts.from_rows([], values=(0, 1)), 0, Undefined.NO_RATINGS, Undefined.NO_RATINGS),
        (rated("1", "0", "1"), 1, Undefined.ONE_RATER, Undefined.ONE_RATER),
        (rated("1", "0", "1"), 3, Undefined.NO_SHARED_UNIT, Undefined.NO_SHARED_UNIT),
        (rated(*["11"] * 40), 2, Undefined.ONE_VALUE, None),
        (rated("10", "1"), 2, Undefined.SINGLE_UNIT, None),
        (rated("11", "11", values=(1,)), 2, Undefined.ONE_VALUE, Undefined.ONE_LEVEL),
    ],
)
def test_without_a_value_there_is_a_reason(table, measurement, raters, alpha, ac1):
    found = summary(table, measurement, raters)
    assert (found.alpha.undefined, found.ac1.undefined) == (alpha, ac1)
    assert found.alpha.value is None
    assert found.alpha.undefined_reason.endswith("is undefined")
    assert found.alpha.ci_method == "no interval: alpha is undefined"
    assert (found.ac1.value is None) == (ac1 is not None)


def test_nothing_at_all_has_a_report_too():
    found = summary(UnitCounts.from_rows([]), "interval", 0)
    assert (found.n_items, found.n_units, found.percent, found.expected_p) == (0, 0, None, None)
    assert found.coincidences is None
    assert found.prevalence == {}


def test_what_is_not_a_value_is_refused():
    for row in (("u", "i", float("nan"), 1), ("u", "i", float("inf"), 1), ("u", "i", 1, -1)):
        with pytest.raises(ValueError, match="Unit 'u'"):
            UnitCounts.from_rows([row])
    with pytest.raises(ValueError, match="no level 3"):
        UnitCounts.from_rows([("u", "i", 3, 1)], values=(0, 1))
    with pytest.raises(ValueError, match="whole numbers"):
        UnitCounts.from_matrix((0, 1), np.array([[1, -1]]))
    with pytest.raises(ValueError, match="whole numbers"):
        UnitCounts.from_matrix((0, 1), np.array([[1.5, 0]]))
    with pytest.raises(ValueError, match="whole numbers"):
        Tally.from_patterns((0, 1), np.array([[2, 0]]), np.array([-1]))
    with pytest.raises(ValueError, match="one row for each pattern"):
        Tally.from_patterns((0, 1), np.array([[2, 0, 0]]), np.array([1]))


def test_many_ratings_of_one_unit():
    table = UnitCounts.from_matrix((0, 1), np.array([[60_000, 40_000], [50_000, 50_000]] * 10))
    found = summary(table, raters=100_000)
    # half of the pairs differ wherever one looks
    assert found.alpha.value == pytest.approx(0.01, abs=0.001)
    assert found.unanimous == 0


@pytest.mark.parametrize("measurement", Measurement)
def test_ten_thousand_distinct_values_take_little_memory(measurement):
    rng = np.random.default_rng(4)
    rows = [
        (unit, unit // 3, round(100 * unit + rater + rng.random(), 3), 1)
        for unit in range(5_000)
        for rater in range(2)
    ]
    table = UnitCounts.from_rows(rows)
    assert len(table.values) == 10_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = summary(table, measurement)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 150
    assert found.ac1.undefined is Undefined.NO_DECLARED_LEVELS
    assert found.prevalence == {}
    assert found.coincidences is None
    if measurement is Measurement.NOMINAL:
        # no two ratings are ever equal, within a unit or beyond
        assert found.alpha.value == pytest.approx(0, abs=1e-9)
    else:
        assert found.alpha.value > 0.9
        assert found.alpha.ci_low <= found.alpha.value


@pytest.mark.parametrize("measurement", Measurement)
def test_one_item_with_very_many_responses_among_thousands(measurement):
    rng = np.random.default_rng(4)
    units = 30_000
    counts = np.zeros((units, 40), dtype=np.int64)
    for _ in range(3):
        counts[np.arange(units), rng.integers(0, 40, units)] += 1
    items = np.concatenate([np.arange(5_500), np.zeros(units - 5_500, dtype=np.int64)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = summary(UnitCounts.from_matrix(range(40), counts, items=items), measurement, 3)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 150
    assert found.alpha.value == pytest.approx(0, abs=0.02)
    assert found.alpha.ci_method == "no interval: a few items hold nearly all units"
