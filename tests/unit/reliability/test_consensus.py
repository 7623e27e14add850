"""What a unit's experts settled on, and when that may be called clear."""

import numpy as np
import pytest

from evals.reliability import UnitCounts, dispersion
from evals.reliability import prior as priors
from evals.reliability.consensus import (
    Doubt,
    clarity,
    collapsed,
    expected_agreement,
    judge,
    mode,
    within_one_level,
)
from evals.reliability.prior import Prior
from tests.unit.reliability.tables import rated


def units(*counts):
    return np.array(counts)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 1), 0.818),
        ((0, 2), 0.924),
        ((0, 3), 0.967),
        ((1, 2), 0.712),
        ((1, 3), 0.840),
        ((1, 4), 0.912),
        ((0, 5), 0.993),
        ((2, 3), 0.670),
        ((1, 6), 0.975),
    ],
)
def test_clarity_with_the_flat_prior(counts, expected):
    assert clarity(units(counts), priors.flat(2))[0] == pytest.approx(expected, abs=6e-4)


def test_consistency_asks_for_four_of_five_experts():
    found = clarity(units((0, 3), (0, 5), (0, 8)), priors.flat(2), above=0.8)
    assert found == pytest.approx([0.773, 0.875, 0.945], abs=6e-4)


def test_two_fresh_experts():
    found = expected_agreement(units((0, 2), (0, 3), (0, 5), (1, 2), (2, 3)), priors.flat(2))
    assert found == pytest.approx([0.792, 0.825, 0.869, 0.625, 0.583], abs=6e-4)


def test_mass_near_the_ordinal_mode():
    heavier = Prior(2.0, np.full(5, 0.2))
    found = within_one_level(units((0, 0, 0, 3, 0), (1, 0, 0, 2, 0), (0, 0, 0, 2, 2)), heavier)
    assert found == pytest.approx([0.691, 0.242, 0.759], abs=6e-4)
    assert within_one_level(units((1, 2, 0)), priors.flat(3))[0] == 1.0


def test_traps_of_other_priors():
    half_each = [
        clarity(units([3] + [0] * (k - 1)), Prior(k / 2, np.full(k, 1 / k))) for k in (2, 3, 5)
    ]
    assert np.ravel(half_each) == pytest.approx([0.967, 0.912, 0.757], abs=6e-4)
    assert clarity(units((0, 1)), Prior(0.3, np.array([0.05, 0.95])))[0] == pytest.approx(
        0.993, abs=6e-4
    )
    assert clarity(units((3, 0)), Prior(4, np.array([0.1, 0.9])))[0] == pytest.approx(
        0.468, abs=6e-4
    )


def fit_example():
    return rated(*["111"] * 9, *["000"] * 5, *["011"] * 4, *["001"] * 2)


def test_the_fitted_prior():
    table = fit_example()
    prior = priors.fitted(table)
    # the likelihood is flat at its top: .7395 on this fine grid, .745 on a coarser one
    assert prior.strength == pytest.approx(0.745, abs=0.01)
    assert prior.mean == pytest.approx([0.385, 0.615], abs=5e-4)
    assert not prior.at_grid_edge
    assert prior.expected_agreement() == pytest.approx(0.798, abs=1e-3)
    assert table.percent() == pytest.approx(0.800)
    assert clarity(units((0, 2)), prior)[0] == pytest.approx(0.959, abs=6e-4)


def test_units_that_are_all_alike_tell_nothing_about_single_ones():
    prior = priors.fitted(rated(*["001"] * 60))
    assert prior.strength == pytest.approx(50)
    assert prior.at_grid_edge


def test_a_tie_has_no_mode():
    assert mode(units((1, 1, 0), (0, 2, 1), (0, 0, 0), (0, 0, 4))).tolist() == [-1, 1, -1, 2]


def test_three_of_three_is_clear_and_everything_less_is_not():
    verdicts = judge(rated("111", "011", "11", "01", "0111", "000"), "nominal")
    assert verdicts.clear.tolist() == [True, False, False, False, False, True]
    assert verdicts.consensus.tolist() == [1, 1, 1, -1, 1, 0]
    assert verdicts.unanimous.tolist() == [True, False, True, False, False, True]
    assert verdicts.reasons(0) == []
    assert verdicts.reasons(1) == [Doubt.NOT_CLEAR]
    assert verdicts.reasons(2) == [Doubt.TOO_FEW_RATINGS, Doubt.NOT_CLEAR]
    assert Doubt.TIE in verdicts.reasons(3)
    assert verdicts.clarity_fitted is None


