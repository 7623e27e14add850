"""Intervals: which items are drawn, when there is no interval, and that both are reproducible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.reliability import Measurement, UnitCounts, bootstrap, clusters
from evals.reliability.alpha import krippendorff_alpha
from evals.reliability.bootstrap import resample
from evals.reliability.gwet import ac1
from evals.reliability.scientific import sparse
from evals.reliability.tally import Tally
from tests.unit.reliability.tables import canonical, rated, simulated


def clustered(seed=3, *, items=40, per_item=4):
    rng = np.random.default_rng(seed)
    return simulated(rng, items=items, per_item=per_item, raters=3, levels=3)


def test_the_classic_table_says_almost_nothing():
    drawn = resample(canonical(), "nominal", resamples=4000)
    # [.436, 1.0] with another generator's draws
    assert drawn.alpha.low == pytest.approx(0.436, abs=0.03)
    assert drawn.alpha.high == 1.0
    assert drawn.alpha.method == "item bootstrap"
    assert drawn.alpha_below_667 < drawn.alpha_below_800


@pytest.mark.parametrize("measurement", Measurement)
def test_equals_drawing_items_one_by_one(measurement):
    table = clustered()
    rng = np.random.default_rng(11)
    alphas, ac1s = [], []
    for _ in range(1000):
        units = np.concatenate([np.flatnonzero(table.items == i) for i in rng.integers(0, 40, 40)])
        drawn = UnitCounts.from_matrix(table.values, table.counts[units])
        alphas.append(krippendorff_alpha(drawn, measurement).value)
        ac1s.append(ac1(drawn).value)
    ours = resample(table, measurement, resamples=4000)
    assert (ours.alpha.low, ours.alpha.high) == pytest.approx(
        np.quantile(alphas, [0.025, 0.975]).tolist(), abs=0.02
    )
    assert (ours.ac1.low, ours.ac1.high) == pytest.approx(
        np.quantile(ac1s, [0.025, 0.975]).tolist(), abs=0.02
    )


def test_responses_of_one_item_are_drawn_together():
    # four copies of every unit know no more than one copy
    units = ["111", "000", "110", "111", "000", "100", "000", "111"] * 5
    copies = rated(*[unit for unit in units for _ in range(4)], per_item=4)
    alone = resample(rated(*units), "nominal", resamples=4000).alpha
    together = resample(copies, "nominal", resamples=4000).alpha
    as_if_apart = resample(rated(*units * 4), "nominal", resamples=4000).alpha
    assert together.high - together.low == pytest.approx(alone.high - alone.low, rel=0.05)
    assert as_if_apart.high - as_if_apart.low == pytest.approx(
        (alone.high - alone.low) / 2, rel=0.1
    )


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    table = clustered()
    assert resample(table, "ordinal", seed=7) == resample(table, "ordinal", seed=7)
    assert resample(table, "ordinal", seed=7).alpha != resample(table, "ordinal", seed=8).alpha


@settings(max_examples=20)
@given(st.permutations(range(60)))
def test_the_order_of_units_changes_nothing(order):
    table = clustered(items=20, per_item=3)
    shuffled = UnitCounts.from_matrix(
        table.values, table.counts[order], items=table.items[np.array(order)]
    )
    before, after = resample(table, "nominal"), resample(shuffled, "nominal")
    assert after.alpha.low == pytest.approx(before.alpha.low, abs=1e-12)
    assert after.ac1.high == pytest.approx(before.ac1.high, abs=1e-12)


def test_items_that_look_alike_are_one_cluster():
    table = rated("11", "10", "10", "11", "00", "11", "11", "11", per_item=2)
    tally = Tally.of(table)
    # {11, 10} twice, {00, 11} and {11, 11} once
    assert sorted(tally.clusters.repeats.tolist()) == [1, 1, 2]
    members = tally.clusters.units.toarray()
    assert (tally.clusters.repeats @ members).tolist() == tally.repeats.tolist()


def test_a_long_scale_is_drawn_like_a_short_one():
    short = clustered()
    padded = np.hstack([short.counts, np.zeros((len(short), 40), dtype=np.int64)])
    long = UnitCounts.from_matrix(range(43), padded, items=short.items)
    for measurement in Measurement:
        one = resample(short, measurement, resamples=3000).alpha
        other = resample(long, measurement, resamples=3000).alpha
        assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=0.02)


@pytest.mark.parametrize("measurement", Measurement)
def test_many_items_are_drawn_from_the_normal_distribution_of_their_sums(monkeypatch, measurement):
    table = clustered(items=1500, per_item=2)
    exact = resample(table, measurement, resamples=3000)
    monkeypatch.setattr(clusters, "EXACT_ITEMS", 10)
    normal = resample(table, measurement, resamples=3000)
    monkeypatch.setattr(bootstrap, "DRAWN_SUMS", 0)
    linear = resample(table, measurement, resamples=3000)
    assert exact.alpha.method == "item bootstrap"
    assert normal.alpha.method == "normal draw by item"
    assert linear.alpha.method == "normal draw by item, linearised"
    for name in ("alpha", "ac1", "ac2"):
        one = getattr(exact, name)
        for other in (getattr(normal, name), getattr(linear, name)):
            assert other.high - other.low == pytest.approx(one.high - one.low, rel=0.08)
            assert other.low == pytest.approx(one.low, abs=0.15 * (one.high - one.low))


def test_batches_of_resamples_change_nothing(monkeypatch):
    table = clustered()
    whole = resample(table, "nominal", resamples=200)
    monkeypatch.setattr(bootstrap, "_BATCH_CELLS", 500)
    assert resample(table, "nominal", resamples=200).alpha.low == pytest.approx(whole.alpha.low)


def test_a_rare_disagreement_leaves_no_interval():
    # the only units with a 0 are missing from about (39/40)^40 = 36 % of the resamples
    drawn = resample(rated(*["111"] * 39, "110"), "nominal")
    assert drawn.alpha.low is None
    assert 300 < drawn.resamples_undefined < 430
    assert (
        drawn.alpha.method
        == f"no interval: undefined in {drawn.resamples_undefined} of 1000 resamples"
    )
    assert drawn.alpha_below_667 is None
    assert drawn.ac1.low > 0.9


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (rated("11", "10", "00", "11", per_item=4), "1 item with shared units, resampling needs 5"),
        (rated("11", "10", "00", "1", "1", "1"), "3 items with shared units, resampling needs 5"),
        (rated("1", "0"), "no unit was rated by two experts"),
    ],
)
def test_a_handful_of_items_has_no_interval(table, reason):
    drawn = resample(table, "nominal")
    assert drawn.alpha == bootstrap.Interval(None, None, f"no interval: {reason}")
    assert drawn.resamples == 0


@pytest.mark.parametrize("repeats", [(500, 300, 3, 2, 1), (400, 600), (2, 1, 3)])
def test_items_are_drawn_as_often_as_there_are_of_their_kind(repeats):
    """Common kinds are drawn as kinds and rare ones item by item: together one multinomial."""
    number = np.array(repeats)
    n, draws = int(number.sum()), 20_000
    kinds = clusters.ItemClusters(sparse.csr_array(np.eye(len(number), dtype=np.int64)), number)
    found = np.concatenate(list(bootstrap._weights(kinds, 7, draws, 3_000)))
    assert (found.sum(axis=1) == n).all()
    share = number / n
    spread = n * (np.diag(share) - np.outer(share, share))
    # Means and covariances of a multinomial, within five standard errors.
    error = np.sqrt(np.diag(spread) / draws)
    assert (np.abs(found.mean(axis=0) - number) < 5 * error + 1e-9).all()
    size = np.sqrt(np.outer(np.diag(spread), np.diag(spread)) * 3 / draws)
    assert (np.abs(np.cov(found.T) - spread) < 5 * size + 1e-9).all()
