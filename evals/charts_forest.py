"""The forest plot as a file: criteria under each other on one axis, their numbers beside. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from evals.charts import Axis
from evals.drawing import INK, Drawing, shortened
from labeling.language import gettext as _

NAME, PLOT, NUMBERS, ROW, HEAD, FOOT = 250, 340, 220, 26, 54, 30


class Line(Protocol):
    """What is drawn of a row: places in percent of the plot, numbers as text."""

    @property
    def name(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def x(self) -> float | None: ...
    @property
    def x_low(self) -> float | None: ...
    @property
    def x_high(self) -> float | None: ...
    @property
    def x_shrunk(self) -> float | None: ...
    @property
    def value(self) -> str: ...
    @property
    def low(self) -> str: ...
    @property
    def high(self) -> str: ...
    @property
    def n(self) -> str: ...


def forest_drawing(axis: Axis, rows: Sequence[Line], title: str) -> Drawing:
    """Points with their intervals, dotted lines at .667 and .8, diamonds for shrunk values."""
    bottom = HEAD + ROW * len(rows)
    drawing = Drawing(NAME + PLOT + NUMBERS, bottom + FOOT, title)
    drawing.text(0, 16, shortened(title, 110), font_weight=600)
    for tick in axis.ticks:
        drawing.text(_x(tick.x), HEAD - 8, tick.label, text_anchor="middle", fill_opacity=0.75)
    drawing.line(_x(axis.zero), HEAD, _x(axis.zero), bottom, stroke_opacity=0.4)
    for threshold in axis.thresholds:
        x = _x(threshold)
        drawing.line(x, HEAD, x, bottom, stroke_opacity=0.5, stroke_dasharray="2 3")
    for place, row in enumerate(rows):
        _row(drawing, row, HEAD + ROW * place + ROW / 2)
    key = _("point and line: alpha with its interval · dotted: .667 and .8")
    if any(row.x_shrunk is not None for row in rows):
        diamond = _("diamond: alpha drawn towards the common mean")
        key = f"{key} · {diamond}"
    drawing.text(0, bottom + 20, key, fill_opacity=0.75)
    return drawing


def _row(drawing: Drawing, row: Line, y: float) -> None:
    drawing.line(0, y - ROW / 2, NAME + PLOT + NUMBERS, y - ROW / 2, stroke_opacity=0.12)
    drawing.text(0, y + 4, shortened(row.name, 38))
    end = NAME + PLOT + 24
    if row.x is None:
        drawing.text(end, y + 4, _("undefined · n %(n)s") % {"n": row.n}, fill_opacity=0.75)
        return
    if row.x_low is not None and row.x_high is not None:
        drawing.line(_x(row.x_low), y, _x(row.x_high), y, stroke_width=1.5)
    hollow = row.verdict == "low"
    look = {"fill": "white", "stroke": INK, "stroke_width": 1.5} if hollow else {}
    drawing.circle(_x(row.x), y, 4.5, **look)
    if row.x_shrunk is not None:
        x = _x(row.x_shrunk)
        diamond = [(x, y - 9), (x + 4, y - 5), (x, y - 1), (x - 4, y - 5)]
        drawing.area(diamond, fill=INK, fill_opacity=0.55)
    interval = f" [{row.low}, {row.high}]" if row.low else ""
    drawing.text(end, y + 4, f"{row.value}{interval} · " + _("n %(n)s") % {"n": row.n})


def _x(percent: float) -> float:
    return NAME + PLOT * percent / 100
