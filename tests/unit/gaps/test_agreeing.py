from dataclasses import replace

import pytest

from evals.gaps.agreeing import Agreeing, Consensus, consensus
from evals.gaps.pool import NA, Unit
from evals.gaps.rule import Rule
from tests.unit.gaps.pools import NO, YES, unit

UNANIMOUS = Agreeing(Rule())


def seen(answers):
    return unit("r", "c", answers)


@pytest.mark.parametrize(
    ("answers", "unanimous"),
    [
        ("YYY", True),
        ("NNNN", True),
        ("YY", False),
        ("YYN", False),
        ("YYY-", False),
        ("YYY?", False),
        ("---", False),
    ],
)
def test_unanimous_is_enough_raters_with_one_value(answers, unanimous):
    assert UNANIMOUS.is_unanimous(seen(answers)) is unanimous
    assert UNANIMOUS.is_clear(seen(answers)) is unanimous


@pytest.mark.parametrize(
    ("answers", "possible"),
    [("", True), ("YY", True), ("YN", False), ("Y?", False), ("YYY", False), ("YYN", False)],
)
def test_a_unit_may_become_clear_while_raters_are_missing(answers, possible):
    assert UNANIMOUS.may_become_clear(seen(answers)) is possible


def test_a_unit_nobody_rated_may_become_clear():
    assert UNANIMOUS.may_become_clear(None)


def test_clarity_comes_from_the_function_given():
    shares = Agreeing(Rule(clarity=0.75), lambda key, counts: counts[YES] / counts.total())
    assert shares.is_clear(seen("YYYN"))
    assert not shares.is_clear(seen("YYN"))
    assert not shares.is_clear(seen("YY"))
    assert not shares.is_clear(seen("YYYYYYYY-"))
    assert shares.may_become_clear(seen("YN"))


def test_clarity_without_a_function_is_a_fault_of_the_caller():
    with pytest.raises(ValueError, match="clarity"):
        Agreeing(Rule(clarity=0.9))


@pytest.mark.parametrize(
    ("answers", "settled"),
    [
        ("YYN", Consensus(YES)),
        ("--Y", Consensus(NA)),
        ("YN-", Consensus(None, "a tie")),
        ("YYNN", Consensus(None, "a tie")),
        ("??Y", Consensus(None, "most raters could not assess it")),
        ("YY", Consensus(None, "2 of 3 raters")),
    ],
)
def test_consensus_is_the_most_frequent_answer(answers, settled):
    assert consensus(seen(answers), 3) == settled


def test_no_unit_has_no_consensus():
    assert consensus(None, 3).missing == "0 of 3 raters"


def test_a_value_counted_zero_times_was_not_given():
    assert UNANIMOUS.is_unanimous(Unit("r", "c", {YES: 0, NO: 3}))


def ruled(answers, **ruling):
    return replace(seen(answers), **ruling)


def test_a_ruling_settles_what_raters_left_open_but_makes_nothing_clear():
    unit = ruled("YYN", ruling=NO)
    assert consensus(unit, 3) == Consensus(NO)
    assert not UNANIMOUS.is_clear(unit)
    assert consensus(ruled("YN", ruling=NO), 3).missing == "2 of 3 raters"


def test_a_ruling_against_all_raters_takes_their_clearness_away():
    assert UNANIMOUS.is_clear(ruled("YYY", ruling=YES))
    assert not UNANIMOUS.is_clear(ruled("YYY", ruling=NO))
    assert UNANIMOUS.is_unanimous(ruled("YYY", ruling=NO)), "what was counted stays counted"


def test_legitimate_disagreement_has_no_consensus_and_never_becomes_clear():
    unit = ruled("YYY", open_ruling=True)
    assert not UNANIMOUS.is_clear(unit)
    assert not UNANIMOUS.may_become_clear(ruled("YY", open_ruling=True))
    assert consensus(unit, 3).missing == "an adjudicator's ruling that no single answer is right"
