"""Rewards as bars by tenths, and what each criterion adds, as drawings. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals import figures
from evals.drawing import INK, Drawing, shortened
from labeling.language import gettext as _
from labeling.language import ngettext

# The bars of the distribution.
LEFT, TOP, BAR, PLOT, FOOT = 30, 20, 40, 140, 36
# The rows of what criteria add.
NAME, WIDTH, ROW, NUMBER, HEAD = 230, 360, 24, 60, 26
# A strip in a table's cell.
STRIP, THICK = 180, 14
SHADES = (0.75, 0.45, 0.6, 0.3)


@dataclass(frozen=True, slots=True)
class Spread:
    """Rewards by tenths; of the first tenth `gated` and `at_zero`, of the last `at_one`."""

    bins: Sequence[int]
    at_zero: int
    at_one: int
    gated: int


@dataclass(frozen=True, slots=True)
class Part:
    """What a criterion adds, in rewards; below 0 for what takes away."""

    name: str
    value: float


def spread_drawing(spread: Spread, title: str) -> Drawing:
    """A bar a tenth; solid is what sits at exactly 0 or 1, outlined what a gate made 0."""
    drawing = Drawing(LEFT + BAR * len(spread.bins) + 12, TOP + PLOT + FOOT, title)
    top = max(*spread.bins, 1)
    base = TOP + PLOT
    for place, count in enumerate(spread.bins):
        _bar(drawing, spread, place, count, PLOT / top)
    drawing.line(LEFT, base, LEFT + BAR * len(spread.bins), base, stroke_opacity=0.6)
    for tenth in range(0, len(spread.bins) + 1, 5):
        label = figures.decimal(tenth / len(spread.bins), 1)
        x = LEFT + BAR * tenth
        drawing.text(x, base + 15, label, text_anchor="middle", fill_opacity=0.75)
    drawing.text(
        LEFT, base + 31, _("solid: exactly 0 or 1 · outlined: failed gate"), fill_opacity=0.75
    )
    return drawing


def parts_drawing(parts: Sequence[Part], title: str) -> Drawing:
    """Stacked: each criterion begins where the one before it ends, the last ends at the sum."""
    drawing = Drawing(NAME + WIDTH + NUMBER, HEAD + ROW * (len(parts) + 1) + 8, title)
    ends = _ends(parts)
    scale = _Scale(min(0.0, *ends), max(0.0, *ends))
    bottom = HEAD + ROW * (len(parts) + 1)
    drawing.line(scale.x(0), HEAD - 4, scale.x(0), bottom, stroke_opacity=0.4)
    for place, part in enumerate(parts):
        _step(drawing, scale, part, ends[place], ends[place + 1], HEAD + ROW * place)
    total = Part(_("Sum before it is clipped"), ends[-1])
    drawing.line(0, bottom - ROW, NAME + WIDTH + NUMBER, bottom - ROW, stroke_opacity=0.6)
    _step(drawing, scale, total, 0.0, ends[-1], bottom - ROW, weight=600)
    return drawing


def strip_drawing(parts: Sequence[Part], title: str) -> Drawing:
    """One response's parts on a line from 0 to 1: what is added, and below it what is taken."""
    drawing = Drawing(STRIP, THICK + 7, title)
    drawing.rectangle(0, 0, STRIP, THICK, fill_opacity=0.08)
    start = 0.0
    for place, part in enumerate(one for one in parts if one.value > 0):
        width = part.value * STRIP
        drawing.rectangle(start, 0, width, THICK, fill_opacity=SHADES[place % len(SHADES)])
        start += width
    taken = min(-sum(part.value for part in parts if part.value < 0) * STRIP, float(STRIP))
    if taken:
        drawing.rectangle(max(start - taken, 0), THICK + 2, min(taken, start), 4)
    return drawing


def spread_in_words(spread: Spread) -> str:
    """What the bars show, for who does not see them."""
    total = sum(spread.bins)
    most = max(range(len(spread.bins)), key=lambda place: spread.bins[place])
    return ngettext(
        "Rewards of %(n)s response, most of them from %(low)s to %(high)s; %(zero)s at 0, "
        "%(one)s at 1, %(gated)s behind a failed gate",
        "Rewards of %(n)s responses, most of them from %(low)s to %(high)s; %(zero)s at 0, "
        "%(one)s at 1, %(gated)s behind a failed gate",
        total,
    ) % {
        "n": figures.thousands(total),
        "low": figures.decimal(most / 10, 1),
        "high": figures.decimal((most + 1) / 10, 1),
        "zero": spread.at_zero,
        "one": spread.at_one,
        "gated": spread.gated,
    }


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    def x(self, value: float) -> float:
        return NAME + WIDTH * (value - self.low) / ((self.high - self.low) or 1)


def _bar(drawing: Drawing, spread: Spread, place: int, count: int, unit: float) -> None:
    x, base = LEFT + BAR * place + 3, TOP + PLOT
    at_end = spread.at_zero if place == 0 else 0
    at_end += spread.at_one if place == len(spread.bins) - 1 else 0
    gated = spread.gated if place == 0 else 0
    drawn = float(base)
    for part, look in (
        (at_end, {"fill_opacity": 0.85}),
        (count - at_end - gated, {"fill_opacity": 0.35}),
        (gated, {"fill": "none", "stroke": INK, "stroke_width": 1.5}),
    ):
        if part:
            drawn -= part * unit
            drawing.rectangle(x, drawn, BAR - 6, part * unit, **look)
    if count:
        drawing.text(x + BAR / 2 - 3, drawn - 5, figures.thousands(count), text_anchor="middle")


def _step(
    drawing: Drawing,
    scale: _Scale,
    part: Part,
    start: float,
    end: float,
    y: float,
    weight: int = 400,
) -> None:
    low, high = sorted((scale.x(start), scale.x(end)))
    look = {"fill": "none", "stroke": INK, "stroke_width": 1.5} if part.value < 0 else {}
    drawing.text(0, y + 16, shortened(part.name, 36), font_weight=weight)
    drawing.rectangle(low, y + 5, max(high - low, 0.5), ROW - 10, **({"fill_opacity": 0.6} | look))
    number = figures.decimal(part.value, 3)
    drawing.text(NAME + WIDTH + NUMBER, y + 16, number, text_anchor="end", font_weight=weight)


def _ends(parts: Sequence[Part]) -> list[float]:
    ends = [0.0]
    for part in parts:
        ends.append(ends[-1] + part.value)
    return ends
