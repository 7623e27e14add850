"""What a rubric's rewards look like: how they spread, where they are flat, what each part adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evals.weighing.judgements import Judgements
from evals.weighing.sums import Weighed, Whole, weigh
from labeling.spec import CriterionSpec

# Tenths of the reward: [0, .1), [.1, .2), ... [.9, 1].
BINS = 10
# More than this at 0 or 1, and training sees too few differences: change weights.
FLAT_MAX = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one criterion adds to the reward, on average over the responses without failed gate.

    Shares are of the mean reward before it is clipped, and of its variance: both add up to 1 over
    the criteria. The share of variance is cov(part, sum) / var(sum).
    """

    criterion: CriterionSpec
    mean: Fraction | None
    share_of_mean: Fraction | None
    share_of_variance: float | None


@dataclass(frozen=True, eq=False)
class Preview:
    """The rewards of all responses where one is defined."""

    weighed: Weighed

    @property
    def n(self) -> int:
        return len(self.weighed)

    @cached_property
    def bins(self) -> list[int]:
        """How many rewards lie in each tenth, counted without rounding."""
        places = np.minimum(self.weighed.held * BINS // self.weighed.wholes, BINS - 1)
        return [int((places == at).sum()) for at in range(BINS)]

    @cached_property
    def gated(self) -> int:
        """Rewards that a failed gate makes 0."""
        return int(self.weighed.gated.sum())

    @cached_property
    def at_zero(self) -> int:
        """Rewards of 0 without a failed gate."""
        return int(((self.weighed.sums <= 0) & ~self.weighed.gated).sum())

    @cached_property
    def below_zero(self) -> int:
        """Of those, the ones whose sum lies below 0 and was cut."""
        return int(((self.weighed.sums < 0) & ~self.weighed.gated).sum())

    @cached_property
    def at_one(self) -> int:
        """Rewards of 1."""
        full = self.weighed.sums >= self.weighed.wholes
        return int((full & ~self.weighed.gated).sum())

    @property
    def clipped_share(self) -> Fraction | None:
        """How many rewards sit at 0 or 1, failed gates aside; None where there are no others."""
        others = self.n - self.gated
        return Fraction(self.at_zero + self.at_one, others) if others else None

    @property
    def is_flat(self) -> bool:
        """More than a tenth sits at the ends: no difference for training to learn from."""
        return self.clipped_share is not None and self.clipped_share > FLAT_MAX

    @cached_property
    def mean(self) -> Fraction | None:
        """The mean reward."""
        return _mean([self.weighed.reward(at) for at in range(self.n)])

    @cached_property
    def contributions(self) -> list[Contribution]:
        """Criterion by criterion, in the rubric's order."""
        open_ = np.flatnonzero(~self.weighed.gated)
        wholes = self.weighed.wholes[open_]
        means = _means(self.weighed, open_)
        total = sum(means, Fraction(0)) if means else Fraction(0)
        spread = _spread(self.weighed.parts[open_], wholes)
        return [
            Contribution(
                criterion,
                means[at] if means else None,
                means[at] / total if means and total else None,
                spread[at] if spread is not None else None,
            )
            for at, criterion in enumerate(self.weighed.criteria)
        ]


def preview(criteria: Sequence[CriterionSpec], judgements: Judgements) -> Preview:
    """The rewards of these responses under these criteria, each that of labeling.scoring."""
    return Preview(weigh(criteria, judgements))


def _means(weighed: Weighed, rows: NDArray[np.int64]) -> list[Fraction]:
    """The mean part of each criterion; parts of the same whole are added first."""
    if not len(rows):
        return []
    totals = [Fraction(0)] * len(weighed.criteria)
    wholes = weighed.wholes[rows]
    for whole in sorted({int(one) for one in wholes}):
        sums = weighed.parts[rows[wholes == whole]].sum(axis=0)
        totals = [
            so_far + Fraction(int(one), whole) for so_far, one in zip(totals, sums, strict=True)
        ]
    return [total / len(rows) for total in totals]


def _spread(parts: Whole, wholes: Whole) -> list[float] | None:
    """Each criterion's share of the variance of the sum; None where nothing varies."""
    if len(parts) < 2:
        return None
    shares = np.array(parts / wholes[:, None], dtype=np.float64)
    centred = shares - shares.mean(axis=0)
    sums = centred.sum(axis=1)
    variance = float(sums @ sums)
    if variance <= 1e-18:
        return None
    return [float(share) for share in centred.T @ sums / variance]


def _mean(numbers: Sequence[Fraction]) -> Fraction | None:
    return sum(numbers, Fraction(0)) / len(numbers) if numbers else None
