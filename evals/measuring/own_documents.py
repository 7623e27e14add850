"""What a comparison says to each rater alone: how far they agree with what the others settled on.

Kept by rater, so that one's own part can be read without anybody else's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evals.measuring.rater_figures import drift, figure_json
from evals.queries.raters import Given, RatedBatch
from evals.reliability.personal import Difference, Personal, beside, personal

# Units named in a rater's own list, the farthest first; all of them are counted.
DIFFERING_MAX = 100


def own_documents(
    rated: RatedBatch, column: int, given: Given, measurement: str, *, seed: int
) -> dict[str, Any]:
    """One document a rater, by id: figures, units that differ, and change over time."""
    answers, rulings = given.answers, rated.ruled(column)
    found = {}
    for at in np.flatnonzero(answers.per_rater).tolist():
        told = personal(answers, at, measurement, rulings=rulings, seed=seed)
        document = _document(rated, told)
        document["drift"] = None
        if answers.declared and rated.have_times:
            settlement = beside(answers, at, measurement, rulings=rulings)
            mine = np.flatnonzero(answers.raters == at)
            right = answers.given[mine] == settlement.values
            in_time = np.argsort(rated.submitted[given.rows[mine]], kind="stable")
            hits = right[in_time][settlement.settled[in_time]]
            document["drift"] = drift(hits, seed=seed)
        found[str(rated.raters[at])] = document
    return found


def _document(rated: RatedBatch, told: Personal) -> dict[str, Any]:
    return {
        "exact": figure_json(told.exact),
        "near": figure_json(told.near),
        "distance": figure_json(told.distance),
        "soft": figure_json(told.soft),
        "left_out": told.left_out,
        "n_differing": len(told.differing),
        "differing": [_difference(rated, one) for one in told.differing[:DIFFERING_MAX]],
    }


def _difference(rated: RatedBatch, one: Difference) -> dict[str, Any]:
    return {
        "response": int(rated.responses[one.unit]),
        "given": one.given,
        "settled": one.settled,
        "source": one.source.value,
    }
