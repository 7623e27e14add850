"""Which units need a third person, and who is believed how much."""

import numpy as np
import pytest

from evals.reliability.answers import Answers
from evals.reliability.connected import Obstacle
from evals.reliability.routing import Method, Why, route
from tests.unit.reliability.rated_by import rated_by


def test_few_items_leave_every_expert_the_same_weight():
    # units: 3 of 3, 2 of 3, a tie of two, one rating, none
    found = route(rated_by("1111.", "111..", "100.."), "nominal")
    assert found.method is Method.PLAIN
    assert found.obstacle is Obstacle.FEW_ITEMS
    assert found.certainty == pytest.approx([0.967, 0.712, 0.712, 0.818, 0], abs=6e-4)
    assert found.likeliest.tolist() == [1, 1, 1, 1, -1]
    assert found.adjudicate.tolist() == [1, 2]
    assert found.reasons(1) == [Why.UNSURE]
    assert found.reasons(0) == []
    assert found.ask_first.tolist() == [3]
    assert [belief.right for belief in found.beliefs] == [None, None, None]
    assert found.beliefs[0].reason == "Fewer than 50 items were rated."
    assert found.converged is None


def test_a_tie_is_for_an_adjudicator_and_two_alike_for_another_expert():
    found = route(rated_by("10", "00"), "nominal")
    assert found.reasons(0) == [Why.TIE, Why.UNSURE]
    # (0, 2): .924 under the flat prior, below .95, but nobody to rule between
    assert found.ask_first.tolist() == [1]


def test_two_groups_on_an_ordinal_scale():
    found = route(rated_by("13", "44", "44", values=(1, 2, 3, 4, 5)), "ordinal")
    # Tastle-Wierman .39 of 1 4 4, .83 of 3 4 4
    assert found.reasons(0) == [Why.BIMODAL, Why.UNSURE]
    assert found.reasons(1) == [Why.UNSURE]
    # the median of 1 4 4 is 4: the unit is routed all the same
    assert found.likeliest.tolist() == [3, 3]


def sixty():
    """Two sound raters, one who misses every sixth unit, one who always says 1."""
    truth = "10" * 30
    missing = "".join(x if i % 6 else str(1 - int(x)) for i, x in enumerate(truth))
    return rated_by(truth, truth, missing, "1" * 60)


def test_with_enough_raters_and_items_the_model_weighs_them():
    found = route(sixty(), "nominal")
    assert found.method is Method.DAWID_SKENE
    assert found.obstacle is None
    assert found.converged
    right = [belief.right for belief in found.beliefs]
    assert right[0] == pytest.approx(right[1])
    assert right[0] > right[2] > right[3]
    # a always-1 rater adds nothing, so 0 0 0 1 is not in doubt
    assert found.likeliest[1] == 0
    assert found.certainty[1] > 0.95
    assert found.beliefs[3].leaning == pytest.approx(0.5, abs=0.1)
    assert sum(found.beliefs[0].confusion[1]) == pytest.approx(1)


def test_the_model_may_outvote_the_vote_and_then_says_so():
    # raters 2 and 3 toss coins and meet on unit 0; raters 0 and 1 are right everywhere else
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 80)
    coins = [rng.integers(0, 2, 80) for _ in range(3)]
    for coin in coins:
        coin[0] = 1 - truth[0]
    found = route(rated_by(*("".join(map(str, row)) for row in (truth, truth, *coins))), "nominal")
    assert found.likeliest[0] == truth[0]
    assert Why.OUTVOTED in found.reasons(0)
    assert 0 in found.adjudicate


def test_a_rater_with_few_ratings_is_not_reported():
    found = route(rated_by("10" * 30, "10" * 30, "10" * 30, "1010" + "." * 56), "nominal")
    assert found.method is Method.DAWID_SKENE
    assert found.beliefs[3].right is None
    assert found.beliefs[3].reason == "Only 4 ratings: 10 are needed."
    assert found.beliefs[0].reason is None


def test_the_least_certain_come_first():
    found = route(rated_by("11111", "11011", "10010", "10.01", "00.11"), "nominal")
    certainties = found.certainty[found.adjudicate]
    assert certainties.tolist() == sorted(certainties.tolist())


def test_many_levels_are_held_to_the_lower_threshold():
    # 3 of 3 on three levels: .944 under the flat prior
    found = route(rated_by("2", "2", "2", values=(1, 2, 3)), "nominal")
    assert found.adjudicate.tolist() == []
    assert found.ask_first.tolist() == []


def test_nobody_has_rated():
    found = route(rated_by("..", ".."), "nominal")
    assert found.obstacle is Obstacle.NO_RATINGS
    assert found.likeliest.tolist() == [-1, -1]
    assert found.adjudicate.tolist() == []
    assert found.ask_first.tolist() == []


def test_a_continuous_scale_is_refused():
    with pytest.raises(ValueError, match="declared levels"):
        route(Answers.of(units=[0], raters=[0], given=[0.5]), "interval")


def test_all_is_said_in_words():
    assert all(each.sentence for each in [*Why, *Method])
