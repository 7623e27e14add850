"""What a reader must be told before they believe a number."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

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
        units = "unit is" if shared == 1 else "units are"
        words = f"Only {shared} {units} shared: no verdict below {VERDICT_UNITS_MIN}."
        found.append(Caution(Code.FEW_UNITS, words))
    if shared and np.count_nonzero(tally.marginals()) == 1:
        words = "Only one answer was ever given, so the ratings cannot tell experts who look from"
        found.append(Caution(Code.ONE_CLASS, f"{words} experts who do not."))
    elif unanimous and expected >= PREVALENCE_SHARE * unanimous:
        words = f"{unanimous} units are unanimous and chance alone would give about {expected:.0f}"
        found.append(Caution(Code.PREVALENCE, f"{words}: most of this agreement is prevalence."))
    return found


def about_coefficients(tally: Tally, *, alpha: float | None, ac1: float | None) -> list[Caution]:
    """A high AC1 beside a low alpha with hardly any rare answers says little either way."""
    marginals = tally.marginals()
    rare = int(marginals.sum() - marginals.max()) if marginals.size else 0
    if alpha is None or ac1 is None or alpha >= _ALPHA_LOW or ac1 <= _AC1_HIGH:
        return []
    if rare >= _RARE_RATINGS_MIN:
        return []
    words = (
        f"Low information: only {rare} ratings differ from the common answer. "
        "Add responses that should get the rare answer before judging the criterion."
    )
    return [Caution(Code.LOW_INFORMATION, words)]


def about_interval(
    *, low: float | None, high: float | None, resamples: int, undefined: int
) -> list[Caution]:
    """Cautions about alpha's interval."""
    found: list[Caution] = []
    if low is not None and low <= 0:
        words = "The interval of alpha reaches chance: what looks agreed here is uninformative."
        found.append(Caution(Code.NO_SIGNAL, words))
    if low is not None and low == high:
        words = "Every resample gives the same alpha: resampling cannot show its uncertainty."
        found.append(Caution(Code.NO_DISAGREEMENT, words))
    if undefined:
        words = f"{undefined} of {resamples} resamples held one value only and were left out."
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


def gettext_noop(text: str) -> str:
    """Marks a text for whoever translates it where it is shown; here it stands as it is."""
    return text


_FEW = gettext_noop(
    "In simulated studies with so few items, intervals that promise 95 %% held the truth only "
    "about %(n)s times in 100: read them as narrower than they should be."
)
_FEW_AND_COMMON = gettext_noop(
    "In simulated studies with so few items and one answer so common, intervals that promise 95 %% "
    "held the truth only about %(n)s times in 100: read them as narrower than they should be."
)


def coverage_note(n_items: int, prevalence: float, say: Callable[[str], str] = str) -> str | None:
    """What to say beside an interval that promises more than it keeps; None where it keeps it.

    `prevalence` is the commonest answer's share of the ratings. From 50 items on with balanced
    answers, and from 100 with one at .78, intervals held the truth within 3 points of 95 %.
    `say` translates.
    """
    for each in _COVERED:
        if n_items < each.items_below and prevalence >= each.commonest:
            words = say(_FEW_AND_COMMON if each.commonest else _FEW)
            return words % {"n": f"{100 * each.share:.0f}"}
    return None
