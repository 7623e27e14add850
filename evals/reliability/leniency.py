"""Whether a rater is milder or stricter than others on the very same units.

Mean of x - (mean of the others' answers to that unit), over the rater's units that others rated
too. On an ordinal scale in levels, on a binary one in shares of the upper level, on an interval one
in the scale's own unit. The others' mean is soft, so two others who differ cause no tie.
A rater who shares units with lenient colleagues only looks strict: it is a difference from them.
"""

from collections.abc import Sequence

import numpy as np

from evals.reliability import figure, sentences
from evals.reliability.answers import Answers
from evals.reliability.counts import Floats, Integers, Mask
from evals.reliability.figure import Figure
from evals.reliability.sums import Measurement

UNITS_MIN = 10


def leniency(
    answers: Answers, measurement: Measurement | str, *, seed: int = 0
) -> tuple[Figure, ...]:
    """One figure a rater, in their order: above 0 is milder than the others. `n` counts units.

    Interval by item bootstrap. Fewer than 10 shared units, or a nominal scale of three levels or
    more: a reason instead.
    """
    if not is_ordered(answers, measurement):
        return tuple(figure.absent(sentences.NO_LENIENCY()) for _ in range(answers.n_raters))
    differences, compared = signed(answers, measurement)
    return tuple(
        _mean(differences[mine], answers.item_of[mine], seed)
        for mine in by_rater(answers, compared)
    )


def is_ordered(answers: Answers, measurement: Measurement | str) -> bool:
    """Whether a difference between two levels has a direction."""
    return Measurement(measurement) is not Measurement.NOMINAL or len(answers.values) == 2


def signed(answers: Answers, measurement: Measurement | str) -> tuple[Floats, Mask]:
    """Each rating minus the mean of the others on its unit, and which ratings have others."""
    steps = answers.steps(measurement)
    others, compared = answers.others(steps)
    return np.where(compared, steps - others, 0.0), compared


def by_rater(answers: Answers, mask: Mask) -> Sequence[Integers]:
    """Positions of each rater's ratings that the mask keeps, in the order of the answers."""
    order = np.argsort(answers.raters, kind="stable")
    order = order[mask[order]]
    sizes = np.bincount(answers.raters[mask], minlength=answers.n_raters)
    return np.split(order, np.cumsum(sizes)[:-1]) if answers.n_raters else []


def _mean(differences: Floats, items: Integers, seed: int) -> Figure:
    n = len(differences)
    if n == 0:
        return figure.absent(sentences.NONE_SHARED())
    if n < UNITS_MIN:
        return figure.absent(sentences.FEW_SHARED(units=n, least=UNITS_MIN), n)
    return figure.ratio(differences, np.ones(n), items, seed=seed)
