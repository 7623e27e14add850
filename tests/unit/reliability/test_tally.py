"""Tallies: counted in parts or as a whole, added to and taken from, the bytes are the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from evals.reliability import Measurement, UnitCounts, clusters, summarise
from evals.reliability.clusters import ItemClusters, ItemMoments
from evals.reliability.tally import Tally
from evals.reliability.tally_bytes import pack, unpack
from tests.unit.reliability.tables import canonical, rated, simulated


@st.composite
def histories(draw):
    """Units with their item, ratings, NA and cannot_assess; several may share an item."""
    levels = draw(st.sampled_from([2, 3, 40]))
    n = draw(st.integers(1, 30))
    per_item = draw(st.sampled_from([1, 2, 4]))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    counts = rng.integers(0, 3, (n, levels)) * (rng.random((n, levels)) < 0.3)
    items = rng.permutation(n) // per_item
    extra = rng.integers(0, 3, (2, n)) * (rng.random((2, n)) < 0.2)
    return levels, counts, items, extra


def tally_of(history, chosen=None, *, declared=True):
    levels, counts, items, extra = history
    where = np.arange(len(items)) if chosen is None else np.flatnonzero(chosen)
    part = UnitCounts.from_matrix(range(levels), counts[where], items=items[where])
    seen = UnitCounts(part.values, part.counts, part.items, part.unit_ids, declared)
    return Tally.of(seen, na=extra[0][where], cannot=extra[1][where])


forms = pytest.mark.parametrize(("exact", "mixed"), [(3, 32), (3, 1), (5_000, 32)])


@forms
@given(history=histories(), chunks=st.integers(2, 5), declared=st.booleans())
@settings(max_examples=60)
def test_chunks_in_any_order_make_the_bytes_of_the_whole(exact, mixed, history, chunks, declared):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "EXACT_ITEMS", exact)
        patch.setattr(clusters, "MIXED_PATTERNS", mixed)
        whole = tally_of(history, declared=declared)
        part = history[2] % chunks
        parts = [tally_of(history, part == each, declared=declared) for each in range(chunks)]
        for order in (parts, parts[::-1]):
            merged = sum(order[1:], order[0])
            assert pack(merged) == pack(whole)


@forms
@given(history=histories(), declared=st.booleans())
@settings(max_examples=60)
def test_what_is_added_and_taken_away_leaves_nothing(exact, mixed, history, declared):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "EXACT_ITEMS", exact)
        patch.setattr(clusters, "MIXED_PATTERNS", mixed)
        whole = tally_of(history, declared=declared)
        some = history[2] % 3 == 0
        left, gone = (tally_of(history, mask, declared=declared) for mask in (~some, some))
        rest = whole - gone
        assert rest.recount_needed or pack(rest) == pack(left)
        assert pack(rest + gone) == pack(whole)
        assert len(whole - whole) == 0


@given(history=histories())
@settings(max_examples=40)
def test_bytes_there_and_back(history):
    tally = tally_of(history)
    assert pack(unpack(pack(tally))) == pack(tally)


@given(history=histories(), seed=st.integers(0, 99))
@settings(max_examples=40)
def test_the_order_of_units_changes_no_byte(history, seed):
    levels, counts, items, extra = history
    order = np.random.default_rng(seed).permutation(len(items))
    shuffled = (levels, counts[order], items[order], extra[:, order])
    assert pack(tally_of(shuffled)) == pack(tally_of(history))


@given(history=histories())
@settings(max_examples=40)
def test_rows_counted_elsewhere_make_the_same_tally(history):
    levels, counts, items, extra = history
    each = Tally.from_patterns(
        range(levels), counts, np.ones(len(items), dtype=int), na=extra[0], cannot=extra[1]
    )
    own = (levels, counts, np.arange(len(items)), extra)
    assert pack(each) == pack(tally_of(own))


def test_items_counted_elsewhere_make_the_same_tally():
    table = rated("11", "10", "10", "11", "00", "11", "11", "11", per_item=2)
    rows = np.array([[0, 2], [1, 1], [2, 0]])
    kinds = np.array([[1, 1, 0], [1, 0, 1], [2, 0, 0]])
    held = ItemClusters(csr_array(kinds), np.array([2, 1, 1]))
    made = Tally.from_patterns((0, 1), rows, np.array([5, 2, 1]), clusters=held)
    assert pack(made) == pack(Tally.of(table))


def test_every_number_of_a_report():
    table = rated("111", "110", "00", "1", "1", per_item=2)
    tally = Tally.of(table, na=np.array([0, 2, 0, 1, 0]), cannot=np.array([0, 0, 3, 0, 0]))
    assert (tally.n_items, tally.n_shared_items) == (3, 2)
    assert (tally.n_units, tally.n_pairable, tally.n_ratings) == (5, 3, 10)
    assert (tally.n_na, tally.n_cannot, tally.unanimous) == (3, 3, 2)
    assert tally.marginals().tolist() == [3, 7]
    assert tally.percent() == pytest.approx((1 + 1 / 3 + 1) / 3)
    summary = summarise(tally, measurement="nominal", raters=4)
    assert summary.applicability.units_na == 2
    assert summary.applicability.units_disputed == 2
    assert summary.applicability.n_cannot_assess == 3


def test_the_coincidences_of_the_classic_table():
    # the matrix that Krippendorff (2011) prints for data C
    assert np.array(summarise(canonical(), measurement="nominal", raters=4).coincidences) == (
        pytest.approx(
            np.array(
                [
                    [7, 4 / 3, 1 / 3, 1 / 3, 0],
                    [4 / 3, 10, 4 / 3, 1 / 3, 0],
                    [1 / 3, 4 / 3, 8, 1 / 3, 0],
                    [1 / 3, 1 / 3, 1 / 3, 4, 0],
                    [0, 0, 0, 0, 3],
                ]
            )
        )
    )


def test_a_response_nobody_scored_is_no_item_of_the_resamples():
    units = ["11", "10", "00", "11", "10", "00"]
    rated_only = summarise(rated(*units, per_item=2), measurement="nominal", raters=2, seed=3)
    table = UnitCounts.from_matrix(
        (0, 1),
        np.vstack([rated(*units).counts, np.zeros((4, 2), dtype=int)]),
        items=np.array([0, 0, 1, 1, 2, 2, 2, 3, 4, 5]),
    )
    tally = Tally.of(table, na=np.array([0] * 6 + [2] * 4))
    beside = summarise(tally, measurement="nominal", raters=2, seed=3)
    assert (beside.n_items, beside.alpha) == (rated_only.n_items, rated_only.alpha)
    assert beside.applicability.units_na == 4


@pytest.mark.parametrize("exact", [5, 5_000])
def test_not_applicable_moves_no_interval(monkeypatch, exact):
    monkeypatch.setattr(clusters, "EXACT_ITEMS", exact)
    table = simulated(np.random.default_rng(5), items=200, per_item=3, raters=3, levels=3)
    na = np.random.default_rng(6).integers(0, 3, len(table))
    bare, beside = Tally.of(table), Tally.of(table, na=na, cannot=na[::-1])
    assert len(beside) > len(bare)
    one, other = (summarise(each, measurement="ordinal", raters=3) for each in (bare, beside))
    assert (one.alpha, one.ac1, one.ac2) == (other.alpha, other.ac1, other.ac2)
    assert pack(beside.scored()) == pack(bare)


def test_the_form_follows_from_the_number_of_items(monkeypatch):
    monkeypatch.setattr(clusters, "EXACT_ITEMS", 10)
    rng = np.random.default_rng(2)
    many = Tally.of(simulated(rng, items=11, per_item=2, raters=3, levels=2))
    few = Tally.of(simulated(rng, items=10, per_item=2, raters=3, levels=2))
    own = Tally.of(simulated(rng, items=50, per_item=1, raters=3, levels=2))
    assert isinstance(many.clusters, ItemMoments)
    assert isinstance(few.clusters, ItemClusters)
    assert own.clusters.alone
    assert isinstance((few + own).clusters, ItemMoments)


def test_what_is_not_there_cannot_be_taken_away():
    two, three = Tally.of(rated("11", "10")), Tally.of(rated("11", "10", "00"))
    with pytest.raises(ValueError, match="not there"):
        two - three
    with pytest.raises(ValueError, match="one scale"):
        two + Tally.of(rated("12", values=(1, 2)))


def test_pairs_of_units_are_counted_like_a_product(monkeypatch):
    monkeypatch.setattr(clusters, "EXACT_ITEMS", 3)
    table = simulated(np.random.default_rng(8), items=40, per_item=5, raters=3, levels=3)
    mixed = np.random.default_rng(9).permutation(len(table))
    shuffled = UnitCounts.from_matrix(table.values, table.counts[mixed], items=table.items[mixed])
    counted = pack(Tally.of(shuffled))
    monkeypatch.setattr(clusters, "_CHUNK", 7)
    assert pack(Tally.of(shuffled)) == counted
    monkeypatch.setattr(clusters, "_NEIGHBOURS_MAX", 1)
    assert pack(Tally.of(shuffled)) == counted


@pytest.mark.parametrize("measurement", Measurement)
def test_a_tally_says_what_its_units_say(measurement):
    table = simulated(np.random.default_rng(5), items=30, per_item=3, raters=3, levels=4)
    summary = summarise(Tally.of(table), measurement=measurement, raters=3)
    assert summary == summarise(table, measurement=measurement, raters=3)
