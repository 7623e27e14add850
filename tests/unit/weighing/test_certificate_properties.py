"""Orders planted by weights are found; orders planted by what the criteria miss are proved."""

from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.weighing import Judged, Judgements, Kind, certificate, holds, simplex, weigh
from labeling.scoring import reward
from labeling.spec import RubricSpec
from tests.unit.weighing.rubrics import answer, rubric, scale

SIZES = st.integers(2, 4)


@st.composite
def material(draw, *, hidden: bool):
    """Criteria, responses in two items, and an overall by planted weights or by a hidden column."""
    n = draw(SIZES)
    signs = [1, *(draw(st.sampled_from([1, 1, -1])) for _ in range(n - 1))]
    criteria = rubric(
        **{f"c{at}": {"points": sign, "scale": scale(2)} for at, sign in enumerate(signs)}
    )
    size = draw(st.integers(4, 8))
    line = st.lists(st.integers(0, 2), min_size=n, max_size=n)
    table = draw(st.lists(line, min_size=size, max_size=size))
    weights = draw(st.lists(st.integers(0, 6), min_size=n, max_size=n))
    extra = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    scores = {}
    for at, row in enumerate(table):
        planted = sum(s * w * v for s, w, v in zip(signs, weights, row, strict=True))
        scores[f"r{at}"] = Fraction(extra[at] * 9 + planted if hidden else planted)
    keys = [c.key for c in criteria]
    rows = [
        Judged(f"r{at}", f"i{at % 2}", dict(zip(keys, map(answer, map(str, row)), strict=True)))
        for at, row in enumerate(table)
    ]
    return criteria, signs, rows, scores, table


def differences(signs, rows, scores, table):
    """Every strict pair, worked out without the product's own code."""
    found = {}
    for a, b in combinations(range(len(rows)), 2):
        if rows[a].item != rows[b].item or scores[f"r{a}"] == scores[f"r{b}"]:
            continue
        better, worse = (a, b) if scores[f"r{a}"] > scores[f"r{b}"] else (b, a)
        found[f"r{better}", f"r{worse}"] = [
            s * (x - y) for s, x, y in zip(signs, table[better], table[worse], strict=True)
        ]
    return found


@settings(max_examples=150)
@given(material(hidden=False))
def test_planted_weights_are_found_and_hold(made):
    criteria, signs, rows, scores, table = made
    found = certificate(weigh(criteria, Judgements.of(rows)), overall=scores)
    assert found.is_possible
    pairs = differences(signs, rows, scores, table)
    assert found.n_pairs == len(pairs)
    if not pairs:
        return
    points = found.weighting.points
    assert all(points[c.key] * s >= 0 for c, s in zip(criteria, signs, strict=True))
    sizes = [abs(points[c.key]) for c in criteria]
    assert all(sum(w * d for w, d in zip(sizes, row, strict=True)) > 0 for row in pairs.values())
    assert found.weighting.right == len(pairs)
    _expect_rewards(criteria, rows, points, pairs, found.weighting.clamped)


def _expect_rewards(criteria, rows, points, pairs, clamped):
    """Under these points the canonical rewards themselves stand in the experts' order."""
    fields = [{name: getattr(c, name) for name in c.__dataclass_fields__} for c in criteria]
    weighted = [
        type(c)(**{**f, "points": points[c.key]})
        for c, f in zip(criteria, fields, strict=True)
        if points[c.key]
    ]
    spec = RubricSpec("Weighted", criteria=tuple(weighted))
    rewards = {row.id: reward(spec, row.answers).value for row in rows}
    tied = [pair for pair in pairs if rewards[pair[0]] == rewards[pair[1]]]
    assert all(rewards[better] >= rewards[worse] for better, worse in pairs)
    assert len(tied) == clamped


