"""Intervals by resampling items, with the expected disagreement computed anew in each resample.

Responses to one item are alike, so items are drawn, never single units: drawing units covers the
truth too seldom. Items that look alike are drawn together by multinomial weights, which is exact.
Where more than `EXACT_CLUSTERS` of them differ, random groups of items are drawn instead, and
`method` says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evals.reliability import alpha, gwet
from evals.reliability.counts import Floats, UnitCounts, distinct_items
from evals.reliability.patterns import ItemClusters, UnitPatterns, item_clusters, unit_patterns
from evals.reliability.sums import Measurement, Sums, unit_sums

EXACT_CLUSTERS = 5_000
GROUPS = 4_096
ITEMS_MIN = 5
UNDEFINED_SHARE_MAX = 0.05
# Floats held at a time by one batch of resamples, about 16 MB an array.
_BATCH_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """`low` and `high` are both None when `method` begins with "no interval"."""

    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True, slots=True)
class Resampled:
    """What the resamples say about alpha, AC1 and (of ordinal scales) AC2."""

    alpha: Interval
    ac1: Interval
    ac2: Interval
    resamples: int
    resamples_undefined: int  # resamples in which alpha has no value, left out
    alpha_below_667: float | None  # share of resamples with alpha under .667
    alpha_below_800: float | None
    seed: int


def resample(
    counts: UnitCounts,
    measurement: Measurement | str,
    *,
    seed: int = 0,
    resamples: int = 1_000,
    ci_level: float = 0.95,
) -> Resampled:
    """Percentile intervals of alpha, AC1 and AC2 from the same resamples of items."""
    if refusal := _refusal(counts, resamples):
        return _without_interval(refusal, seed)
    alphas, ac1s, ac2s, method = _draws(counts, Measurement(measurement), seed, resamples)
    defined = alphas[~np.isnan(alphas)]
    trusted = len(alphas) - len(defined) <= UNDEFINED_SHARE_MAX * len(alphas)
    return Resampled(
        alpha=_interval(alphas, ci_level, method),
        ac1=_interval(ac1s, ci_level, method),
        ac2=_interval(ac2s, ci_level, method),
        resamples=resamples,
        resamples_undefined=len(alphas) - len(defined),
        alpha_below_667=float(np.mean(defined < 0.667)) if trusted else None,
        alpha_below_800=float(np.mean(defined < 0.8)) if trusted else None,
        seed=seed,
    )


def _refusal(counts: UnitCounts, resamples: int) -> str | None:
    if resamples < 1:
        return "no interval: no resamples were asked for"
    items = distinct_items(counts.items[counts.pairable()])
    if items == 0:
        return "no interval: no unit was rated by two experts"
    if items < ITEMS_MIN:
        noun = "item" if items == 1 else "items"
        return f"no interval: {items} {noun} with shared units, resampling needs {ITEMS_MIN}"
    return None


def _without_interval(reason: str, seed: int) -> Resampled:
    none = Interval(None, None, reason)
    return Resampled(none, none, none, 0, 0, None, None, seed)


def _interval(values: Floats, ci_level: float, method: str) -> Interval:
    defined = values[~np.isnan(values)]
    missing = len(values) - len(defined)
    if missing > UNDEFINED_SHARE_MAX * len(values):
        reason = f"no interval: undefined in {missing} of {len(values)} resamples"
        return Interval(None, None, reason)
    low, high = np.quantile(defined, [(1 - ci_level) / 2, (1 + ci_level) / 2])
    return Interval(float(low), float(high), method)


def _draws(
    counts: UnitCounts, measurement: Measurement, seed: int, resamples: int
) -> tuple[Floats, Floats, Floats, str]:
    """Every statistic in every resample (NaN where undefined), and the name of the method."""
    patterns = unit_patterns(counts.counts)
    clusters = item_clusters(patterns, counts.items, limit=EXACT_CLUSTERS, groups=GROUPS, seed=seed)
    of_unit = unit_sums(patterns.rows, counts, measurement)
    of_cluster = of_unit.weighted(clusters.units)
    width = max(len(clusters.repeats), *_widths(of_cluster), len(patterns.repeats))
    alphas, ac1s, ac2s = [], [], []
    for weights in _weights(clusters, seed, resamples, max(1, _BATCH_CELLS // width)):
        sums = of_cluster.weighted(weights)
        ac1, ac2 = _chance_corrected(sums, counts)
        ac1s.append(ac1)
        ac2s.append(ac2)
        if alpha.long_ordinal(patterns, measurement):
            alphas.append(_long_ordinal(weights, clusters, patterns, of_unit))
        else:
            alphas.append(alpha.of_sums(sums, measurement))
    joined = [np.concatenate(each) for each in (alphas, ac1s, ac2s)]
    return joined[0], joined[1], joined[2], _named(clusters)


def _widths(sums: Sums) -> tuple[int, ...]:
    return sums.paired.shape[1], sums.shares.shape[1], sums.pairs.shape[1]


def _long_ordinal(
    weights: Floats, clusters: ItemClusters, patterns: UnitPatterns, of_unit: Sums
) -> Floats:
    return alpha.of_long_ordinal(weights @ clusters.units, patterns.rows, of_unit.paired)


def _chance_corrected(sums: Sums, counts: UnitCounts) -> tuple[Floats, Floats]:
    if not counts.declared or len(counts.values) < 2:
        nowhere = np.full(len(sums.units), np.nan)
        return nowhere, nowhere
    return gwet.ac1_of_sums(sums), gwet.ac2_of_sums(sums)


def _weights(clusters: ItemClusters, seed: int, resamples: int, batch: int) -> Iterator[Floats]:
    """How often each cluster is drawn in each resample, some resamples at a time."""
    rng = np.random.default_rng(seed)
    n = int(clusters.repeats.sum())
    chances = clusters.repeats / n
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        if clusters.grouped:
            yield _drawn_evenly(rng, n, size)
        else:
            yield rng.multinomial(n, chances, size=size).astype(np.float64)


def _drawn_evenly(rng: np.random.Generator, n: int, size: int) -> Floats:
    """n draws from n equally likely groups: counting indices is faster than a multinomial."""
    drawn = rng.integers(0, n, size=(size, n)) + n * np.arange(size)[:, None]
    return np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.float64)


def _named(clusters: ItemClusters) -> str:
    return f"item bootstrap over {GROUPS} random groups" if clusters.grouped else "item bootstrap"
