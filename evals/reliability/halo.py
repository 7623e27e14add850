"""Whether a rater's answers on one criterion spill over to another.

Within: the correlation of two criteria in the SAME rater's ratings of responses. Between: of one
rater's answers on the first with ANOTHER rater's on the second, on the same responses. What the
responses themselves explain is in both; the excess of the first over the second is the rater's own
(halo). Answers are taken less their rater's mean, so leniency makes no correlation; both are over
the same spread: within = S(ab) / N, between = S over units of (S(a) S(b) - S(ab)) / (m - 1) / N,
with N = root of S(a^2) S(b^2), over ratings of units that two or more raters rated on both.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from evals.reliability import figure, sentences
from evals.reliability.counts import Floats, Integers
from evals.reliability.figure import Figure
from evals.reliability.minutes import within

RATINGS_MIN = 10
CRITERIA_MAX = 20
_PARTS = 4


@dataclass(frozen=True, slots=True)
class PairHalo:
    """Criteria `first` and `second` (columns); `n` of each figure counts ratings."""

    first: int
    second: int
    within: Figure
    between: Figure
    excess: Figure


@dataclass(frozen=True, eq=False)
class Halo:
    """`mean` excess over all pairs that have one; `raters` holds the same for each rater.

    `left_out` are the columns beyond the 20 with most ratings.
    """

    pairs: tuple[PairHalo, ...]
    mean: Figure
    raters: tuple[Figure, ...]
    left_out: tuple[int, ...]


def halo(
    numbers: Floats,
    raters: Integers,
    units: Integers,
    items: Integers,
    *,
    n_raters: int,
    seed: int = 0,
) -> Halo:
    """`numbers` is ratings x criteria, NaN where a rating has no value on a criterion; `raters`,
    `units` (responses) and `items` have one entry a rating. Criteria must be ordered: pass values,
    of binary ones 0 and 1. Intervals over items.
    """
    columns, left_out = _columns(numbers)
    parts = [(a, b, _parts(numbers, raters, units, a, b)) for a, b in combinations(columns, 2)]
    place = np.unique(items, return_inverse=True)[1]
    pairs = tuple(_pair(a, b, place, rows, seed) for a, b, rows in parts)
    told = [rows for (_, _, rows), pair in zip(parts, pairs, strict=True) if _told(pair)]
    above, below = _per_rating(told, len(numbers))
    of_raters = (np.flatnonzero((raters == rater) & (below > 0)) for rater in range(n_raters))
    return Halo(
        pairs=pairs,
        mean=_mean(told, place, seed),
        raters=tuple(_of_rater(above[at], below[at], items[at], seed) for at in of_raters),
        left_out=left_out,
    )


def _columns(numbers: Floats) -> tuple[list[int], tuple[int, ...]]:
    rated = np.isfinite(numbers).sum(axis=0)
    busiest = np.argsort(-rated, kind="stable")
    return sorted(busiest[:CRITERIA_MAX].tolist()), tuple(sorted(busiest[CRITERIA_MAX:].tolist()))


def _parts(numbers: Floats, raters: Integers, units: Integers, a: int, b: int) -> Floats:
    """Each rating's ab, mean of a x others' b and b x others' a, a^2 and b^2; 0 where left out."""
    rows = np.zeros((len(numbers), _PARTS))
    both = np.isfinite(numbers[:, a]) & np.isfinite(numbers[:, b])
    enough = np.bincount(raters[both], minlength=int(raters.max(initial=-1)) + 1) >= RATINGS_MIN
    both &= enough[raters]
    shared = np.bincount(units[both], minlength=int(units.max(initial=-1)) + 1)
    at = np.flatnonzero(both)
    x, y = (within(numbers[at, column], raters[at]) for column in (a, b))
    kept = shared[units[at]] >= 2
    at, x, y = at[kept], x[kept], y[kept]
    m = shared[units[at]]
    others_x, others_y = (_others(z, units[at], m) for z in (x, y))
    rows[at] = np.column_stack([x * y, (x * others_y + y * others_x) / 2, x**2, y**2])
    return rows


def _others(numbers: Floats, units: Integers, m: Integers) -> Floats:
    if not len(numbers):
        return numbers
    return np.asarray((np.bincount(units, numbers)[units] - numbers) / (m - 1))


def _pair(a: int, b: int, place: Integers, rows: Floats, seed: int) -> PairHalo:
    n = int((rows[:, 2:].sum(axis=1) > 0).sum())
    sums = _per_item(rows, place)
    figures = [
        figure.of_item_sums(sums, statistic, n=n, seed=seed)
        for statistic in (_within, _between, _excess)
    ]
    return PairHalo(a, b, *figures)


def _per_item(rows: Floats, place: Integers) -> Floats:
    """Sums over each item that has any; items left out entirely would only widen the interval."""
    columns = [np.bincount(place, rows[:, part]) for part in range(rows.shape[1])]
    sums = np.column_stack(columns) if len(place) else np.zeros((0, rows.shape[1]))
    return np.asarray(sums[(sums != 0).any(axis=1)])


def _told(pair: PairHalo) -> bool:
    return pair.excess.value is not None


def _within(sums: Floats) -> Floats:
    return np.asarray(sums[:, 0] / np.sqrt(sums[:, 2] * sums[:, 3]))


def _between(sums: Floats) -> Floats:
    return np.asarray(sums[:, 1] / np.sqrt(sums[:, 2] * sums[:, 3]))


def _excess(sums: Floats) -> Floats:
    return _within(sums) - _between(sums)


def _mean_excess(sums: Floats) -> Floats:
    pairs = sums.reshape(len(sums), -1, _PARTS)
    spread = np.sqrt(pairs[:, :, 2] * pairs[:, :, 3])
    return np.asarray(((pairs[:, :, 0] - pairs[:, :, 1]) / spread).mean(axis=1))


def _mean(told: list[Floats], place: Integers, seed: int) -> Figure:
    if not told:
        return figure.absent(sentences.NO_COMMON_CRITERIA())
    rows = np.hstack(told)
    return figure.of_item_sums(_per_item(rows, place), _mean_excess, n=len(rows), seed=seed)


def _per_rating(told: list[Floats], n: int) -> tuple[Floats, Floats]:
    """Each rating's excess over everybody's spread, summed over its pairs, and how many pairs."""
    above, below = np.zeros(n), np.zeros(n)
    for rows in told:
        taken = (rows[:, 2] + rows[:, 3]) > 0
        spread = np.sqrt(rows[:, 2].sum() * rows[:, 3].sum()) / np.count_nonzero(taken)
        above += (rows[:, 0] - rows[:, 1]) / spread
        below += taken
    return above, below


def _of_rater(above: Floats, below: Floats, items: Integers, seed: int) -> Figure:
    n = len(above)
    if n < RATINGS_MIN:
        reason = sentences.FEW_COMPARABLE(ratings=n, least=RATINGS_MIN)
        return figure.absent(reason, n)
    return figure.ratio(above, below, items, seed=seed)
