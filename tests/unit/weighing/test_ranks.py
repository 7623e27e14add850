"""Which responses change places when a weight class counts a step more or less."""

from fractions import Fraction

import numpy as np
import pytest

from evals.weighing import class_steps, criterion_steps, pairs_within_items, weight_classes
from evals.weighing.neighbours import neighbours
from evals.weighing.ranks import factors, kendall_tau
from tests.unit.weighing.rubrics import rubric, weighed


def test_points_give_the_class_where_none_is_stated():
    # of the largest 6: 4 is two thirds, 2 a third, 1 less
    criteria = rubric(a=6, b=4, c=2, d=1, e=-3)
    classes = ["essential", "essential", "important", "optional", "pitfall"]
    assert weight_classes(criteria) == dict(zip("abcde", classes, strict=True))


def test_stated_class_comes_before_points():
    criteria = rubric(a=6, b={"points": 1, "weight_class": "essential"})
    assert weight_classes(criteria)["b"] == "essential"
    # a step down is never a step up, whatever the points of the classes say
    upside_down = rubric(
        a={"points": 1, "weight_class": "important"}, b={"points": 9, "weight_class": "optional"}
    )
    assert factors(upside_down) == {
        "important": (Fraction(3, 2), Fraction(2, 3)),
        "optional": (Fraction(3, 2), Fraction(2, 3)),
    }


def test_a_step_is_the_way_to_the_points_of_the_next_class():
    # typical: essential 6 (of 4 and 6 the higher), important 2, optional 1, pitfall 3
    assert factors(rubric(a=6, b=4, c=2, d=1, e=-3)) == {
        "essential": (Fraction(3, 2), Fraction(1, 3)),
        "important": (Fraction(3), Fraction(1, 2)),
        "optional": (Fraction(2), Fraction(2, 3)),
        "pitfall": (Fraction(3, 2), Fraction(2, 3)),
    }


def test_a_step_without_a_class_beside_it_is_half_as_much_again():
    assert factors(rubric(a=6)) == {"essential": (Fraction(3, 2), Fraction(2, 3))}


# a 6 essential, c 2 important. Sums: p 6, q 2 + 2 = 4 (c and d), r 2
SPREAD = rubric(a=6, c=2, d=2, e=-4)
TABLE = """
p i 1 0 0 0
q i 0 1 1 0
r i 0 1 0 0
s j 1 1 0 1
t j 0 1 1 0
"""


def test_pairs_are_of_one_item_only():
    found = weighed(SPREAD, TABLE)
    pairs = pairs_within_items(found)
    assert pairs.total == 4
    assert not pairs.is_drawn
    items = found.judgements.item_places[found.rows]
    assert (items[pairs.first] == items[pairs.second]).all()
    named = {frozenset((int(a), int(b))) for a, b in zip(pairs.first, pairs.second, strict=True)}
    assert named == {frozenset(pair) for pair in ((0, 1), (0, 2), (1, 2), (3, 4))}


def test_too_many_pairs_are_drawn_by_a_seed():
    found = weighed(rubric(a=1), "\n".join(f"r{n} i {n % 2}" for n in range(30)))
    pairs = pairs_within_items(found, seed=7, limit=50)
    again = pairs_within_items(found, seed=7, limit=50)
    assert (len(pairs), pairs.total, pairs.is_drawn) == (50, 435, True)
    assert (pairs.first == again.first).all()
    assert len({frozenset(pair) for pair in zip(pairs.first, pairs.second, strict=True)}) == 50


def test_pairs_of_one_huge_item_are_drawn_without_holding_them():
    # 20,000 responses are 20,000 x 19,999 / 2 pairs
    pairs = neighbours(np.zeros(20_000, dtype=np.int64), limit=100, seed=1)
    assert (len(pairs), pairs.total) == (100, 199_990_000)
    assert (pairs.first != pairs.second).all()


def test_reversed_pairs_by_hand():
    # as it is: p 6 > q 4 > r 2; s 6 + 2 - 4 = 4 = t 2 + 2
    found = weighed(SPREAD, TABLE)
    steps = {
        more.weight_class: (more, less)
        for more, less in class_steps(found, pairs_within_items(found))
    }
    more, less = steps["important"]
    # c and d at 6: p 6, q 12, r 6 -> p and q reversed, p and r tied; s 8, t 12 -> no longer tied
    assert (more.factor, more.criteria) == (3, 2)
    places = more.places
    assert (places.pairs, places.reversed, places.now_tied, places.no_longer_tied) == (4, 1, 1, 1)
    # signs before + + + 0 and after - 0 + -: (-1 + 1) / sqrt(3 * 3)
    assert places.tau == 0
    # c and d at 4/3: p 6, q 8/3, r 4/3; s 10/3, t 8/3
    assert (less.factor, less.places.reversed, less.places.no_longer_tied) == (Fraction(2, 3), 0, 1)
    # three agree, none reversed: 3 / sqrt(3 * 4)
    assert less.places.tau == pytest.approx(3 / 12**0.5)
    pitfall, _ = steps["pitfall"]
    # s 8 - 6 = 2 < t 4
    assert (pitfall.places.reversed, pitfall.places.no_longer_tied) == (0, 1)


def test_single_criteria_move_by_the_step_of_their_class():
    found = weighed(SPREAD, TABLE)
    moved = {one.key: one for one in criterion_steps(found, pairs_within_items(found))}
    # c alone at 6: p 6, q 8, r 6
    assert (moved["c"].more.reversed, moved["c"].more.now_tied) == (1, 1)
    # d alone at 6: p 6, q 8, r 2
    assert (moved["d"].more.reversed, moved["d"].more.now_tied) == (1, 0)


def test_gated_and_clipped_rewards_stay_tied_at_zero():
    criteria = rubric(a=6, c=2, e=-4, g={"gate": True})
    # p gated; q 2 - 4 below 0; r 0: all 0 whatever a weighs
    found = weighed(criteria, "p i 1 1 0 0\nq i 0 1 1 1\nr i 0 0 0 1")
    (more, less) = class_steps(found, pairs_within_items(found))[0]
    assert more.weight_class == "essential"
    assert [one.places.reversed + one.places.no_longer_tied for one in (more, less)] == [0, 0]
    assert more.places.tau is None


def test_kendall_tau_by_hand():
    # 6 pairs, 5 agree, 1 reversed
    assert kendall_tau(np.array([1, 1, 1, 1, 1, 1]), np.array([1, 1, 1, 1, 1, -1])) == (
        pytest.approx(4 / 6)
    )
    assert kendall_tau(np.array([0, 0]), np.array([1, 1])) is None
