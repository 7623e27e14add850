"""Every published agreement value of the reference file, to the digits it was printed with."""

import json
from decimal import Decimal

import numpy as np
import pytest
from scipy.special import ndtri

from evals.reliability import Measurement, UnitCounts, icc, kappas
from evals.reliability.agreeing import Agreeing
from evals.reliability.alpha import krippendorff_alpha
from evals.reliability.answers import Answers
from evals.reliability.conger import conger
from evals.reliability.linearised import DEFAULT
from evals.reliability.pairs import ASYMPTOTIC, cohen_kappa, pair_agreements
from evals.reliability.tally import tallied
from tests.unit.reliability.tables import REFERENCE, needs_reference

CASES = json.loads(REFERENCE.read_text())["cases"] if REFERENCE.is_file() else []
ENTRIES = [
    pytest.param(case, entry, id=f"{case['id']}-{entry['coefficient']}-{place}")
    for case in CASES
    for place, entry in enumerate(case["expected"])
]
# One error is printed with half of a derivative: test_the_one_printed_error_that_differs.
WITH_ERROR = [
    each
    for each in ENTRIES
    if "se" in each.values[1] and not each.id.startswith("gwet-6raters-krippendorff_alpha")
]

OF_COUNTS = {
    "percent_agreement": kappas.percent,
    "brennan_prediger": kappas.brennan_prediger,
    "randolph_kappa": kappas.brennan_prediger,
    "fleiss_kappa": kappas.fleiss,
    "scott_pi": kappas.fleiss,
    "gwet_ac": kappas.gwet_ac,
    "gwet_ac1": kappas.gwet_ac,
}
# se0 and z test against no agreement at all, a question nobody asks here.
READ = {
    *("coefficient", "level", "weights", "raters", "form", "value", "tolerance", "se", "ci95"),
    *("percent_agreement", "expected_agreement", "source", "note", "se0", "z"),
}


def coded(case):
    """Answers of a table of ratings or of two raters' confusion, levels 1, 2, ... or as printed."""
    if case["layout"] == "contingency_rater1_x_rater2":
        table = np.array(case["table"])
        pairs = [
            np.repeat(each, table.ravel()) + 1 for each in np.indices(table.shape).reshape(2, -1)
        ]
        matrix, values = np.column_stack(pairs), range(1, len(table) + 1)
    else:
        seen = sorted({score for row in case["matrix"] for score in row if score is not None})
        names = isinstance(seen[0], str)
        code = {score: place + 1 if names else score for place, score in enumerate(seen)}
        rows = [[np.nan if s is None else code[s] for s in row] for row in case["matrix"]]
        matrix, values = np.array(rows, dtype=float), list(code.values())
    units, raters = np.nonzero(~np.isnan(matrix))
    return Answers.of(
        units=units,
        raters=raters,
        given=matrix[units, raters],
        values=values,
        n_units=len(matrix),
        n_raters=matrix.shape[1],
    )


def counted(case):
    """Value counts of any layout."""
    if case["layout"] == "counts_units_x_categories":
        counts = np.array(case["counts"])
        return UnitCounts.from_matrix(range(1, counts.shape[1] + 1), counts)
    return coded(case).counts()


def intraclass(case, form):
    """The four forms on offer; the third only from the mean squares, because it is not offered."""
    answers = coded(case)
    k = answers.n_raters
    single = icc.one_way(answers.counts()) if form.startswith("ICC(1") else icc.two_way(answers)
    if form.startswith("ICC(3"):
        squares = icc.mean_squares(answers)
        others = k - 1 if form == "ICC(3,1)" else 0
        return (squares.units - squares.residual) / (squares.units + others * squares.residual)
    return (icc.mean_of(single, k) if form.endswith("k)") else single).value


def of_two(case, entry, weights):
    """Cohen's kappa from a printed table, or of two columns on the levels those two used."""
    if "table" in case:
        return cohen_kappa(np.array(case["table"]), weights)
    matrix = np.array(case["matrix"])[:, entry["raters"]]
    units, raters = np.indices(matrix.shape)
    answers = Answers.of(units=units.ravel(), raters=raters.ravel(), given=matrix.ravel())
    (pair,) = pair_agreements(answers, "ordinal")
    if weights == "quadratic":
        return pair.weighted
    return pair.kappa if weights == "identity" else cohen_kappa(pair.confusion, weights)


def computed(case, entry):
    """The coefficient of an entry. KeyError, and a failing test, for a name we do not have."""
    name, weights = entry["coefficient"], entry.get("weights", "identity")
    spread = ASYMPTOTIC if "table" in case else DEFAULT
    if name == "cohen_kappa":
        return of_two(case, entry, weights)
    if name == "conger_kappa":
        return conger(coded(case), weights, spread=spread)
    if name == "krippendorff_alpha":
        return kappas.weighted_alpha(counted(case), weights, spread=spread)
    return OF_COUNTS[name](counted(case), weights, spread=spread)


def port_centres(entry):
    """Slack for alphas of a Python port, whose influences are centred on the corrected p_a."""
    return 3e-4 if "afergadis" in entry["source"] and "alpha" in entry["coefficient"] else 0.0


