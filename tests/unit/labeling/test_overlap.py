"""The order of the queue and the arithmetic of places."""

import pytest

from labeling.overlap import coverage, places, plan_order

IDS = [f"r{number}" for number in range(1000)]


def test_keys_are_dense_and_every_response_stands_once():
    planned = plan_order(IDS, seed=7)
    assert [key for _, key in planned] == list(range(1, 1001))
    assert sorted(one for one, _ in planned) == sorted(IDS)


def test_order_is_the_same_on_every_machine():
    # sha256sum of "0:a" begins with 9df3, of "0:b" with e021, of "0:c" with be08
    assert plan_order(["a", "b", "c"], seed=0) == [("a", 1), ("c", 2), ("b", 3)]


def test_order_does_not_hang_on_the_order_of_arrival():
    assert plan_order(IDS, seed=7) == plan_order(IDS[::-1], seed=7)


def test_another_seed_gives_another_order():
    assert plan_order(IDS, seed=7) != plan_order(IDS, seed=8)


def test_shuffle_spreads_what_arrived_together():
    first_half = {one for one, key in plan_order(IDS, seed=7) if key <= 500}
    # 500 of 1,000 drawn: of the first 100 arrived 50 are expected, standard deviation 4.7.
    assert 25 < len(first_half & set(IDS[:100])) < 75


def test_high_priority_comes_first_and_is_shuffled_within():
    planned = [one for one, _ in plan_order(IDS, seed=7, priorities={"r1": 2, "r2": 1, "r3": -1})]
    assert (planned[0], planned[1], planned[-1]) == ("r1", "r2", "r3")
    rest = [one for one, _ in plan_order(IDS, seed=7) if one not in ("r1", "r2", "r3")]
    assert planned[2:-1] == rest


def test_a_response_cannot_stand_twice():
    with pytest.raises(ValueError, match="twice"):
        plan_order(["a", "b", "a"], seed=1)


def test_places():
    assert places(12, 3) == 36
    with pytest.raises(ValueError, match="at least 1"):
        places(12, 0)


def test_coverage_with_enough_raters():
    found = coverage(10, 3, 4)
    # 30 places over 4 raters: 8 at most for one of them
    assert (found.places, found.reachable, found.places_per_rater) == (30, 30, 8)
    assert found.is_complete
    assert found.problem is None


def test_coverage_with_too_few_raters():
    found = coverage(10, 3, 2)
    assert (found.places, found.reachable, found.places_per_rater) == (30, 20, 10)
    assert not found.is_complete
    assert found.problem == "3 ratings per response needs at least 3 raters, here are 2"
    assert coverage(10, 3, 0).places_per_rater == 0
