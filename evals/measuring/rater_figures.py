"""Figures about raters as the documents of a comparison hold them."""

from __future__ import annotations

from typing import Any

from evals.queries.raters import Mask
from evals.reliability.drift import WINDOW, cusum, windows
from evals.reliability.figure import Figure
from evals.reliability.linearised import Coefficient

# Answers at either end that are compared, however many there are.
WINDOW_MAX = 200


def coefficient_json(one: Coefficient) -> dict[str, Any]:
    """A coefficient of two raters, or of one rater twice."""
    why = one.statistic.undefined
    return {
        "value": one.value,
        "low": one.interval.low,
        "high": one.interval.high,
        "method": one.interval.method,
        "reason": why.sentence(raters=2, units=one.n_units, statistic=one.name) if why else None,
    }


def drift(right: Mask, *, seed: int) -> dict[str, Any]:
    """First against last answers, with the drop that could have been seen; and the turn.

    `right` is in the order of answering.
    """
    size = min(max(WINDOW, len(right) // 4), WINDOW_MAX)
    moved, turn = windows(right, window=size), cusum(right, seed=seed)
    return {
        "n": len(right),
        "sentence": moved.sentence(),
        "p_value": moved.p_value,
        "detectable": moved.detectable,
        "cusum_p": turn.p_value,
        "turn": turn.turn,
    }


def figure_json(one: Figure) -> dict[str, Any]:
    """A figure as documents hold it."""
    return {
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "n": one.n,
        "method": one.method,
        "reason": one.reason,
    }
