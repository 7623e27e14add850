"""Weights that give the experts' order, or the pairs that prove there are none: by hand."""

from fractions import Fraction

import pytest

from evals.weighing import Conflict, Kind, Pair, certificate, holds, lines
from evals.weighing.orders import by_overall
from tests.unit.weighing.rubrics import overall, rubric, scale, weighed

THREE = rubric(a=1, b=1, c=1)


def certified(criteria, table, order, **options):
    found = weighed(criteria, table)
    return found, certificate(found, overall=overall(order), **options)


def written(found, conflict):
    """The sum as an expert reads it, criterion by criterion."""
    return {one.criterion.key: str(one) for one in lines(found, conflict)}


def sums(found, conflict):
    """What each criterion adds up to."""
    return {one.criterion.key: one.total for one in lines(found, conflict)}


def test_weights_that_give_the_order_are_found():
    # a > b + c and b > c: 4, 2, 1 would do
    table = "p i 1 0 0\nq i 0 1 1\nr j 0 1 0\ns j 0 0 1"
    _, made = certified(THREE, table, "p=5 q=3 r=2 s=1")
    assert made.is_possible
    assert (made.n_pairs, made.n_responses) == (2, 4)
    points = made.weighting.points
    assert points["a"] > points["b"] + points["c"]
    assert points["b"] > points["c"]
    assert (made.weighting.right, made.weighting.tied, made.weighting.reversed) == (2, 0, 0)
    # as it is, 1 < 2 and 1 = 1
    assert (made.present.right, made.present.tied, made.present.reversed) == (0, 1, 1)
    total = sum(points.values())
    least = min(points["a"] - points["b"] - points["c"], points["b"] - points["c"])
    assert made.weighting.margin == Fraction(least, total)


def test_points_that_already_do_are_kept():
    criteria = rubric(a=5, b=3, c=2)
    _, made = certified(criteria, "p i 1 0 0\nq i 0 1 0\nr i 0 0 1", "p=3 q=2 r=1")
    assert made.is_possible
    assert made.present.right == made.n_pairs == 3
    # in proportion; rounded to the smallest whole numbers that keep the order
    points = made.weighting.points
    assert points["a"] > points["b"] > points["c"] > 0


def test_responses_the_criteria_cannot_tell_apart_are_a_conflict_of_one():
    found, made = certified(THREE, "p i 1 0 1\nq i 1 0 1\nr i 1 0 0", "p=5 q=2 r=1")
    (conflict,) = made.conflicts
    assert conflict == Conflict(Kind.SAME, (Pair("i", "p", "q"),), (1,))
    assert conflict.is_smallest
    assert made.alone == {Kind.SAME: 1}
    assert not made.is_possible
    # (1 - 1), (0 - 0), (1 - 1)
    assert written(found, conflict) == {
        "a": "(1 − 1) = 0",
        "b": "(0 − 0) = 0",
        "c": "(1 − 1) = 0",
    }
    assert sums(found, conflict) == {"a": (1 - 1), "b": (0 - 0), "c": (1 - 1)}
    # the other two pairs only ask that c weighs something
    assert (made.together, made.weighting.right, made.weighting.tied) == (None, 2, 1)


def test_response_that_is_worse_on_every_criterion_is_a_conflict_of_one():
    criteria = rubric(a=2, b=1, d=-1)
    found, made = certified(criteria, "p i 0 1 1\nq i 1 1 0", "p=4 q=3")
    (conflict,) = made.conflicts
    assert conflict.kind == Kind.OUTDONE
    # a: 0 - 1, b: 1 - 1, and the fault d is there: 1 - 0, which a pitfall turns against it
    assert written(found, conflict) == {
        "a": "(0 − 1) = −1",
        "b": "(1 − 1) = 0",
        "d": "(1 − 0) = 1",
    }
    assert sums(found, conflict) == {"a": (0 - 1), "b": (1 - 1), "d": (1 - 0)}
    assert all(one.leaves_nothing for one in lines(found, conflict))


