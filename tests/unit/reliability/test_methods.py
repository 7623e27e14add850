"""The numbers that the definitions of the methods promise: each has a test, or stands as missing.

The definitions lie with the shared data; what is checked elsewhere is only looked up here.
"""

import re
from pathlib import Path

import pytest

from evals.reliability import kappas
from evals.reliability.alpha import krippendorff_alpha
from evals.reliability.statistic import Undefined
from tests.unit.reliability.tables import SHARED, canonical, rated, two_by_two

TESTS = Path(__file__).resolve().parents[2]
METHODS = SHARED / "design" / "METHODS.md"
needs_methods = pytest.mark.skipif(not METHODS.is_file(), reason="the definitions are not here")

HERE = "unit/reliability/"
NO_CODE = "nothing to test yet"
# Section of the definitions: where each of its promised numbers is tested, in their order.
PROMISED = {
    "1.1": [HERE + "test_alpha.py::test_the_classic_table"],
    "1.3": [
        HERE + "test_methods.py::test_a_rare_answer_pulls_alpha_down_and_leaves_ac1",
        HERE + "test_methods.py::test_gwets_coefficients_of_the_classic_table",
    ],
    "1.4": [
        HERE + "test_pairs.py::test_ten_units_by_two_raters",
        HERE + "test_icc.py::test_the_printed_table",
    ],
    "2.1": [
        HERE + "test_consensus.py::test_clarity_with_the_flat_prior",
        HERE + "test_consensus.py::test_the_fitted_prior",
    ],
    "3": [HERE + "test_settling.py::test_where_mode_median_and_mean_all_mislead"],
    "4": [HERE + "test_dawid_skene.py::test_one_who_always_says_yes_is_discounted"],
    "6": [NO_CODE],  # asking for one more rating until the answer is clear
    "7": [
        HERE + "test_planning.py::test_units_for_two_coders_by_the_formula",
        HERE + "test_planning.py::test_units_for_two_coders_by_the_formula",
    ],
    "8.2": [NO_CODE],  # alternative annotator test
    "8.3": [NO_CODE],  # concordance within prompts
    "8.4": [NO_CODE],  # noise of a grader's repeats
    "8.6": [NO_CODE],  # corrected means
    "9": [NO_CODE],  # learnability
    "10": [NO_CODE, "unit/labeling/test_scoring.py::FOUR"],  # criterion diagnostics; the reward
    "11": [NO_CODE, NO_CODE],  # near-duplicates and groups
}
# Promised without the word, in sections 1.2 to 1.3, 2, 4, 5 and 7.
ALSO = [
    HERE + "test_alpha.py::test_ttcw_agreement_is_carried_by_the_stories_of_people",
    HERE + "test_alpha.py::test_ttcw_agreement_hardly_exists_on_the_stories_of_models",
    HERE + "test_chance.py::test_ttcw_unanimous_no_on_stories_of_models_is_mostly_prevalence",
    HERE + "test_gwet.py::test_singly_rated_units_count_for_prevalence",
    HERE + "test_gwet.py::test_declared_levels_count_even_when_nobody_chose_them",
    HERE + "test_consensus.py::test_consistency_asks_for_four_of_five_experts",
    HERE + "test_consensus.py::test_two_fresh_experts",
    HERE + "test_consensus.py::test_mass_near_the_ordinal_mode",
    HERE + "test_consensus.py::test_traps_of_other_priors",
    HERE + "test_dawid_skene.py::test_both_priors",
    HERE + "test_planning.py::test_units_for_a_share",
    HERE + "test_planning.py::test_the_printed_table_lies_within_its_own_monte_carlo_error",
    HERE + "test_bootstrap.py::test_the_classic_table_says_almost_nothing",
    HERE + "test_jackknife.py::test_the_classic_table",
    HERE + "test_consensus.py::test_spread_of_single_units",
    HERE + "test_gold.py::test_who_gets_through",
    HERE + "test_drift.py::test_nineteen_against_fourteen_of_twenty_prove_nothing",
]


@needs_methods
def test_every_promised_number_has_a_place():
    section, found = "", {}
    for line in METHODS.read_text().splitlines():
        if heading := re.match(r"#+ (\d+(?:\.\d+)?)", line):
            section = heading.group(1)
        if section and (promised := len(re.findall(r"\bTEST\b", line))):
            found[section] = found.get(section, 0) + promised
    assert found == {section: len(places) for section, places in PROMISED.items()}


@pytest.mark.parametrize(
    "place", sorted({p for places in PROMISED.values() for p in places if p != NO_CODE} | {*ALSO})
)
def test_the_place_exists(place):
    file, name = place.split("::")
    assert re.search(rf"^(def )?{name}\b", (TESTS / file).read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    ("table", "percent", "alpha", "ac1"),
    [
        ((45, 5, 5, 45), 0.90, 0.801, 0.800),
        ((90, 5, 5, 0), 0.90, -0.047, 0.890),
        ((80, 10, 5, 5), 0.85, 0.318, 0.808),
        ((118, 5, 2, 0), 0.944, -0.025, 0.941),
    ],
)
def test_a_rare_answer_pulls_alpha_down_and_leaves_ac1(table, percent, alpha, ac1):
    counts = two_by_two(*table)
    assert kappas.percent(counts).value == pytest.approx(percent, abs=5e-4)
    assert kappas.weighted_alpha(counts).value == pytest.approx(alpha, abs=6e-4)
    assert krippendorff_alpha(counts, "nominal").value == pytest.approx(alpha, abs=6e-4)
    assert kappas.gwet_ac(counts).value == pytest.approx(ac1, abs=6e-4)


def test_gwets_coefficients_of_the_classic_table():
    assert kappas.gwet_ac(canonical()).value == pytest.approx(0.77544, abs=5e-6)
    assert kappas.gwet_ac(canonical(), "linear").value == pytest.approx(0.85874, abs=5e-6)
    assert kappas.gwet_ac(canonical(), "quadratic").value == pytest.approx(0.9140, abs=5e-5)


def test_one_value_only_is_undefined_in_words():
    found = kappas.fleiss(rated(*["111"] * 12))
    assert found.value is None
    assert found.statistic.undefined is Undefined.ONE_VALUE
    words = Undefined.ONE_VALUE.sentence(raters=3, units=found.n_units, statistic=found.name)
    assert words == (
        "All 3 experts gave the same answer on all 12 shared units: "
        "agreement is perfect, Fleiss' kappa is undefined"
    )
