"""Conger's kappa: agreement of several raters, each of whom has their own habits.

p_a as for Fleiss. p_e is the mean over pairs of raters g, h of sum_kl w_kl p_gk p_hl, with p_gk the
share of level k among the ratings of rater g; a rater of few units weighs like one of many. Two
raters without gaps: Cohen's kappa. Variance as Gwet linearises it (Handbook of Inter-Rater
Reliability, 2014, chapter 5).
"""

import numpy as np

from evals.reliability.agreeing import Agreeing, agreeing_shares, scaled_around
from evals.reliability.answers import Answers
from evals.reliability.counts import Floats
from evals.reliability.kappas import undefined
from evals.reliability.linearised import (
    DEFAULT,
    Coefficient,
    Spread,
    influences,
    squares_by_unit,
    without_value,
)
from evals.reliability.patterns import unit_patterns
from evals.reliability.statistic import Statistic
from evals.reliability.tally import Tally
from evals.reliability.weights import Scheme, Weighting

_NAME = "Conger's kappa"


def conger(
    answers: Answers, weights: Weighting = Scheme.IDENTITY, *, spread: Spread = DEFAULT
) -> Coefficient:
    """Against raters who each deal their own ratings at random."""
    tally = Tally.of(answers.counts())
    raters = int(np.count_nonzero(answers.per_rater))
    if reason := undefined(tally, raters, declared=False):
        return without_value(_NAME, reason, n_units=tally.n_pairable)
    seen = Agreeing.of(tally, weights)
    observed = seen.observed()
    expected, chance = _by_chance(answers, seen.weights, tally.n_units)
    value = (observed - expected) / (1 - expected)
    patterns = unit_patterns(answers.table)
    share = agreeing_shares(patterns.rows, seen.weights)[patterns.of_unit]
    agreeing = scaled_around(expected, share, answers.per_unit >= 2, tally)
    rated = answers.per_unit >= 1
    deviations = influences(value, expected, agreeing, chance)[rated] - value
    found = squares_by_unit(deviations, answers.items[rated])
    se = found.standard_error(tally.n_units, spread)
    interval = found.t_interval(value, se, spread)
    return Coefficient(_NAME, Statistic(value), tally.n_pairable, observed, expected, se, interval)


def _by_chance(answers: Answers, w: Floats, units: int) -> tuple[float, Floats]:
    """p_e, and each unit's half of its derivative around it."""
    q = len(answers.values)
    cells = np.bincount(answers.raters * q + answers.levels, minlength=answers.n_raters * q)
    given = np.maximum(answers.per_rater, 1)
    p = cells.reshape(answers.n_raters, q) / given[:, None]
    r = int(np.count_nonzero(answers.per_rater))
    # v_g = W (sum of the others' shares); raters without a rating have no shares
    toward_others = (p.sum(axis=0) - p) @ w
    own = (p * toward_others).sum(axis=1)
    expected = float(own.sum()) / (r * (r - 1))
    change = toward_others[answers.raters, answers.levels] - own[answers.raters]
    weights = change / given[answers.raters]
    per_unit = np.bincount(answers.units, weights=weights, minlength=answers.n_units)
    return expected, expected + units / (r * (r - 1)) * per_unit
