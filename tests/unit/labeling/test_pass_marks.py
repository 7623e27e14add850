"""Pass marks let through whom they should, and say how surely."""

import pytest

from evals.reliability import gold
from labeling.pass_marks import chance_of_passing, pass_mark, rule_in_words


def test_four_of_five_pass():
    # 0.8 * 20 = 16; 0.8 * 21 = 16.8, so 17
    assert [pass_mark(n) for n in (10, 20, 21, 100)] == [8, 16, 17, 80]


@pytest.mark.parametrize(
    ("accuracy", "asked", "chance"),
    # METHODS.md section 5: 16 of 20 and 8 of 10.
    [(0.9, 20, 0.957), (0.6, 20, 0.051), (0.9, 10, 0.930), (0.6, 10, 0.167)],
)
def test_who_passes_how_often(accuracy, asked, chance):
    assert chance_of_passing(accuracy, asked) == pytest.approx(chance, abs=0.0005)


@pytest.mark.parametrize("asked", [20, 37, 100, 400])
def test_the_analysis_of_raters_says_the_same(asked):
    assert pass_mark(asked) == gold.pass_mark(asked)
    theirs = gold.chance_of_passing(0.85, right=pass_mark(asked), n=asked)
    assert chance_of_passing(0.85, asked) == pytest.approx(theirs, abs=1e-12)


def test_the_rule_is_said_with_both_errors():
    said = rule_in_words(20)
    assert "16 of 20 answers" in said
    assert "probability .957" in said
    assert "six times of ten with .051" in said


def test_under_twenty_there_is_no_pass_mark():
    assert rule_in_words(19).startswith("With 19 known answers there is no pass mark")


def test_what_is_nearly_certain_is_not_said_to_be_certain():
    # P(Binomial(400, .9) >= 320) lies above .999999, P(Binomial(400, .6) >= 320) below 1e-15
    assert "probability more than .999" in rule_in_words(400)
    assert "with less than .001" in rule_in_words(400)
