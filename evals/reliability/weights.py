"""How much credit two answers get that differ: 1 for the same level, 0 for the ends of the scale.

The eight schemes of Gwet, Handbook of Inter-Rater Reliability (2014), chapter 3. With x_k the
position of level k, d = |x_k - x_l| and D the largest d:
identity 1[k = l]; linear 1 - d / D; quadratic 1 - (d / D)^2; radical 1 - (d / D)^(1/2);
ordinal 1 - s (s + 1) / (q (q - 1)) with s steps between the levels, whatever their positions;
ratio 1 - r^2 / max r^2 with r = (x_k - x_l) / (x_k + x_l); circular 1 - sin^2(pi d / (D + 1)) over
its maximum; bipolar 1 - d^2 / ((x_k + x_l - 2 x_min) (2 x_max - x_k - x_l)) over its maximum.
The scheme called ordinal is not the distance of Krippendorff's ordinal alpha, which depends on how
often each level was used.
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from evals.reliability.counts import Floats


class Scheme(StrEnum):
    """Names of the weights; identity makes a weighted coefficient the plain one."""

    IDENTITY = "identity"
    LINEAR = "linear"
    QUADRATIC = "quadratic"
    RADICAL = "radical"
    ORDINAL = "ordinal"
    RATIO = "ratio"
    CIRCULAR = "circular"
    BIPOLAR = "bipolar"


type Weighting = Scheme | str | Floats


def weights_of(weighting: Weighting, values: Sequence[float]) -> Floats:
    """A scheme's weights for levels one step apart, or the table of weights that was given."""
    if isinstance(weighting, str):
        return level_weights(weighting, values)
    q = len(values)
    given = np.asarray(weighting, dtype=np.float64)
    if given.shape != (q, q) or not np.array_equal(given, given.T) or np.any(given.diagonal() != 1):
        raise ValueError(f"Weights are a symmetric table of {q} x {q} with 1 on the diagonal.")
    return given


def is_plain(weighting: Weighting) -> bool:
    """Whether only equal answers get credit."""
    if isinstance(weighting, str):
        return Scheme(weighting) is Scheme.IDENTITY
    return bool(np.array_equal(weighting, np.eye(len(weighting))))


def level_weights(
    scheme: Scheme | str, values: Sequence[float], *, by_value: bool = False
) -> Floats:
    """Levels x levels. Levels lie one step apart; with `by_value`, and for ratio, at their values.

    Values must differ. Ratio weights refuse negative values.
    """
    scheme = Scheme(scheme)
    q = len(values)
    if scheme is Scheme.IDENTITY or q < 2:
        return np.eye(q)
    spaced = by_value or scheme is Scheme.RATIO
    x = np.asarray(values, dtype=np.float64) if spaced else np.arange(1.0, q + 1)
    if len(np.unique(x)) < q:
        raise ValueError("A scale may name each level once.")
    distance = _distances(scheme, x)
    return np.asarray(1 - distance / distance.max())


def _distances(scheme: Scheme, x: Floats) -> Floats:
    d = np.abs(np.subtract.outer(x, x))
    if scheme is Scheme.QUADRATIC:
        return np.square(d)
    if scheme is Scheme.RADICAL:
        return np.sqrt(d)
    if scheme is Scheme.ORDINAL:
        steps = np.abs(np.subtract.outer(np.arange(len(x)), np.arange(len(x))))
        return np.asarray(steps * (steps + 1) / 2)
    if scheme is Scheme.RATIO:
        return _ratio(d, x)
    if scheme is Scheme.CIRCULAR:
        return np.asarray(np.sin(np.pi * d / (d.max() + 1)) ** 2)
    if scheme is Scheme.BIPOLAR:
        return _bipolar(d, x)
    return d


def _ratio(d: Floats, x: Floats) -> Floats:
    if x.min() < 0:
        raise ValueError("Ratio weights need values of 0 or more.")
    total = np.add.outer(x, x)
    return np.asarray((d / np.where(total > 0, total, 1)) ** 2)


def _bipolar(d: Floats, x: Floats) -> Floats:
    total = np.add.outer(x, x)
    room = (total - 2 * x.min()) * (2 * x.max() - total)
    return np.asarray(d**2 / np.where(d > 0, room, 1))
