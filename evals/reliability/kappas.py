"""Chance-corrected agreement of any number of raters, from value counts, plain or weighted.

All are K = (p_a - p_e) / (1 - p_e) with p_a the mean over shared units of the (weighted) share of
agreeing pairs. What they hold to be chance differs. pi_k is the mean over all rated units of the
share of the unit's ratings at level k (singly rated units included: Gwet's generalisation to
missing ratings), w the weights, T their sum, q the number of declared levels:
    percent            p_e = 0
    Brennan-Prediger   p_e = T / q^2                       every level is as likely
    Fleiss             p_e = sum_kl w_kl pi_k pi_l         (two raters: Scott's pi)
    Gwet's AC1, AC2    p_e = T / (q (q - 1)) sum_k pi_k (1 - pi_k)
Krippendorff's alpha with agreement weights stands beside them: shared units only, pi over ratings,
and p_a corrected by 1 / (number of ratings). Formulas and variances: Gwet, Handbook of Inter-Rater
Reliability (2014), chapters 2, 3 and 5. Conger's kappa needs the raters: `conger.py`.
"""

import numpy as np

from evals.reliability.agreeing import Agreeing
from evals.reliability.counts import Floats
from evals.reliability.linearised import (
    DEFAULT,
    Coefficient,
    Spread,
    influences,
    squares_by_pattern,
    without_value,
)
from evals.reliability.statistic import Statistic, Undefined
from evals.reliability.tally import Counted, Tally, tallied
from evals.reliability.weights import Scheme, Weighting, is_plain

# Weights are a table of levels x levels.
LEVELS_MAX = 512


def percent(
    counted: Counted,
    weights: Weighting = Scheme.IDENTITY,
    *,
    raters: int | None = None,
    spread: Spread = DEFAULT,
) -> Coefficient:
    """Mean share of agreeing pairs of ratings of a shared unit; partial credit with weights."""
    tally = tallied(counted)
    if reason := undefined(tally, raters, estimated=False, declared=False):
        return without_value("percent agreement", reason, n_units=tally.n_pairable)
    seen = Agreeing.of(tally, weights)
    return _joined("percent agreement", seen, 0.0, np.zeros(len(tally)), spread)


def brennan_prediger(
    counted: Counted,
    weights: Weighting = Scheme.IDENTITY,
    *,
    raters: int | None = None,
    spread: Spread = DEFAULT,
) -> Coefficient:
    """Against raters who pick each declared level equally often (Randolph's free-marginal)."""
    name, tally = "Brennan and Prediger's coefficient", tallied(counted)
    if reason := undefined(tally, raters, estimated=False):
        return without_value(name, reason, n_units=tally.n_pairable)
    seen = Agreeing.of(tally, weights)
    expected = float(seen.weights.mean())
    return _joined(name, seen, expected, np.full(len(tally), expected), spread)


def fleiss(
    counted: Counted,
    weights: Weighting = Scheme.IDENTITY,
    *,
    raters: int | None = None,
    spread: Spread = DEFAULT,
) -> Coefficient:
    """Against ratings dealt by the levels' shares; of two raters it is Scott's pi."""
    name, tally = "Fleiss' kappa", tallied(counted)
    if reason := undefined(tally, raters, declared=False):
        return without_value(name, reason, n_units=tally.n_pairable)
    seen = Agreeing.of(tally, weights)
    pi = seen.prevalence()
    chance = seen.mean_over_ratings(seen.weights @ pi)
    return _joined(name, seen, float(pi @ seen.weights @ pi), chance, spread)


def gwet_ac(
    counted: Counted,
    weights: Weighting = Scheme.IDENTITY,
    *,
    raters: int | None = None,
    spread: Spread = DEFAULT,
) -> Coefficient:
    """AC1, or AC2 with weights: stays high where one level is rare. One class gives 1, marked."""
    name, tally = "AC1" if is_plain(weights) else "AC2", tallied(counted)
    if reason := undefined(tally, raters, estimated=False):
        return without_value(name, reason, n_units=tally.n_pairable)
    seen = Agreeing.of(tally, weights)
    q, pi = len(tally.values), seen.prevalence()
    factor = float(seen.weights.sum()) / (q * (q - 1))
    chance = seen.mean_over_ratings(factor * (1 - pi))
    return _joined(name, seen, factor * float(pi @ (1 - pi)), chance, spread)


