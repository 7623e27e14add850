"""Rewards of many responses: those of labeling.scoring, where they lie, what each part adds."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.weighing import TIE, Judged, Judgements, preview
from labeling.scoring import UndefinedReward, reward
from labeling.spec import Answer, AnswerKind
from tests.unit.weighing.rubrics import judged, rubric, scale, weighed

FOUR = rubric(a=5, b=3, c=2, d=-4)


def rewards(criteria, table, **options):
    found = weighed(criteria, table, **options)
    return [found.reward(at) for at in range(len(found))]


def test_rewards_of_the_worked_examples():
    # (5 + 2 - 4) / 10; 10 / 10; -4 / 10 held at 0
    table = "r1 i 1 0 1 1\nr2 i 1 1 1 0\nr3 i 0 0 0 1"
    assert rewards(FOUR, table) == [Fraction(3, 10), 1, 0]


def test_failed_gate_makes_the_reward_zero():
    gated = rubric(a={"points": 5, "gate": True}, b=3, c=2, d=-4)
    shown = preview(gated, judged(gated, "r1 i 0 1 1 0\nr2 i 1 1 1 0"))
    assert [shown.weighed.reward(at) for at in range(2)] == [0, 1]
    assert (shown.gated, shown.at_zero, shown.at_one) == (1, 0, 1)


def test_where_the_rewards_lie():
    # 1; .9 (9 of 10 tenths); .1; 0; -.2 cut at 0; and one gate
    criteria = rubric(
        a={"points": 1, "scale": scale(10)}, b=Fraction(-1, 5).__float__(), c={"gate": True}
    )
    table = "r1 i 10 0 1\nr2 i 9 0 1\nr3 i 1 0 1\nr4 i 0 0 1\nr5 i 0 1 1\nr6 i 10 0 0"
    shown = preview(criteria, judged(criteria, table))
    # the gate's 0, both zeros -> 3 in the first tenth; .1 in the second; .9 and 1 in the last
    assert shown.bins == [3, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (shown.at_zero, shown.below_zero, shown.at_one, shown.gated) == (2, 1, 1, 1)
    # three of the five that pass the gate sit at an end
    assert shown.clipped_share == Fraction(3, 5)
    assert shown.is_flat
    # (1 + .9 + .1 + 0 + 0 + 0) / 6
    assert shown.mean == Fraction(1, 3)


@pytest.mark.parametrize(("ends", "flat"), [(1, False), (2, True)])
def test_a_tenth_at_the_ends_is_not_too_many_and_more_is(ends, flat):
    criteria = rubric(a={"points": 1, "scale": scale(10)})
    table = "\n".join(f"r{n} i {10 if n < ends else 5}" for n in range(10))
    assert preview(criteria, judged(criteria, table)).is_flat == flat


def test_parts_add_up_and_shares_are_exact():
    # parts of r1: 5/10, 0, 2/10, -4/10; of r2: 5/10, 3/10, 2/10, 0; of r3: 0, 3/10, 0, 0
    shown = preview(FOUR, judged(FOUR, "r1 i 1 0 1 1\nr2 i 1 1 1 0\nr3 i 0 1 0 0"))
    assert shown.weighed.contributions(0) == {
        "a": Fraction(1, 2),
        "b": 0,
        "c": Fraction(1, 5),
        "d": Fraction(-2, 5),
    }
    # means 10/30, 6/30, 4/30, -4/30; together 16/30
    assert [one.mean for one in shown.contributions] == [
        Fraction(1, 3),
        Fraction(1, 5),
        Fraction(2, 15),
        Fraction(-2, 15),
    ]
    assert [one.share_of_mean for one in shown.contributions] == [
        Fraction(5, 8),
        Fraction(3, 8),
        Fraction(1, 4),
        Fraction(-1, 4),
    ]


def test_shares_of_variance_by_hand():
    # sums 1, .5, .5, 0 around .5; a is 1/2 1/2 0 0, b is 1/2 0 1/2 0
    # cov(a, sum) = (1/4)(1/2) + (1/4)(1/2) = 1/4, the same for b; var(sum) = 1/2 (all x n)
    criteria = rubric(a=1, b=1)
    shown = preview(criteria, judged(criteria, "p i 1 1\nq i 1 0\nr i 0 1\ns i 0 0"))
    assert [one.share_of_variance for one in shown.contributions] == pytest.approx([0.5, 0.5])
    same = preview(criteria, judged(criteria, "p i 1 1\nq i 1 1"))
    assert [one.share_of_variance for one in same.contributions] == [None, None]


def test_undefined_rewards_are_counted_by_their_reason():
    table = "r1 i 1 0 1 1\nr2 i ? 1 1 0\nr3 i . ? 0 1\nr4 i 1 = 0 0\nr5 i - 1 0 0"
    shown = preview(FOUR, judged(FOUR, table))
    assert shown.n == 2
    # r3 is not rated before it is not assessed, as in the canonical reward
    assert shown.weighed.undefined == {
        UndefinedReward.CANNOT_ASSESS.value: 1,
        UndefinedReward.NOT_RATED.value: 1,
        TIE: 1,
    }
    # NA is unmet: 3 / 10
    assert shown.weighed.reward(1) == Fraction(3, 10)


def test_what_applies_nowhere_in_an_item_leaves_both_sums():
    # in item i only b and c count: 3 / (3 + 2)
    table = "r1 i - 1 0 0\nr2 j - 1 0 0"
    found = weighed(FOUR, table, nowhere={"i": {"a"}})
    assert [found.reward(0), found.reward(1)] == [Fraction(3, 5), Fraction(3, 10)]
    assert "a" not in found.contributions(0)


def test_no_positive_points_is_no_reward():
    shown = preview(rubric(d=-4), judged(rubric(d=-4), "r1 i 1"))
    assert shown.n == 0
    assert shown.weighed.undefined == {UndefinedReward.NO_POSITIVE_POINTS.value: 1}
    assert (shown.mean, shown.clipped_share, shown.is_flat) == (None, None, False)
    assert shown.bins == [0] * 10


def test_criterion_without_points_is_no_part_of_the_reward():
    criteria = rubric(a=1, overall={"points": None, "scale": scale(5)})
    shown = preview(criteria, judged(criteria, "r1 i 1 .\nr2 i 0 5"))
    assert (shown.n, [one.criterion.key for one in shown.contributions]) == (2, ["a"])


def test_points_of_hundreds_of_digits_stay_exact():
    huge = 10**299 + 1
    criteria = rubric(a=1, b=1)
    criteria = (
        criteria[0].__class__(**{**_fields(criteria[0]), "points": Decimal(huge)}),
        criteria[1],
    )
    shown = preview(criteria, judged(criteria, "r1 i 1 0\nr2 i 0 1\nr3 i 1 1"))
    assert shown.weighed.reward(0) == Fraction(huge, huge + 1)
    assert shown.weighed.reward(1) == Fraction(1, huge + 1)
    assert shown.bins == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]


def _fields(criterion):
    return {name: getattr(criterion, name) for name in criterion.__dataclass_fields__}


ANY = st.sampled_from(["0", "1", "2", "-", "?", ".", "="])


@st.composite
def _material(draw):
    """A rubric of up to four criteria of any kind and responses with any answers."""
    kinds = {
        "binary": lambda points: {"points": points},
        "thirds": lambda points: {"points": points, "scale": scale(3)},
        "range": lambda points: {
            "points": points,
            "scale": {"type": "interval", "min": 0, "max": 7},
        },
        "gate": lambda points: {"points": points, "scale": scale(2), "gate": True, "pass_at": 1},
        "silent": lambda points: {"points": None, "scale": scale(3), "gate": True, "pass_at": 2},
    }
    chosen = draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=4))
    points = st.sampled_from([-3, -0.5, 0.25, 1, 2, 7])
    criteria = rubric(**{f"c{n}": kinds[kind](draw(points)) for n, kind in enumerate(chosen)})
    rows = []
    for number in range(draw(st.integers(1, 6))):
        given = {one.key: _answer(one, draw(ANY)) for one in criteria}
        rows.append(Judged(f"r{number}", f"i{number % 2}", given))
    nowhere = draw(
        st.dictionaries(
            st.sampled_from(["i0", "i1"]), st.sets(st.sampled_from([c.key for c in criteria]))
        )
    )
    return criteria, rows, nowhere


def _answer(criterion, text):
    if text in "012":
        value = min(int(text), 1) if criterion.scale.type == "binary" else int(text)
        return Answer(AnswerKind.SCORED, Decimal(value))
    kinds = {"-": AnswerKind.NA, "?": AnswerKind.CANNOT_ASSESS, ".": AnswerKind.NOT_RATED}
    return Answer(kinds[text]) if text in kinds else None


@settings(max_examples=300)
@given(_material())
def test_every_reward_is_that_of_the_canonical_rule(material):
    criteria, rows, nowhere = material
    # what applies nowhere in an item is NA wherever it is asked
    na = Answer(AnswerKind.NA)
    rows = [
        Judged(
            row.id,
            row.item,
            {k: na if k in nowhere.get(row.item, ()) else a for k, a in row.answers.items()},
        )
        for row in rows
    ]
    found = preview(criteria, Judgements.of(rows, nowhere)).weighed
    places = {int(at): row for row, at in enumerate(found.rows)}
    for at, row in enumerate(rows):
        barred = frozenset(nowhere.get(row.item, ()))
        counted = [c for c in criteria if (c.points or c.gate) and c.key not in barred]
        if any(row.answers[c.key] is None for c in counted):
            assert at not in places
            continue
        settled = {key: one for key, one in row.answers.items() if one is not None}
        expected = reward(criteria, settled, not_applicable=barred)
        if expected.value is None:
            assert at not in places
            continue
        place = places[at]
        assert found.reward(place) == expected.value
        assert found.contributions(place) == expected.contributions
        assert bool(found.gated[place]) == expected.gated
        cut = not found.gated[place] and not 0 <= found.sums[place] <= found.wholes[place]
        assert cut == expected.clipped
