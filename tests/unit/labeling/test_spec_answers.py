"""What a raw rating means on each kind of scale."""

from decimal import Decimal

import pytest

from labeling.spec import (
    AnswerKind,
    ValueOutsideScale,
    level_for,
    parse_rubric,
)


def criterion(**fields: object):
    base = {"key": "c", "criterion": "Is it so?"}
    return parse_rubric({"title": "T", "criteria": [base | fields]}).criteria[0]


def labelled(kind: str, **levels: float):
    steps = [{"value": value, "label": label} for label, value in levels.items()]
    return criterion(scale={"type": kind, "levels": steps})


YES_NO = labelled("binary", No=0, Yes=1)
STARS = labelled("ordinal", poor=1, fair=3, good=5)
CASES = labelled("nominal", A=1, a=2, b=3)
RANGE = criterion(scale={"type": "interval", "min": 0, "max": 10, "step": 0.5,
                         "levels": [{"value": 5, "label": "middling"}]})  # fmt: skip
FREE = criterion(scale={"type": "interval", "min": 0, "max": 1})


@pytest.mark.parametrize(
    ("spec", "raw", "value", "label"),
    [
        (YES_NO, "Yes", 1, "Yes"),
        (YES_NO, " yes ", 1, "Yes"),
        (YES_NO, "1", 1, "Yes"),
        (YES_NO, "1.0", 1, "Yes"),
        (YES_NO, "+1", 1, "Yes"),
        (YES_NO, 1, 1, "Yes"),
        (YES_NO, 0.0, 0, "No"),
        (YES_NO, Decimal("1.00"), 1, "Yes"),
        (STARS, "3", 3, "fair"),
        (STARS, "GOOD", 5, "good"),
        (CASES, "A", 1, "A"),
        (CASES, "a", 2, "a"),
        (CASES, "B", 3, "b"),
        (RANGE, "7.5", Decimal("7.5"), None),
        (RANGE, "Middling", 5, "middling"),
        (RANGE, 5, 5, "middling"),
        (FREE, 0.123456, Decimal("0.123456"), None),
    ],
)
def test_a_rating_is_read(spec, raw, value, label):
    kind, found, level = level_for(spec, raw)
    assert (kind, found) == (AnswerKind.SCORED, value)
    assert (level and level.label) == label


@pytest.mark.parametrize(
    ("raw", "kind"),
    [("NA", "NA"), ("na", "NA"), (" cannot_assess", "cannot_assess"), ("", "not_rated"),
     ("  ", "not_rated"), (None, "not_rated")],
)  # fmt: skip
def test_answers_without_a_value(raw, kind):
    assert level_for(YES_NO, raw) == (AnswerKind(kind), None, None)


def test_a_label_that_is_a_number_comes_before_the_value():
    odd = labelled("nominal", **{"10": 1, "20": 2})
    assert level_for(odd, "10").value == 1
    with pytest.raises(ValueOutsideScale):
        level_for(odd, 10)


NOT_HERE = "which the scale does not have"
YES_NO_ONLY = "allowed are 0 (No), 1 (Yes), NA or cannot_assess"
STARS_ONLY = "allowed are 1 (poor), 3 (fair), 5 (good), NA or cannot_assess"
RANGE_ONLY = "allowed are numbers from 0 to 10 in steps of 0.5, NA or cannot_assess"
FREE_ONLY = "allowed are numbers from 0 to 1, NA or cannot_assess"


@pytest.mark.parametrize(
    ("spec", "raw", "message"),
    [
        (STARS, 6, f"`c`: `value` is 6, the scale ends at 5; {STARS_ONLY}"),
        (STARS, "0", f"`c`: `value` is 0, the scale begins at 1; {STARS_ONLY}"),
        (STARS, 2, f"`c`: `value` is 2, which the scale does not have; {STARS_ONLY}"),
        (YES_NO, "2", f"`c`: `value` is 2, which the scale does not have; {YES_NO_ONLY}"),
        (YES_NO, "Maybe", f"`c`: `value` is `Maybe`, which the scale does not have; {YES_NO_ONLY}"),
        (YES_NO, True, f"`c`: `value` is true or false, {NOT_HERE}; {YES_NO_ONLY}"),
        (YES_NO, ["1"], f"`c`: `value` is a list, which the scale does not have; {YES_NO_ONLY}"),
        (YES_NO, float("nan"), f"`c`: `value` is nan, {NOT_HERE}; {YES_NO_ONLY}"),
        (YES_NO, "NaN", f"`c`: `value` is `NaN`, which the scale does not have; {YES_NO_ONLY}"),
        (YES_NO, "1_0", f"`c`: `value` is `1_0`, which the scale does not have; {YES_NO_ONLY}"),
        (YES_NO, "１", f"`c`: `value` is `１`, which the scale does not have; {YES_NO_ONLY}"),
        (RANGE, "7.3", f"`c`: `value` is 7.3, which the scale does not have; {RANGE_ONLY}"),
        (RANGE, 1e300, f"`c`: `value` is 1{'0' * 15}052504760255204420248704, "
                       f"the scale ends at 10; {RANGE_ONLY}"),
        (FREE, "0.1234567", f"`c`: `value` is 0.1234567, at most 6 decimals are kept; {FREE_ONLY}"),
        (CASES, "c" * 50, f"`c`: `value` is `{'c' * 40}…`, which the scale does not have; "
                          "allowed are 1 (A), 2 (a), 3 (b), NA or cannot_assess"),
    ],
)  # fmt: skip
def test_what_is_not_on_the_scale_is_refused(spec, raw, message):
    with pytest.raises(ValueOutsideScale) as caught:
        level_for(spec, raw)
    assert str(caught.value) == message


def test_a_label_in_other_case_must_be_the_only_such():
    both = labelled("nominal", Ab=1, aB=2)
    with pytest.raises(ValueOutsideScale):
        level_for(both, "AB")
