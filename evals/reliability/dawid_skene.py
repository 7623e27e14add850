"""Dawid and Skene's model: each unit has a true level, each rater an own way of missing it.

T_ik is proportional to pi_k prod_j conf_r(j)[k, l(j)] over the ratings j of unit i (E step); pi_k
to sum_i T_ik + 1, and conf_r[k, l] to the expected number of times r said l of a true k, plus a
prior that holds the diagonal (M step). Without a prior the model is far too sure on few data.
Prior: nominal .5 everywhere and 2 more on the diagonal; ordinal row k proportional to exp(-|k-l|);
both weigh 2 + .5 K ratings a row. Started from vote shares; ended when the marginal log-likelihood
changes by less than 1e-8 or after 200 rounds. After A. P. Dawid and A. M. Skene (1979), as MAP-EM.

It serves routing and reports. One rater whom it believes can win it, so it never makes an export
label by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.reliability.answers import Answers
from evals.reliability.counts import Floats
from evals.reliability.patterns import unit_patterns
from evals.reliability.scientific import sparse, special
from evals.reliability.sums import Measurement

ROUNDS_MAX = 200
TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class Fit:
    """`posterior`: units x levels. `confusion`: raters x true level x level given.

    A unit without ratings has the prevalence as its posterior, a rater without ratings the prior.
    """

    posterior: Floats
    confusion: Floats
    prevalence: Floats
    log_likelihood: float
    rounds: int
    converged: bool


def fit(answers: Answers, measurement: Measurement | str, *, rounds_max: int = ROUNDS_MAX) -> Fit:
    """The mode of the posterior. ValueError on a continuous scale and without ratings.

    Units with the same answers from the same raters are counted once.
    """
    if not answers.declared or len(answers.values) < 2:
        raise ValueError("Dawid-Skene needs a declared list of two levels or more.")
    if not len(answers):
        raise ValueError("Dawid-Skene needs ratings.")
    said = _said(answers)
    patterns = unit_patterns(said)
    said, repeats = sparse.csr_array(patterns.rows), patterns.repeats.astype(np.float64)
    prior = confusion_prior(len(answers.values), measurement)
    posterior = _vote_shares(answers)[_first(patterns.of_unit, len(repeats))]
    likelihood, change, rounds = -np.inf, np.inf, 0
    while rounds < rounds_max and change >= TOLERANCE:
        prevalence, confusion = _maximised(posterior, said, repeats, prior)
        posterior, new = _expected(prevalence, confusion, said, repeats)
        change, likelihood, rounds = abs(new - likelihood), new, rounds + 1
    return Fit(
        posterior=posterior[patterns.of_unit],
        confusion=confusion,
        prevalence=prevalence,
        log_likelihood=float(likelihood),
        rounds=rounds,
        converged=bool(change < TOLERANCE),
    )


def confusion_prior(levels: int, measurement: Measurement | str) -> Floats:
    """Pseudo-ratings: true level x level given, each row weighing 2 + .5 per level."""
    if Measurement(measurement) is Measurement.NOMINAL:
        return np.full((levels, levels), 0.5) + 2 * np.eye(levels)
    steps = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels)))
    near = np.exp(-steps.astype(np.float64))
    return np.asarray((2 + 0.5 * levels) * near / near.sum(axis=1, keepdims=True))


def _said(answers: Answers) -> sparse.csr_array:
    """Units x (rater, level given): 1 for each rating."""
    width = answers.n_raters * len(answers.values)
    column = answers.raters * len(answers.values) + answers.levels
    ones = np.ones(len(answers), dtype=np.int64)
    return sparse.csr_array((ones, (answers.units, column)), shape=(answers.n_units, width))


def _vote_shares(answers: Answers) -> Floats:
    counts = answers.table.toarray().astype(np.float64)
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), 1 / counts.shape[1])


def _first(of_unit: np.ndarray, n: int) -> np.ndarray:
    first = np.empty(n, dtype=np.int64)
    first[of_unit[::-1]] = np.arange(len(of_unit) - 1, -1, -1)
    return first


def _maximised(
    posterior: Floats, said: sparse.csr_array, repeats: Floats, prior: Floats
) -> tuple[Floats, Floats]:
    weighted = posterior * repeats[:, None]
    levels = posterior.shape[1]
    prevalence = weighted.sum(axis=0) + 1
    given = (said.T @ weighted).reshape(-1, levels, levels).transpose(0, 2, 1) + prior
    return prevalence / prevalence.sum(), given / given.sum(axis=2, keepdims=True)


def _expected(
    prevalence: Floats, confusion: Floats, said: sparse.csr_array, repeats: Floats
) -> tuple[Floats, float]:
    evidence = np.log(confusion).transpose(0, 2, 1).reshape(-1, len(prevalence))
    joint = said @ evidence + np.log(prevalence)
    marginal = special.logsumexp(joint, axis=1, keepdims=True)
    return np.exp(joint - marginal), float(repeats @ marginal[:, 0])