def test_an_na_in_the_unit_blocks_it():
    verdicts = judge(rated("111", "111"), "nominal", not_assessed=np.array([False, True]))
    assert verdicts.clear.tolist() == [True, False]
    assert verdicts.reasons(1) == [Doubt.NOT_ASSESSED]
    assert verdicts.reasons(1)[0].sentence == "An expert answered NA or could not assess it."


def test_with_fifty_items_the_fitted_prior_must_agree():
    # a rare answer given three times against a strong common one is not believed
    table = rated(*["111"] * 20, *["011"] * 25, *["001"] * 9, "000")
    verdicts = judge(table, "nominal")
    assert verdicts.clarity[-1] > 0.95 > verdicts.clarity_fitted[-1]
    assert verdicts.reasons(54) == [Doubt.NOT_CLEAR]
    assert judge(table.select(np.arange(55) >= 20), "nominal").clarity_fitted is None


def test_an_ordinal_scale_is_judged_at_its_pass_level():
    table = rated("444", "445", "1444", "33344", "5544", values=(1, 2, 3, 4, 5))
    verdicts = judge(table, "ordinal", pass_at=4)
    # 4 or 5 of all: clear; a 1 among 4s: a split; 3s and 4s lie on both sides; 5544 has no mode
    assert verdicts.clear.tolist() == [True, True, False, False, False]
    assert verdicts.reasons(2) == [Doubt.SPREAD, Doubt.NOT_CLEAR]
    assert verdicts.reasons(3) == [Doubt.NOT_CLEAR]
    assert verdicts.reasons(4) == [Doubt.TIE]
    assert judge(table, "ordinal").clear.tolist() == [True, False, False, False, False]


def test_many_levels_are_held_to_the_lower_flat_threshold():
    # 3 of 3 on three levels: .944 under the flat prior, which cannot reach .95
    verdicts = judge(rated("222", "223", values=(1, 2, 3)), "nominal")
    assert verdicts.clarity[0] == pytest.approx(0.944, abs=6e-4)
    assert verdicts.clear.tolist() == [True, False]


def test_the_leading_level_must_lie_where_most_answers_are():
    # 45 say 1, which leads, yet 40 + 40 of 125 pass at 2
    table = rated("1" * 45 + "2" * 40 + "3" * 40, "1" * 9, values=(1, 2, 3))
    verdicts = judge(table, "ordinal", pass_at=2)
    assert verdicts.clarity[0] > 0.99
    assert verdicts.reasons(0) == [Doubt.OTHER_SIDE]
    assert verdicts.clear.tolist() == [False, True]


def test_ratings_that_tell_nothing_about_single_units_are_called_so():
    assert judge(rated(*["001"] * 60), "nominal").uninformative
    assert not judge(fit_example().select(np.arange(20) < 20), "nominal").uninformative
    # always of one mind, on both answers: the fit ends at the other edge, and they tell everything
    one_mind = rated(*["111"] * 30, *["000"] * 30)
    assert priors.fitted(one_mind).at_grid_edge
    assert not judge(one_mind, "nominal").uninformative


def test_what_cannot_be_judged_is_refused():
    with pytest.raises(ValueError, match="no level 9"):
        judge(rated("111"), "ordinal", pass_at=9)
    continuous = UnitCounts.from_rows([(1, 1, 0.5, 3)])
    with pytest.raises(ValueError, match="declared list of levels"):
        judge(continuous, "interval")


def test_collapsing_keeps_every_rating():
    assert collapsed(units((1, 2, 3, 4)), 2).tolist() == [[3, 7]]
    assert Prior(2.0, np.array([0.1, 0.2, 0.7])).collapsed(2).mass == pytest.approx([0.6, 1.4])


def test_spread_of_single_units():
    ordered = units((0, 0, 1, 2, 0), (1, 0, 0, 2, 0), (1, 0, 0, 0, 2))
    assert dispersion.within_group_agreement(ordered) == pytest.approx(
        [0.833, -0.5, -1.667], abs=6e-4
    )
    assert dispersion.ordered_consensus(ordered) == pytest.approx([0.829, 0.39, 0.08], abs=2e-3)
    ends = dispersion.ordered_consensus(units((3, 0, 0, 0, 0), (0, 0, 0, 0, 2), (1, 0, 0, 0, 1)))
    assert ends == pytest.approx([1, 1, 0])
    pairs = dispersion.pair_agreement(units((3, 0), (2, 1), (4, 1), (3, 2), (1, 0)))
    assert pairs[:4] == pytest.approx([1, 1 / 3, 0.6, 0.4])
    assert np.isnan(pairs[4])
