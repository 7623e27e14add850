"""Krippendorff's alpha against published values, the package, and what must not change it."""

import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evals.reliability import Measurement, UnitCounts, package
from evals.reliability.alpha import krippendorff_alpha
from evals.reliability.statistic import Undefined
from tests.unit.reliability.tables import (
    REFERENCE,
    TTCW,
    canonical,
    needs_reference,
    needs_ttcw,
    published_counts,
    rated,
    simulated,
    ttcw,
)

measurements = st.sampled_from(list(Measurement))


@st.composite
def tables(draw, fewest=2, most=6):
    """Counts with gaps, single ratings and empty units."""
    n = draw(st.integers(fewest, most))
    unit = st.lists(st.integers(0, 3), min_size=n, max_size=n)
    counts = np.array(draw(st.lists(unit, min_size=1, max_size=25)))
    values = sorted(draw(st.sets(st.integers(0, 40), min_size=n, max_size=n)))
    return UnitCounts.from_matrix(values, counts)


def value(counts, measurement):
    return krippendorff_alpha(counts, measurement).value


def test_one_disagreement_in_four_units():
    # observed 2 x 3 / 3 = 2 of 16, expected 2 x 9 x 7 of 16 x 15
    table = rated("1111", "0000", "1111", "0001")
    assert value(table, "nominal") == pytest.approx(1 - (2 / 16) / (126 / 240))


