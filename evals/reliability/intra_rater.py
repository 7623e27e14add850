"""How far raters agree with themselves when they rate a unit a second time.

Nobody can agree with others better than with themselves, so this bounds what agreement between
raters can reach. Which ratings are repeats is for `repeats.py`: days apart, never a correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.reliability import figure, sentences
from evals.reliability.counts import DENSE_LEVELS, Floats, Integers, Mask
from evals.reliability.figure import Figure
from evals.reliability.linearised import Coefficient, without_value
from evals.reliability.pairs import cohen_of_codes
from evals.reliability.statistic import Undefined
from evals.reliability.sums import Measurement
from evals.reliability.weights import Scheme, level_weights


@dataclass(frozen=True, slots=True)
class SelfAgreement:
    """One rater's repeats, or everybody's together when `rater` is None.

    `same`: share of repeats with the same answer. `kappa`: the first answers against the second,
    corrected for chance (Cohen); `weighted` with quadratic weights, None on nominal scales.
    `shift`: mean of second minus first, in levels (ordinal) or values; None on nominal scales.
    """

    rater: int | None
    n: int
    same: Figure
    kappa: Coefficient
    weighted: Coefficient | None
    shift: Figure | None


@dataclass(frozen=True, slots=True)
class IntraRater:
    """All repeats together, and those of each rater who has any, in the order of the raters."""

    together: SelfAgreement
    by_rater: tuple[SelfAgreement, ...]


def intra_rater(
    raters: Integers,
    items: Integers,
    first: Integers,
    again: Integers,
    *,
    values: Sequence[float],
    measurement: Measurement | str,
) -> IntraRater:
    """From one entry a repeat: who, on which item, and both answers as positions in `values`.

    ValueError when the four do not run in parallel or name no level.
    """
    codes = [np.asarray(each, dtype=np.int64) for each in (raters, items, first, again)]
    if len({each.shape for each in codes}) > 1 or codes[0].ndim != 1:
        raise ValueError("Raters, items and both answers run in parallel, one entry a repeat.")
    levels = np.concatenate(codes[2:])
    if len(levels) and (levels.min() < 0 or levels.max() >= len(values)):
        raise ValueError("An answer is a position in the scale's values.")
    repeats = _Repeats(codes[0], codes[1], codes[2], codes[3], tuple(values))
    scale = Measurement(measurement)
    everybody = np.ones(len(codes[0]), dtype=bool)
    return IntraRater(
        repeats.measured(everybody, None, scale),
        tuple(
            repeats.measured(repeats.raters == rater, rater, scale)
            for rater in np.unique(repeats.raters).tolist()
        ),
    )


@dataclass(frozen=True, eq=False)
class _Repeats:
    raters: Integers
    items: Integers
    first: Integers
    again: Integers
    values: tuple[float, ...]

    def measured(self, mask: Mask, rater: int | None, scale: Measurement) -> SelfAgreement:
        first, again, items = self.first[mask], self.again[mask], self.items[mask]
        n = len(first)
        ordered = scale is not Measurement.NOMINAL
        same = figure.share((first == again).astype(np.float64), items)
        if not n:
            same = figure.absent(sentences.NO_SECOND())
        quadratic = self._kappa(first, again, items, self._quadratic(scale)) if ordered else None
        plain = self._kappa(first, again, items, np.eye(len(self.values)))
        shift = self._shift(first, again, items, scale) if ordered else None
        return SelfAgreement(rater, n, same, plain, quadratic, shift)

    def _kappa(self, first: Integers, again: Integers, items: Integers, w: Floats) -> Coefficient:
        if not len(first):
            return without_value(sentences.COHEN(), Undefined.NO_REPEATS)
        if len(self.values) > DENSE_LEVELS:
            return without_value(sentences.COHEN(), Undefined.TOO_MANY_LEVELS, n_units=len(first))
        return cohen_of_codes(first, again, items, w)

    def _quadratic(self, scale: Measurement) -> Floats:
        if len(self.values) > DENSE_LEVELS:
            return np.zeros((0, 0))
        by_value = scale is not Measurement.ORDINAL
        return level_weights(Scheme.QUADRATIC, self.values, by_value=by_value)

    def _shift(
        self, first: Integers, again: Integers, items: Integers, scale: Measurement
    ) -> Figure:
        if not len(first):
            return figure.absent(sentences.NO_SECOND())
        steps = len(self.values)
        x = np.arange(steps) if scale is Measurement.ORDINAL else np.array(self.values)
        moved = (x[again] - x[first]).astype(np.float64)
        return figure.ratio(moved, np.ones(len(moved)), items)
