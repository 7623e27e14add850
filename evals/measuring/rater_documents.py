"""What a comparison says about the raters under one criterion, as JSON.

Numbers with their uncertainty, or a reason in words. Raters appear by their ids only, so that a
page can name them or not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evals.measuring.check_documents import gold_documents, repeat_documents
from evals.measuring.own_documents import own_documents
from evals.measuring.rater_figures import coefficient_json, figure_json
from evals.queries.raters import CANNOT_ASSESS, NA, Given, Integers, Mask, RatedBatch
from evals.queries.value_counts import measurement_of
from evals.reliability import figure, sentences
from evals.reliability.answers import Answers
from evals.reliability.carry_over import carry_over
from evals.reliability.counts import DENSE_LEVELS
from evals.reliability.leniency import leniency
from evals.reliability.minutes import Sittings
from evals.reliability.pairs import PairAgreement, pair_agreements
from evals.reliability.routing import Belief, Routing, route

DOCUMENT = 1
# Units named for adjudication, the least certain first; all of them are counted.
ROUTED_MAX = 200


def of_criterion(rated: RatedBatch, column: int, sat: Sittings, *, seed: int) -> dict[str, Any]:
    """All about the raters under one criterion; `sat` has an entry a rating of the batch."""
    measurement = measurement_of(rated.criteria[column].scale)
    fixed = rated.given(column, rated.fixed)
    independent = rated.given(column, rated.independent)
    answers = fixed.answers
    return {
        "version": DOCUMENT,
        "measurement": measurement,
        "levels": list(answers.values) if answers.declared else None,
        "n_units": int(np.count_nonzero(answers.per_unit)),
        "n_shared": int(np.count_nonzero(answers.per_unit >= 2)),
        "n_ratings": len(answers),
        "raters": _raters(rated, column, answers),
        "pairs": _pairs(rated, answers, measurement),
        "leniency": _leniency(rated, answers, measurement, seed),
        "routing": _routing(rated, column, independent.answers, measurement),
        "own": own_documents(rated, column, independent, measurement, seed=seed),
        "gold": gold_documents(rated, column, seed),
        "repeats": repeat_documents(rated, column),
        "carry_over": _carry_over(rated, fixed, measurement, sat, seed),
    }


def _raters(rated: RatedBatch, column: int, answers: Answers) -> list[dict[str, Any]]:
    """How much each of them did, whatever they answered."""
    shared = answers.per_unit[answers.units] >= 2
    said = rated.answers[:, column]
    counts = {
        "n": answers.per_rater,
        "shared": np.bincount(answers.raters[shared], minlength=answers.n_raters),
        "na": _answered(rated, rated.fixed & (said == NA)),
        "cannot_assess": _answered(rated, rated.fixed & (said == CANNOT_ASSESS)),
    }
    return [
        {"rater": rater, **{name: int(of[at]) for name, of in counts.items()}}
        for at, rater in enumerate(rated.raters)
    ]


def _answered(rated: RatedBatch, mask: Mask) -> Integers:
    return np.bincount(rated.rater[mask], minlength=len(rated.raters))


def _pairs(rated: RatedBatch, answers: Answers, measurement: str) -> list[dict[str, Any]]:
    """Pairs with a unit in common: kappa, weighted where the levels have an order."""
    return [_pair(rated, pair) for pair in pair_agreements(answers, measurement) if pair.n_units]


def _pair(rated: RatedBatch, pair: PairAgreement) -> dict[str, Any]:
    told = pair.weighted or pair.kappa
    differ = None
    if pair.confusion is not None:
        differ = pair.n_units - int(np.trace(pair.confusion))
    return {
        "a": rated.raters[pair.first],
        "b": rated.raters[pair.second],
        "n": pair.n_units,
        "n_differ": differ,
        "percent": None if differ is None else 1 - differ / pair.n_units,
        "statistic": told.name,
        **coefficient_json(told),
    }


def _leniency(
    rated: RatedBatch, answers: Answers, measurement: str, seed: int
) -> list[dict[str, Any]]:
    found = leniency(answers, measurement, seed=seed)
    return [
        {"rater": rater, **figure_json(one)} for rater, one in zip(rated.raters, found, strict=True)
    ]


def _routing(rated: RatedBatch, column: int, answers: Answers, measurement: str) -> dict[str, Any]:
    """Which units need a ruling, and who is believed how much; units ruled on are left out."""
    if not answers.declared or not 2 <= len(answers.values) <= DENSE_LEVELS:
        return {"reason": sentences.NOT_ROUTED(most=DENSE_LEVELS)}
    report = route(answers, measurement)
    ruled = np.isin(report.adjudicate, list(rated.ruled(column)))
    waiting = report.adjudicate[~ruled].tolist()
    return {
        "reason": None,
        "method": report.method.sentence,
        "obstacle": report.obstacle.sentence if report.obstacle else None,
        "converged": report.converged,
        "n_adjudicate": len(waiting),
        "n_ruled": int(np.count_nonzero(ruled)),
        "n_ask_first": len(report.ask_first),
        "units": [_routed(rated, answers, report, unit) for unit in waiting[:ROUTED_MAX]],
        "beliefs": [_belief(rated, one) for one in report.beliefs],
    }


def _routed(rated: RatedBatch, answers: Answers, report: Routing, unit: int) -> dict[str, Any]:
    return {
        "response": int(rated.responses[unit]),
        "certainty": float(report.certainty[unit]),
        "likeliest": answers.values[int(report.likeliest[unit])],
        "n": int(answers.per_unit[unit]),
        "whys": [why.sentence for why in report.reasons(unit)],
    }


def _belief(rated: RatedBatch, one: Belief) -> dict[str, Any]:
    return {
        "rater": rated.raters[one.rater],
        "n": one.n,
        "right": one.right,
        "leaning": one.leaning,
        "confusion": one.confusion,
        "reason": one.reason,
    }


def _carry_over(
    rated: RatedBatch, fixed: Given, measurement: str, sat: Sittings, seed: int
) -> dict[str, Any]:
    if not rated.have_times:
        return figure_json(figure.absent(sentences.NO_TIMES()))
    order = np.argsort(np.argsort(rated.submitted[fixed.rows], kind="stable"), kind="stable")
    sitting = sat.sitting[fixed.rows]
    return figure_json(
        carry_over(fixed.answers, measurement, order=order, sittings=sitting, seed=seed)
    )
