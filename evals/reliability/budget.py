"""What more ratings would settle: how likely each unit is clear once k more experts have rated it.

A unit's counts update the prior to Dirichlet(a), A = sum a; k further independent experts give the
counts e with probability k! / prod e_j! * prod (a_j)_e_j / (A)_k (rising factorials). Whether the
unit would then be clear is asked of `consensus.judge` with every condition of its own, so nothing
is promised that a later measuring would not grant. The prior is the fitted one from 50 items on,
else the flat one, and is kept as it is. An answer that the criterion does not apply, or cannot be
assessed, would spoil the unit: its probability is learnt from how often units had such answers.

`after[u, k]` is that probability for unit u; k = 0 is now. Units are taken as independent.
"""

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from evals.reliability import prior as priors
from evals.reliability.consensus import judge
from evals.reliability.counts import Floats, Integers, Mask, UnitCounts
from evals.reliability.patterns import unit_patterns
from evals.reliability.prior import Prior
from evals.reliability.scientific import special
from evals.reliability.sums import Measurement

MORE_MAX = 5
LEVELS_MAX = 11
# Patterns x outcomes that are judged for one criterion.
_OUTCOMES_MAX = 500_000
_EXACT_UNITS = 3_000
# Less than this many clear units a rating is not worth anybody's time.
GAIN_MIN = 1e-6


@dataclass(frozen=True, eq=False)
class Outlook:
    """The units of one criterion, in the order of the counts. `after` is units x (k + 1)."""

    clear: Mask
    after: Floats
    not_assessed: Mask
    ruled: Mask

    @property
    def more(self) -> int:
        """The largest k that was worked out: long scales have too many outcomes."""
        return self.after.shape[1] - 1

    def hopeless(self) -> Mask:
        """Not clear now, and no number of further experts up to `more` can make them clear."""
        return ~self.clear & ~self.ruled & (self.after.max(axis=1) <= 0)


def outlook(
    counts: UnitCounts,
    measurement: Measurement | str,
    *,
    not_assessed: Integers | None = None,
    ruled: Mask | None = None,
    more: int = MORE_MAX,
    threshold: float = 0.95,
    raters_min: int = 3,
    pass_at: float | None = None,
    afresh: bool = False,
) -> Outlook:
    """Judge every unit now and after 1 to `more` further ratings.

    `not_assessed` counts the NA and cannot_assess answers of each unit. `ruled` units were decided
    by an adjudicator: no rating changes them. `afresh`: the further ratings stand alone, as in a
    new batch, and are not added to those there are.
    """
    if not counts.declared or len(counts.values) > LEVELS_MAX:
        raise ValueError(f"Clear units are planned on scales of up to {LEVELS_MAX} levels.")
    if not 1 <= more <= MORE_MAX:
        raise ValueError(f"Between 1 and {MORE_MAX} further ratings can be planned.")
    spoilt = np.zeros(len(counts), dtype=np.int64) if not_assessed is None else not_assessed
    known = priors.if_enough(counts)
    ask = _Question(counts.values, Measurement(measurement), threshold, raters_min, pass_at, known)
    patterns = unit_patterns(counts.counts)
    rows = patterns.rows
    clear = ask.clear(rows)[patterns.of_unit] & (spoilt == 0)
    after = ask.after(rows, more, afresh=afresh)[patterns.of_unit]
    after *= _assessed(counts.sizes, spoilt, after.shape[1])
    if not afresh:
        after[spoilt > 0] = 0.0
    after[:, 0] = clear
    if afresh:
        # What is clear already stays so where it is; only the others can be gained.
        after[clear] = 1.0
    decided = np.zeros(len(counts), dtype=bool) if ruled is None else ruled
    after[decided] = after[decided, :1]
    return Outlook(clear, after, spoilt > 0, decided)


@dataclass(frozen=True, eq=False)
class _Question:
    """When a pattern is clear: the conditions of `consensus.judge` with one prior for all."""

    values: tuple[float, ...]
    measurement: Measurement
    threshold: float
    raters_min: int
    pass_at: float | None
    prior: Prior | None

    def clear(self, rows: Integers) -> Mask:
        # One item for all: no prior may be fitted on patterns that only might come about.
        counts = UnitCounts.from_matrix(self.values, rows, items=np.zeros(len(rows), np.int64))
        verdicts = judge(
            counts,
            self.measurement,
            threshold=self.threshold,
            raters_min=self.raters_min,
            pass_at=self.pass_at,
            prior=self.prior,
        )
        return verdicts.clear

    def after(self, rows: Integers, more: int, *, afresh: bool) -> Floats:
        """Patterns x (k + 1): column 0 is left for now."""
        mass = (self.prior or priors.flat(len(self.values))).mass + rows
        columns = [np.zeros(len(rows))]
        for k in range(1, more + 1):
            outcomes = _outcomes(len(self.values), k)
            if len(outcomes) * max(len(rows), 1) > _OUTCOMES_MAX and k > 1:
                break
            told = np.zeros_like(rows) if afresh else rows
            reached = (told[:, None, :] + outcomes[None, :, :]).reshape(-1, len(self.values))
            clear = self.clear(reached).reshape(len(rows), len(outcomes))
            columns.append((_chances(mass, outcomes, k) * clear).sum(axis=1))
        return np.column_stack(columns)


