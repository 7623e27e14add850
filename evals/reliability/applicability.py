"""Whether experts agree that a criterion applies at all: NA against any score.

NA takes a rating out of the counts of its unit, so experts who disagree about NA would otherwise
leave no trace. Here each unit has two answers, "does not apply" (0) and "applies" (1), and they are
measured like any other. "Cannot assess" is neither: it says something about the rater's means and
nothing about the criterion, so it is reported and never counted as NA.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.reliability.counts import UnitCounts
from evals.reliability.kappas import gwet_ac, percent, weighted_alpha
from evals.reliability.linearised import DEFAULT, Coefficient, Spread
from evals.reliability.tally import Counted, tallied

VALUES = (0.0, 1.0)  # does not apply, applies


@dataclass(frozen=True, slots=True)
class Applicability:
    """Agreement on NA against scored. Units count ratings of these two kinds only.

    `split` units have both an NA and a score; they are never clear. `n_cannot` ratings, on
    `cannot_units` units, say neither.
    """

    n_units: int
    n_shared: int
    n_na: int
    n_scored: int
    n_cannot: int
    cannot_units: int
    split: int
    percent: Coefficient
    alpha: Coefficient
    ac1: Coefficient

    def sentence(self) -> str:
        """Say it to people."""
        if not self.n_na:
            words = "Nobody answered NA."
        elif self.split:
            units = "unit" if self.split == 1 else "units"
            words = f"On {self.split} {units} some experts answered NA and others gave a score."
        else:
            words = "Whoever answered NA was not contradicted by a score."
        if self.n_cannot:
            answers = "answer says" if self.n_cannot == 1 else "answers say"
            words += f" {self.n_cannot} more {answers} that the expert could not assess."
        return words


def applicability_counts(scored: UnitCounts, na: NDArray[Any]) -> UnitCounts:
    """The same units on two values: how many ratings say NA, how many give a score.

    `na` has one number a unit. ValueError: another length, or a number below 0.
    """
    missing = _per_unit(na, len(scored), "NA")
    table = np.column_stack([missing, scored.sizes.astype(np.int64)])
    return UnitCounts.from_matrix(VALUES, table, items=scored.items, unit_ids=scored.unit_ids)


def applicability(
    counted: Counted,
    *,
    cannot: NDArray[Any] | None = None,
    raters: int | None = None,
    spread: Spread = DEFAULT,
) -> Applicability:
    """Measure counts of NA (0) and scored (1), as `applicability_counts` makes them.

    `cannot` are the "cannot assess" of each unit. Intervals are linearised, items as clusters.
    """
    tally = tallied(counted)
    if tally.values != VALUES:
        raise ValueError("Applicability has two values: 0 does not apply, 1 applies.")
    rows = tally.rows
    unknown = np.zeros(0, dtype=np.int64) if cannot is None else np.asarray(cannot)
    if len(unknown) and isinstance(counted, UnitCounts):
        unknown = _per_unit(unknown, len(counted), "cannot assess")
    na, given = tally.marginals().tolist()
    return Applicability(
        n_units=tally.n_units,
        n_shared=tally.n_pairable,
        n_na=na,
        n_scored=given,
        n_cannot=int(unknown.sum()),
        cannot_units=int(np.count_nonzero(unknown)),
        split=int(tally.repeats @ ((rows[:, 0] > 0) & (rows[:, 1] > 0))),
        percent=percent(tally, raters=raters, spread=spread),
        alpha=weighted_alpha(tally, raters=raters, spread=spread),
        ac1=gwet_ac(tally, raters=raters, spread=spread),
    )


def _per_unit(numbers: NDArray[Any], units: int, noun: str) -> NDArray[np.int64]:
    found = np.asarray(numbers)
    if found.shape != (units,) or (units and found.min() < 0):
        raise ValueError(f"Every unit needs one number of {noun}, 0 or more.")
    return found.astype(np.int64)
