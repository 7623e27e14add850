"""What is known about a unit before its ratings: Dirichlet(s m) over the levels.

m is the share of each level in the experts' population, s how much units are alike (small: every
unit has its own clear answer). Flat is 1/K per level, Jeffreys' (.5, .5) for two levels. Fitted is
the maximum of the Dirichlet-multinomial likelihood of all units over a grid of s, with m the pooled
shares. Never fit on units that were chosen for their ratings.
"""

from dataclasses import dataclass

import numpy as np

from evals.reliability.counts import Floats, Integers, UnitCounts, distinct_items
from evals.reliability.patterns import unit_patterns
from evals.reliability.scientific import special

# Below this many items the likelihood hardly knows s, and the flat prior stands alone.
ITEMS_MIN = 50
_GRID = np.geomspace(0.05, 50, 401)


@dataclass(frozen=True, eq=False)
class Prior:
    """`mean` sums to 1; `strength` counts like that many ratings."""

    strength: float
    mean: Floats
    at_grid_edge: bool = False

    @property
    def mass(self) -> Floats:
        """Pseudo-ratings per level."""
        return self.strength * self.mean

    @property
    def uninformative(self) -> bool:
        """Units are all alike: the fit ran into the upper end of its grid."""
        return self.at_grid_edge and self.strength > 1

    def expected_agreement(self) -> float:
        """Probability that two experts agree on a unit of which nothing is known."""
        return float(np.sum(self.mean * (self.mass + 1)) / (self.strength + 1))

    def collapsed(self, at: int) -> "Prior":
        """The same prior over two classes: levels before position `at`, and the rest."""
        below = float(self.mean[:at].sum())
        return Prior(self.strength, np.array([below, 1 - below]), self.at_grid_edge)


def flat(levels: int) -> Prior:
    """One pseudo-rating, spread evenly over the levels."""
    return Prior(1.0, np.full(levels, 1 / levels))


def fitted(counts: UnitCounts) -> Prior:
    """s and m of these units. `at_grid_edge`: the ratings say nothing about single units."""
    patterns = unit_patterns(counts.counts)
    rows, repeats = patterns.dense(), patterns.repeats
    pooled = repeats @ rows + 1 / len(counts.values)
    mean = pooled / pooled.sum()
    likelihoods = [_log_likelihood(s * mean, rows, repeats) for s in _GRID]
    best = int(np.argmax(likelihoods))
    return Prior(float(_GRID[best]), mean, at_grid_edge=best in (0, len(_GRID) - 1))


def if_enough(counts: UnitCounts) -> Prior | None:
    """The fitted prior from 50 items on; None before."""
    return fitted(counts) if distinct_items(counts.items) >= ITEMS_MIN else None


def _log_likelihood(mass: Floats, rows: Integers, repeats: Integers) -> float:
    total = mass.sum()
    each = special.gammaln(rows + mass).sum(axis=1) - special.gammaln(mass).sum()
    return float(
        repeats @ (each + special.gammaln(total) - special.gammaln(total + rows.sum(axis=1)))
    )
