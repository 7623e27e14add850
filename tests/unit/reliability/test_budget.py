"""What more ratings would settle: chances by hand, the greedy list, and simulated experts."""

import numpy as np
import pytest

from evals.reliability import UnitCounts
from evals.reliability.budget import Offer, expected_clear, offer, outlook

# Clear with the flat prior needs (0,3), (0,4), (1,6): q(0,3) .967, q(1,5) .951, q(1,4) .912


def counts(*rows, values=(0, 1)):
    return UnitCounts.from_matrix(values, np.array(rows))


def after(*row, **more):
    return outlook(counts(row), "nominal", **more).after[0]


def test_two_who_agree_need_a_third_who_does():
    # Dirichlet(.5, 2.5): the third says 1 with 2.5/3
    # after two more: (0,4) with 2.5/3 * 3.5/4; (1,3) is not clear
    assert after(0, 2, more=2) == pytest.approx([0, 2.5 / 3, 2.5 / 3 * 3.5 / 4])


def test_a_clear_unit_may_become_unclear():
    # (0,3) is clear; the fourth says 1 with 3.5/4, else (1,3) has q .840
    assert after(0, 3, more=1) == pytest.approx([1, 3.5 / 4])


def test_one_against_two_needs_three_more_of_one_mind():
    # (1,5) has q .951; two more can give (1,4) at best
    found = after(1, 2, more=3)
    assert found[:3] == pytest.approx([0, 0, 0])
    assert found[3] == pytest.approx(2.5 / 4 * 3.5 / 5 * 4.5 / 6)


def test_a_unit_nobody_rated_needs_three_alike():
    # Dirichlet(.5, .5): 2 * (.5 * 1.5 * 2.5) / (1 * 2 * 3)
    assert after(0, 0, more=3) == pytest.approx([0, 0, 0, 2 * 0.5 * 1.5 * 2.5 / 6])


def test_what_cannot_become_clear_is_hopeless():
    found = outlook(counts((2, 2), (0, 2)), "nominal", more=2)
    assert found.hopeless().tolist() == [True, False]


def test_an_answer_that_it_does_not_apply_spoils_the_unit():
    found = outlook(counts((0, 2), (0, 2)), "nominal", not_assessed=np.array([1, 0]), more=1)
    assert found.after[0].tolist() == [0, 0]
    assert found.hopeless().tolist() == [True, False]
    # and it may happen again to the other
    assert 0 < found.after[1, 1] < 2.5 / 3


def test_what_an_adjudicator_decided_no_rating_changes():
    found = outlook(counts((0, 2), (2, 2), (0, 3)), "nominal", ruled=np.ones(3, bool), more=1)
    assert found.after.tolist() == [[0, 0], [0, 0], [1, 1]]
    assert not found.hopeless().any()


def test_a_further_answer_may_spoil_it_by_what_is_known_of_all_units():
    rows = [(0, 2)] * 60
    spoilt = np.array([0] * 30 + [2] * 30)
    found = outlook(counts(*rows), "nominal", not_assessed=spoilt, more=1)
    clean = outlook(counts(*rows), "nominal", more=1)
    assert found.after[0, 1] < clean.after[0, 1]


def test_the_pass_level_makes_levels_into_two_sides():
    # levels 2 and 3 pass at 2: (0,0,1,1) are two who agree; the third passes with (1 + 2)/(2 + 2)
    # by the flat prior of .25 a level: mass (.25, .25, 1.25, 1.25) of 3
    row = counts((0, 0, 1, 1), values=(0, 1, 2, 3))
    found = outlook(row, "ordinal", pass_at=2, more=1)
    # the third must not tie nor stand two levels from the most frequent: 2 or 3 settle it
    assert found.after[0, 1] == pytest.approx(2.5 / 3)
    assert outlook(row, "ordinal", more=1).after[0, 1] == 0


def test_a_rater_far_away_keeps_a_unit_unclear():
    # (1,0,0,2,0): one two steps and more away from the mode; nobody can take that back
    found = outlook(counts((1, 0, 0, 2, 0), values=range(5)), "ordinal", pass_at=3, more=5)
    assert found.hopeless()[0]


