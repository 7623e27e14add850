"""Tables of who said what, written as one string a rater."""

import numpy as np

from evals.reliability.answers import Answers


def rated_by(*raters: str, values=(0, 1), per_item: int = 1) -> Answers:
    """Each string is a rater, each digit their answer to a unit, a dot a unit not rated.

    Consecutive units share an item.
    """
    cells = [
        (unit, rater, int(answer))
        for rater, answers in enumerate(raters)
        for unit, answer in enumerate(answers)
        if answer != "."
    ]
    units, people, given = np.array(cells).T if cells else np.zeros((3, 0))
    n_units = max((len(answers) for answers in raters), default=0)
    return Answers.of(
        units=units,
        raters=people,
        given=given,
        values=values,
        n_units=n_units,
        n_raters=len(raters),
        items=np.arange(n_units) // per_item,
    )
