"""Which responses to one item change places when a weight class counts a step more or less.

Classes are those the rubric states. Where a criterion states none its points give it: negative ones
are a pitfall; of the others at least two thirds of the largest are essential, at least a third
important, the rest optional.

A step more gives a class the typical points (the median) of the next class up, a step less those of
the next one down; all its criteria are multiplied alike. Where there is no such class, or it has no
criterion, a step is half as much again, or two thirds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median_high
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.weighing.neighbours import Pairs, neighbours
from evals.weighing.sums import Weighed
from labeling.spec import CriterionSpec, WeightClass

CLASSES = tuple(one.value for one in WeightClass)
ESSENTIAL, IMPORTANT, OPTIONAL, PITFALL = CLASSES
LADDER = (OPTIONAL, IMPORTANT, ESSENTIAL)
MORE, LESS = Fraction(3, 2), Fraction(2, 3)
# Pairs that are compared; of more a drawn part stands for all.
PAIRS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Places:
    """Pairs of responses to one item: how their order changes.

    `tau` is Kendall's tau-b between both orders over all pairs; None where one has only ties.
    """

    pairs: int
    reversed: int
    now_tied: int
    no_longer_tied: int
    tau: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """A weight class multiplied by `factor`."""

    weight_class: str
    factor: Fraction
    criteria: int
    places: Places


@dataclass(frozen=True, slots=True)
class Moved:
    """One criterion a step more and a step less: pairs that change their order."""

    key: str
    more: Places
    less: Places


def weight_classes(criteria: Sequence[CriterionSpec]) -> dict[str, str]:
    """By key the class that a criterion states, else the one its points give it."""
    largest = max((one.points for one in criteria if one.points and one.points > 0), default=0)
    return {one.key: _weight_class(one, Fraction(largest or 1)) for one in criteria}


def _weight_class(criterion: CriterionSpec, largest: Fraction) -> str:
    if criterion.weight_class:
        return criterion.weight_class.value
    if criterion.is_pitfall:
        return PITFALL
    share = Fraction(criterion.points or 0) / largest
    if share * 3 >= 2:
        return ESSENTIAL
    return IMPORTANT if share * 3 >= 1 else OPTIONAL


def factors(criteria: Sequence[CriterionSpec]) -> dict[str, tuple[Fraction, Fraction]]:
    """What a step more and a step less multiply the points of each class by."""
    sizes: dict[str, list[Fraction]] = {name: [] for name in CLASSES}
    classes = weight_classes(criteria)
    for one in criteria:
        sizes[classes[one.key]].append(abs(Fraction(one.points or 0)))
    typical = {name: median_high(found) for name, found in sizes.items() if found}
    steps = dict(pairwise(LADDER))
    down = {above: below for below, above in steps.items()}
    return {
        name: (
            _ratio(typical, name, steps.get(name), MORE),
            _ratio(typical, name, down.get(name), LESS),
        )
        for name in typical
    }


def pairs_within_items(weighed: Weighed, *, seed: int = 0, limit: int = PAIRS_MAX) -> Pairs:
    """Every two responses to one item, or a drawn part of them."""
    return neighbours(weighed.judgements.item_places[weighed.rows], seed=seed, limit=limit)


def class_steps(weighed: Weighed, pairs: Pairs) -> list[tuple[Step, Step]]:
    """Each class a step more and a step less."""
    found = []
    classes = weight_classes(weighed.criteria)
    for name, both in factors(weighed.criteria).items():
        at = np.flatnonzero([classes[one.key] == name for one in weighed.criteria])
        more, less = (
            Step(
                name,
                factor,
                len(at),
                _changed(weighed, pairs, weighed.parts[:, at].sum(axis=1), factor),
            )
            for factor in both
        )
        found.append((more, less))
    return found


def criterion_steps(weighed: Weighed, pairs: Pairs) -> list[Moved]:
    """Each criterion alone a step of its class more and less."""
    steps, classes = factors(weighed.criteria), weight_classes(weighed.criteria)
    return [
        Moved(
            one.key,
            *(
                _changed(weighed, pairs, weighed.parts[:, at], factor)
                for factor in steps[classes[one.key]]
            ),
        )
        for at, one in enumerate(weighed.criteria)
    ]


def kendall_tau(before: NDArray[Any], after: NDArray[Any]) -> float | None:
    """tau-b from the signs of pairs in both orders: (agreeing - reversed) / sqrt(n1 n2).

    n1, n2 are the pairs not tied in either order; None where one of them is 0.
    """
    product = before.astype(np.int64) * after.astype(np.int64)
    untied = int((before != 0).sum()) * int((after != 0).sum())
    return float(product.sum() / untied**0.5) if untied else None


def _ratio(
    typical: dict[str, Fraction], name: str, beside: str | None, otherwise: Fraction
) -> Fraction:
    if beside is None or beside not in typical:
        return otherwise
    ratio = typical[beside] / typical[name]
    # Stated classes need not follow the points; a step up is never a step down.
    return ratio if (ratio > 1) == (otherwise > 1) and ratio != 1 else otherwise


def _changed(weighed: Weighed, pairs: Pairs, parts: Any, factor: Fraction) -> Places:
    """Compare the rewards with those where `parts` of every sum are multiplied.

    Only sums matter: responses to one item share their positive points, and no sum is above them.
    """
    n, d = factor.numerator, factor.denominator
    if weighed.sums.dtype != object and max(n, d) > 2**20:
        sums, parts = weighed.sums.astype(object), parts.astype(object)
    else:
        sums = weighed.sums
    after = np.where(weighed.gated, 0, np.maximum(sums * d + parts * (n - d), 0))
    before = weighed.held
    signs = [_signs(values[pairs.first], values[pairs.second]) for values in (before, after)]
    was, now = signs
    return Places(
        pairs=len(was),
        reversed=int((was * now < 0).sum()),
        now_tied=int(((was != 0) & (now == 0)).sum()),
        no_longer_tied=int(((was == 0) & (now != 0)).sum()),
        tau=kendall_tau(was, now),
    )


def _signs(one: Any, other: Any) -> NDArray[np.int64]:
    return (one > other).astype(np.int64) - (one < other).astype(np.int64)
