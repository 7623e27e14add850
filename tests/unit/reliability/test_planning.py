"""How wide alpha's interval will be, and the plain formulas beside it."""

import numpy as np
import pytest

from evals.reliability import planning
from evals.reliability.planning import (
    Scenario,
    coder_units,
    fitted,
    proportion_units,
    study,
    true_alpha,
    units_needed,
)
from evals.reliability.sums import Measurement

# Half-widths of 150 simulated studies each, by experts x units, as METHODS prints them.
SIZES = [(2, 100), (3, 100), (5, 100), (3, 50), (3, 200)]
PRINTED = [
    (0.90, 0.50, 0.64, (0.159, 0.119, 0.086, 0.186, 0.079)),
    (0.90, 0.85, 0.47, (0.219, 0.176, 0.152, 0.289, 0.118)),
    (0.95, 0.50, 0.81, (0.120, 0.097, 0.072, 0.151, 0.067)),
    (0.95, 0.85, 0.67, (0.192, 0.170, 0.141, 0.280, 0.111)),
]


def yes_or_no(accuracy: float, share: float) -> Scenario:
    return Scenario(accuracy, (1 - share, share))


def of_studies(scenario: Scenario, raters: int, units: int, studies: int, sets: int):
    """Half-widths of `sets` simulations of so many studies, unit by unit and by plain formulas."""
    rng = np.random.default_rng(7)
    true = rng.random((sets * studies, units)) < scenario.shares[1]
    right = rng.random((sets * studies, units, raters)) < scenario.accuracy
    ones = np.where(true, right.sum(axis=2), raters - right.sum(axis=2)).astype(float)
    n, n1 = units * raters, ones.sum(axis=1)
    observed = (2 * ones * (raters - ones) / (raters - 1)).sum(axis=1) / n
    with np.errstate(invalid="ignore"):
        alphas = 1 - observed / (2 * n1 * (n - n1) / (n * (n - 1)))
    low, high = np.nanquantile(alphas.reshape(sets, studies), [0.025, 0.975], axis=1)
    return (high - low) / 2


@pytest.mark.parametrize(("accuracy", "share", "alpha", "widths"), PRINTED)
def test_the_printed_table_lies_within_its_own_monte_carlo_error(accuracy, share, alpha, widths):
    scenario = yes_or_no(accuracy, share)
    assert true_alpha(scenario) == pytest.approx(alpha, abs=0.016)
    for (raters, units), printed in zip(SIZES, widths, strict=True):
        sets = of_studies(scenario, raters, units, studies=150, sets=60)
        found = study(scenario, raters, units).half_width
        # sets of 150 studies scatter around ours; the printed one is such a set
        assert np.mean(sets) == pytest.approx(found, rel=0.08)
        assert abs(printed - found) < 4 * np.std(sets, ddof=1)


def test_alpha_of_endlessly_many_units():
    # two experts agree with .9^2 + .1^2 = .82, chance agreement .5: 1 - .18/.5
    assert true_alpha(yes_or_no(0.9, 0.5)) == pytest.approx(0.64, abs=1e-6)
    assert yes_or_no(0.9, 0.5).agreement() == pytest.approx(0.82)
    # the common answer is given .85*.9 + .15*.1 = .78 of the time: 1 - .18/(2*.78*.22)
    assert true_alpha(yes_or_no(0.9, 0.85)) == pytest.approx(1 - 0.18 / 0.3432, abs=1e-6)


def test_experts_who_toss_a_coin_have_alpha_nought():
    assert true_alpha(yes_or_no(0.5, 0.8)) == pytest.approx(0, abs=1e-6)


def test_nobody_ever_differs_so_there_is_no_alpha():
    sure = yes_or_no(1.0, 0.0)
    assert true_alpha(sure) is None
    found = study(sure, 3, 50)
    assert (found.half_width, found.low, found.undefined) == (None, None, 1.0)
    assert units_needed(sure, 3, 0.1) is None