def test_missing_criterion_is_proved_by_two_pairs():
    # a over b in one item, b over a in the other
    table = "p i 1 0 1\nq i 0 1 1\nr j 0 1 0\ns j 1 0 0"
    found, made = certified(THREE, table, "p=4 q=2 r=5 s=1")
    conflict = made.together
    assert conflict.kind == Kind.SUM
    assert conflict.pairs == (Pair("i", "p", "q"), Pair("j", "r", "s"))
    assert conflict.multipliers == (1, 1)
    assert conflict.is_smallest
    assert made.shortest == conflict
    # (1 - 0) + (0 - 1), (0 - 1) + (1 - 0), (1 - 1) + (0 - 0)
    assert written(found, conflict) == {
        "a": "(1 − 0) + (0 − 1) = 0",
        "b": "(0 − 1) + (1 − 0) = 0",
        "c": "(1 − 1) + (0 − 0) = 0",
    }
    assert sums(found, conflict) == {
        "a": (1 - 0) + (0 - 1),
        "b": (0 - 1) + (1 - 0),
        "c": (1 - 1) + (0 - 0),
    }
    # no weights give both; the best give one
    assert (made.weighting.right, made.weighting.right + made.weighting.tied) in ((1, 1), (0, 2))


def test_missing_criterion_is_proved_with_multipliers():
    # p over q: a +1, b -1; r over s: a -1/2, b +1/2; once the first and twice the second is 0
    criteria = rubric(a={"points": 1, "scale": scale(2)}, b={"points": 1, "scale": scale(2)})
    table = "p i 2 0\nq i 0 2\nr j 0 1\ns j 1 0"
    found, made = certified(criteria, table, "p=4 q=2 r=5 s=1")
    conflict = made.together
    assert conflict.multipliers == (1, 2)
    # 1 x (1 - 0) + 2 x (0 - 1/2) = 1 - 1 = 0, and the other way round
    assert written(found, conflict) == {
        "a": "(1 − 0) + 2 × (0 − 1/2) = 0",
        "b": "(0 − 1) + 2 × (1/2 − 0) = 0",
    }
    assert sums(found, conflict) == {
        "a": (1 - 0) + 2 * (0 - Fraction(1, 2)),
        "b": (0 - 1) + 2 * (Fraction(1, 2) - 0),
    }


def test_three_pairs_are_the_smallest_where_no_two_contradict():
    # a over b, b over c, c over a; in three items, so that it is no circle of the experts
    table = "p i 1 0 0\nq i 0 1 0\nr j 0 1 0\ns j 0 0 1\nt k 0 0 1\nu k 1 0 0"
    found, made = certified(THREE, table, "p=2 q=1 r=2 s=1 t=2 u=1")
    conflict = made.together
    assert [(pair.better, pair.worse) for pair in conflict.pairs] == [
        ("p", "q"),
        ("r", "s"),
        ("t", "u"),
    ]
    assert (conflict.multipliers, conflict.is_smallest) == ((1, 1, 1), True)
    # 1 + 0 - 1, -1 + 1 + 0, 0 - 1 + 1
    assert written(found, conflict) == {
        "a": "(1 − 0) + (0 − 0) + (0 − 1) = 0",
        "b": "(0 − 1) + (1 − 0) + (0 − 0) = 0",
        "c": "(0 − 0) + (0 − 1) + (1 − 0) = 0",
    }
    assert sums(found, conflict) == {
        "a": (1 - 0) + (0 - 0) + (0 - 1),
        "b": (0 - 1) + (1 - 0) + (0 - 0),
        "c": (0 - 0) + (0 - 1) + (1 - 0),
    }


def test_signs_are_kept():
    # the fault d is praised: only a positive weight of a pitfall would do
    criteria = rubric(a=1, d=-1)
    found, made = certified(criteria, "p i 0 1\nq i 0 0", "p=2 q=1")
    assert [one.kind for one in made.conflicts] == [Kind.OUTDONE]
    assert written(found, made.conflicts[0]) == {"a": "(0 − 0) = 0", "d": "(1 − 0) = 1"}
    assert sums(found, made.conflicts[0]) == {"a": (0 - 0), "d": (1 - 0)}


def test_pitfall_takes_part_in_the_sum():
    # a over the fault: a > |d|; and the fault is the worse of the two: |d| > a
    criteria = rubric(a=1, d=-1)
    table = "p i 1 1\nq i 0 0\nr j 0 0\ns j 1 1"
    found, made = certified(criteria, table, "p=2 q=1 r=2 s=1")
    assert made.together.multipliers == (1, 1)
    # a: 1 - 1; d: 1 - 1
    assert written(found, made.together) == {
        "a": "(1 − 0) + (0 − 1) = 0",
        "d": "(1 − 0) + (0 − 1) = 0",
    }
    assert sums(found, made.together) == {"a": (1 - 0) + (0 - 1), "d": (1 - 0) + (0 - 1)}


