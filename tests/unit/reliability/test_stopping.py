"""The stopping rule: accept, ask the next rater, adjudicate, or call a unit ambiguous."""

import numpy as np
import pytest

from evals.reliability.stopping import StoppingRule, Verdict, decide

RULE = StoppingRule(n_min=2, n_max=5, conf=0.9, floor=0.6)


def verdict(*counts: int, rule: StoppingRule = RULE, **said) -> str:
    return Verdict(int(decide(np.array([counts]), rule, **said).verdicts[0])).name.lower()


@pytest.mark.parametrize(
    ("counts", "expected"),
    # METHODS.md section 6: Jeffreys, conf .9, n_min 2, n_max 5.
    [
        ((0, 1), "ask"),
        ((0, 2), "accept"),
        ((1, 2), "ask"),
        ((1, 3), "ask"),
        ((1, 4), "accept"),
        ((2, 3), "adjudicate"),
    ],
)
def test_the_rule_on_two_levels(counts, expected):
    assert verdict(*counts) == expected


def test_the_clarity_it_goes_by():
    # METHODS.md section 2.1 (a)
    stops = decide(np.array([[0, 1], [0, 2], [1, 2], [1, 3], [1, 4], [2, 3]]), RULE)
    assert stops.clarity.tolist() == pytest.approx(
        [0.818, 0.924, 0.712, 0.840, 0.912, 0.670], abs=0.0005
    )


def test_what_nobody_can_settle_is_ambiguous():
    # (3, 3) after six of six: P(theta_mode > .5) = .5
    assert verdict(3, 3, rule=StoppingRule(2, 6, 0.9, 0.6)) == "ambiguous"
    assert verdict(3, 3, rule=StoppingRule(2, 6, 0.9, 0.5)) == "adjudicate"


def test_one_label_is_never_enough():
    # With conf .8 the clarity of a single label, .818, would do; n_min says two.
    assert verdict(0, 1, rule=StoppingRule(2, 5, 0.8, 0.6)) == "ask"


def test_who_cannot_assess_counts_as_asked_and_says_nothing():
    # One label of five who were asked: .818 is under .9, and nobody is left to ask.
    assert verdict(0, 1, asked=np.array([4])) == "ask"
    assert verdict(0, 1, asked=np.array([5])) == "adjudicate"


def test_that_it_does_not_apply_is_an_answer_of_its_own():
    away = np.array([1])
    # (0, 1) and one for whom it does not apply: nobody agrees with anybody.
    assert verdict(0, 1, not_applicable=away) == "ask"
    # Three of three: classes 2 + 1 with a third of a rating each, Beta(3 1/3, 2/3): .912 over .5
    assert verdict(0, 0, not_applicable=np.array([3])) == "accept"


def test_an_ordered_scale_is_about_the_side_of_its_pass_level():
    # Five levels, passed from the fourth on: 4 and 5 agree that it passes.
    assert verdict(0, 0, 0, 1, 1, pass_at=3) == "accept"
    assert verdict(0, 0, 0, 1, 1) == "ask"


@pytest.mark.parametrize(
    "wrong", [{"n_min": 1}, {"n_max": 1}, {"conf": 1.0}, {"floor": 0.95}, {"floor": 0.4}]
)
def test_a_rule_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"labels to begin|Clarity lies"):
        StoppingRule(**{"n_min": 2, "n_max": 5, "conf": 0.9, "floor": 0.6} | wrong)


N = 40_000


@pytest.mark.parametrize(
    ("rule", "labels", "accepted", "right"),
    # METHODS.md section 6: items with clarity Beta(8, 2), so that single raters are right .80.
    [
        (StoppingRule(2, 5, 0.90), 2.87, 0.848, 0.929),
        (StoppingRule(2, 5, 0.95), 3.86, 0.569, 0.967),
        (StoppingRule(3, 7, 0.95), 4.58, 0.725, 0.970),
    ],
)
def test_what_it_costs_and_brings(rule, labels, accepted, right):
    """One label at a time until it stops.

    Tolerances: both figures are simulated. Ours have standard errors of at most .5 / sqrt(N) =
    .0025 for shares and 2 / sqrt(N) = .01 for labels (between 2 and 7, so sd < 2 here); four of
    them, and .005 for the last digit of labels, .0005 of shares; those of METHODS.md say no n and
    are given the same error again.
    """
    rng = np.random.default_rng(6)
    theta = rng.beta(8, 2, size=N)
    counts = np.zeros((N, 2), dtype=np.int64)
    open_ = np.ones(N, dtype=bool)
    verdicts = np.zeros(N, dtype=np.int64)
    for given in range(1, rule.n_max + 1):
        said = (rng.random(N) < theta).astype(int)
        counts[np.flatnonzero(open_), said[open_]] += 1
        if given < rule.n_min:
            continue
        verdicts[open_] = decide(counts[open_], rule).verdicts
        open_ = verdicts == Verdict.ASK
    taken = verdicts == Verdict.ACCEPT
    assert not open_.any()
    assert counts.sum(axis=1).mean() == pytest.approx(labels, abs=2 * 4 * 0.01 + 0.005)
    assert taken.mean() == pytest.approx(accepted, abs=2 * 4 * 0.0025 + 0.0005)
    agree = counts[taken].argmax(axis=1) == 1
    assert agree.mean() == pytest.approx(right, abs=2 * 4 * 0.0025 + 0.0005)