def test_afresh_the_old_ratings_are_not_added():
    # three new experts, all of one mind: mass (.5, 2.5): (.5*1.5*2.5 + 2.5*3.5*4.5) / (3*4*5)
    found = outlook(counts((0, 2)), "nominal", more=3, afresh=True)
    assert found.after[0] == pytest.approx([0, 0, 0, (0.5 * 1.5 * 2.5 + 2.5 * 3.5 * 4.5) / 60])
    clear = outlook(counts((0, 3)), "nominal", more=3, afresh=True)
    assert clear.after[0].tolist() == [1, 1, 1, 1]


def test_from_fifty_items_on_the_fitted_prior_counts():
    many = counts(*[(0, 3)] * 40, *[(3, 0)] * 12, (0, 2))
    # almost everybody agrees everywhere: the third is likelier to agree than the flat 2.5/3
    assert outlook(many, "nominal", more=1).after[-1, 1] > 0.9


def test_long_scales_are_worked_out_as_far_as_they_go():
    rng = np.random.default_rng(1)
    rows = rng.multinomial(4, [1 / 9] * 9, size=5_000)
    found = outlook(counts(*rows, values=range(9)), "nominal", more=5)
    assert 1 <= found.more < 5
    with pytest.raises(ValueError, match="up to 11 levels"):
        outlook(counts([0] * 12, values=range(12)), "nominal")


def test_simulated_experts_settle_as_many_as_expected():
    # people drawn from the model itself: theta ~ Beta(.5, .5), 60 % of units have two ratings
    rng = np.random.default_rng(11)
    units = 40
    hits, totals = 0, []
    for _ in range(200):
        theta = rng.beta(0.5, 0.5, units)
        ones = rng.binomial(2, theta)
        table = UnitCounts.from_matrix((0, 1), np.column_stack([2 - ones, ones]))
        found = outlook(table, "nominal", more=1)
        expected = expected_clear(found.after[:, 1], int(found.clear.sum()))
        third = rng.binomial(1, theta)
        alike = ((ones == 2) & (third == 1)) | ((ones == 0) & (third == 0))
        hits += expected.low <= alike.sum() <= expected.high
        totals.append(alike.sum() - expected.mean)
    assert np.mean(totals) == pytest.approx(0, abs=0.6)
    assert hits >= 184  # 95 % of 200 is 190, three standard deviations are 9


class TestOffer:
    def test_the_most_gain_per_rating_comes_first(self):
        gains = np.array([[0, 0.2, 0.3], [0, 0.1, 0.8], [0, 0.0, 0.0], [0, -0.5, -0.2]])
        found = offer(gains, left=np.array([5, 5, 5, 5]))
        # .8/2 = .4 a rating, .2/1 = .2; the others are not worth a rating
        assert found.chosen.tolist() == [1, 0]
        assert found.more.tolist() == [2, 1]
        assert found.gains.tolist() == [0.8, 0.2]
        assert found.ratings == 3

    def test_nobody_is_asked_who_is_not_there(self):
        gains = np.array([[0, 0.2, 0.9], [0, 0.5, 0.5]])
        found = offer(gains, left=np.array([1, 0]))
        assert (found.chosen.tolist(), found.more.tolist()) == ([0], [1])

    def test_a_budget_takes_from_the_top_and_fills_up(self):
        whole = Offer(np.array([7, 8, 9]), np.array([2, 3, 1]), np.array([1.0, 0.9, 0.2]))
        assert whole.within(3).chosen.tolist() == [7, 9]
        assert whole.within(0).chosen.tolist() == []
        assert whole.within(99).chosen.tolist() == [7, 8, 9]


class TestExpected:
    def test_the_number_of_two_coins(self):
        found = expected_clear(np.array([0.5, 0.5]), clear_now=0)
        assert (found.mean, found.low, found.high) == (1.0, 0, 2)

    def test_what_may_be_lost_is_counted_off(self):
        found = expected_clear(np.array([0.5, 1.0]), clear_now=1)
        assert (found.mean, found.low, found.high) == (0.5, 0, 1)

    def test_nothing_is_nothing(self):
        found = expected_clear(np.array([]), clear_now=0)
        assert (found.mean, found.low, found.high) == (0, 0, 0)

    def test_thousands_by_the_normal_distribution(self):
        found = expected_clear(np.full(10_000, 0.2), clear_now=0)
        # sd sqrt(10000 * .2 * .8) = 40
        assert (found.low, found.high) == (2000 - 78, 2000 + 78)
        assert "normal" in found.method