GATED = rubric(a=1, b=1, g={"gate": True})


def test_better_response_behind_a_failed_gate_helps_no_weights():
    found, made = certified(GATED, "p i 1 1 0\nq i 0 0 1", "p=5 q=1")
    (conflict,) = made.conflicts
    assert conflict.kind == Kind.GATE
    assert holds(found, conflict)
    assert made.weighting is None


def test_worse_response_behind_a_failed_gate_only_asks_for_a_reward():
    # q has more credits, yet its reward is 0: p must get more than 0, so a weighs something
    _, made = certified(GATED, "p i 1 0 1\nq i 1 1 0", "p=5 q=1")
    assert made.is_possible
    assert made.weighting.points["a"] > 0
    assert made.present.right == 1


def test_better_response_that_earns_nothing_beside_a_gated_one():
    found, made = certified(GATED, "p i 0 0 1\nq i 1 1 0", "p=5 q=1")
    (conflict,) = made.conflicts
    assert conflict.kind == Kind.UNPAID
    # 0 - 0 for every criterion: the gated response counts as 0
    assert written(found, conflict) == {"a": "(0 − 0) = 0", "b": "(0 − 0) = 0"}
    assert sums(found, conflict) == {"a": (0 - 0), "b": (0 - 0)}


def test_gated_and_open_responses_contradict_each_other_together():
    # p beside a gated response: a - d > 0; r over s: d - a > 0
    criteria = rubric(a=1, d=-1, g={"gate": True})
    table = "p i 1 1 1\nq i 1 0 0\nr j 0 0 1\ns j 1 1 1"
    found, made = certified(criteria, table, "p=5 q=1 r=3 s=1")
    assert made.together.multipliers == (1, 1)
    # the gated q counts as 0: (1 - 0) + (0 - 1)
    assert written(found, made.together) == {
        "a": "(1 − 0) + (0 − 1) = 0",
        "d": "(1 − 0) + (0 − 1) = 0",
    }
    assert sums(found, made.together) == {"a": (1 - 0) + (0 - 1), "d": (1 - 0) + (0 - 1)}


def test_ties_and_responses_without_reward_or_overall_are_counted():
    table = "p i 1 0 0\nq i 0 1 0\nr i ? 0 0\ns i 1 1 1\nt i 0 0 1"
    _, made = certified(THREE, table, "p=3 q=3 r=1 s=4")
    # s over p and over q; p and q tie; r was not assessed; t has no overall score
    assert (made.n_pairs, made.order.ties) == (2, 1)
    assert (made.order.unweighed, made.order.unjudged) == (1, 1)


def test_too_many_pairs_are_drawn_and_counted():
    table = "\n".join(f"r{n} i {n % 2} {n // 2 % 2} {n // 4 % 2}" for n in range(8))
    found = weighed(THREE, table)
    scores = overall(" ".join(f"r{n}={n % 4}" for n in range(8)))
    order = by_overall(found, scores, limit=10, seed=3)
    # 28 pairs, of which 4 x 1 are of equal scores
    assert (order.total, order.ties, order.is_drawn) == (24, 4, True)
    assert len(order) <= 10
    whole = by_overall(found, scores)
    assert (len(whole), whole.is_drawn) == (24, False)
    names = found.judgements.responses
    assert all(
        scores[names[a]] > scores[names[b]] for a, b in zip(whole.better, whole.worse, strict=True)
    )


def test_na_is_unmet():
    _, made = certified(THREE, "p i 1 - 0\nq i 0 1 0", "p=2 q=1")
    assert made.is_possible
    assert made.weighting.points["a"] > made.weighting.points["b"]


def test_concordance_is_averaged_over_items():
    # i: p over q right, p over r right, q over r tied -> 2.5 of 3; j: reversed -> 0
    table = "p i 1 1 0\nq i 0 1 0\nr i 0 0 1\ns j 0 0 0\nt j 1 0 0"
    _, made = certified(THREE, table, "p=5 q=4 r=3 s=2 t=1")
    assert (made.present.right, made.present.tied, made.present.reversed) == (2, 1, 1)
    assert made.present.within_items == pytest.approx((2.5 / 3 + 0) / 2)


