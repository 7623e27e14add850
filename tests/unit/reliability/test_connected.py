"""Whether raters can be compared at all."""

import numpy as np
import pytest

from evals.reliability.connected import Obstacle, obstacle, parts
from tests.unit.reliability.rated_by import rated_by


def test_parts_of_the_graph():
    # raters 0 and 2 meet on unit 3, rater 1 works alone, rater 3 has not begun, unit 2 is unrated
    found = parts(rated_by("1..1", ".1..", "...1", "...."))
    assert found.n == 2
    assert found.of_rater.tolist() == [0, 1, 0, -1]
    assert found.of_unit.tolist() == [0, 1, -1, 0]


def test_a_third_rater_joins_two():
    assert parts(rated_by("11..", "..11")).n == 2
    assert parts(rated_by("11..", "..11", ".11.")).n == 1


@pytest.mark.parametrize(
    ("raters", "expected"),
    [
        ((), Obstacle.NO_RATINGS),
        (("1" * 60, "1" * 60), Obstacle.FEW_RATERS),
        (("1" * 49,) * 3, Obstacle.FEW_ITEMS),
        (("1" * 50,) * 3, None),
        (("1" * 50, "1" * 50, "1" * 9), Obstacle.FEW_RATINGS),
        # two pairs on two halves, and what a rater with nine ratings joins stays apart
        (
            ("1" * 25 + "." * 25,) * 2 + ("." * 25 + "1" * 25,) * 2 + ("." * 20 + "1" * 9,),
            Obstacle.DISCONNECTED,
        ),
        (("1" * 25 + "." * 25,) * 2 + ("." * 25 + "1" * 25,) * 2 + ("." * 20 + "1" * 10,), None),
        # one who rated nine units of his own does not stop the others
        (("1" * 50 + "." * 9,) * 3 + ("." * 50 + "1" * 9,), None),
    ],
)
def test_why_raters_are_not_compared(raters, expected):
    assert obstacle(rated_by(*raters)) == expected


def test_items_are_counted_and_not_responses():
    assert obstacle(rated_by(*["1" * 60] * 3, per_item=2)) is Obstacle.FEW_ITEMS


def test_it_is_said_in_words():
    words = "The experts fall into groups without a common unit between them."
    assert Obstacle.DISCONNECTED.sentence == words
    assert all(each.sentence for each in Obstacle)


def test_nobody_and_nothing():
    found = parts(rated_by())
    assert (found.n, found.of_rater.tolist(), found.of_unit.tolist()) == (0, [], [])
    assert np.all(parts(rated_by("...")).of_unit == -1)
