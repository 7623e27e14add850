"""Agreement on the responses to one item, one against the other: what training within items needs.

Pooled alpha can be carried by differences between items. Here chance is dealing the ratings of an
item anew among its own responses:
    alpha_w = 1 - sum_i N_i O_i / sum_i N_i E_i
over items i with at least two responses rated twice, N_i the ratings of those, O_i the mean
distance of two ratings of one response (as in alpha), E_i that of any two ratings of the item.
Under such dealing the expectation of O_i is E_i, so alpha_w is 0 by chance; it is 1 at perfect
agreement. Where all ratings of an item are equal E_i is 0: such items say nothing. Distances are
those of alpha; on ordinal scales they come from the ratings of all items together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.reliability import sentences
from evals.reliability.bootstrap import ITEMS_MIN, UNDEFINED_SHARE_MAX
from evals.reliability.clusters import ItemClusters
from evals.reliability.counts import Floats
from evals.reliability.sums import Measurement
from evals.reliability.tally import Tally

# Levels x levels are tabulated; longer scales are left to the pooled value.
LEVELS_MAX = 128


@dataclass(frozen=True, slots=True)
class WithinItems:
    """A value with its interval, or the reason in words; `n_items` have two shared responses."""

    value: float | None
    ci_low: float | None
    ci_high: float | None
    n_items: int
    undefined_reason: str | None


def within_items(
    tally: Tally, measurement: Measurement | str, *, seed: int = 0, resamples: int = 1_000
) -> WithinItems:
    """Alpha within items, its interval by resampling items."""
    clusters = tally.clusters
    if not isinstance(clusters, ItemClusters):
        return _undefined(0, sentences.WITHIN_TOO_MANY())
    if len(tally.values) > LEVELS_MAX:
        return _undefined(0, sentences.WITHIN_TOO_LONG())
    shared = tally.pairable()
    units = np.asarray(clusters.units[:, np.flatnonzero(shared)].toarray(), dtype=np.float64)
    usable = units.sum(axis=1) >= 2
    repeats = clusters.repeats[usable]
    if not len(repeats):
        return _undefined(0, sentences.WITHIN_NOT_SHARED())
    rows = np.asarray(_dense(tally)[shared], dtype=np.float64)
    observed, expected = _sums(units[usable], rows, tally, Measurement(measurement))
    n_items = int(repeats.sum())
    total = float(repeats @ expected)
    if total <= 0:
        return _undefined(n_items, sentences.WITHIN_ALIKE())
    value = 1 - float(repeats @ observed) / total
    low, high = _interval(observed, expected, repeats, seed, resamples)
    return WithinItems(value, low, high, n_items, None)


def _undefined(n_items: int, reason: str) -> WithinItems:
    return WithinItems(None, None, None, n_items, reason)


def _dense(tally: Tally) -> Floats:
    return tally.rows.toarray() if hasattr(tally.rows, "toarray") else tally.rows


def _sums(
    units: Floats, rows: Floats, tally: Tally, measurement: Measurement
) -> tuple[Floats, Floats]:
    """N_i O_i and N_i E_i of each kind of item."""
    weights = tally.repeats[tally.pairable()].astype(np.float64)
    distance = _distances(np.array(tally.values), weights @ rows, measurement)
    m = rows.sum(axis=1)
    of_unit = np.einsum("pk,kl,pl->p", rows, distance, rows) / (m - 1)
    counts = units @ rows
    n = counts.sum(axis=1)
    expected = np.einsum("ik,kl,il->i", counts, distance, counts) / (n - 1)
    return units @ of_unit, expected


def _distances(values: Floats, marginals: Floats, measurement: Measurement) -> Floats:
    if measurement is Measurement.NOMINAL:
        return 1.0 - np.eye(len(values))
    if measurement is Measurement.ORDINAL:
        ranks = np.cumsum(marginals) - marginals / 2
        return np.subtract.outer(ranks, ranks) ** 2
    apart = np.subtract.outer(values, values)
    if measurement is Measurement.INTERVAL:
        return apart**2
    sums = np.add.outer(values, values)
    return np.divide(apart, sums, out=np.zeros_like(apart), where=sums != 0) ** 2


def _interval(
    observed: Floats, expected: Floats, repeats: np.ndarray, seed: int, resamples: int
) -> tuple[float | None, float | None]:
    """None for both on too few items, or where too many resamples have no value."""
    n = int(repeats.sum())
    if n < ITEMS_MIN or resamples < 1:
        return None, None
    drawn = np.random.default_rng(seed).multinomial(n, repeats / n, size=resamples)
    above, below = drawn @ observed, drawn @ expected
    defined = below > 0
    if (~defined).sum() > UNDEFINED_SHARE_MAX * resamples:
        return None, None
    low, high = np.quantile(1 - above[defined] / below[defined], [0.025, 0.975])
    return float(low), float(high)