def test_no_pairs_ask_for_nothing():
    _, made = certified(THREE, "p i 1 0 0\nq j 0 1 0", "p=2 q=1")
    assert (made.n_pairs, made.is_possible, made.weighting) == (0, True, None)
    _, made = certified(THREE, "p i . . .", "p=2")
    assert (made.n_pairs, made.n_responses) == (0, 0)


def test_weights_that_clipping_would_tie_are_avoided():
    # d must outweigh nothing: p - d > q - 2 parts of d needs only d > 0; a above d keeps p paid
    criteria = rubric(a=1, d={"points": -4, "scale": scale(2)})
    _, made = certified(criteria, "p i 1 1\nq i 1 2", "p=2 q=1")
    # as it is: 1 - 2 and 1 - 4 are both cut to 0
    assert made.present.tied == 1
    assert made.weighting.clamped == 0
    assert made.weighting.points["a"] * 2 > -made.weighting.points["d"] > 0


def test_pairs_that_clipping_ties_whatever_the_weights_are_counted():
    # neither earns anything: less fault is better by the sums, but both rewards are 0
    criteria = rubric(a=1, d={"points": -1, "scale": scale(2)})
    _, made = certified(criteria, "p i 0 1\nq i 0 2", "p=2 q=1")
    assert made.is_possible
    assert (made.weighting.right, made.weighting.clamped) == (1, 1)


def test_weights_of_pitfalls_alone_still_have_something_to_pay():
    criteria = rubric(a=1, d=-1)
    _, made = certified(criteria, "p i 0 0\nq i 1 1", "p=2 q=1")
    assert made.weighting.points["a"] > 0
    assert -made.weighting.points["d"] > made.weighting.points["a"]


def test_criterion_on_which_no_pair_differs_is_named():
    _, made = certified(THREE, "p i 1 0 1\nq i 0 0 1", "p=2 q=1")
    assert made.weighting.idle == {"b", "c"}


def test_pairs_may_be_given_instead():
    found = weighed(THREE, "p i 1 0 0\nq i 0 1 0\nr i 0 0 1")
    made = certificate(found, pairs=[("p", "q"), ("q", "r"), ("p", "q")])
    assert (made.n_pairs, made.is_possible) == (2, True)
    with pytest.raises(ValueError, match="not two responses to one item"):
        certificate(found, pairs=[("p", "z")])
    with pytest.raises(ValueError, match="by overall scores or by pairs"):
        certificate(found)


def test_experts_who_contradict_themselves_are_no_missing_criterion():
    found = weighed(THREE, "p i 1 0 0\nq i 0 1 0\nr i 0 0 1")
    made = certificate(found, pairs=[("p", "q"), ("q", "r"), ("r", "p")])
    assert made.together.kind == Kind.CIRCLE
    assert len(made.together.pairs) == 3


def test_many_pairs_of_one_kind_are_counted_and_the_first_are_told():
    table = "\n".join(f"p{n} i{n} 1 0 0\nq{n} i{n} 1 0 0" for n in range(15))
    order = " ".join(f"p{n}=2 q{n}=1" for n in range(15))
    _, made = certified(THREE, table, order)
    assert made.alone == {Kind.SAME: 15}
    assert len(made.conflicts) == 10


def test_search_that_ends_early_says_what_is_proved():
    # a over b, b over c, c over d, d over a: four pairs, and no three contradict
    criteria = rubric(a=1, b=1, c=1, d=1)
    table = """
    p i 1 0 0 0
    q i 0 1 0 0
    r j 0 1 0 0
    s j 0 0 1 0
    t k 0 0 1 0
    u k 0 0 0 1
    v l 0 0 0 1
    w l 1 0 0 0
    """
    order = "p=2 q=1 r=2 s=1 t=2 u=1 v=2 w=1"
    _, made = certified(criteria, table, order, rounds=0)
    assert (len(made.together.pairs), made.together.at_least) == (4, 3)
    assert not made.together.is_smallest
    _, made = certified(criteria, table, order)
    assert made.together.is_smallest
