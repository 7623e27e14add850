"""Where marks stand in the charts: percents of a plot's width, nothing else. Pure.

The templates draw them (components/forest.html, funnel.html, shares.html) with a table beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

from evals import figures

# Krippendorff's usual lines: tentative conclusions from .667 on, firm ones from .8 on.
FAIR = 0.667
GOOD = 0.8
TICK = 0.5
# Tokens of the look: seven steps of one sequential scale.
LEVELS = 7


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what stands there."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of a forest plot from `low` to 1."""

    low: float

    def at(self, value: float) -> float:
        """The value's place in percent of the width; what lies outside stands at the edge."""
        return _percent(min(max(value, self.low), 1) - self.low, 1 - self.low)

    @property
    def ticks(self) -> list[Tick]:
        steps = range(round(self.low / TICK), round(1 / TICK) + 1)
        return [Tick(self.at(step * TICK), f"{step * TICK:g}".replace("-", "−")) for step in steps]

    @property
    def zero(self) -> float:
        return self.at(0)

    @property
    def thresholds(self) -> list[float]:
        return [self.at(FAIR), self.at(GOOD)]


@dataclass(frozen=True, slots=True)
class Share:
    """One level's part of a strip that shows how often each answer was given."""

    level: int
    label: str
    x: float
    width: float
    percent: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A statistic on the axis: point, interval and on which side of the thresholds it lies."""

    x: float | None = None
    x_low: float | None = None
    x_high: float | None = None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of a funnel: what is left, in percent of what its kind of count began with."""

    step: str
    counts: str
    count: str
    percent: float
    note: str = ""
    expected: str | None = None
    expected_percent: float | None = None
    url: str = ""

    def linked(self, url: str) -> Bar:
        """The same bar as a door to the rows behind it."""
        return replace(self, url=url)


def forest_axis(values: Iterable[float | None]) -> Axis:
    """An axis that holds all values: from 0, or from the half below the lowest of them."""
    lowest = min((value for value in values if value is not None), default=0.0)
    return Axis(max(-1.0, floor(min(lowest, 0.0) / TICK) * TICK))


def mark(axis: Axis, value: float | None, low: float | None, high: float | None) -> Mark:
    """Place a value with its interval; an undefined value has no place."""
    if value is None:
        return Mark()
    verdict = "good" if value >= GOOD else "fair" if value >= FAIR else "low"
    if low is None or high is None:
        return Mark(axis.at(value), verdict=verdict)
    return Mark(axis.at(value), axis.at(low), axis.at(high), verdict)


def shares(prevalence: Mapping[str, float], order: Sequence[str]) -> list[Share]:
    """A strip of answers from the lowest level to the highest; absent levels keep their shade."""
    labels = [*order, *sorted(set(prevalence) - set(order), key=_numeric)]
    strip, start = [], 0.0
    for index, label in enumerate(labels):
        part = prevalence.get(label, 0.0)
        if part > 0:
            strip.append(
                Share(
                    level=_shade(index, len(labels)),
                    label=label,
                    x=_percent(start, 1),
                    width=_percent(part, 1),
                    percent=figures.percent(part),
                )
            )
        start += part
    return strip


def funnel_bars(steps: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """The bars of a selection's funnel, each kind of count against its own first step."""
    first: dict[str, int] = {}
    return [_bar(step, first.setdefault(step["counts"], step["count"])) for step in steps]


def _bar(step: Mapping[str, Any], total: int) -> Bar:
    expected = step.get("expected_by_chance")
    p_value = step.get("p_value")
    return Bar(
        step=step["step"],
        counts=step["counts"],
        count=figures.thousands(step["count"]),
        percent=_percent(step["count"], total),
        note="" if p_value is None else f"p {figures.decimal(p_value, 3)}",
        expected=None if expected is None else figures.decimal(expected, 0),
        expected_percent=None if expected is None else min(_percent(expected, total), 100.0),
    )


def _shade(index: int, count: int) -> int:
    """Spread the levels over the shades: the lowest gets the first, the highest the last."""
    if count == 1:
        return LEVELS // 2
    return min(ceil(index * (LEVELS - 1) / (count - 1)), LEVELS - 1)


def _numeric(label: str) -> tuple[int, float, str]:
    try:
        return (0, float(label), label)
    except ValueError:
        return (1, 0.0, label)


def _percent(part: float, whole: float) -> float:
    return round(part / whole * 100, 2) if whole else 0.0
