from dataclasses import replace
from decimal import Decimal

import pytest

from evals.gaps.passing import least_raters, shortcomings
from evals.gaps.pool import Criterion, Unit
from labeling.spec import parse_rubric
from tests.unit.gaps.pools import NO, YES, binary, unit

QUALITY = binary("quality")


def faults(criterion, answers, **options):
    given = unit("r", criterion.key, answers)
    return shortcomings([criterion], {criterion.key: given}, **options)


@pytest.mark.parametrize("answers", ["YY", "YYN", "YYYNN", "YY-", "YY?"])
def test_what_most_of_two_or_more_found_met_passes(answers):
    assert faults(QUALITY, answers) == []


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ("", "quality: 0 of 2 raters"),
        ("Y", "quality: 1 of 2 raters"),
        ("YN", "quality: a tie"),
        ("YYNN", "quality: a tie"),
        ("YNN", "quality: not met"),
        # elsewhere on the item it does apply, so NA earns nothing
        ("--", "quality: not met"),
        ("Y??", "quality: most raters could not assess it"),
    ],
)
def test_otherwise_the_reason_is_said(answers, reason):
    assert faults(QUALITY, answers) == [reason]


def test_a_criterion_nobody_was_asked_is_said():
    assert shortcomings([QUALITY], {}) == ["quality: 0 of 2 raters"]


@pytest.mark.parametrize(
    ("answers", "passes"), [("NN", True), ("--", True), ("YN", False), ("YY", False)]
)
def test_a_pitfall_passes_without_its_fault(answers, passes):
    assert (faults(binary("rude", -2), answers) == []) is passes


def test_a_gate_without_points_counts_and_what_pays_nothing_does_not():
    assert faults(binary("safe", 0, gate=True), "NN") == ["safe: not met"]
    note = shortcomings(
        [QUALITY, binary("note", None)],
        {"quality": unit("r", "quality", "YY"), "note": unit("r", "note", "NN")},
    )
    assert note == []


def test_what_applies_nowhere_is_left_aside_but_something_must_apply():
    other = binary("other")
    both = {"quality": unit("r", "quality", "YY"), "other": unit("r", "other", "--")}
    assert shortcomings([QUALITY, other], both, not_applicable=["other"]) == []
    assert faults(QUALITY, "--", not_applicable=["quality"]) == ["no criterion applies"]


def test_a_ruling_stands_for_all_and_one_without_an_answer_settles_nothing():
    split = unit("r", "quality", "YNN")
    assert shortcomings([QUALITY], {"quality": replace(split, ruling=YES)}) == []
    both = unit("r", "quality", "YYY")
    assert shortcomings([QUALITY], {"quality": replace(both, ruling=NO)}) == ["quality: not met"]
    (left,) = shortcomings([QUALITY], {"quality": replace(both, open_ruling=True)})
    assert "no single answer is right" in left


@pytest.mark.parametrize(
    ("pass_at", "value", "passes"), [(2, 2, True), (2, 1, False), (None, 2, False), (None, 3, True)]
)
def test_the_pass_value_is_enough_and_without_one_full_credit(pass_at, value, passes):
    levels = [{"value": number, "label": str(number)} for number in range(4)]
    about = {"key": "depth", "criterion": "How deep?", "points": 1}
    about["scale"] = {"type": "ordinal", "levels": levels}
    if pass_at is not None:
        about["pass_at"] = pass_at
    (spec,) = parse_rubric({"title": "One", "criteria": [about]}).criteria
    given = Unit("r", "depth", {Decimal(value): 2})
    assert (shortcomings([Criterion(spec)], {"depth": given}) == []) is passes


def test_the_fewest_raters_of_any_criterion_are_told():
    units = {"quality": unit("r", "quality", "YYY"), "other": unit("r", "other", "Y-")}
    assert least_raters([QUALITY, binary("other")], units) == 2
    assert least_raters([QUALITY, binary("other")], {}) == 0
