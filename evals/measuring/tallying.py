"""Counting a batch: blocks of units from the database become tallies by criterion and slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evals.measuring.accumulating import Sums, UnitBlock, belonging
from evals.measuring.plan import Plan
from evals.measuring.unit_patterns import UnitPatterns
from evals.queries.extents import Extent
from evals.queries.layout import Counted, Layout
from evals.queries.score_stream import score_blocks
from evals.queries.tallies import answered
from evals.queries.unit_places import places_of
from evals.queries.value_blocks import ValueBlock, value_blocks
from evals.reliability import UnitCounts
from evals.reliability.clusters import Contradiction
from evals.reliability.counts import DENSE_LEVELS
from evals.reliability.scientific import sparse
from evals.reliability.tally import Tally
from evals.slices import WHOLE, Slice

type Integers = NDArray[np.int64]
type Mask = NDArray[np.bool_]
# A criterion by its position in the rubric, on a slice.
type Place = tuple[int, Slice]
# Scores on continuous scales that are moved as one block, about.
BLOCK_SCORES = 1_000_000


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
        """Without the items of `other`; raises Contradiction when they are not all here."""
        return _joined(self, other, -1)


def count(extent: Extent, plan: Plan, *, scores: int = 0) -> Counting:
    """Count the units of an extent of about so many scores; raises PlacesOverflow."""
    return counts((extent,), plan, scores=scores)[0]


def counts(extents: Sequence[Extent], plan: Plan, *, scores: int = 0) -> list[Counting]:
    """The same of several watermarks of the same units, whose scores are read only once."""
    found = [Counting() for _ in extents]
    if plan.layout.members:
        found = _of_levels(extents, plan, scores)
        for counting in found:
            _prove_whole(counting)
    if plan.layout.continuous:
        blocks = 1 + scores // BLOCK_SCORES
        found = [
            counting + _continuous(extent, plan, blocks)
            for counting, extent in zip(found, extents, strict=True)
        ]
    return found


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
            raise Contradiction("Units were taken away that are not there.")
        known = tallies.get(place)
        tallies[place] = tally if known is None else known + tally if sign > 0 else known - tally
    raters = {place: dict(each) for place, each in one.raters.items()}
    for place, each in other.raters.items():
        into = raters.setdefault(place, {})
        for rater, n in each.items():
            into[rater] = into.get(rater, 0) + sign * n
    if any(n < 0 for each in raters.values() for n in each.values()):
        raise Contradiction("Answers of a rater were taken away that are not there.")
    left = {
        place: {rater: n for rater, n in sorted(each.items()) if n}
        for place, each in raters.items()
    }
    return Counting(tallies, left)


def _of_levels(extents: Sequence[Extent], plan: Plan, scores: int) -> list[Counting]:
    """All criteria with levels, from one stream of scores."""
    places = places_of(
        extents[0], plan.project, plan.on_items, by_generator=plan.by_generator, scores=scores
    )
    found = [Sums(plan, places) for _ in extents]
    stream = score_blocks(
        extents, plan.layout, found[0].marks, highest=places.highest, rubric=plan.rubric
    )
    for blocks in stream:
        for sums, block in zip(found, blocks, strict=True):
            sums.add(block)
    return [_tallied(sums, plan) for sums in found]


def _tallied(sums: Sums, plan: Plan) -> Counting:
    tallies: dict[Place, Tally] = {}
    for units in sums.blocks():
        items = _numbered(units.items)
        chosen = {
            part: belonging(part, units.generators, units.masks, plan) for part in plan.slices
        }
        for at in units.words:
            for part, tally in _on_slices(at, units, items, chosen, plan.layout):
                _add(tallies, (at, part), tally)
    raters = {place: sums.raters_of(*place) for place in tallies}
    return Counting(tallies, {place: each for place, each in raters.items() if each})


def _add(tallies: dict[Place, Tally], place: Place, tally: Tally) -> None:
    tallies[place] = tallies[place] + tally if place in tallies else tally


def _numbered(items: Integers) -> Integers:
    return np.unique(items, return_inverse=True)[1].ravel()


def _on_slices(
    at: int, block: UnitBlock, items: Integers, chosen: dict[Slice, Mask | None], layout: Layout
) -> Iterator[tuple[Slice, Tally]]:
    """One criterion with levels on every slice."""
    counted = layout.criteria[at]
    members = block.words[at]
    together = [np.sum(words, axis=0) for words in zip(*members, strict=True)]
    whole = UnitPatterns.of(together, counted, layout)
    for part, mask in chosen.items():
        if part.field == "rubric_version":
            for member, words in zip(counted.members, members, strict=True):
                if str(member.version) == part.value:
                    yield part, UnitPatterns.of(words, counted, layout).tally(items, None)
        else:
            yield part, whole.tally(items, mask)


def _continuous(extent: Extent, plan: Plan, blocks: int) -> Counting:
    """Every criterion without levels on every slice."""
    tallies: dict[Place, Tally] = {}
    for block in value_blocks(extent, plan.layout, plan.on_items, blocks=blocks):
        for at, counted in enumerate(plan.layout.criteria):
            if counted.values is None:
                for part in plan.slices:
                    _add(
                        tallies, (at, part), _of_values(block, _chosen(block, counted, part, plan))
                    )
    return Counting(tallies, _raters(extent, plan))


def _chosen(block: ValueBlock, counted: Counted, part: Slice, plan: Plan) -> Mask:
    ids = [
        member.criterion
        for member in counted.members
        if part.field != "rubric_version" or str(member.version) == part.value
    ]
    mask = np.isin(block.criteria, ids)
    of_slice = belonging(part, block.generators, block.masks, plan)
    return mask if of_slice is None else mask & of_slice


def _of_values(block: ValueBlock, chosen: Mask) -> Tally:
    units, first, of_unit = np.unique(
        block.responses[chosen], return_index=True, return_inverse=True
    )
    answers, n = block.answers[chosen], block.n[chosen]
    scored = answers == 0
    values, column = np.unique(block.values[chosen][scored], return_inverse=True)
    of_unit = of_unit.ravel()
    table = sparse.csr_array(
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
    """Who answered the criteria without levels, and how often."""
    found: dict[Place, dict[int, int]] = {}
    continuous = plan.layout.continuous
    told = answered(extent, list(continuous), plan.on_items, by_generator=plan.by_generator)
    generators = np.array([each.generator for each in told], dtype=np.int64)
    masks = np.array([each.mask for each in told], dtype=np.int64)
    for part in plan.slices:
        mask = belonging(part, generators, masks, plan)
        for place, each in enumerate(told):
            at, version = continuous[each.criterion]
            other = part.field == "rubric_version" and str(version) != part.value
            if not other and (mask is None or mask[place]):
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
