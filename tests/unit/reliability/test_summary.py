"""The report of one criterion: every field, in words where there is no number, never NaN."""

import ast
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

import evals.reliability
from evals.reliability import Measurement, UnitCounts, summarise, to_json
from evals.reliability.cautions import Code
from evals.reliability.statistic import Statistic, Undefined
from tests.unit.reliability.tables import canonical, needs_ttcw, rated, ttcw, two_by_two
from tests.unit.reliability.test_alpha import tables


def codes(summary):
    return [caution.code for caution in summary.cautions]


def test_every_count_of_a_small_table():
    table = rated("111", "110", "00", "1", per_item=2)
    summary = summarise(table, measurement="nominal", raters=4, labels={0: "No", 1: "Yes"})
    assert (summary.n_items, summary.n_units, summary.n_pairable_units) == (2, 4, 3)
    assert (summary.n_ratings, summary.unanimous) == (9, 2)
    assert summary.prevalence == {"No": pytest.approx(1 / 3), "Yes": pytest.approx(2 / 3)}
    assert summary.percent == pytest.approx((1 + 1 / 3 + 1) / 3)
    # two units of three (1/27 + 8/27 each) and one of two (1/9 + 4/9)
    assert summary.expected_unanimous == pytest.approx(2 * 9 / 27 + 5 / 9)
    assert summary.ci_method == "no interval: 2 items with shared units, resampling needs 5"
    assert (summary.alpha.ci_low, summary.alpha.ci_high) == (None, None)
    assert codes(summary) == [Code.FEW_UNITS]


def test_json_of_the_contract():
    document = to_json(summarise(canonical(), measurement="ordinal", raters=4, seed=5))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["measurement"] == "ordinal"
    assert document["ci_method"] == "item bootstrap"
    assert document["ci_level"] == 0.95
    assert (document["resamples"], document["resamples_undefined"], document["seed"]) == (
        1000,
        0,
        5,
    )
    assert document["alpha"]["value"] == pytest.approx(0.815388, abs=5e-7)
    assert document["alpha"]["ci_low"] < document["alpha"]["value"] < document["alpha"]["ci_high"]
    assert document["alpha"]["undefined_reason"] is None
    assert document["ac1"]["value"] == pytest.approx(0.77544, abs=5e-6)
    assert document["ac2"]["value"] == pytest.approx(0.9140, abs=5e-5)
    assert document["cautions"][0]["text"] == "Only 11 units are shared: no verdict below 30."


def test_perfect_agreement_on_one_answer_is_words_not_a_number():
    summary = summarise(rated(*["111"] * 40), measurement="nominal", raters=3)
    assert summary.alpha.value is None
    assert summary.alpha.undefined is Undefined.ONE_VALUE
    assert summary.alpha.undefined_reason.startswith("All 3 experts gave the same answer on all 40")
    assert (summary.ac1.value, summary.ac1.one_class) == (1.0, True)
    assert summary.alpha_below_800 is None
    assert codes(summary) == [Code.ONE_CLASS]


def test_perfect_agreement_on_two_answers_has_an_interval_of_no_width():
    summary = summarise(rated(*["111", "000"] * 20), measurement="nominal", raters=3)
    assert (summary.alpha.value, summary.alpha.ci_low, summary.alpha.ci_high) == (1.0, 1.0, 1.0)
    assert codes(summary) == [Code.NO_DISAGREEMENT]


@pytest.mark.parametrize(
    ("table", "percent", "alpha", "low_information"),
    [
        ((45, 5, 5, 45), 0.90, 0.801, False),
        ((90, 5, 5, 0), 0.90, -0.047, False),  # ten ratings of the rare answer
        ((80, 10, 5, 5), 0.85, 0.318, False),
        ((118, 5, 2, 0), 0.944, -0.025, True),
    ],
)
def test_the_pair_of_coefficients_beside_prevalence(table, percent, alpha, low_information):
    summary = summarise(two_by_two(*table), measurement="nominal", raters=2)
    assert summary.percent == pytest.approx(percent)
    assert summary.alpha.value == pytest.approx(alpha, abs=6e-4)
    assert (Code.LOW_INFORMATION in codes(summary)) is low_information


def test_agreement_at_chance_is_called_uninformative():
    summary = summarise(two_by_two(25, 25, 25, 25), measurement="nominal", raters=2)
    assert summary.alpha.ci_low <= 0
    assert Code.NO_SIGNAL in codes(summary)
    assert Code.PREVALENCE in codes(summary)


@settings(max_examples=40)
@given(tables())
def test_any_counts_give_valid_json_with_a_value_or_a_reason(table):
    for measurement in Measurement:
        document = to_json(summarise(table, measurement=measurement, raters=4, resamples=50))
        json.dumps(document, allow_nan=False)
        for name in ("alpha", "ac1"):
            estimate = document[name]
            assert (estimate["value"] is None) != (estimate["undefined_reason"] is None)
            assert (estimate["ci_low"] is None) == (estimate["ci_high"] is None)
            assert estimate["value"] is not None or estimate["ci_low"] is None


def test_a_continuous_scale_has_alpha_and_a_reason_for_no_ac1():
    rows = [(u, u, u % 7 + wobble / 10, 1) for u in range(200) for wobble in (u % 3, u % 5)]
    summary = summarise(UnitCounts.from_rows(rows), measurement="interval", raters=2)
    assert summary.alpha.ci_low < summary.alpha.value < summary.alpha.ci_high
    assert summary.ac1.undefined is Undefined.NO_DECLARED_LEVELS
    assert "continuous" in summary.ac1.undefined_reason


def test_the_package_can_stand_in():
    ours = summarise(canonical(), measurement="ordinal", raters=4)
    theirs = summarise(canonical(), measurement="ordinal", raters=4, engine="krippendorff")
    assert theirs.alpha.value == pytest.approx(ours.alpha.value, abs=1e-12)


def test_a_statistic_is_a_value_or_a_reason():
    for wrong in ((None, None), (0.5, Undefined.ONE_VALUE), (float("nan"), None)):
        with pytest.raises(ValueError, match="A statistic"):
            Statistic(*wrong)


@needs_ttcw
def test_ttcw_intervals_hold_their_values():
    for table in ttcw().values():
        summary = summarise(table, measurement="nominal", raters=11)
        assert (summary.n_items, summary.n_units, summary.n_ratings) == (12, 48, 144)
        assert summary.alpha.ci_low < summary.alpha.value < summary.alpha.ci_high
        assert summary.ac1.ci_low < summary.ac1.value < summary.ac1.ci_high


# Sentences are marked for whoever reads them in another language.
EXTRA = {"package.py": {"krippendorff"}, "sentences.py": {"labeling"}}


def test_nothing_but_numpy_and_scipy_is_imported():
    allowed = set(sys.stdlib_module_names) | {"numpy", "scipy", "evals"}
    for path in Path(evals.reliability.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            extra = EXTRA.get(path.name, set())
            assert {name.split(".")[0] for name in names} <= allowed | extra, path.name