@st.composite
def gated_material(draw):
    """Responses with gates, NA and any overall score at all."""
    criteria = rubric(
        a={"points": 2, "scale": scale(2), "gate": True, "pass_at": 1},
        b=1,
        c=-1,
        d={"points": None, "gate": True},
    )
    answers = [st.sampled_from("012-"), st.sampled_from("01-"), st.sampled_from("01-")]
    line = st.tuples(*answers, st.sampled_from("0111"))
    table = draw(st.lists(line, min_size=2, max_size=6))
    rows = [
        Judged(f"r{at}", "i", dict(zip("abcd", map(answer, row), strict=True)))
        for at, row in enumerate(table)
    ]
    scores = draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    return criteria, rows, {f"r{at}": Fraction(score) for at, score in enumerate(scores)}


@settings(max_examples=250)
@given(gated_material())
def test_weights_found_beside_gates_give_the_canonical_rewards_that_order(made):
    criteria, rows, scores = made
    found = certificate(weigh(criteria, Judgements.of(rows)), overall=scores)
    pairs = [
        (a.id, b.id) for a in rows for b in rows if a.item == b.item and scores[a.id] > scores[b.id]
    ]
    assert found.n_pairs == len(pairs)
    if not found.is_possible or not pairs:
        return
    points = {key: Fraction(n) for key, n in found.weighting.points.items()}
    sums = {row.id: _weighted(criteria, row, points) for row in rows}
    assert all(sums[better] > sums[worse] for better, worse in pairs)
    clamped = [pair for pair in pairs if max(sums[pair[0]], 0) == max(sums[pair[1]], 0)]
    assert len(clamped) == found.weighting.clamped


def _weighted(criteria, row, points):
    """The sum before it is clipped, 0 behind a failed gate: by hand, without the product's sums."""
    values = {key: one.value for key, one in row.answers.items()}
    credit = {
        "a": Fraction(values["a"] or 0) / 2,
        "b": Fraction(values["b"] or 0),
        "c": Fraction(values["c"] or 0),
    }
    if credit["a"] < Fraction(1, 2) or values["d"] != 1:
        return Fraction(0)
    return sum(points[key] * credit[key] for key in credit)


@settings(max_examples=250)
@given(material(hidden=True))
def test_missing_criterion_is_found_proved_and_smallest(made):
    criteria, signs, rows, scores, table = made
    weighed = weigh(criteria, Judgements.of(rows))
    found = certificate(weighed, overall=scores)
    pairs = differences(signs, rows, scores, table)
    possible = simplex.solve(list(pairs.values())).weights is not None if pairs else True
    assert found.is_possible == possible
    for conflict in (*found.conflicts, *([found.together] if found.together else [])):
        _expect_proof(conflict, pairs)
        assert holds(weighed, conflict)
    _expect_smallest(found, pairs)


def _expect_proof(conflict, pairs):
    """The sum is nowhere above 0, in whole numbers from the table itself."""
    chosen = [pairs[pair.better, pair.worse] for pair in conflict.pairs]
    total = np.array(conflict.multipliers, dtype=object) @ np.array(chosen, dtype=object)
    assert all(one <= 0 for one in total)
    assert all(times > 0 for times in conflict.multipliers)


def _expect_smallest(found, pairs):
    alone = {pair for pair, row in pairs.items() if all(one <= 0 for one in row)}
    assert sum(found.alone.values()) == len(alone)
    assert set(found.alone) <= {Kind.SAME, Kind.OUTDONE}
    rest = {pair: row for pair, row in pairs.items() if pair not in alone}
    size = _fewest(list(rest.values()))
    assert (found.together is None) == (size is None)
    if size is not None:
        assert len(found.together.pairs) == size
        assert found.together.at_least == size


def _fewest(lines):
    """The size of the smallest contradiction, by trying every set of pairs."""
    lines = [list(line) for line in {tuple(line) for line in lines}]
    for size in range(2, len(lines) + 1):
        for chosen in combinations(lines, size):
            if simplex.solve(chosen).weights is None:
                return size
    return None
