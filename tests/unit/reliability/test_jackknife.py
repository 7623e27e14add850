"""Alpha with each item left out in turn."""

import numpy as np
import pytest

from evals.reliability import Measurement, UnitCounts, jackknife
from evals.reliability.alpha import krippendorff_alpha
from evals.reliability.jackknife import jackknife_alpha
from evals.reliability.statistic import Undefined
from evals.reliability.tally import Tally
from tests.unit.reliability.tables import canonical, rated, simulated


def by_hand(table, measurement):
    """The same, item by item."""
    kept = [i for i in np.unique(table.items) if table.pairable()[table.items == i].any()]
    alphas = np.array(
        [krippendorff_alpha(table.select(table.items != i), measurement).value for i in kept]
    )
    n = len(kept)
    return ((n - 1) / n * ((alphas - alphas.mean()) ** 2).sum()) ** 0.5


def test_the_classic_table():
    found = jackknife_alpha(canonical(), "nominal")
    assert found.se == pytest.approx(0.146, abs=5e-4)
    assert found.interval.low == pytest.approx(0.417, abs=5e-4)
    assert found.interval.high == 1.0
    assert found.interval.method == "item jackknife, t"
    assert found.value == krippendorff_alpha(canonical(), "nominal").value


@pytest.mark.parametrize("measurement", Measurement)
def test_equals_leaving_items_out_by_hand(measurement):
    rng = np.random.default_rng(3)
    table = simulated(rng, items=15, per_item=3, raters=3, levels=4)
    assert jackknife_alpha(table, measurement).se == pytest.approx(by_hand(table, measurement))
    long = np.hstack([table.counts, np.zeros((45, 40), dtype=np.int64)])
    padded = UnitCounts.from_matrix(range(44), long, items=table.items)
    assert jackknife_alpha(padded, measurement).se == pytest.approx(by_hand(padded, measurement))


def test_items_in_batches_change_nothing(monkeypatch):
    table = simulated(np.random.default_rng(3), items=30, per_item=2, raters=3, levels=3)
    whole = jackknife_alpha(table, "ordinal")
    monkeypatch.setattr(jackknife, "_BATCH_CELLS", 50)
    assert jackknife_alpha(table, "ordinal").se == pytest.approx(whole.se)


def test_items_of_single_ratings_are_no_items():
    singles = rated(*["11", "10", "00", "11", "10", "00"], *["1"] * 20)
    assert jackknife_alpha(singles, "nominal").se == pytest.approx(
        jackknife_alpha(rated("11", "10", "00", "11", "10", "00"), "nominal").se
    )


@pytest.mark.parametrize(
    ("table", "method"),
    [
        (rated("11", "10", "00", per_item=3), "no interval: the jackknife needs two items"),
        (
            rated(*["11"] * 5, "00"),
            "no interval: without some item, alpha is undefined",
        ),
        (rated(*["11", "00"] * 9), "no interval: every item"),
    ],
)
def test_a_value_without_an_interval(table, method):
    found = jackknife_alpha(table, "nominal")
    assert found.value is not None
    assert found.interval.low is None
    assert found.interval.method.startswith(method)


def test_without_a_value_there_is_a_reason():
    assert jackknife_alpha(rated("11"), "nominal").statistic.undefined is Undefined.ONE_VALUE
    assert jackknife_alpha(rated("1"), "nominal", raters=1).statistic.undefined is (
        Undefined.ONE_RATER
    )
    empty = UnitCounts.from_rows([], values=(0, 1))
    assert jackknife_alpha(empty, "nominal").statistic.undefined is Undefined.NO_RATINGS


def test_what_would_take_too_long_is_refused_in_words(monkeypatch):
    many = simulated(np.random.default_rng(1), items=5_001, per_item=2, raters=2, levels=2)
    assert jackknife_alpha(Tally.of(many), "nominal").interval.method == (
        "no interval: too many items with several responses to leave out one by one"
    )
    monkeypatch.setattr(jackknife, "WORK_MAX", 10)
    assert jackknife_alpha(canonical(), "ratio").interval.method == (
        "no interval: too many distinct values to leave out items one by one"
    )
