"""What a reader must be told before they believe a number."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evals.reliability import sentences
from evals.reliability.tally import Tally

VERDICT_UNITS_MIN = 30
_ALPHA_LOW = 0.4
_AC1_HIGH = 0.8
_RARE_RATINGS_MIN = 10
# From here on the unanimous units are called a matter of prevalence.
PREVALENCE_SHARE = 0.8


class Code(StrEnum):
    """For machines."""

    FEW_UNITS = "few_units"
    ONE_CLASS = "one_class"
    LOW_INFORMATION = "low_information"
    NO_SIGNAL = "no_signal"
    PREVALENCE = "prevalence"
    NO_DISAGREEMENT = "no_disagreement"
    RESAMPLES_DROPPED = "resamples_dropped"


@dataclass(frozen=True, slots=True)
class Caution:
    """One warning: a code for machines, a sentence for people."""

    code: Code
    sentence: str


def about_counts(tally: Tally, *, unanimous: int, expected: float) -> list[Caution]:
    """Cautions that the counts alone call for."""
    found: list[Caution] = []
    shared = tally.n_pairable
    if 0 < shared < VERDICT_UNITS_MIN:
        words = sentences.FEW_UNITS(n=shared, least=VERDICT_UNITS_MIN)
        found.append(Caution(Code.FEW_UNITS, words))
    if shared and np.count_nonzero(tally.marginals()) == 1:
        found.append(Caution(Code.ONE_CLASS, sentences.ONE_CLASS()))
    elif unanimous and expected >= PREVALENCE_SHARE * unanimous:
        words = sentences.PREVALENCE(unanimous=unanimous, expected=f"{expected:.0f}")
        found.append(Caution(Code.PREVALENCE, words))
    return found


def about_coefficients(tally: Tally, *, alpha: float | None, ac1: float | None) -> list[Caution]:
    """A high AC1 beside a low alpha with hardly any rare answers says little either way."""
    marginals = tally.marginals()
    rare = int(marginals.sum() - marginals.max()) if marginals.size else 0
    if alpha is None or ac1 is None or alpha >= _ALPHA_LOW or ac1 <= _AC1_HIGH:
        return []
    if rare >= _RARE_RATINGS_MIN:
        return []
    return [Caution(Code.LOW_INFORMATION, sentences.LOW_INFORMATION(rare=rare))]


def about_interval(
    *, low: float | None, high: float | None, resamples: int, undefined: int
) -> list[Caution]:
    """Cautions about alpha's interval."""
    found: list[Caution] = []
    if low is not None and low <= 0:
        found.append(Caution(Code.NO_SIGNAL, sentences.NO_SIGNAL()))
    if low is not None and low == high:
        found.append(Caution(Code.NO_DISAGREEMENT, sentences.NO_DISAGREEMENT()))
    if undefined:
        words = sentences.RESAMPLES_DROPPED(undefined=undefined, resamples=resamples)
        found.append(Caution(Code.RESAMPLES_DROPPED, words))
    return found


@dataclass(frozen=True, slots=True)
class _Covered:
    """What 95 % intervals of alpha held in simulated studies (`./run bench coverage`)."""

    items_below: int  # such studies have fewer items than this
    commonest: float  # and the commonest answer has at least this share of the ratings
    share: float


# The worst of one and four responses an item, in the order in which they are looked up.
_COVERED = (
    _Covered(50, 0.7, 0.87),
    _Covered(50, 0.0, 0.91),
    _Covered(400, 0.85, 0.87),
    _Covered(100, 0.7, 0.92),
)


def coverage_note(n_items: int, prevalence: float) -> str | None:
    """What to say beside an interval that promises more than it keeps; None where it keeps it.

    `prevalence` is the commonest answer's share of the ratings. From 50 items on with balanced
    answers, and from 100 with one at .78, intervals held the truth within 3 points of 95 %."""
    for each in _COVERED:
        if n_items < each.items_below and prevalence >= each.commonest:
            said = sentences.FEW_AND_COMMON_COVERED if each.commonest else sentences.FEW_COVERED
            return said(times=f"{100 * each.share:.0f}")
    return None