def _outcomes(levels: int, k: int) -> Integers:
    """Every way k ratings can fall on the levels."""
    chosen = np.array(list(combinations_with_replacement(range(levels), k)))
    return np.stack([(chosen == level).sum(axis=1) for level in range(levels)], axis=1)


def _chances(mass: Floats, outcomes: Integers, k: int) -> Floats:
    """Patterns x outcomes: the Dirichlet-multinomial probability of each outcome."""
    ways = special.gammaln(k + 1) - special.gammaln(outcomes + 1).sum(axis=1)
    total = mass.sum(axis=1)
    # Sums of logs, level by level: a table of patterns x outcomes x levels may be large.
    log = ways[None, :] + (special.gammaln(total) - special.gammaln(total + k))[:, None]
    for level in range(mass.shape[1]):
        rising = special.gammaln(mass[:, level, None] + np.arange(k + 1)) - special.gammaln(
            mass[:, level, None]
        )
        log = log + rising[:, outcomes[:, level]]
    return np.asarray(np.exp(log))


def _assessed(scored: Integers, spoilt: Integers, columns: int) -> Floats:
    """Units x columns: probability that k further experts all give the unit a value."""
    if not spoilt.any():
        return np.ones((len(scored), columns))
    both = UnitCounts.from_matrix((0, 1), np.column_stack([spoilt, scored]))
    mass = priors.fitted(both).mass
    yes, whole = scored + mass[1], scored + spoilt + mass.sum()
    steps = np.arange(columns - 1)
    each = (yes[:, None] + steps) / (whole[:, None] + steps)
    return np.column_stack([np.ones(len(scored)), np.cumprod(each, axis=1)])


@dataclass(frozen=True, eq=False)
class Offer:
    """Responses worth asking about, the most gain per rating first.

    `gains` are units expected to become clear (less those expected to become unclear), `chosen`
    the response's position, `more` the number of further experts.
    """

    chosen: Integers
    more: Integers
    gains: Floats

    def within(self, ratings: int) -> "Offer":
        """As many from the top as so many ratings pay for; what does not fit is left out."""
        kept, left = [], ratings
        for place, k in enumerate(self.more.tolist()):
            if k <= left:
                kept.append(place)
                left -= k
            if left <= 0:
                break
        picked = np.array(kept, dtype=np.int64)
        return Offer(self.chosen[picked], self.more[picked], self.gains[picked])

    def first(self, lines: int) -> "Offer":
        """So many lines from the top."""
        return Offer(self.chosen[:lines], self.more[:lines], self.gains[:lines])

    @property
    def ratings(self) -> int:
        return int(self.more.sum())


def offer(gains: Floats, left: Integers) -> Offer:
    """The best number of further experts for each response, by gain per rating.

    `gains` is responses x (k + 1) with column 0 nought, `left` how many experts have not rated it
    yet. Each response stands once, so the list is greedy, not the optimum of every combination.
    """
    k = np.arange(1, gains.shape[1])
    per_rating = np.where(k <= left[:, None], gains[:, 1:] / k, -np.inf)
    best = per_rating.argmax(axis=1) if len(k) else np.zeros(len(gains), dtype=np.int64)
    rate = per_rating[np.arange(len(gains)), best] if len(k) else np.full(len(gains), -np.inf)
    order = np.argsort(-rate, kind="stable")
    worth = order[rate[order] > GAIN_MIN]
    more = best[worth] + 1
    return Offer(worth, more, gains[worth, more])


@dataclass(frozen=True, slots=True)
class Expected:
    """How many more units will be clear, with the range that holds 95 % of the outcomes."""

    mean: float
    low: int
    high: int
    method: str


def expected_clear(after: Floats, clear_now: int) -> Expected:
    """`after` are the chances of all units that are rated again, `clear_now` of them are clear.

    Units are independent, so their number is Poisson-binomial; a normal stands in for thousands.
    """
    chances = np.clip(after, 0.0, 1.0)
    mean = float(chances.sum())
    if len(chances) > _EXACT_UNITS:
        sd = float(np.sqrt((chances * (1 - chances)).sum()))
        low, high = (round(mean + float(special.ndtri(q)) * sd) for q in (0.025, 0.975))
        method = "normal approximation of the Poisson-binomial"
    else:
        cumulative = np.cumsum(_number_of(chances))
        low, high = (int(np.searchsorted(cumulative, q - 1e-12)) for q in (0.025, 0.975))
        method = "Poisson-binomial"
    return Expected(mean - clear_now, low - clear_now, high - clear_now, method)


def _number_of(chances: Floats) -> Floats:
    """How likely 0, 1, 2 ... of the units turn out clear."""
    found = np.ones(1)
    for chance in chances.tolist():
        found = np.convolve(found, (1 - chance, chance))
    return found
