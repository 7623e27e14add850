"""Intervals by resampling items, with the expected disagreement computed anew in each resample.

Responses to one item are alike, so items are drawn, never single units: drawing units covers the
truth too seldom. Up to `EXACT_ITEMS` items are drawn exactly; so are more of them where each has
one response, because then only unit patterns differ and multinomial weights draw them all. Of other
items the sums of what they contribute are drawn from their normal distribution, and on long scales
the coefficient itself (linearised); `method` says which.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evals.reliability import alpha, gwet, influence, normal, sentences
from evals.reliability.clusters import EXACT_ITEMS, ItemClusters, ItemMoments
from evals.reliability.counts import Floats
from evals.reliability.sums import Measurement, Sums, unit_sums
from evals.reliability.tally import Counted, Tally, patterns_of, tallied

ITEM_BOOTSTRAP = sentences.ITEM_BOOTSTRAP()
NORMAL_DRAW = sentences.NORMAL_DRAW()
LINEARISED = sentences.LINEARISED()
# Kinds of items that are drawn by multinomial weights when there are more items than are drawn one
# by one, and unit patterns that the sums of each kind are made of.
EXACT_KINDS = 2_000
EXACT_PATTERNS = 20_000
# Numbers a unit contributes up to which they are drawn together.
DRAWN_SUMS = 96
# Values of a ratio scale whose distances are summed anew in each resample.
RATIO_VALUES = 1_000
# Up to so many items of a kind, drawing items is faster than drawing how many of each kind.
_ITEMS_PER_KIND = 8
ITEMS_MIN = 5
# Sums are not normal when fewer items than these carry them.
BALANCE_MIN = 100
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


@dataclass(frozen=True, eq=False)
class Draws:
    """Each coefficient in every resample, NaN where it is undefined."""

    alpha: Floats
    ac1: Floats
    ac2: Floats
    method: str


def resample(
    counted: Counted,
    measurement: Measurement | str,
    *,
    seed: int = 0,
    resamples: int = 1_000,
    ci_level: float = 0.95,
) -> Resampled:
    """Percentile intervals of alpha, AC1 and AC2 from the same resamples of items."""
    tally = tallied(counted).scored()
    if refusal := _refusal(tally, resamples):
        return _without_interval(refusal, seed)
    drawn = _draws(tally, Measurement(measurement), seed, resamples)
    defined = drawn.alpha[~np.isnan(drawn.alpha)]
    trusted = resamples - len(defined) <= UNDEFINED_SHARE_MAX * resamples
    return Resampled(
        alpha=_interval(drawn.alpha, ci_level, drawn.method),
        ac1=_interval(drawn.ac1, ci_level, drawn.method),
        ac2=_interval(drawn.ac2, ci_level, drawn.method),
        resamples=resamples,
        resamples_undefined=resamples - len(defined),
        alpha_below_667=float(np.mean(defined < 0.667)) if trusted else None,
        alpha_below_800=float(np.mean(defined < 0.8)) if trusted else None,
        seed=seed,
    )


def _refusal(tally: Tally, resamples: int) -> str | None:
    if resamples < 1:
        return sentences.NO_RESAMPLES()
    items = tally.n_shared_items
    if items == 0:
        return sentences.NOTHING_SHARED()
    if items < ITEMS_MIN:
        return sentences.FEW_ITEMS(n=items, least=ITEMS_MIN)
    clusters = tally.clusters
    if isinstance(clusters, ItemMoments) and clusters.balance(tally.n_units) < BALANCE_MIN:
        return sentences.UNBALANCED()
    return None


def _without_interval(reason: str, seed: int) -> Resampled:
    none = Interval(None, None, reason)
    return Resampled(none, none, none, 0, 0, None, None, seed)


def _interval(values: Floats, ci_level: float, method: str) -> Interval:
    defined = values[~np.isnan(values)]
    missing = len(values) - len(defined)
    if missing > UNDEFINED_SHARE_MAX * len(values):
        reason = sentences.OFTEN_UNDEFINED(missing=missing, resamples=len(values))
        return Interval(None, None, reason)
    low, high = np.quantile(defined, [(1 - ci_level) / 2, (1 + ci_level) / 2])
    return Interval(float(low), float(high), method)


def _draws(tally: Tally, measurement: Measurement, seed: int, resamples: int) -> Draws:
    of_unit = unit_sums(tally.rows, tally, measurement)
    if _drawn_exactly(tally, measurement):
        return _multinomial(tally, of_unit, measurement, seed, resamples)
    cells = len(tally) * of_unit.width()
    short = of_unit.width() <= DRAWN_SUMS and cells <= _BATCH_CELLS
    if short and len(tally.values) <= _levels_max(measurement):
        return _normal(tally, of_unit, measurement, seed, resamples)
    return _linearised(tally, of_unit, measurement, seed, resamples)


def _drawn_exactly(tally: Tally, measurement: Measurement) -> bool:
    clusters = tally.clusters
    if not isinstance(clusters, ItemClusters):
        return False
    if clusters.n_items > EXACT_ITEMS and len(clusters.repeats) > EXACT_KINDS:
        return False
    long_ratio = measurement is Measurement.RATIO and len(tally.values) > RATIO_VALUES
    return len(tally) <= EXACT_PATTERNS and not long_ratio


def _levels_max(measurement: Measurement) -> float:
    """Pairs of levels are among an ordinal scale's sums only when it is short."""
    return alpha.PAIR_LEVELS if measurement is Measurement.ORDINAL else float("inf")


