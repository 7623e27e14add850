"""Scores as they stream by, added up into one or a few numbers for each unit and criterion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evals.measuring.plan import Plan
from evals.queries.layout import Layout
from evals.queries.score_stream import Marks, ScoreBlock
from evals.queries.unit_places import UnitPlaces
from evals.slices import Slice

type Integers = NDArray[np.int64]
type Mask = NDArray[np.bool_]

# Units that are tallied at a time.
UNITS = 1 << 18


@dataclass(frozen=True, eq=False)
class UnitBlock:
    """Whole items: `words[c][m]` are the packed answers to member m of criterion c, per unit."""

    items: Integers
    generators: Integers
    masks: Integers
    words: dict[int, list[list[Integers]]]


@dataclass(eq=False)
class Sums:
    """Columns x units of packed answers, and raters x members of how often each answered.

    A column is one word of one member (a criterion of one version).
    """

    plan: Plan
    places: UnitPlaces
    marks: Marks = field(init=False)
    words: Integers = field(init=False)
    answered: dict[Slice, Integers] = field(init=False)

    def __post_init__(self) -> None:
        layout = self.plan.layout
        self.marks = Marks.of(layout)
        self._column, self._step, self._member = _of_marks(layout, self.marks)
        self.words = np.zeros((len(layout.columns), len(self.places)), dtype=np.int64)
        self._members = len(layout.members)
        self._belonging = {
            part: belonging(part, self.places.generators, self.places.masks, self.plan)
            for part in self.plan.slices
        }
        self._raters = np.array(layout.raters, dtype=np.int64)
        cells = len(layout.raters) * self._members
        self.answered = {
            part: np.zeros(cells, dtype=np.int64)
            for part, mask in self._belonging.items()
            if mask is not None or not part.field
        }

    def add(self, block: ScoreBlock) -> None:
        """Count the scores of one block."""
        units = self.places.of(block.responses)
        cells = self._column[block.marks] * len(self.places) + units
        np.add.at(self.words.reshape(-1), cells, self._step[block.marks])
        rater = np.searchsorted(self._raters, block.raters)
        answered = rater * self._members + self._member[block.marks]
        for part, total in self.answered.items():
            mask = self._belonging[part]
            chosen = answered if mask is None else answered[mask[units]]
            total += np.bincount(chosen, minlength=len(total))

    def blocks(self) -> Iterator[UnitBlock]:
        """The rated units item by item, some hundred thousand at a time."""
        items = self.places.items
        order = None if _ascending(items) else np.argsort(items, kind="stable")
        start = 0
        while start < len(items):
            end = _end_of_item(items, order, start + UNITS)
            yield self._block(slice(start, end) if order is None else order[start:end])
            start = end

    def raters_of(self, at: int, part: Slice) -> dict[int, int]:
        """How many answers each rater gave to a criterion on a slice."""
        version = part.field == "rubric_version"
        table = self.answered[Slice() if version else part].reshape(-1, self._members)
        members = [
            place
            for place, (owner, one) in enumerate(self.plan.layout.members)
            if owner == at and (not version or str(one.version) == part.value)
        ]
        totals = table[:, members].sum(axis=1)
        return {
            rater: int(n) for rater, n in zip(self.plan.layout.raters, totals, strict=True) if n
        }

    def _block(self, chosen: slice | Integers) -> UnitBlock:
        words: dict[int, list[list[Integers]]] = {}
        for column, (at, member, word) in enumerate(self.plan.layout.columns):
            members = words.setdefault(at, [])
            if word == 0:
                members.append([])
            members[member].append(self.words[column, chosen])
        return UnitBlock(
            self.places.items[chosen],
            self.places.generators[chosen],
            self.places.masks[chosen],
            words,
        )


def belonging(part: Slice, generators: Integers, masks: Integers, plan: Plan) -> Mask | None:
    """Units of a slice; None for all. Versions select ratings, not units."""
    if not part.field or part.field == "rubric_version":
        return None
    if part.of_items:
        return ((masks >> plan.on_items.index(part)) & 1).astype(bool)
    return np.isin(generators, plan.written_by(part))


def _of_marks(layout: Layout, marks: Marks) -> tuple[Integers, Integers, Integers]:
    """Of each mark the column it is counted in, what is added there, and its member."""
    column, step, of = (np.zeros(marks.size, dtype=np.int64) for _ in range(3))
    first = {
        (at, member): place
        for place, (at, member, word) in reversed(list(enumerate(layout.columns)))
    }
    seen: dict[int, int] = {}
    for member, (at, one) in enumerate(layout.members):
        nth = seen[at] = seen.get(at, -1) + 1
        levels = len(layout.criteria[at].values or ())
        numbers = {marks.of_level(level): place for level, place in one.levels.items()}
        absent = marks.not_applicable(one.criterion)
        for mark, place in {**numbers, absent: levels, absent + 1: levels + 1}.items():
            column[mark] = first[at, nth] + place // layout.per_word
            step[mark] = 1 << (layout.bits * (place % layout.per_word))
            of[mark] = member
    return column, step, of


def _ascending(items: Integers) -> bool:
    return bool((items[1:] >= items[:-1]).all())


def _end_of_item(items: Integers, order: Integers | None, end: int) -> int:
    """The first place from `end` on where another item begins."""
    while end < len(items):
        pair = items[end - 1 : end + 1] if order is None else items[order[end - 1 : end + 1]]
        if pair[0] != pair[1]:
            return end
        end += 1
    return len(items)
