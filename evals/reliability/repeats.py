"""Which ratings of a rater are the same question asked twice.

A repeat says how far a rater agrees with themselves, which bounds how far two raters can agree. It
counts when the rater had time to forget: three days or more. A correction is no repeat: pass the
standing revision of each seat only.
"""

from dataclasses import dataclass

import numpy as np

from evals.reliability.counts import Floats, Integers

DAYS_MIN = 3.0
_DAY = 86_400.0


@dataclass(frozen=True, eq=False)
class Repeats:
    """Pair p: rating `first[p]` and rating `again[p]`, positions in the arrays that were passed.

    `too_soon` counts pairs of a rater and a unit whose repeats all came within three days.
    """

    first: Integers
    again: Integers
    days: Floats
    too_soon: int


def paired(raters: Integers, units: Integers, at: Floats, *, days_min: float = DAYS_MIN) -> Repeats:
    """Pair each rater's earliest rating of a unit with their earliest one `days_min` later.

    `at` is in seconds. One pair at most for a rater and a unit, so that pairs are independent;
    in the order of raters and units.
    """
    order = np.lexsort((at, units, raters))
    who, what, when = raters[order], units[order], at[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (who[1:] != who[:-1]) | (what[1:] != what[:-1])
    group = np.cumsum(fresh) - 1
    start = np.flatnonzero(fresh)[group] if len(order) else group
    waited = (when - when[start]) / _DAY
    late = np.flatnonzero(~fresh & (waited >= days_min))
    again = late[np.unique(group[late], return_index=True)[1]]
    asked_twice = len(np.unique(group[~fresh]))
    return Repeats(order[start[again]], order[again], waited[again], asked_twice - len(again))