def _multinomial(
    tally: Tally, of_unit: Sums, measurement: Measurement, seed: int, resamples: int
) -> Draws:
    clusters = tally.clusters
    assert isinstance(clusters, ItemClusters)
    patterns = patterns_of(tally)
    long = alpha.long_ordinal(patterns, measurement)
    of_cluster = of_unit.weighted(clusters.units)
    width = max(len(clusters.repeats), of_cluster.width(), len(tally) if long else 0)
    parts = []
    for weights in _weights(clusters, seed, resamples, max(1, _BATCH_CELLS // width)):
        sums = of_cluster.weighted(weights)
        if long:
            units = weights @ clusters.units
            alphas = alpha.of_long_ordinal(units, tally.rows, of_unit.paired)
        else:
            alphas = alpha.of_sums(sums, tally, measurement)
        parts.append((alphas, *_chance_corrected(sums, tally)))
    alphas, ac1s, ac2s = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Draws(alphas, ac1s, ac2s, ITEM_BOOTSTRAP)


def _normal(
    tally: Tally, of_unit: Sums, measurement: Measurement, seed: int, resamples: int
) -> Draws:
    flat = of_unit.flat()
    drawn = normal.drawn(tally, flat, seed=seed, resamples=resamples)
    # A level that hardly anybody chose is drawn below 0 at times; then nobody chose it.
    counts = (flat >= 0).all(axis=0)
    drawn[:, counts] = np.maximum(drawn[:, counts], 0.0)
    drawn[:, ~flat.any(axis=0)] = 0.0
    sums = of_unit.like(drawn)
    alphas = alpha.of_sums(sums, tally, measurement)
    return Draws(alphas, *_chance_corrected(sums, tally), NORMAL_DRAW)


def _linearised(
    tally: Tally, of_unit: Sums, measurement: Measurement, seed: int, resamples: int
) -> Draws:
    total = of_unit.weighted(tally.repeats[None, :].astype(np.float64))
    nothing = np.zeros(len(tally))
    centre = [float("nan")] * 3
    columns = [nothing] * 3
    patterns = patterns_of(tally)
    if alpha.undefined(patterns) is None:
        centre[0] = alpha.point(patterns, of_unit, tally, measurement)
        columns[0] = influence.of_alpha(tally.rows, tally.repeats, of_unit, tally, measurement)
    if gwet.undefined(tally) is None:
        centre[1:] = [float(each[0]) for each in _chance_corrected(total, tally)]
        columns[1:] = [
            influence.of_corrected(tally.repeats, of_unit, agreeing, factor)
            for agreeing, factor in gwet.parts(of_unit)
        ]
    moved = normal.drawn(tally, np.column_stack(columns), seed=seed, resamples=resamples)
    moved -= tally.repeats @ np.column_stack(columns)
    found = np.minimum(np.array(centre) + moved, 1.0)
    return Draws(found[:, 0], found[:, 1], found[:, 2], LINEARISED)


def _chance_corrected(sums: Sums, tally: Tally) -> tuple[Floats, Floats]:
    if not tally.declared or len(tally.values) < 2:
        nowhere = np.full(len(sums.units), np.nan)
        return nowhere, nowhere.copy()
    return gwet.ac1_of_sums(sums), gwet.ac2_of_sums(sums)


def _weights(clusters: ItemClusters, seed: int, resamples: int, batch: int) -> Iterator[Floats]:
    """How often each kind of item is drawn in each resample, some resamples at a time."""
    rng = np.random.default_rng(seed)
    n, kinds = clusters.n_items, len(clusters.repeats)
    one_by_one = n <= _ITEMS_PER_KIND * kinds and n <= EXACT_ITEMS
    rare = clusters.repeats <= (n if one_by_one else _ITEMS_PER_KIND)
    kind_of = np.repeat(np.flatnonzero(rare), clusters.repeats[rare])
    # Common kinds are drawn as such, and how many of the others there are; these item by item,
    # which is the same and takes less than a draw for each kind.
    shares = np.append(clusters.repeats[~rare], len(kind_of)) / n
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        counts = rng.multinomial(n, shares, size=size)
        drawn = kind_of[rng.integers(0, len(kind_of), size=int(counts[:, -1].sum()))]
        drawn += kinds * np.repeat(np.arange(size), counts[:, -1])
        found = np.bincount(drawn, minlength=size * kinds).reshape(size, kinds)
        found[:, ~rare] = counts[:, :-1]
        yield found.astype(np.float64)
