"""Sittings of work, and agreement by minute of a sitting: does care wear off?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.reliability import figure, sentences
from evals.reliability.answers import METRIC, Answers
from evals.reliability.counts import Floats, Integers, Mask
from evals.reliability.figure import Figure
from evals.reliability.sums import Measurement

GAP_MINUTES = 30.0
EDGES = (0.0, 10.0, 20.0, 40.0, 60.0, 90.0)


@dataclass(frozen=True, eq=False)
class Sittings:
    """One entry a rating: the number of its sitting and the minute in it, from its first submit."""

    sitting: Integers
    minute: Floats


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes `start` to `end` of a sitting (None: open) and the agreement in them."""

    start: float
    end: float | None
    agreement: Figure


def sittings(raters: Integers, at: Floats, *, gap: float = GAP_MINUTES) -> Sittings:
    """Cut each rater's ratings (`at` in seconds) where they paused for `gap` minutes."""
    order = np.lexsort((at, raters))
    who, when = raters[order], at[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (who[1:] != who[:-1]) | (np.diff(when) > 60 * gap)
    number = np.cumsum(fresh) - 1
    minute = (when - when[np.flatnonzero(fresh)[number]]) / 60 if len(order) else when
    sitting, minutes = np.empty_like(number), np.empty(len(order))
    sitting[order], minutes[order] = number, minute
    return Sittings(sitting, minutes)


def closeness(answers: Answers, measurement: Measurement | str) -> tuple[Floats, Mask]:
    """How near each rating is to the others on its unit, 0 to 1, and which ratings have others.

    Share of the others who gave the same answer; on interval and ratio scales 1 - |x - mean of the
    others| / range of the values seen (1 where the range is nothing).
    """
    if Measurement(measurement) not in METRIC:
        return answers.agreeing
    others, compared = answers.others(answers.given)
    reach = float(np.ptp(answers.given)) if len(answers) else 0.0
    apart = np.abs(answers.given - others) / (reach or 1.0)
    return np.where(compared, 1 - apart, 0.0), compared


def by_minute(
    minute: Floats, agreement: Floats, items: Integers, *, edges: Sequence[float] = EDGES
) -> tuple[Stretch, ...]:
    """Mean agreement in each stretch. One entry a rating; several criteria may be joined.

    `n` counts ratings of criteria; a stretch nobody worked in has a reason.
    """
    ends: list[float | None] = [*edges[1:], None]
    found = []
    for start, end in zip(edges, ends, strict=True):
        there = (minute >= start) & (minute < (np.inf if end is None else end))
        found.append(Stretch(start, end, figure.share(agreement[there], items[there])))
    return tuple(found)


def falls_at(stretches: Sequence[Stretch]) -> float | None:
    """The minute from which agreement is lower than at the beginning; None where it never is.

    A fall is where the whole interval of a later stretch lies under that of the first one with any
    ratings, so that chance alone is seldom called tiredness. One person's stretches are asked for.
    """
    known = [one for one in stretches if one.agreement.low is not None]
    if not known:
        return None
    floor = known[0].agreement.low or 0.0
    later = (one for one in known[1:] if (one.agreement.high or 0.0) < floor)
    return next((one.start for one in later), None)


def trend(
    minute: Floats, agreement: Floats, items: Integers, groups: Integers, *, seed: int = 0
) -> Figure:
    """Change of agreement in ten more minutes, within groups (a rater under a criterion).

    The slope of a line through each group's own means, so that people with long sittings are not
    compared with others. Above 0: agreement grows.
    """
    if not len(minute):
        return figure.absent(sentences.NOT_COMPARED())
    along = within(minute, groups)
    return figure.ratio(10 * along * within(agreement, groups), along**2, items, seed=seed)


def within(numbers: Floats, groups: Integers) -> Floats:
    """Each number less the mean of its group."""
    place = np.unique(groups, return_inverse=True)[1]
    return numbers - (np.bincount(place, numbers) / np.bincount(place))[place]
