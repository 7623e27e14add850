"""Dawid and Skene's model with a prior that keeps it from being too sure."""

import numpy as np
import pytest

from evals.reliability import dawid_skene
from evals.reliability.answers import Answers
from evals.reliability.dawid_skene import confusion_prior, fit
from evals.reliability.settling import middle
from tests.unit.reliability.rated_by import rated_by

# a is right, b misses the fifth unit, c is wrong on the tenth, d says 1 always
FOUR = ("1111100000", "1111000000", "1111100001", "1111111111")


def test_one_who_always_says_yes_is_discounted():
    found = fit(rated_by(*FOUR), "nominal")
    assert found.posterior[4, 1] == pytest.approx(0.952, abs=6e-4)
    assert found.posterior[9, 1] == pytest.approx(0.110, abs=6e-4)
    assert found.confusion[3, 0, 1] == pytest.approx(0.685, abs=6e-4)
    assert found.converged
    assert found.rounds < 200
    assert found.posterior.sum(axis=1) == pytest.approx(np.ones(10))
    assert found.confusion.sum(axis=2) == pytest.approx(np.ones((4, 2)))


def test_both_priors():
    assert confusion_prior(3, "nominal").tolist() == [
        [2.5, 0.5, 0.5],
        [0.5, 2.5, 0.5],
        [0.5, 0.5, 2.5],
    ]
    ordinal = confusion_prior(5, "ordinal")
    assert ordinal.sum(axis=1) == pytest.approx(np.full(5, 4.5))
    # first row 1, e^-1, e^-2, e^-3, e^-4 over their sum 1.5715
    assert ordinal[0, :2] == pytest.approx([4.5 / 1.5713, 4.5 / 1.5713 * np.exp(-1)], abs=1e-3)


def test_the_first_round_by_hand():
    # one unit, both say 1: vote shares (0, 1), pi = (1/3, 2/3), conf[0] = (2.5, .5)/3,
    # conf[1] = (.5, 3.5)/4; T_1 = 2/3 x .875^2 = .510417 against T_0 = 1/3 x (1/6)^2 = .009259
    found = fit(rated_by("1", "1"), "nominal", rounds_max=1)
    assert found.prevalence == pytest.approx([1 / 3, 2 / 3])
    assert found.confusion[0] == pytest.approx(np.array([[5 / 6, 1 / 6], [1 / 8, 7 / 8]]))
    assert found.posterior[0, 1] == pytest.approx(0.510417 / (0.510417 + 0.009259), abs=1e-6)
    assert found.log_likelihood == pytest.approx(np.log(0.510417 + 0.009259), abs=1e-5)
    assert not found.converged


def test_equal_units_and_the_order_of_rows_change_nothing():
    answers = rated_by(*FOUR)
    order = np.random.default_rng(1).permutation(len(answers))
    shuffled = Answers.of(
        units=answers.units[order],
        raters=answers.raters[order],
        given=answers.given[order],
        values=(0, 1),
    )
    assert fit(shuffled, "nominal").posterior == pytest.approx(fit(answers, "nominal").posterior)
    four = fit(answers, "nominal")
    assert four.posterior[0].tolist() == four.posterior[1].tolist()


def test_relabelling_turns_the_answer_round():
    swapped = rated_by(*("".join("10"[int(x)] for x in rater) for rater in FOUR))
    assert fit(swapped, "nominal").posterior[:, ::-1] == pytest.approx(
        fit(rated_by(*FOUR), "nominal").posterior
    )


def test_who_and_what_was_not_rated_stays_at_the_prior():
    found = fit(rated_by("1100.", "1100.", "....."), "nominal")
    assert found.posterior[4] == pytest.approx(found.prevalence)
    assert found.confusion[2] == pytest.approx(np.array([[5 / 6, 1 / 6], [1 / 6, 5 / 6]]))


def simulated(seed):
    """120 items, 5 levels, sd .5, .6, .5 with .9 of leniency and 1.6; each rates 80 %."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 5, 120)
    rows = []
    for rater, (sd, bias) in enumerate([(0.5, 0), (0.6, 0), (0.5, 0.9), (1.6, 0)]):
        seen = np.flatnonzero(rng.random(120) < 0.8)
        given = np.clip(np.rint(truth[seen] + bias + rng.normal(0, sd, len(seen))), 0, 4)
        rows.append(np.column_stack([seen, np.full(len(seen), rater), given]))
    units, raters, given = np.vstack(rows).T
    return truth, Answers.of(
        units=units, raters=raters, given=given, values=range(5), n_units=120, n_raters=4
    )


def test_it_finds_the_truth_more_often_than_a_vote_and_sees_who_is_lenient():
    right, apart, leanings = [], [], []
    for seed in range(12):
        truth, answers = simulated(seed)
        nominal, ordinal = fit(answers, "nominal"), fit(answers, "ordinal")
        found = (
            answers.table.toarray().argmax(axis=1),
            nominal.posterior.argmax(axis=1),
            middle(ordinal.posterior),
        )
        right.append([np.mean(each == truth) for each in found])
        apart.append([np.mean(np.abs(each - truth)) for each in found])
        steps = np.arange(5)
        leanings.append((ordinal.confusion @ steps - steps) @ ordinal.prevalence)
    vote, plain, ordered = np.mean(right, axis=0)
    assert vote + 0.02 < plain < ordered - 0.01
    vote, plain, ordered = np.mean(apart, axis=0)
    assert vote - 0.04 > plain > ordered + 0.01
    leaning = np.mean(leanings, axis=0)
    assert leaning.argmax() == 2
    assert leaning[2] == pytest.approx(0.45, abs=0.1)


def test_rounds_are_bounded(monkeypatch):
    monkeypatch.setattr(dawid_skene, "TOLERANCE", 0.0)
    found = fit(rated_by(*FOUR), "nominal", rounds_max=7)
    assert (found.rounds, found.converged) == (7, False)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (rated_by("...", values=(0, 1)), "needs ratings"),
        (rated_by("111", values=(1,)), "two levels"),
        (Answers.of(units=[0], raters=[0], given=[0.5]), "declared list"),
    ],
)
def test_what_it_refuses(answers, message):
    with pytest.raises(ValueError, match=message):
        fit(answers, "nominal")
