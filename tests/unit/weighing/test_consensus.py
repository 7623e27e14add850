"""What the experts of one response settled on."""

from decimal import Decimal
from fractions import Fraction

import pytest

from evals.weighing import overall, settled
from labeling.spec import AnswerKind, ScaleSpec, ScaleType
from labeling.spec.scales import BINARY
from tests.unit.weighing.rubrics import rubric, scale

FIVE = rubric(a={"points": 1, "scale": scale(5)})[0].scale
FREE = ScaleSpec(ScaleType.INTERVAL, (), Decimal(0), Decimal(10))
STEPPED = ScaleSpec(ScaleType.INTERVAL, (), Decimal(0), Decimal(10), Decimal(1))


def values(text: str) -> list[Decimal]:
    return [Decimal(one) for one in text.split()]


@pytest.mark.parametrize(
    ("on", "given", "value"),
    [
        (BINARY, "1 1 0", "1"),
        (BINARY, "0", "0"),
        (BINARY, "1 0", None),  # as many for as against
        (FIVE, "1 4 5", "4"),  # the median, not the most frequent
        (FIVE, "3 3 4 5", None),  # between 3 and 4 there is no level
        (FIVE, "2 4", None),  # 3 is a level that nobody said
        (FIVE, "0 3 3 5", "3"),
        (FREE, "6 7", "6.5"),
        (STEPPED, "6 7", None),
        (STEPPED, "6 8", "7"),
    ],
)
def test_settled_value(on, given, value):
    found = settled(on, values(given))
    assert (found and found.value) == (value and Decimal(value))


def test_kinds_of_answers_outvote_each_other():
    assert settled(BINARY, values("1"), na=2).kind == AnswerKind.NA
    assert settled(BINARY, values("1"), cannot_assess=2).kind == AnswerKind.CANNOT_ASSESS
    assert settled(BINARY, values("1 1"), na=1).value == 1
    assert settled(BINARY, values("1"), na=1) is None
    assert settled(BINARY, []).kind == AnswerKind.NOT_RATED


def test_overall_is_the_median_and_between_two_their_mean():
    assert overall(values("2 3 5")) == 3
    assert overall(values("2 3")) == Fraction(5, 2)
    assert overall([]) is None
