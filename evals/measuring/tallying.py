"""Counting a batch: blocks of units from the database become tallies by criterion and slice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from evals.measuring.plan import Plan
from evals.queries.layout import Counted, Layout
from evals.queries.tallies import answered
from evals.queries.unit_keys import Block, Extent, ValueBlock, unit_blocks, value_blocks
from evals.reliability import UnitCounts, clusters
from evals.reliability.counts import DENSE_LEVELS
from evals.reliability.tally import Tally
from evals.slices import WHOLE, Slice

type Integers = NDArray[np.int64]
type Mask = NDArray[np.bool_]
# A criterion by its position in the rubric, on a slice.
type Place = tuple[int, Slice]


class PlacesOverflow(Exception):
    """More ratings of a unit than a place of the layout holds: count again with wider ones."""


@dataclass(frozen=True, eq=False)
class Counting:
    """Tallies of every criterion on every slice, and how many answers each rater gave there."""

    tallies: dict[Place, Tally] = field(default_factory=dict)
    raters: dict[Place, dict[int, int]] = field(default_factory=dict)

    def __add__(self, other: Counting) -> Counting:
        """Both together; they must hold different items."""
        return _joined(self, other, 1)

    def __sub__(self, other: Counting) -> Counting:
        """Without the items of `other`."""
        return _joined(self, other, -1)


def count(extent: Extent, plan: Plan, *, blocks: int = 1) -> Counting:
    """Count the units of an extent; raises PlacesOverflow."""
    tallies: dict[Place, Tally] = {}
    for place, tally in _tallies(extent, plan, blocks):
        tallies[place] = tallies[place] + tally if place in tallies else tally
    counting = Counting(tallies, _raters(extent, plan))
    _prove_whole(counting)
    return counting


def nothing(counted: Counted) -> Tally:
    """The tally of a criterion that nobody has rated."""
    values = counted.values or ()
    none = np.zeros(0, dtype=np.int64)
    rows = np.zeros((0, len(values)), dtype=np.int64)
    return Tally.from_patterns(values, rows, none, declared=counted.values is not None)


def _joined(one: Counting, other: Counting, sign: int) -> Counting:
    tallies = dict(one.tallies)
    for place, tally in other.tallies.items():
        if place not in tallies and sign < 0:
            raise ValueError("Units were taken away that are not there.")
        known = tallies.get(place)
        tallies[place] = tally if known is None else known + tally if sign > 0 else known - tally
    raters = {place: dict(each) for place, each in one.raters.items()}
    for place, each in other.raters.items():
        into = raters.setdefault(place, {})
        for rater, n in each.items():
            into[rater] = into.get(rater, 0) + sign * n
    left = {
        place: {rater: n for rater, n in sorted(each.items()) if n}
        for place, each in raters.items()
    }
    return Counting(tallies, left)


def _tallies(extent: Extent, plan: Plan, blocks: int) -> Iterator[tuple[Place, Tally]]:
    for block in unit_blocks(extent, plan.layout, plan.on_items, blocks=blocks):
        items = _numbered(block.items)
        chosen = {part: _belonging(part, block, plan) for part in plan.slices}
        for at in block.words:
            for part, tally in _of_levels(at, block, items, chosen, plan.layout):
                yield (at, part), tally
    for values in value_blocks(extent, plan.layout, plan.on_items, blocks=blocks):
        for at, part, tally in _continuous(values, plan):
            yield (at, part), tally


def _numbered(items: Integers) -> Integers:
    return np.unique(items, return_inverse=True)[1].ravel()


def _belonging(part: Slice, block: Block | ValueBlock, plan: Plan) -> Mask | None:
    """Units of a slice; None for all. Versions select ratings, not units."""
    if not part.field or part.field == "rubric_version":
        return None
    if part.of_items:
        return ((block.masks >> plan.on_items.index(part)) & 1).astype(bool)
    return np.isin(block.generators, plan.written_by(part))


def _of_levels(
    at: int, block: Block, items: Integers, chosen: dict[Slice, Mask | None], layout: Layout
) -> Iterator[tuple[Slice, Tally]]:
    """One criterion with levels on every slice."""
    counted = layout.criteria[at]
    members = block.words[at]
    together = [np.sum(words, axis=0) for words in zip(*members, strict=True)]
    whole = _Patterns.of(together, counted, layout)
    for part, mask in chosen.items():
        if part.field == "rubric_version":
            for member, words in zip(counted.members, members, strict=True):
                if str(member.version) == part.value:
                    yield part, _Patterns.of(words, counted, layout).tally(items, None)
        else:
            yield part, whole.tally(items, mask)


@dataclass(frozen=True, eq=False)
class _Patterns:
    """Distinct answers to a unit, and which of them each unit has."""

    counted: Counted
    digits: Integers
    of_unit: Integers

    @classmethod
    def of(cls, words: list[Integers], counted: Counted, layout: Layout) -> _Patterns:
        first, of_unit = _distinct(words)
        return cls(counted, layout.digits(counted, [word[first] for word in words]), of_unit)

    def tally(self, items: Integers, mask: Mask | None) -> Tally:
        """The units of a slice, those without an answer left out."""
        levels = len(self.counted.values or ())
        sizes = self.digits[:, :levels].sum(axis=1)
        size = len(self.digits)
        of_unit = self.of_unit if mask is None else self.of_unit[mask]
        owners = items if mask is None else items[mask]
        repeats = np.bincount(of_unit, minlength=size)
        repeats[~self.digits.any(axis=1)] = 0
        if (repeats[sizes == 0] > 0).any() or not (sizes > 0).all():
            rated = sizes[of_unit] > 0
            of_unit, owners = of_unit[rated], owners[rated]
        return Tally.from_patterns(
            self.counted.values or (),
            self.digits[:, :levels],
            repeats,
            na=self.digits[:, levels],
            cannot=self.digits[:, levels + 1],
            clusters=clusters.gathered(of_unit, owners, size, sizes >= 2),
        )


def _distinct(words: list[Integers]) -> tuple[Integers, Integers]:
    """First position of each distinct row of words, and which of them each position holds."""
    _, first, found = np.unique(words[0], return_index=True, return_inverse=True)
    for word in words[1:]:
        seen, of_word = np.unique(word, return_inverse=True)
        _, first, found = np.unique(
            found.ravel() * len(seen) + of_word.ravel(), return_index=True, return_inverse=True
        )
    return first, found.ravel()


def _continuous(block: ValueBlock, plan: Plan) -> Iterator[tuple[int, Slice, Tally]]:
    """Every criterion without levels on every slice."""
    for at, counted in enumerate(plan.layout.criteria):
        if counted.values is not None:
            continue
        for part in plan.slices:
            ids = [
                member.criterion
                for member in counted.members
                if part.field != "rubric_version" or str(member.version) == part.value
            ]
            mask = np.isin(block.criteria, ids)
            belonging = _belonging(part, block, plan)
            yield at, part, _of_values(block, mask if belonging is None else mask & belonging)


def _of_values(block: ValueBlock, chosen: Mask) -> Tally:
    units, first, of_unit = np.unique(
        block.responses[chosen], return_index=True, return_inverse=True
    )
    answers, n = block.answers[chosen], block.n[chosen]
    scored = answers == 0
    values, column = np.unique(block.values[chosen][scored], return_inverse=True)
    of_unit = of_unit.ravel()
    table = csr_array(
        (n[scored], (of_unit[scored], column.ravel())), shape=(len(units), len(values))
    )
    table.sum_duplicates()
    na, cannot = (
        np.bincount(of_unit, weights=np.where(answers == kind, n, 0), minlength=len(units))
        for kind in (1, 2)
    )
    counts = UnitCounts(
        values=tuple(values.tolist()),
        counts=table.toarray() if len(values) <= DENSE_LEVELS else table,
        items=_numbered(block.items[chosen][first]),
        unit_ids=range(len(units)),
        declared=False,
    )
    return Tally.of(counts, na=na.astype(np.int64), cannot=cannot.astype(np.int64))


def _raters(extent: Extent, plan: Plan) -> dict[Place, dict[int, int]]:
    found: dict[Place, dict[int, int]] = {}
    of_generator = {part: set(plan.written_by(part)) for part in plan.slices}
    bit = {part: place for place, part in enumerate(plan.on_items)}
    for each in answered(extent, plan.on_items, by_generator=plan.by_generator):
        if each.criterion not in plan.layout.ids:
            continue
        at, version = plan.layout.ids[each.criterion]
        for part in plan.slices:
            if part.of_items:
                belongs = bool(each.mask >> bit[part] & 1)
            elif part.field == "rubric_version":
                belongs = str(version) == part.value
            else:
                belongs = not part.field or each.generator in of_generator[part]
            if belongs:
                raters = found.setdefault((at, part), {})
                raters[each.rater] = raters.get(each.rater, 0) + each.n
    return {place: dict(sorted(raters.items())) for place, raters in found.items()}


def _prove_whole(counting: Counting) -> None:
    """An overflowing place loses ratings, so that fewer are unpacked than raters gave."""
    for (at, part), raters in counting.raters.items():
        if part != WHOLE:
            continue
        tally = counting.tallies.get((at, part))
        counted = 0 if tally is None else tally.n_ratings + tally.n_na + tally.n_cannot
        if counted != sum(raters.values()):
            raise PlacesOverflow
