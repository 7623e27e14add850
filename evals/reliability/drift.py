"""Whether a rater's accuracy fell over time, and how large a fall could have been seen at all.

First against last window by Fisher's exact test: 19 of 20 against 14 of 20 gives p = .091, so 20
answers a window do not prove a drop of 25 points; hence the window of 40, and hence beside every
result the drop that this test finds with a probability of .8. The CUSUM uses all answers: the
largest value of the running sum of (hit - mean), its p-value by dealing the same hits in random
order (the retrospective CUSUM of change-point analysis; E. S. Page, 1955).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from evals.reliability import sentences
from evals.reliability.counts import Floats, Mask
from evals.reliability.scientific import special

WINDOW = 40
WINDOW_MIN = 10
POWER = 0.8
SIGNIFICANCE = 0.05
_SHUFFLES = 2_000
_CELLS = 1_000_000
_SHUFFLED_MAX = 400
_RARE_MIN = 20
_TIE = 1 + 1e-7
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Windows:
    """First and last window. All but `n` is None, with a reason, where there are too few answers.

    `detectable` is the smallest drop from the first window's share that would have been found with
    probability .8; None when not even a drop to zero would.
    """

    n: int
    window: int | None
    first_right: int | None
    last_right: int | None
    p_value: float | None
    detectable: float | None
    reason: str | None

    def sentence(self) -> str:
        """Say it to people, with what the test could and could not have shown."""
        if self.p_value is None or self.first_right is None or self.last_right is None:
            return self.reason or ""
        told = {
            "first": self.first_right,
            "last": self.last_right,
            "window": self.window,
            "p": f"{self.p_value:.3f}",
        }
        if self.detectable is None:
            return sentences.MOVED_UNSEEN(**told)
        return sentences.MOVED(drop=f"{self.detectable * 100:.0f}", **told)


@dataclass(frozen=True, slots=True)
class Cusum:
    """`turn` is how many answers came before the likeliest change (None without one).

    `before` and `after` are the shares right on its two sides.
    """

    n: int
    p_value: float | None
    turn: int | None
    before: float | None
    after: float | None
    reason: str | None
    method: str = ""


def windows(right: Mask, *, window: int = WINDOW) -> Windows:
    """Compare a rater's first and last answers. `right` is in the order of answering.

    The windows never overlap: fewer than twice `window` answers are cut in halves.
    """
    n = len(right)
    size = min(window, n // 2)
    if size < WINDOW_MIN:
        reason = sentences.FEW_ANSWERS(answers=n, least=WINDOW_MIN)
        return Windows(n, None, None, None, None, None, reason)
    first, last = int(np.sum(right[:size])), int(np.sum(right[-size:]))
    p_value = fisher_exact(first, size, last, size)
    return Windows(n, size, first, last, p_value, detectable_drop(first, size), None)


def fisher_exact(first: int, n_first: int, last: int, n_last: int) -> float:
    """Two-sided p-value: all tables with these margins that are no likelier than this one."""
    return float(_p_values(n_first, n_last)[first, last])


def detectable_drop(first: int, n: int, *, power: float = POWER) -> float | None:
    """Smallest drop, in steps of a point, from first/n that two windows of n find with `power`.

    It counts only significant falls (two-sided p under .05).
    """
    before = first / n
    found = (_p_values(n, n) < SIGNIFICANCE) & np.greater.outer(np.arange(n + 1), np.arange(n + 1))
    seen = _binomial(n, before) @ found
    for points in range(1, round(before * 100) + 1):
        if float(seen @ _binomial(n, max(0.0, before - points / 100))) >= power:
            return points / 100
    return None


def cusum(right: Mask, *, seed: int = 0) -> Cusum:
    """Look for the point after which fewer answers are right; one-sided, seeded shuffles."""
    n = len(right)
    if n < 2 * WINDOW_MIN:
        reason = f"Only {n} answers: {2 * WINDOW_MIN} are needed."
        return Cusum(n, None, None, None, None, reason)
    hits = np.asarray(right, dtype=np.float64)
    if hits.min() == hits.max():
        words = "Every answer was right" if hits[0] else "No answer was right"
        return Cusum(n, None, None, None, None, f"{words}: there is no change to look for.")
    rising = np.cumsum(hits - hits.mean())
    p_value, method = _chance_of(float(rising.max()), hits, seed)
    if rising.max() <= _ROUNDING:
        return Cusum(n, p_value, None, None, None, None, method)
    turn = int(np.argmax(rising)) + 1
    before, after = float(hits[:turn].mean()), float(hits[turn:].mean())
    return Cusum(n, p_value, turn, before, after, None, method)


def _chance_of(peak: float, hits: Floats, seed: int) -> tuple[float, str]:
    """P(the same hits in random order rise as high): by shuffling; of many answers by the law of
    the Brownian bridge, exp(-2 x^2) with x the peak over the root of n times the variance.
    """
    rarer = min(hits.sum(), len(hits) - hits.sum())
    if len(hits) > _SHUFFLED_MAX and rarer >= _RARE_MIN:
        scaled = max(peak, 0.0) ** 2 / (len(hits) * float(hits.var()))
        return float(np.exp(-2 * scaled)), "Brownian bridge"
    as_high = _peaks(hits, np.random.default_rng(seed)) >= peak - _ROUNDING
    return (1 + int(as_high.sum())) / (1 + _SHUFFLES), f"{_SHUFFLES} shuffles"


def _peaks(hits: Floats, rng: np.random.Generator) -> Floats:
    """The largest running sum of each shuffle, some shuffles at a time."""
    batch = max(1, _CELLS // len(hits))
    sizes = [min(batch, _SHUFFLES - start) for start in range(0, _SHUFFLES, batch)]
    shuffled = (rng.permuted(np.tile(hits - hits.mean(), (n, 1)), axis=1) for n in sizes)
    return np.concatenate([np.cumsum(rows, axis=1).max(axis=1) for rows in shuffled])


@lru_cache(maxsize=64)
def _p_values(n_first: int, n_last: int) -> Floats:
    """Fisher's p of every table: right of the first window x right of the last."""
    p = np.empty((n_first + 1, n_last + 1))
    for total in range(n_first + n_last + 1):
        first = np.arange(max(0, total - n_last), min(n_first, total) + 1)
        last = total - first
        chance = np.exp(
            _log_choose(n_first, first)
            + _log_choose(n_last, last)
            - _log_choose(n_first + n_last, np.array(total))
        )
        rising = np.sort(chance)
        no_likelier = np.searchsorted(rising, chance * _TIE, side="right")
        p[first, last] = np.minimum(np.cumsum(rising)[no_likelier - 1], 1.0)
    p.setflags(write=False)
    return p


def _log_choose(n: int, k: np.ndarray) -> Floats:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def _binomial(n: int, p: float) -> Floats:
    k = np.arange(n + 1)
    if p in (0.0, 1.0):
        return (k == round(n * p)).astype(np.float64)
    return np.asarray(np.exp(_log_choose(n, k) + k * np.log(p) + (n - k) * np.log1p(-p)))
