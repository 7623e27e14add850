"""Criteria that say nothing, that work against the others, or that say the same twice.

    p            mean credit; outside .05 to .95 nothing is left to learn from
    item-rest    correlation of a criterion with the sum of all others (point-biserial where binary)
    overlap      correlation of two criteria (phi where both are binary); above .8 they say the same

A flag opens a review and decides nothing: a pitfall or a skill of its own may well correlate low.
Fault is turned into its absence, so that more is better everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.weighing.sums import Weighed

type Floats = NDArray[np.float64]

SATURATED_HIGH, SATURATED_LOW = 0.95, 0.05
ITEM_REST_MIN = 0.1
OVERLAP_MIN = 0.8
# Of more criteria than this no two are compared: there would be millions of twos.
COMPARED = 1_000
# Fewer responses than this, and a correlation says next to nothing.
RESPONSES_MIN = 10


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One criterion; None where it is undefined: nothing varies, or there is only this one."""

    key: str
    mean_credit: float
    item_rest: float | None

    @property
    def is_saturated(self) -> bool:
        """(Nearly) every response gets the same of it."""
        return not SATURATED_LOW <= self.mean_credit <= SATURATED_HIGH

    @property
    def is_adrift(self) -> bool:
        """It does not go with the rest, or goes against it."""
        return self.item_rest is not None and self.item_rest < ITEM_REST_MIN


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two criteria whose credits go together."""

    key: str
    other: str
    phi: float


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """All criteria with points; `within_items` says that items' means were taken out first."""

    criteria: list[Diagnosis]
    overlaps: list[Overlap]
    within_items: bool
    n: int

    @property
    def is_enough(self) -> bool:
        """Whether there are enough responses for a correlation to mean anything."""
        return self.n >= RESPONSES_MIN


def diagnose(weighed: Weighed) -> Diagnostics:
    """Within items where at least as many responses have a neighbour as a correlation takes."""
    quality = _quality(weighed)
    places = weighed.judgements.item_places[weighed.rows]
    within, shared = centred_within(quality, places)
    is_within = len(within) >= RESPONSES_MIN
    values = within if is_within else quality
    rests = item_rest(values)
    means = quality.mean(axis=0) if len(quality) else np.zeros(quality.shape[1])
    keys = [one.key for one in weighed.criteria]
    return Diagnostics(
        [
            Diagnosis(key, float(mean), rest)
            for key, mean, rest in zip(keys, means, rests, strict=True)
        ],
        [Overlap(keys[a], keys[b], phi) for a, b, phi in overlaps(values)],
        is_within,
        shared if is_within else len(quality),
    )


def item_rest(values: Floats) -> list[float | None]:
    """Column by column, its correlation with the sum of the others; None where one is constant."""
    total = values.sum(axis=1)
    return [correlation(column, total - column) for column in values.T]


def overlaps(values: Floats) -> list[tuple[int, int, float]]:
    """Pairs of columns that correlate above .8, the strongest first; none of too many columns."""
    if values.shape[1] > COMPARED:
        return []
    centred = values - values.mean(axis=0) if len(values) else values
    norms = np.sqrt((centred**2).sum(axis=0))
    varies = norms > 1e-9
    scaled = np.where(varies, centred, 0) / np.where(varies, norms, 1)
    found = np.triu(scaled.T @ scaled, 1)
    # A correlation of exactly .8 is none above it, however its last digits come out.
    places = np.argwhere(found > OVERLAP_MIN + 1e-9)
    pairs = [(int(a), int(b), min(float(found[a, b]), 1.0)) for a, b in places]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))


def correlation(one: Floats, other: Floats) -> float | None:
    """Pearson's r; None where either is constant."""
    a, b = one - one.mean() if len(one) else one, other - other.mean() if len(other) else other
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b / size) if size > 1e-9 else None


def centred_within(values: Floats, places: NDArray[np.int64]) -> tuple[Floats, int]:
    """Rows of items with several responses, less the item's mean; and how many rows those are."""
    if not len(places):
        return values, 0
    order = np.argsort(places, kind="stable")
    values = values[order]
    _, starts, items, counts = np.unique(
        places[order], return_index=True, return_inverse=True, return_counts=True
    )
    means = np.add.reduceat(values, starts, axis=0) / counts[:, None]
    chosen = counts[items] >= 2
    return (values - means[items])[chosen], int(chosen.sum())


def _quality(weighed: Weighed) -> Floats:
    """Credits as shares, pitfalls turned round; what does not apply to an item counts as unmet."""
    credits = np.array(weighed.credits / weighed.credit_unit, dtype=np.float64)
    if not credits.size:
        return credits.reshape(len(weighed), len(weighed.criteria))
    pitfall = np.array([one.is_pitfall for one in weighed.criteria])
    return np.where(pitfall, 1 - credits, credits)
