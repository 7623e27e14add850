"""Whether an answer depends on the answer given just before, in the order shown.

Responses come in random order, so what a rater said last tells nothing about the next response.
Slope of (answer - mean of the others on that unit) on the answer just before (less the rater's
mean): an answer one step higher just before moves this one by so many steps; above 0 towards it
(assimilation), below 0 away from it (contrast).
"""

import numpy as np

from evals.reliability import figure, sentences
from evals.reliability.answers import Answers
from evals.reliability.counts import Integers
from evals.reliability.figure import Figure
from evals.reliability.leniency import is_ordered, signed
from evals.reliability.minutes import within
from evals.reliability.sums import Measurement

PAIRS_MIN = 30


def carry_over(
    answers: Answers,
    measurement: Measurement | str,
    *,
    order: Integers,
    sittings: Integers | None = None,
    seed: int = 0,
) -> Figure:
    """All raters together, under one criterion. `order` and `sittings` have one entry a rating:
    when it came among the rater's own, and in which sitting (across a pause nothing is carried).

    `n` counts pairs of an answer and the one before. Interval over items. Under 30 pairs, or where
    the levels have no order: a reason.
    """
    if not is_ordered(answers, measurement):
        return figure.absent(sentences.NO_LENIENCY())
    now, before = _pairs(answers, order, sittings)
    difference, compared = signed(answers, measurement)
    usable = compared[now]
    now, before = now[usable], before[usable]
    if len(now) < PAIRS_MIN:
        return figure.absent(sentences.FEW_BEFORE(answers=len(now), least=PAIRS_MIN))
    steps = answers.steps(measurement)
    people = answers.raters[now]
    last = within(steps[before], people)
    moved = within(difference[now], people)
    return figure.ratio(moved * last, last**2, answers.item_of[now], seed=seed)


def _pairs(
    answers: Answers, order: Integers, sittings: Integers | None
) -> tuple[Integers, Integers]:
    """Positions of answers and of the rater's answer just before each, in the same sitting."""
    place = np.lexsort((order, answers.raters))
    now, before = place[1:], place[:-1]
    same = answers.raters[now] == answers.raters[before]
    if sittings is not None:
        same &= sittings[now] == sittings[before]
    return now[same], before[same]