def test_the_same_seed_gives_the_same_studies_and_another_seed_others():
    scenario = yes_or_no(0.9, 0.7)
    planning.study.cache_clear()
    first = study(scenario, 3, 80)
    planning.study.cache_clear()
    assert study(scenario, 3, 80) == first
    assert study(scenario, 3, 80, seed=1).half_width != first.half_width
    assert first.ratings == 240


def test_more_units_and_more_experts_narrow_it():
    scenario = yes_or_no(0.9, 0.6)
    by_units = [study(scenario, 3, units).half_width for units in (30, 100, 400)]
    by_raters = [study(scenario, raters, 100).half_width for raters in (2, 4, 8)]
    assert by_units == sorted(by_units, reverse=True)
    assert by_raters == sorted(by_raters, reverse=True)


def test_units_needed_reach_the_half_width_and_not_much_more():
    for scenario in (yes_or_no(0.9, 0.5), yes_or_no(0.95, 0.85)):
        needed = units_needed(scenario, 3, 0.1)
        assert study(scenario, 3, needed, seed=9).half_width == pytest.approx(0.1, rel=0.1)


def test_out_of_reach_is_said():
    assert units_needed(yes_or_no(0.9, 0.5), 2, 0.005) is None


def test_an_ordinal_scale_counts_near_misses_as_such():
    shares = (0.2,) * 5
    near = Scenario(0.7, shares, Measurement.ORDINAL)
    far = Scenario(0.7, shares, Measurement.NOMINAL)
    assert near.answers()[2].tolist() == pytest.approx([0, 0.15, 0.7, 0.15, 0])
    assert near.answers()[0].tolist() == pytest.approx([0.7, 0.3, 0, 0, 0])
    assert far.answers()[0].tolist() == pytest.approx([0.7, 0.075, 0.075, 0.075, 0.075])
    assert true_alpha(near) > true_alpha(far)
    assert study(near, 3, 100).half_width < study(far, 3, 100).half_width


@pytest.mark.parametrize("measurement", [Measurement.NOMINAL, Measurement.ORDINAL])
def test_the_scenario_behind_a_measurement_is_found_again(measurement):
    made = Scenario(0.85, (0.1, 0.2, 0.3, 0.4), measurement)
    given = tuple(np.array(made.shares) @ made.answers())
    found = fitted(given, made.agreement(), measurement)
    assert found.accuracy == pytest.approx(0.85, abs=1e-3)
    assert found.shares == pytest.approx(made.shares, abs=2e-3)


def test_agreement_below_a_tossed_coin_has_no_scenario():
    assert fitted((0.5, 0.5), 0.4, Measurement.NOMINAL) is None
    assert fitted((1.0,), 0.9, Measurement.NOMINAL) is None


def test_perfect_agreement_means_perfect_experts():
    found = fitted((0.3, 0.7), 1.0, Measurement.NOMINAL)
    assert found.accuracy == pytest.approx(1)
    assert found.shares == pytest.approx((0.3, 0.7), abs=1e-4)


def test_units_for_a_share():
    wide = [proportion_units(share, 0.10) for share in (0.9, 0.8, 0.5)]
    narrow = [proportion_units(share, 0.05) for share in (0.9, 0.8, 0.5)]
    assert (narrow, wide) == ([139, 246, 385], [35, 62, 97])


def test_units_for_two_coders_by_the_formula():
    found = [coder_units(least, split) for least in (0.667, 0.8) for split in (0.5, 0.25, 0.1)]
    assert found == [60, 81, 172, 103, 139, 293]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Scenario(1.1, (0.5, 0.5)),
        lambda: Scenario(0.9, (0.5, 0.4)),
        lambda: Scenario(0.9, (1.0,)),
        lambda: Scenario(0.9, (0.1,) * 10),
        lambda: study(yes_or_no(0.9, 0.5), 1, 50),
        lambda: study(yes_or_no(0.9, 0.5), 3, 10**7),
        lambda: units_needed(yes_or_no(0.9, 0.5), 3, 0.0),
        lambda: proportion_units(1.5, 0.1),
        lambda: coder_units(1.0, 0.5),
    ],
)
def test_impossible_plans_are_refused(wrong):
    with pytest.raises(ValueError, match=r"\d|lies"):
        wrong()
