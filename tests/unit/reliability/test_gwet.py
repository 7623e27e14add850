"""Gwet's AC1 and AC2 against published values."""

import json

import numpy as np
import pytest

from evals.reliability import UnitCounts
from evals.reliability.gwet import ac1, ac2
from evals.reliability.statistic import Undefined
from tests.unit.reliability.tables import (
    REFERENCE,
    TTCW,
    canonical,
    needs_reference,
    needs_ttcw,
    published_counts,
    rated,
    ttcw,
    two_by_two,
)


def test_the_classic_table():
    assert ac1(canonical()).value == pytest.approx(0.77544, abs=5e-6)
    assert ac2(canonical(), "linear").value == pytest.approx(0.85874, abs=5e-6)
    assert ac2(canonical(), "quadratic").value == pytest.approx(0.9140, abs=5e-5)


def test_singly_rated_units_count_for_prevalence():
    table = canonical()
    assert ac1(table.select(table.pairable())).value == pytest.approx(0.77515, abs=5e-6)


def test_declared_levels_count_even_when_nobody_chose_them():
    six = UnitCounts.from_matrix(
        range(1, 7), np.hstack([canonical().counts, np.zeros((12, 1), int)])
    )
    assert ac1(six).value == pytest.approx(0.78553, abs=5e-6)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ((45, 5, 5, 45), 0.800),
        ((90, 5, 5, 0), 0.890),
        ((80, 10, 5, 5), 0.808),
        ((118, 5, 2, 0), 0.941),
    ],
)
def test_a_rare_class_does_not_pull_it_down(table, expected):
    assert ac1(two_by_two(*table)).value == pytest.approx(expected, abs=6e-4)


def test_one_answer_everywhere_is_one_and_marked():
    for statistic in (ac1(rated("111", "11")), ac2(rated("111", "11"))):
        assert statistic.value == 1.0
        assert statistic.one_class


def test_without_a_value_there_is_a_reason():
    assert ac1(UnitCounts.from_rows([], values=(0, 1))).undefined is Undefined.NO_RATINGS
    assert ac1(rated("1", "0")).undefined is Undefined.NO_SHARED_UNIT
    assert ac1(rated("1", "0"), raters=1).undefined is Undefined.ONE_RATER
    assert ac1(rated("11", values=(1,))).undefined is Undefined.ONE_LEVEL
    seen = UnitCounts.from_rows([(1, 1, 0.5, 1), (1, 1, 0.7, 1)])
    assert ac1(seen).undefined is Undefined.NO_DECLARED_LEVELS


@needs_reference
def test_published_values():
    checked = 0
    for case in json.loads(REFERENCE.read_text())["cases"]:
        for entry in case["expected"]:
            statistic = {
                ("gwet_ac1", None): ac1,
                ("gwet_ac", "identity"): ac1,
                ("gwet_ac", "linear"): lambda table: ac2(table, "linear"),
                ("gwet_ac", "quadratic"): lambda table: ac2(table, "quadratic"),
            }.get((entry["coefficient"], entry.get("weights")))
            if statistic:
                got = statistic(published_counts(case)).value
                assert got == pytest.approx(entry["value"], abs=entry["tolerance"]), case["id"]
                checked += 1
    assert checked == 9


@needs_ttcw
def test_ttcw_equals_irrcac():
    expected = json.loads((TTCW / "agreement_expected.json").read_text())
    for key, table in ttcw().items():
        theirs = expected[f"ttcw-{key}"]
        assert ac1(table).value == pytest.approx(
            theirs["R_irrCAC_1.4"]["gwet.ac1.raw"]["value"], abs=1e-5
        )
        assert ac1(table).value == pytest.approx(theirs["irrCAC_py_0.4.4"]["gwet_ac1"], abs=1e-9)
        assert table.percent() == pytest.approx(theirs["irrCAC_py_0.4.4"]["pa_gwet_ac1"], abs=1e-9)
