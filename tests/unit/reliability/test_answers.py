"""Who said what: one row a rating."""

import numpy as np
import pytest

from evals.reliability.answers import Answers
from tests.unit.reliability.rated_by import rated_by


def test_counts_are_what_agreement_is_computed_from():
    answers = rated_by("12.", "13.", ".2.", values=(1, 2, 3))
    assert answers.counts().counts.tolist() == [[2, 0, 0], [0, 2, 1], [0, 0, 0]]
    assert answers.per_unit.tolist() == [2, 3, 0]
    assert answers.per_rater.tolist() == [2, 2, 1]


def test_the_others_of_a_rating():
    # unit 0: 1 1 4; unit 1: 2 alone
    answers = rated_by("12", "1.", "4.", values=(1, 2, 3, 4))
    mean, compared = answers.others(answers.given)
    by_seat = dict(zip(zip(answers.raters, answers.units, strict=True), mean, strict=True))
    assert by_seat[0, 0] == pytest.approx((1 + 4) / 2)
    assert by_seat[2, 0] == pytest.approx(1)
    assert compared.tolist() == [True, False, True, True]
    share, _ = answers.agreeing
    assert share.tolist() == [0.5, 0, 0.5, 0]


def random_answers(seed, units=60, raters=7, levels=4):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, levels, (raters, units)).astype(str)
    rows[rng.random((raters, units)) < 0.5] = "."
    return rated_by(*("".join(row) for row in rows), values=tuple(range(levels)))


def test_agreement_seen_from_the_raters_is_agreement_seen_from_the_units():
    answers = random_answers(3)
    share, compared = answers.agreeing
    of_unit = np.bincount(answers.units, share * compared) / np.maximum(answers.per_unit, 1)
    assert of_unit[answers.per_unit >= 2].mean() == pytest.approx(answers.counts().percent())


def test_differences_from_the_others_cancel_out():
    # sum over a unit of x - (S - x) / (m - 1) is S - S
    answers = random_answers(4)
    mean, compared = answers.others(answers.given)
    apart = np.bincount(answers.units, np.where(compared, answers.given - mean, 0))
    assert apart == pytest.approx(np.zeros(60), abs=1e-12)


def test_steps_are_levels_but_on_an_interval_scale():
    answers = rated_by("19", values=(1, 5, 9))
    assert answers.steps("ordinal").tolist() == [0, 2]
    assert answers.steps("interval").tolist() == [1, 9]
    assert answers.steps("ratio").tolist() == [1, 9]


def test_a_continuous_scale_takes_the_values_it_sees():
    answers = Answers.of(units=[0, 0, 1], raters=[0, 1, 0], given=[0.5, 0.25, 0.5])
    assert answers.values == (0.25, 0.5)
    assert answers.levels.tolist() == [1, 0, 1]
    assert not answers.declared


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"units": [0, 0], "raters": [1, 1]}, "rated a unit twice"),
        ({"given": [1, 7]}, "no level 7"),
        ({"given": [1, float("nan")]}, "not a finite number"),
        ({"given": [1]}, "in parallel"),
        ({"units": [-1, 0]}, "0 or above"),
        ({"n_units": 1, "units": [0, 1]}, "names unit 1 of 1"),
        ({"items": [1]}, "exactly one item"),
        ({"values": [0, 1, 1]}, "each level once"),
    ],
)
def test_what_is_refused(wrong, message):
    sound = {"units": [0, 1], "raters": [0, 0], "given": [0, 1], "values": (0, 1), "n_units": 2}
    with pytest.raises(ValueError, match=message):
        Answers.of(**{**sound, **wrong})


def test_nothing_at_all():
    answers = rated_by()
    assert len(answers) == 0
    assert answers.counts().percent() is None
    assert answers.agreeing[0].tolist() == []
