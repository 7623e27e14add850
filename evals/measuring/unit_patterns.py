"""Units with equal answers counted once: a million of them have a few hundred patterns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.queries.layout import Counted, Layout
from evals.reliability import clusters
from evals.reliability.tally import Tally

type Integers = NDArray[np.int64]
type Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class UnitPatterns:
    """Distinct answers to a unit, and which of them each unit has."""

    counted: Counted
    digits: Integers
    of_unit: Integers

    @classmethod
    def of(cls, words: list[Integers], counted: Counted, layout: Layout) -> UnitPatterns:
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