def weighted_alpha(
    counted: Counted,
    weights: Weighting = Scheme.IDENTITY,
    *,
    raters: int | None = None,
    spread: Spread = DEFAULT,
) -> Coefficient:
    """Krippendorff's alpha with distance 1 - weight, and Gwet's standard error of it.

    Identity weights give nominal alpha, quadratic ones by value interval alpha.
    """
    tally = tallied(counted)
    if reason := undefined(tally, raters, declared=False):
        return without_value("alpha", reason, n_units=tally.n_pairable)
    seen, shared = Agreeing.of(tally, weights), tally.pairable()
    repeats, m = np.where(shared, tally.repeats, 0), tally.sizes
    mean = float(repeats @ m) / tally.n_pairable
    each = seen.share * m / mean  # agreeing pairs for each rating of an average unit
    first = float(repeats @ each) / tally.n_pairable
    pi = np.asarray(repeats @ tally.rows) / float(repeats @ m)
    expected = float(pi @ seen.weights @ pi)
    # By chance two of n ratings are one and the same rating once in n.
    correction = 1 / float(repeats @ m)
    observed = (1 - correction) * first + correction
    plain = (first - expected) / (1 - expected)
    excess = (m - mean) / mean
    chance = np.asarray(tally.rows @ (seen.weights @ pi)) / mean - expected * excess
    deviations = influences(plain, expected, each - first * excess, chance) - plain
    found = squares_by_pattern(
        np.where(shared, deviations, 0.0), tally.clusters, tally.n_shared_items
    )
    se = found.standard_error(tally.n_pairable, spread)
    value = (observed - expected) / (1 - expected)
    interval = found.t_interval(value, se, spread)
    return Coefficient(
        "alpha", Statistic(value), tally.n_pairable, observed, expected, se, interval
    )


def undefined(
    tally: Tally, raters: int | None, *, estimated: bool = True, declared: bool = True
) -> Undefined | None:
    """Why there is no value. `estimated`: chance is estimated from the ratings themselves.

    `declared`: the number of levels counts, so they must be declared.
    """
    if not tally.n_ratings:
        return Undefined.NO_RATINGS
    if declared and not tally.declared:
        return Undefined.NO_DECLARED_LEVELS
    if declared and len(tally.values) < 2:
        return Undefined.ONE_LEVEL
    if len(tally.values) > LEVELS_MAX:
        return Undefined.TOO_MANY_LEVELS
    if raters == 1:
        return Undefined.ONE_RATER
    if not tally.n_pairable:
        return Undefined.NO_SHARED_UNIT
    if not estimated:
        return None
    if int(np.count_nonzero(np.where(tally.pairable(), tally.repeats, 0) @ tally.rows)) < 2:
        return Undefined.ONE_VALUE
    return Undefined.SINGLE_UNIT if tally.n_pairable == 1 else None


def _joined(
    name: str, seen: Agreeing, expected: float, chance: Floats, spread: Spread
) -> Coefficient:
    """The coefficient from both sides; `chance` is each pattern's half of the derivative of p_e."""
    tally, observed = seen.tally, seen.observed()
    value = (observed - expected) / (1 - expected)
    deviations = influences(value, expected, seen.around(expected), chance) - value
    found = squares_by_pattern(deviations, tally.clusters, tally.n_items)
    se = found.standard_error(tally.n_units, spread)
    interval = found.t_interval(value, se, spread)
    statistic = Statistic(value, one_class=int(np.count_nonzero(tally.marginals())) == 1)
    return Coefficient(name, statistic, tally.n_pairable, observed, expected, se, interval)
