"""Agreement of every two raters: Cohen's kappa, plain and weighted, and who said what when.

kappa = (p_a - p_e) / (1 - p_e) over the units that both rated, with p_e = sum_kl w_kl p_k q_l from
each rater's own shares of the levels (Cohen 1960, 1968). Its asymptotic standard error is that of
Fleiss, Cohen and Everitt (1969); with several responses to one item, items are the clusters.
A rater's scores on other units play no part, so kappas of different pairs rest on different units.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evals.reliability import sentences
from evals.reliability.answers import Answers
from evals.reliability.counts import DENSE_LEVELS, Floats, Integers, UnitCounts
from evals.reliability.linearised import (
    Coefficient,
    Spread,
    influences,
    squares_by_unit,
    without_value,
)
from evals.reliability.statistic import Statistic, Undefined
from evals.reliability.sums import Measurement
from evals.reliability.weights import Scheme, Weighting, is_plain, level_weights, weights_of

# Fleiss, Cohen and Everitt's formula.
ASYMPTOTIC = Spread(two_raters=True)


@dataclass(frozen=True, eq=False)
class PairAgreement:
    """Raters `first` < `second` by position. `confusion[a, b]`: shared units that the first put at
    level a and the second at level b; None on a scale too long to tabulate.

    `kappa.observed` is the share of units on which they agree. `weighted` is None but for ordinal
    and interval scales (quadratic weights; by steps or by values).
    """

    first: int
    second: int
    n_units: int
    n_items: int
    confusion: Integers | None
    kappa: Coefficient
    weighted: Coefficient | None


def pair_agreements(
    answers: Answers, measurement: Measurement | str, *, ci_level: float = 0.95
) -> list[PairAgreement]:
    """Every pair of raters with a rating, also those who share nothing (then kappa says so)."""
    quadratic = _quadratic(answers, Measurement(measurement))
    return [
        _compared(answers, pair, levels, units, quadratic, ci_level)
        for pair, levels, units in _meetings(answers)
    ]


def cohen_kappa(
    confusion: Integers,
    weights: Weighting = Scheme.IDENTITY,
    *,
    values: Sequence[float] | None = None,
    spread: Spread = ASYMPTOTIC,
) -> Coefficient:
    """From a table of levels x levels, every unit an item of its own.

    `values` of the levels matter for ratio weights only; they are 1, 2, ... when left out.
    """
    confusion = np.asarray(confusion)
    levels = range(1, len(confusion) + 1) if values is None else values
    if confusion.shape != (len(levels), len(levels)):
        raise ValueError("Two raters' table has one row and one column for each level.")
    first, second = np.indices(confusion.shape)
    cells = confusion.ravel()
    a, b = np.repeat(first.ravel(), cells), np.repeat(second.ravel(), cells)
    return _cohen(a, b, np.arange(len(a)), weights_of(weights, levels), spread)


def cohen_of_codes(
    first: Integers,
    second: Integers,
    items: Integers,
    weights: Floats,
    *,
    ci_level: float = 0.95,
) -> Coefficient:
    """From the two levels of each unit (positions) and the item of each; `weights` as a table."""
    number, n_items = _renumbered(items)
    spread = Spread(ci_level, two_raters=n_items == len(number))
    return _cohen(first, second, number, weights, spread)


def pair_counts(confusion: Integers, values: tuple[float, ...]) -> UnitCounts:
    """The same units without telling the raters apart: for Scott's pi (Fleiss' kappa of two)."""
    q = len(confusion)
    one = np.eye(q, dtype=np.int64)
    cells = (one[:, None, :] + one[None, :, :]).reshape(q * q, q)
    return UnitCounts.from_matrix(values, np.repeat(cells, confusion.ravel(), axis=0))


def _meetings(
    answers: Answers,
) -> Iterator[tuple[tuple[int, int], tuple[Integers, Integers], Integers]]:
    """Each pair of raters with the levels both gave and the units they share.

    One rater's levels are laid out over all units and looked up for each later rater, so memory
    stays at one number a unit however many pairs there are.
    """
    order = np.argsort(answers.raters, kind="stable")
    bounds = np.cumsum(answers.per_rater)[:-1]
    units = np.split(answers.units[order], bounds)
    levels = np.split(answers.levels[order], bounds)
    active = np.flatnonzero(answers.per_rater).tolist()
    placed = np.full(answers.n_units, -1, dtype=np.int64)
    for place, g in enumerate(active):
        placed[units[g]] = levels[g]
        for h in active[place + 1 :]:
            seen = placed[units[h]]
            both = seen >= 0
            yield (g, h), (seen[both], levels[h][both]), units[h][both]
        placed[units[g]] = -1


def _compared(
    answers: Answers,
    pair: tuple[int, int],
    levels: tuple[Integers, Integers],
    units: Integers,
    quadratic: Floats | None,
    ci_level: float,
) -> PairAgreement:
    q = len(answers.values)
    short = q <= DENSE_LEVELS
    items, n_items = _renumbered(answers.items[units])
    spread = Spread(ci_level, two_raters=n_items == len(units))
    plain = np.eye(q) if short else np.zeros((0, 0))
    return PairAgreement(
        first=pair[0],
        second=pair[1],
        n_units=len(units),
        n_items=n_items,
        confusion=_tabulated(levels, q) if short else None,
        kappa=_or_too_long(short, levels, items, plain, spread),
        weighted=None
        if quadratic is None
        else _or_too_long(short, levels, items, quadratic, spread),
    )


def _or_too_long(
    short: bool, levels: tuple[Integers, Integers], items: Integers, w: Floats, spread: Spread
) -> Coefficient:
    if not short:
        return without_value(_name(w), Undefined.TOO_MANY_LEVELS, n_units=len(items))
    return _cohen(*levels, items, w, spread)


def _cohen(a: Integers, b: Integers, items: Integers, w: Floats, spread: Spread) -> Coefficient:
    name = _name(w)
    if reason := _undefined(a, b):
        return without_value(name, reason, n_units=len(a))
    p = np.bincount(a, minlength=len(w)) / len(a)
    q = np.bincount(b, minlength=len(w)) / len(b)
    observed, expected = float(w[a, b].mean()), float(p @ w @ q)
    value = (observed - expected) / (1 - expected)
    chance = ((w @ q)[a] + (w @ p)[b]) / 2
    deviations = influences(value, expected, w[a, b], chance) - value
    found = squares_by_unit(deviations, items)
    se = found.standard_error(len(a), spread)
    interval = found.t_interval(value, se, spread)
    return Coefficient(name, Statistic(value), len(a), observed, expected, se, interval)


def _name(w: Floats) -> str:
    return sentences.COHEN() if is_plain(w) else sentences.WEIGHTED_KAPPA()


def _undefined(a: Integers, b: Integers) -> Undefined | None:
    """Both raters constant at one level leave nothing for chance; one unit leaves no marginals."""
    if not len(a):
        return Undefined.NO_SHARED_UNIT
    if (a == a[0]).all() and (b == a[0]).all():
        return Undefined.ONE_VALUE
    return Undefined.SINGLE_UNIT if len(a) == 1 else None


def _renumbered(items: Integers) -> tuple[Integers, int]:
    """Items numbered from 0 without gaps, so that sums over them are as short as they can be."""
    order = np.argsort(items, kind="stable")
    changes = np.cumsum(np.diff(items[order], prepend=items[order[:1]]) != 0)
    number = np.empty(len(items), dtype=np.int64)
    number[order] = changes
    return number, int(changes[-1]) + 1 if len(items) else 0


def _tabulated(levels: tuple[Integers, Integers], q: int) -> Integers:
    return np.bincount(levels[0] * q + levels[1], minlength=q * q).reshape(q, q)


def _quadratic(answers: Answers, measurement: Measurement) -> Floats | None:
    """Weights of the weighted kappa; None where levels have no order or are too many."""
    if measurement is Measurement.NOMINAL:
        return None
    if len(answers.values) > DENSE_LEVELS:
        return np.zeros((0, 0))
    by_value = measurement is not Measurement.ORDINAL
    return level_weights(Scheme.QUADRATIC, answers.values, by_value=by_value)