@pytest.mark.parametrize(
    ("measurement", "expected"),
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_the_classic_table(measurement, expected):
    assert value(canonical(), measurement) == pytest.approx(expected, abs=5e-7)


def test_two_raters_on_five_ordered_levels():
    pairs = ["11", "23", "33", "44", "54", "33", "32", "22", "45", "55"]
    assert value(rated(*pairs, values=(1, 2, 3, 4, 5)), "ordinal") == pytest.approx(0.877, abs=5e-4)


@pytest.mark.parametrize(
    ("units", "raters", "reason"),
    [
        ([], 0, Undefined.NO_RATINGS),
        (["1", "0"], 1, Undefined.ONE_RATER),
        (["1", "0"], 2, Undefined.NO_SHARED_UNIT),
        (["111", "111"], 3, Undefined.ONE_VALUE),
        (["111", "111", "0"], 3, Undefined.ONE_VALUE),  # the other value is never shared
        (["110", "0"], 3, Undefined.SINGLE_UNIT),
    ],
)
@pytest.mark.parametrize("measurement", Measurement)
def test_without_a_value_there_is_a_reason(units, raters, reason, measurement):
    table = rated(*units) if units else UnitCounts.from_rows([], values=(0, 1))
    assert krippendorff_alpha(table, measurement, raters=raters).undefined is reason
    assert package.krippendorff_alpha(table, measurement, raters=raters).undefined is reason


def test_the_reason_is_said_in_words():
    words = Undefined.ONE_VALUE.sentence(raters=3, units=40)
    assert words == (
        "All 3 experts gave the same answer on all 40 shared units: "
        "agreement is perfect, alpha is undefined"
    )
    assert Undefined.ONE_VALUE.sentence(raters=2, units=1).startswith("Both experts gave the same")
    for reason in Undefined:
        assert "AC1 is undefined" in reason.sentence(raters=2, units=3, statistic="AC1").replace(
            "and is undefined", "AC1 is undefined"
        )


@given(tables(), measurements)
def test_equals_the_package_on_any_counts(table, measurement):
    ours = krippendorff_alpha(table, measurement)
    theirs = package.krippendorff_alpha(table, measurement)
    assert ours.undefined == theirs.undefined
    if ours.value is not None:
        assert ours.value == pytest.approx(theirs.value, abs=1e-10)


@settings(max_examples=30)
@given(tables(fewest=33, most=40), measurements)
def test_equals_the_package_on_long_scales(table, measurement):
    ours = krippendorff_alpha(table, measurement)
    assume(ours.value is not None)
    theirs = package.krippendorff_alpha(table, measurement)
    assert ours.value == pytest.approx(theirs.value, abs=1e-10)


@given(tables(), measurements, st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing(table, measurement, random):
    order = list(range(len(table)))
    random.shuffle(order)
    shuffled = UnitCounts.from_matrix(table.values, table.counts[order])
    assert krippendorff_alpha(shuffled, measurement) == krippendorff_alpha(table, measurement)


@given(st.lists(st.lists(st.integers(0, 4), max_size=5), min_size=1, max_size=12), st.data())
def test_the_order_of_raters_changes_nothing(units, data):
    rows = [(u, u, rating, 1) for u, ratings in enumerate(units) for rating in ratings]
    mixed = data.draw(st.permutations(rows))
    one = UnitCounts.from_rows(rows, values=range(5))
    other = UnitCounts.from_rows(mixed, values=range(5))
    for measurement in Measurement:
        assert krippendorff_alpha(one, measurement) == krippendorff_alpha(other, measurement)


@given(tables(), st.integers(-1000, 1000), st.integers(1, 50))
def test_shifting_and_scaling_an_interval_scale_changes_nothing(table, shift, scale):
    moved = UnitCounts.from_matrix([scale * v + shift for v in table.values], table.counts)
    before, after = value(table, "interval"), value(moved, "interval")
    assert before == after if before is None else after == pytest.approx(before, abs=1e-9)


@given(tables(), st.integers(1, 50))
def test_scaling_a_ratio_scale_changes_nothing(table, scale):
    scaled = UnitCounts.from_matrix([scale * v for v in table.values], table.counts)
    before, after = value(table, "ratio"), value(scaled, "ratio")
    assert before == after if before is None else after == pytest.approx(before, abs=1e-9)


def test_two_zeros_are_no_distance_apart_on_a_ratio_scale():
    # observed 2 x (0 + 1/9) / 4; n_0 = 2, n_1 = n_2 = 1 of n = 4: expected
    # 2 x (2 x 1 + 2 x 1 + 1/9) / 12, because 0 and any other value are 1 apart
    table = rated("00", "12", values=(0, 1, 2))
    assert value(table, "ratio") == pytest.approx(1 - (2 / 9 / 4) / (2 * (4 + 1 / 9) / 12))


def test_values_below_zero_are_refused_on_a_ratio_scale():
    with pytest.raises(ValueError, match="no values below 0"):
        value(rated("00", "11", "01", values=(-1, 0, 1)), "ratio")


@given(tables(), st.randoms(use_true_random=False))
def test_renaming_nominal_levels_changes_nothing(table, random):
    order = list(range(len(table.values)))
    random.shuffle(order)
    renamed = UnitCounts.from_matrix(table.values, table.counts[:, order])
    before, after = value(table, "nominal"), value(renamed, "nominal")
    assert before == after if before is None else after == pytest.approx(before, abs=1e-12)


def test_nine_thousand_distinct_values():
    rng = np.random.default_rng(5)
    truth = rng.normal(size=3000)
    rows = [(u, u, truth[u] + rng.normal(), 1) for u in range(3000) for _ in range(3)]
    table = UnitCounts.from_rows(rows)
    assert len(table.values) == 9000
    # two ratings of a unit correlate by var(truth) / (var(truth) + var(noise)) = 1/2
    assert value(table, "interval") == pytest.approx(0.5, abs=0.03)
    assert value(table, "ordinal") == pytest.approx(6 / np.pi * np.arcsin(0.25), abs=0.03)
    assert value(table, "nominal") == pytest.approx(0, abs=1e-9)


def test_the_package_is_not_asked_for_more_memory_than_there_is():
    table = simulated(np.random.default_rng(0), items=6000, per_item=1, raters=3, levels=101)
    with pytest.raises(package.TooLargeForPackage, match="101 levels"):
        package.krippendorff_alpha(table, "ordinal")


def published():
    if not REFERENCE.is_file():
        return []
    cases = json.loads(REFERENCE.read_text())["cases"]
    return [
        pytest.param(case, entry, id=f"{case['id']}-{entry['level']}-{place}")
        for case in cases
        for place, entry in enumerate(case["expected"])
        if entry["coefficient"] == "krippendorff_alpha" and entry.get("level") in set(Measurement)
    ]


@needs_reference
@pytest.mark.parametrize(("case", "entry"), published())
def test_published_values(case, entry):
    got = value(published_counts(case), entry["level"])
    assert got == pytest.approx(entry["value"], abs=entry["tolerance"])


@needs_ttcw
def test_ttcw_equals_the_package_run_elsewhere():
    expected = json.loads((TTCW / "agreement_expected.json").read_text())
    tables = ttcw()
    assert len(tables) == 14
    for key, table in tables.items():
        alpha = expected[f"ttcw-{key}"]["krippendorff_0.9.0"]["alpha_nominal"]
        assert value(table, "nominal") == pytest.approx(alpha, abs=1e-9)


@needs_ttcw
def test_ttcw_agreement_is_carried_by_the_stories_of_people():
    alphas = [value(table, "nominal") for table in ttcw().values()]
    assert (min(alphas), max(alphas)) == (
        pytest.approx(0.26, abs=0.01),
        pytest.approx(0.65, abs=0.01),
    )


@needs_ttcw
def test_ttcw_agreement_hardly_exists_on_the_stories_of_models():
    alphas = [value(table, "nominal") for table in ttcw(models_only=True).values()]
    assert np.median(alphas) == pytest.approx(0.065, abs=5e-4)
    assert (min(alphas), max(alphas)) == (
        pytest.approx(-0.15, abs=0.01),
        pytest.approx(0.30, abs=0.01),
    )
