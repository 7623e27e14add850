"""How raters stand the checks mixed into their work: known answers, and questions asked twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from evals.measuring.rater_figures import coefficient_json, drift, figure_json
from evals.queries.raters import Integers, Mask, RatedBatch
from evals.queries.value_counts import measurement_of
from evals.reliability import figure, gold, repeats
from evals.reliability.intra_rater import SelfAgreement, intra_rater
from labeling.models import Adjudication, Assignment
from labeling.spec import ScaleType

# On a continuous scale an answer counts as the known one within this part of the range.
NEAR = 0.05


def gold_documents(rated: RatedBatch, column: int, seed: int) -> list[dict[str, Any]]:
    """Answers to units with a known answer, mixed in unseen, in the order they were given."""
    known = {
        at: ruling.value
        for at, ruling in rated.ruled(column).items()
        if ruling.value is not None and ruling.reason != Adjudication.Reason.LEGITIMATE
    }
    # What authors keep as known stands above a ruling: an appeal may have revised it.
    known |= rated.known_answers(column)
    asked = rated.made_for(Assignment.Purpose.GOLD) & rated.scored(column)
    rows = np.flatnonzero(asked & np.isin(rated.response, list(known)))
    rows = rows[np.argsort(rated.submitted[rows], kind="stable")]
    truth = np.array([known[at] for at in rated.response[rows].tolist()], dtype=np.float64)
    right = gold.hits(rated.values[rows, column], truth, within=_near(rated, column))
    found = []
    for at, rater in enumerate(rated.raters):
        mine = rated.rater[rows] == at
        if mine.any():
            moved = drift(right[mine], seed=seed) if rated.have_times else None
            found.append({"rater": rater, **_gold_json(right[mine]), "drift": moved})
    return found


def _gold_json(right: Mask) -> dict[str, Any]:
    told = gold.posterior(int(right.sum()), len(right))
    return {
        "n": told.n,
        "right": told.right,
        "value": told.mean,
        "low": told.low,
        "high": told.high,
        "method": "Beta posterior",
        "reason": None,
    }


def _near(rated: RatedBatch, column: int) -> float:
    criterion = rated.criteria[column]
    if criterion.scale != ScaleType.INTERVAL or criterion.minimum is None:
        return 0.0
    return NEAR * float((criterion.maximum or 0) - criterion.minimum)


def repeat_documents(rated: RatedBatch, column: int) -> list[dict[str, Any]]:
    """How often each rater gives the same answer to the same unit days later.

    Everybody together comes first, with no rater.
    """
    asked = rated.fixed | rated.made_for(Assignment.Purpose.REPEAT)
    rows = np.flatnonzero(asked & rated.scored(column))
    pairs = repeats.paired(rated.rater[rows], rated.response[rows], rated.submitted[rows])
    if not len(pairs.first):
        return []
    first, again = rows[pairs.first], rows[pairs.again]
    if rated.criteria[column].scale == ScaleType.INTERVAL:
        return _near_repeats(rated, column, first, again)
    levels = [float(one.value) for one in rated.criteria[column].levels.all()]
    place = {value: at for at, value in enumerate(levels)}
    answers = [[place[x] for x in rated.values[at, column].tolist()] for at in (first, again)]
    found = intra_rater(
        rated.rater[first],
        rated.items[rated.response[first]],
        np.array(answers[0]),
        np.array(answers[1]),
        values=levels,
        measurement=measurement_of(rated.criteria[column].scale),
    )
    return [_repeated(rated, one) for one in (found.together, *found.by_rater)]


def _repeated(rated: RatedBatch, one: SelfAgreement) -> dict[str, Any]:
    told = one.weighted or one.kappa
    return {
        "rater": None if one.rater is None else rated.raters[one.rater],
        **figure_json(one.same),
        "statistic": told.name,
        "kappa": coefficient_json(told),
    }


def _near_repeats(
    rated: RatedBatch, column: int, first: Integers, again: Integers
) -> list[dict[str, Any]]:
    """On a continuous scale the same is what lies within a twentieth of its range."""
    apart = np.abs(rated.values[first, column] - rated.values[again, column])
    same = (apart <= _near(rated, column)).astype(np.float64)
    items = rated.items[rated.response[first]]
    everybody = [(None, np.ones(len(first), dtype=bool))]
    each = [(pk, rated.rater[first] == at) for at, pk in enumerate(rated.raters)]
    return [
        {"rater": pk, **figure_json(figure.share(same[mask], items[mask])), "kappa": None}
        for pk, mask in (*everybody, *each)
        if mask.any()
    ]
