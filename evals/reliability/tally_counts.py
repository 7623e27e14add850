"""What a tally holds, and the plain counts that a report reads from it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evals.reliability.clusters import Clusters
from evals.reliability.counts import Floats, Integers, Mask, Matrix, levels_used, row_sums, squares


@dataclass(frozen=True, eq=False)
class TallyCounts:
    """Patterns x levels, in an order that depends on nothing but their content.

    `values` are the declared levels in their order, or, when `declared` is False, the distinct
    values that were seen. `repeats[p]` units have `rows[p]` ratings at the levels, `na[p]` NA and
    `cannot[p]` cannot_assess. `clusters` tells which units belong to one item.
    """

    values: tuple[float, ...]
    declared: bool
    rows: Matrix
    na: Integers
    cannot: Integers
    repeats: Integers
    clusters: Clusters

    def __len__(self) -> int:
        return len(self.repeats)

    @cached_property
    def sizes(self) -> Integers:
        """Ratings of a unit of each pattern, NA and cannot_assess left out."""
        return row_sums(self.rows).astype(np.int64)

    def pairable(self) -> Mask:
        """Patterns with two ratings or more: only they say something about agreement."""
        return self.sizes >= 2

    def marginals(self) -> Integers:
        """Ratings of each level, over all units."""
        return np.asarray(self.repeats @ self.rows).ravel().astype(np.int64)

    def shares(self) -> Floats:
        """Prevalence: each level's share of all ratings (all zero before the first rating)."""
        marginals = self.marginals()
        return marginals / max(int(marginals.sum()), 1)

    def percent(self) -> float | None:
        """Mean share of agreeing pairs of ratings over shared units (the p_a of Gwet)."""
        m, shared = self.sizes, self.pairable()
        if not shared.any():
            return None
        agreeing = (row_sums(squares(self.rows)) - m)[shared] / (m * (m - 1))[shared]
        return float(self.repeats[shared] @ agreeing / self.n_pairable)

    @property
    def n_items(self) -> int:
        """Items with a rating."""
        return self.clusters.n_items

    @property
    def n_shared_items(self) -> int:
        """Items with a unit that two ratings share."""
        return self.clusters.n_shared(self.pairable())

    @property
    def n_units(self) -> int:
        """Units with a rating."""
        return int(self.repeats[self.sizes > 0].sum())

    @property
    def n_pairable(self) -> int:
        """Units with two ratings or more."""
        return int(self.repeats[self.pairable()].sum())

    @property
    def n_ratings(self) -> int:
        """Ratings with a value."""
        return int(self.repeats @ self.sizes)

    @property
    def n_na(self) -> int:
        """Ratings that say the criterion does not apply."""
        return int(self.repeats @ self.na)

    @property
    def n_cannot(self) -> int:
        """Ratings that say the rater cannot assess."""
        return int(self.repeats @ self.cannot)

    @property
    def unanimous(self) -> int:
        """Shared units whose ratings are all equal."""
        return int(self.repeats[self.pairable() & (levels_used(self.rows) == 1)].sum())
