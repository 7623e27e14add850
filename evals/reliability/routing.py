"""Which units need a third person, and which rater is believed how much.

With three raters of ten ratings each, 50 items and common units between them, Dawid and Skene's
model weighs what each rater says; otherwise every rater weighs the same and the plain posterior of
a unit (consensus.py) stands in. Either way it is a report: one rater whom the model believes can
win it, so it never makes an export label by itself.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evals.reliability import connected, dawid_skene, sentences
from evals.reliability import prior as priors
from evals.reliability.answers import Answers
from evals.reliability.connected import Obstacle
from evals.reliability.consensus import FLAT_MANY_LEVELS_MIN, clarity, mode
from evals.reliability.counts import DENSE_LEVELS, Floats, Integers, Mask
from evals.reliability.dawid_skene import Fit
from evals.reliability.settling import bimodal, middle
from evals.reliability.sums import Measurement

SURE_MIN = 0.95


class Method(StrEnum):
    """What a unit's certainty is."""

    DAWID_SKENE = "dawid_skene"
    PLAIN = "plain_posterior"

    @property
    def sentence(self) -> str:
        """Say it to people."""
        return _METHODS[self]()


class Why(StrEnum):
    """Why a unit is sent to an adjudicator; `sentence` says it to people."""

    BIMODAL = "bimodal"
    TIE = "tie"
    OUTVOTED = "outvoted"
    UNSURE = "unsure"

    @property
    def sentence(self) -> str:
        """Say it to people."""
        return _WHYS[self]()


_METHODS = {
    Method.DAWID_SKENE: sentences.DAWID_SKENE,
    Method.PLAIN: sentences.PLAIN,
}
_WHYS = {
    Why.BIMODAL: sentences.BIMODAL,
    Why.TIE: sentences.TIE,
    Why.OUTVOTED: sentences.OUTVOTED,
    Why.UNSURE: sentences.UNSURE,
}


@dataclass(frozen=True, slots=True)
class Belief:
    """How far the model believes a rater. All but `rater` and `n` is None, with a reason, where
    they are not compared.

    `right`: probability of the true level over the prevalences, sum_k pi_k conf[k, k]. `leaning`:
    mean levels above the truth (ordered scales). `confusion`: true level x level given.
    """

    rater: int
    n: int
    right: float | None
    leaning: float | None
    confusion: tuple[tuple[float, ...], ...] | None
    reason: str | None


@dataclass(frozen=True, eq=False)
class Routing:
    """`certainty` and `likeliest` (a position in the levels) have one entry a unit; units without
    ratings have -1 and 0. `obstacle` says why raters are not compared, if they are not.

    `adjudicate` are the units to rule on, least certain first; `whys` says why, one mask a reason.
    `ask_first` are units of one answer only, too few times given to be sure: they need another
    expert, not a ruling.
    """

    method: Method
    obstacle: Obstacle | None
    certainty: Floats
    likeliest: Integers
    whys: dict[Why, Mask]
    adjudicate: Integers
    ask_first: Integers
    beliefs: tuple[Belief, ...]
    converged: bool | None

    def reasons(self, unit: int) -> list[Why]:
        """Why this unit is sent to an adjudicator; empty when it is not."""
        return [why for why, mask in self.whys.items() if mask[unit]]


def route(answers: Answers, measurement: Measurement | str) -> Routing:
    """The report on one criterion. ValueError on a continuous scale or over 32 levels."""
    if not answers.declared or not 2 <= len(answers.values) <= DENSE_LEVELS:
        raise ValueError(f"Routing needs 2 to {DENSE_LEVELS} declared levels.")
    scale = Measurement(measurement)
    blocked = connected.obstacle(answers)
    fit = None if blocked else dawid_skene.fit(answers, scale)
    rows = answers.table.toarray()
    certainty, likeliest = _plain(answers, rows, scale) if fit is None else _modelled(fit, scale)
    rated = answers.per_unit > 0
    alike = (rows > 0).sum(axis=1) == 1
    unsure = rated & (certainty < _sure_min(fit, rows.shape[1]))
    whys = _whys(rows, scale, fit)
    whys[Why.UNSURE] = unsure & (~alike | np.logical_or.reduce([*whys.values()]))
    routed = np.flatnonzero(np.logical_or.reduce([*whys.values()]))
    return Routing(
        method=Method.PLAIN if fit is None else Method.DAWID_SKENE,
        obstacle=blocked,
        certainty=np.where(rated, certainty, 0.0),
        likeliest=np.where(rated, likeliest, -1),
        whys=whys,
        adjudicate=routed[np.argsort(certainty[routed], kind="stable")],
        ask_first=np.flatnonzero(unsure & ~whys[Why.UNSURE]),
        beliefs=_beliefs(answers, scale, fit, blocked),
        converged=None if fit is None else fit.converged,
    )


def _modelled(fit: Fit, scale: Measurement) -> tuple[Floats, Integers]:
    likeliest = fit.posterior.argmax(axis=1)
    if scale is not Measurement.NOMINAL:
        likeliest = middle(fit.posterior)
    return fit.posterior.max(axis=1), likeliest


def _plain(answers: Answers, rows: Integers, scale: Measurement) -> tuple[Floats, Integers]:
    """The probability that most experts would give the answer given most often."""
    believed = priors.if_enough(answers.counts()) or priors.flat(rows.shape[1])
    if scale is Measurement.NOMINAL:
        return clarity(rows, believed), rows.argmax(axis=1)
    return clarity(rows, believed), middle(rows + priors.flat(rows.shape[1]).mass)


def _sure_min(fit: Fit | None, levels: int) -> float:
    """The flat prior gives less to many levels, even where all experts agree."""
    return SURE_MIN if fit is not None or levels == 2 else FLAT_MANY_LEVELS_MIN


def _whys(rows: Integers, scale: Measurement, fit: Fit | None) -> dict[Why, Mask]:
    leading = mode(rows)
    split = np.zeros(len(rows), dtype=bool)
    outvoted = split
    if scale is not Measurement.NOMINAL:
        split = bimodal(rows) if fit is None else bimodal(rows) | bimodal(fit.posterior)
    if fit is not None:
        outvoted = (leading >= 0) & (fit.posterior.argmax(axis=1) != leading)
    return {
        Why.BIMODAL: split,
        Why.TIE: (leading < 0) & (rows.sum(axis=1) > 0),
        Why.OUTVOTED: outvoted,
    }


def _beliefs(
    answers: Answers, scale: Measurement, fit: Fit | None, blocked: Obstacle | None
) -> tuple[Belief, ...]:
    enough = connected.experienced(answers)
    said = []
    for rater, n in enumerate(answers.per_rater.tolist()):
        if fit is None:
            reason = blocked.sentence if blocked else ""
            said.append(Belief(rater, n, None, None, None, reason))
        elif not enough[rater]:
            reason = sentences.BELIEF_RATINGS(ratings=n, least=connected.RATINGS_MIN)
            said.append(Belief(rater, n, None, None, None, reason))
        else:
            said.append(_belief(rater, n, fit, scale))
    return tuple(said)


def _belief(rater: int, n: int, fit: Fit, scale: Measurement) -> Belief:
    confusion, prevalence = fit.confusion[rater], fit.prevalence
    levels = np.arange(len(prevalence))
    leaning = float(prevalence @ (confusion @ levels - levels))
    return Belief(
        rater=rater,
        n=n,
        right=float(prevalence @ np.diag(confusion)),
        leaning=leaning if scale is not Measurement.NOMINAL or len(levels) == 2 else None,
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        reason=None,
    )
