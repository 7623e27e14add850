"""What is drawn by lot is the same for whoever asks, and of about the right size."""

from __future__ import annotations

from decimal import Decimal

from labeling.lots import is_drawn, shuffled


def test_nothing_is_drawn_of_none_and_all_of_all():
    names = [f"r{number}" for number in range(500)]
    assert not any(is_drawn(Decimal(0), 7, "overall", name) for name in names)
    assert all(is_drawn(Decimal(1), 7, "overall", name) for name in names)


def test_a_fifth_is_about_a_fifth_and_each_seed_draws_another():
    names = [f"r{number}" for number in range(2000)]
    one = {name for name in names if is_drawn(Decimal("0.2"), 1, "overall", name)}
    two = {name for name in names if is_drawn(Decimal("0.2"), 2, "overall", name)}
    # 2000 draws at .2: 400 expected, sd sqrt(2000 x .2 x .8) = 17.9; within 5 sd
    assert 310 < len(one) < 490
    # of two independent fifths a fifth of a fifth is common: 80 expected
    assert len(one & two) < 150


def test_a_larger_share_holds_the_smaller_one():
    names = [f"r{number}" for number in range(300)]
    few = {name for name in names if is_drawn(Decimal("0.1"), 3, name)}
    many = {name for name in names if is_drawn(Decimal("0.5"), 3, name)}
    assert few < many


def test_an_order_hangs_on_seed_and_names_alone():
    keys = ["a", "b", "c", "d", "e", "f"]
    order = shuffled(keys, 5, "criteria", "ana", "r1")
    assert order == shuffled(list(reversed(keys)), 5, "criteria", "ana", "r1")
    assert sorted(order) == keys
    orders = {tuple(shuffled(keys, 5, "criteria", "ana", f"r{n}")) for n in range(30)}
    # 30 draws among 720 orders: a repeat is likely once, not often
    assert len(orders) > 25