def half_a_digit(number):
    """The rounding of a printed number."""
    return 0.5001 * 10.0 ** Decimal(str(number)).as_tuple().exponent


@needs_reference
def test_all_of_the_file_is_read():
    assert (len(CASES), len(ENTRIES)) == (15, 135)
    assert {key for case in CASES for entry in case["expected"] for key in entry} <= READ


@needs_reference
@pytest.mark.parametrize(("case", "entry"), ENTRIES)
def test_value(case, entry):
    if entry["coefficient"] == "icc":
        found = intraclass(case, entry["form"])
    elif "level" in entry:
        found = krippendorff_alpha(counted(case), Measurement(entry["level"])).value
    else:
        found = computed(case, entry).value
    assert found == pytest.approx(entry["value"], abs=entry["tolerance"])


@needs_reference
@pytest.mark.parametrize(("case", "entry"), WITH_ERROR)
def test_standard_error(case, entry):
    found = computed(case, entry).se
    slack = half_a_digit(entry["se"]) + port_centres(entry)
    assert found == pytest.approx(entry["se"], abs=slack)


@needs_reference
@pytest.mark.parametrize(("case", "entry"), [e for e in ENTRIES if "ci95" in e.values[1]])
def test_interval(case, entry):
    found = computed(case, entry)
    low, high = found.interval.low, found.interval.high
    if "statsmodels" in entry["source"]:
        # SAS takes the normal distribution where we take Student's t
        reach = float(ndtri(0.975)) * found.se
        low, high = found.value - reach, found.value + reach
    printed = [half_a_digit(each) if each != 1 else 1e-9 for each in entry["ci95"]]
    assert low == pytest.approx(entry["ci95"][0], abs=printed[0] + port_centres(entry))
    assert high == pytest.approx(entry["ci95"][1], abs=printed[1] + port_centres(entry))


@needs_reference
@pytest.mark.parametrize(
    ("case", "entry"), [e for e in ENTRIES if "expected_agreement" in e.values[1]]
)
def test_shares_it_is_made_of(case, entry):
    found = computed(case, entry)
    assert found.observed == pytest.approx(entry["percent_agreement"], abs=6e-4)
    assert found.expected == pytest.approx(entry["expected_agreement"], abs=6e-4)


@needs_reference
def test_the_one_printed_error_that_differs():
    # Gwet's package gives .08119 from the ratings and .08243228 from their counts: the latter
    # leaves out the factor 2 of the derivative of p_e (and keeps the small-sample correction).
    case = next(case for case in CASES if case["id"] == "gwet-6raters")
    tally = tallied(counted(case))
    alpha = kappas.weighted_alpha(tally)
    assert alpha.se == pytest.approx(0.08119, abs=5e-6)
    seen, n, m = Agreeing.of(tally, "identity"), 15, 6
    pi = seen.prevalence()
    correction = 1 / (n * m)
    agreeing = (1 - correction) * seen.share + correction
    chance = seen.mean_over_ratings(pi)
    halved = agreeing - alpha.expected - (1 - alpha.value) * (chance - alpha.expected)
    deviations = halved / (1 - alpha.expected) - alpha.value
    variance = tally.repeats @ deviations**2 / (n * (n - 1))
    assert variance**0.5 == pytest.approx(0.08243228, abs=5e-9)


def recomputed():
    """What independent programs made of the same data, beyond what was published."""
    return [pytest.param(case, id=case["id"]) for case in CASES if "computed" in case]


@needs_reference
@pytest.mark.parametrize("case", recomputed())
def test_alphas_of_other_programs(case):
    for program in ("krippendorff 0.9.0", "R irr 0.84.1"):
        for name, value in case["computed"].get(program, {}).items():
            if name.startswith("alpha_"):
                found = krippendorff_alpha(counted(case), name.removeprefix("alpha_"))
                assert found.value == pytest.approx(value, abs=1e-9), (program, name)


@needs_reference
@pytest.mark.parametrize("case", recomputed())
def test_coefficients_of_the_r_packages(case):
    counts = counted(case)
    used = np.flatnonzero(counts.marginals())  # they take the levels seen for the scale
    counts = UnitCounts.from_matrix(np.array(counts.values)[used], counts.counts[:, used])
    ours = {
        "krippen.alpha.raw": kappas.weighted_alpha(counts),
        "gwet.ac1.raw": kappas.gwet_ac(counts),
        "fleiss.kappa.raw": kappas.fleiss(counts),
        "bp.coeff.raw": kappas.brennan_prediger(counts),
    }
    if "counts" not in case:
        ours["conger.kappa.raw"] = conger(coded(case))
    for name, found in ours.items():
        value, se = case["computed"]["R irrCAC 1.4"][name]
        if value is None:
            continue  # they have none where a unit was rated by nobody
        assert found.value == pytest.approx(value, abs=6e-6), name
        if counts.sizes.all() or name == "krippen.alpha.raw":
            # elsewhere they count units that nobody rated among the n of the error
            assert found.se == pytest.approx(se, abs=6e-6), name
