"""What is settled, by whom, and what is not."""

import numpy as np
import pytest

from evals.reliability import UnitCounts
from evals.reliability.prior import Prior
from evals.reliability.settling import Open, Ruling, Source, bimodal, middle, settle
from tests.unit.reliability.tables import rated

FIVE = (1, 2, 3, 4, 5)


def why(settlement, unit):
    return settlement.of(unit).open


def test_a_nominal_unit_is_settled_by_a_known_majority():
    found = settle(rated("111", "011", "01", "1", "", "11"), "nominal")
    # q of (0,3) .967, (1,2) .712, (0,2) .924
    assert found.settled.tolist() == [True, False, False, False, False, True]
    assert found.of(0).value == 1
    assert found.of(0).source is Source.CONSENSUS
    assert why(found, 1) is Open.NOT_KNOWN
    assert why(found, 2) is Open.TIE
    assert why(found, 3) is Open.FEW_RATINGS
    assert why(found, 4) is Open.NO_RATINGS
    assert found.of(1).distribution == ((0, 1), (1, 2))


def test_the_leading_answer_is_enough_when_that_is_all_that_is_asked():
    found = settle(rated("011", "01"), "nominal", strict=False)
    assert found.of(0).value == 1
    assert why(found, 1) is Open.TIE


def test_a_fitted_prior_may_unsettle_what_the_flat_one_settles():
    # three rare answers under s = 4, m = .9 common: clarity .468
    found = settle(rated("000"), "nominal", prior=Prior(4, np.array([0.1, 0.9])))
    assert why(found, 0) is Open.NOT_KNOWN


def test_an_ordinal_unit_is_settled_by_the_median_unless_it_has_two_groups():
    found = settle(rated("344", "144", "135", "34", "3455", "33344", values=FIVE), "ordinal")
    assert found.of(0).value == 4
    assert why(found, 1) is Open.BIMODAL
    assert why(found, 2) is Open.BIMODAL
    assert why(found, 3) is Open.TIE  # between 3 and 4: nobody's answer
    assert why(found, 4) is Open.TIE  # between 4 and 5
    assert found.of(5).value == 3


def test_where_mode_median_and_mean_all_mislead():
    posterior = np.array([[0.05, 0.40, 0.10, 0.15, 0.30]])
    assert np.array(FIVE)[posterior.argmax(axis=1)] == 2
    assert np.array(FIVE)[middle(posterior)] == 3
    assert posterior @ np.array(FIVE) == pytest.approx(3.25)
    assert bimodal(posterior).tolist() == [True]


def test_an_exact_half_stays_below():
    assert middle(np.array([[0.1, 0.4, 0.5], [0.5, 0.3, 0.2], [0.0, 0.0, 1.0]])).tolist() == [
        1,
        0,
        2,
    ]


def test_all_at_one_end_is_one_group():
    assert bimodal(np.array([[3, 0, 0], [0, 0, 3], [2, 0, 1], [0, 0, 0]])).tolist() == [
        False,
        False,
        True,
        False,
    ]


def continuous(*units):
    rows = [(u, u, value, 1) for u, values in enumerate(units) for value in values]
    return UnitCounts.from_rows(rows)


def test_a_continuous_unit_is_settled_by_its_median():
    table = continuous((1.0, 2.0, 4.0), (10.0, 10.0), (0.0, 100.0), (40.0, 41.0, 42.0, 60.0))
    found = settle(table, "interval")
    # range 0..100: a standard deviation of 70.7 is over 25
    assert [found.of(u).value for u in range(4)] == [2.0, 10.0, None, 41.5]
    assert why(found, 2) is Open.SCATTERED
    narrow = settle(table, "interval", reach=10.0)
    # sd of 1 2 4 is 1.53 under 2.5; of 40 41 42 60 it is 9.5
    assert narrow.settled.tolist() == [True, True, False, False]
    assert settle(table, "interval", strict=False).of(2).value == 50.0


def test_a_ruling_goes_before_the_consensus_and_overwrites_nothing():
    rulings = {0: Ruling(0, "rater_error"), 2: Ruling(1, "missing_context")}
    found = settle(rated("111", "111", "01"), "nominal", rulings=rulings)
    assert found.of(0).value == 0
    assert found.of(0).source is Source.RULING
    assert found.of(0).distribution == ((1, 3),)
    assert found.of(1).source is Source.CONSENSUS
    assert found.of(2).value == 1


def test_legitimate_disagreement_keeps_its_distribution_and_is_no_reference():
    rulings = {0: Ruling(1, "legitimate"), 1: Ruling(None, "rubric_ambiguous")}
    found = settle(rated("111", "111", "011"), "nominal", rulings=rulings)
    one = found.of(0)
    assert (one.value, one.open, one.source, one.reference) == (None, Open.LEGITIMATE, None, False)
    assert one.distribution == ((1, 3),)
    assert why(found, 1) is Open.RULED_OPEN
    assert not found.settled[:2].any()


def test_whether_it_applies_is_a_question_of_its_own():
    table = rated("", "11", "111", "", "", "1")
    found = settle(
        table,
        "nominal",
        na=np.array([3, 1, 0, 1, 2, 0]),
        cannot_assess=np.array([0, 0, 1, 0, 2, 2]),
    )
    assert found.of(0).not_applicable
    assert found.of(0).source is Source.CONSENSUS
    assert found.of(0).open is None
    assert why(found, 1) is Open.APPLICABILITY
    assert found.of(2).value == 1  # one of four could not assess it
    assert why(found, 3) is Open.FEW_RATINGS
    assert why(found, 4) is Open.CANNOT_ASSESS
    assert why(found, 5) is Open.CANNOT_ASSESS


def test_a_ruling_settles_also_what_experts_called_not_applicable():
    found = settle(rated(""), "nominal", na=np.array([3]), rulings={0: Ruling(1, "rater_error")})
    assert (found.of(0).value, found.of(0).not_applicable) == (1, False)


def test_every_unit_is_settled_or_has_exactly_one_reason():
    table = rated("111", "011", "01", "1", "", "11", "000")
    found = settle(
        table, "nominal", na=np.array([0, 0, 0, 0, 4, 1, 0]), rulings={2: Ruling(1, "x")}
    )
    reasons = np.sum(list(found.why.values()), axis=0)
    assert (reasons + found.settled + found.not_applicable).tolist() == [1] * 7
    assert not np.isnan(found.values[found.settled]).any()


def test_what_is_refused():
    with pytest.raises(ValueError, match="no level 7 to rule"):
        settle(rated("111"), "nominal", rulings={0: Ruling(7, "rater_error")})


def test_reasons_are_words_and_some_ask_for_a_third_person():
    assert all(each.sentence for each in Open)
    assert Open.BIMODAL.adjudicate
    assert not Open.FEW_RATINGS.adjudicate
    assert not Open.LEGITIMATE.adjudicate


def test_nothing_to_settle():
    found = settle(continuous(), "interval")
    assert len(found.values) == 0
