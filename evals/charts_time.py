"""Alpha over a batch's snapshots: one small panel a criterion, all on the same axes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals import figures
from evals.charts import FAIR, GOOD, forest_axis
from evals.drawing import Drawing, shortened
from labeling.language import gettext as _

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 34, 52, 12, 24
COLUMNS = 3
HEAD = 26


@dataclass(frozen=True, slots=True)
class Point:
    """Alpha in one snapshot; `value` is None where it was undefined or not measured."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One criterion over the snapshots, oldest first."""

    name: str
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Scale:
    """Axes that all panels share: where a value stands, where the place-th snapshot stands."""

    low: float
    count: int

    def x(self, place: int) -> float:
        width = WIDTH - LEFT - RIGHT
        return LEFT + (width / 2 if self.count == 1 else width * place / (self.count - 1))

    def y(self, value: float) -> float:
        height = HEIGHT - TOP - BOTTOM
        share = (min(max(value, self.low), 1) - self.low) / (1 - self.low)
        return TOP + height * (1 - share)


def scale(panels: Sequence[Panel]) -> Scale:
    """Axes that hold every value and interval of every panel."""
    values = (
        number
        for panel in panels
        for point in panel.points
        for number in (point.value, point.low, point.high)
    )
    count = max((len(panel.points) for panel in panels), default=1)
    return Scale(forest_axis(values).low, max(count, 1))


def panel_drawing(panel: Panel, axes: Scale, ends: tuple[str, str]) -> Drawing:
    """One panel; `ends` say which snapshots are the first and the last."""
    drawing = Drawing(WIDTH, HEIGHT, in_words(panel))
    _draw(drawing, panel, axes, ends, 0, 0)
    return drawing


def sheet(panels: Sequence[Panel], axes: Scale, ends: tuple[str, str], title: str) -> Drawing:
    """All panels in rows of three, each under its name: the file."""
    rows = -(-len(panels) // COLUMNS)
    columns = min(COLUMNS, max(len(panels), 1))
    width = max(columns * WIDTH, 2 * WIDTH)
    drawing = Drawing(width, HEAD + rows * (HEIGHT + HEAD), title)
    drawing.text(0, 16, title, font_weight=600)
    for number, panel in enumerate(panels):
        x = number % COLUMNS * WIDTH
        y = HEAD + number // COLUMNS * (HEIGHT + HEAD)
        drawing.text(x + LEFT, y + 16, shortened(panel.name, 44), font_weight=600)
        _draw(drawing, panel, axes, ends, x, y + HEAD)
    return drawing


def in_words(panel: Panel) -> str:
    """What the panel shows, for who does not see it."""
    defined = [point for point in panel.points if point.value is not None]
    if not defined:
        return _("%(criterion)s: alpha is undefined in every snapshot") % {"criterion": panel.name}
    if len(defined) == 1:
        return _("%(criterion)s: alpha %(value)s in one snapshot") % {
            "criterion": panel.name,
            "value": point_text(defined[0]),
        }
    first, last = point_text(defined[0]), point_text(defined[-1])
    return _("%(criterion)s: alpha from %(first)s to %(last)s in %(n)s snapshots") % {
        "criterion": panel.name,
        "first": first,
        "last": last,
        "n": len(defined),
    }


def point_text(point: Point) -> str:
    """`0.53 [0.11, 0.88]`; a dash where there is no value."""
    if point.value is None:
        return "–"
    value = figures.decimal(point.value)
    if point.low is None or point.high is None:
        return value
    return f"{value} [{figures.decimal(point.low)}, {figures.decimal(point.high)}]"


def _draw(
    drawing: Drawing, panel: Panel, axes: Scale, ends: tuple[str, str], x: float, y: float
) -> None:
    _axes(drawing, axes, ends, x, y)
    for stretch in _stretches(panel.points):
        _interval(drawing, stretch, axes, x, y)
        line = [(x + axes.x(at), y + axes.y(point.value or 0.0)) for at, point in stretch]
        drawing.polyline(line)
    last = next(
        ((at, point) for at, point in reversed(list(enumerate(panel.points))) if _is(point)), None
    )
    if last is not None:
        at, point = last
        where = x + axes.x(at), y + axes.y(point.value or 0.0)
        drawing.circle(*where, 3.5)
        text = figures.decimal(point.value or 0.0)
        drawing.text(where[0] + 8, where[1] + 4, text, font_weight=600)


def _axes(drawing: Drawing, axes: Scale, ends: tuple[str, str], x: float, y: float) -> None:
    left, right = x + LEFT, x + WIDTH - RIGHT
    for value in (axes.low, 0.0, 0.5, 1.0):
        if value < axes.low:
            continue
        height = y + axes.y(value)
        drawing.line(left, height, right, height, stroke_opacity=0.35 if value == 0 else 0.15)
        label = f"{value:g}".replace("-", "−")
        drawing.text(left - 6, height + 4, label, text_anchor="end", fill_opacity=0.75)
    for threshold in (FAIR, GOOD):
        height = y + axes.y(threshold)
        look = {"stroke_opacity": 0.55, "stroke_dasharray": "2 3"}
        drawing.line(left, height, right, height, **look)
    first, last = ends
    drawing.text(left, y + HEIGHT - 6, first, fill_opacity=0.75)
    if axes.count > 1:
        drawing.text(right, y + HEIGHT - 6, last, text_anchor="end", fill_opacity=0.75)


def _interval(
    drawing: Drawing, stretch: list[tuple[int, Point]], axes: Scale, x: float, y: float
) -> None:
    """The band of the intervals; a bar where there is nothing to the left and to the right."""
    held = [(at, one.low, one.high) for at, one in stretch if one.low is not None]
    tops = [(x + axes.x(at), y + axes.y(high or 0.0)) for at, _, high in held]
    bottoms = [(x + axes.x(at), y + axes.y(low or 0.0)) for at, low, _ in held]
    if len(held) == 1:
        drawing.line(*tops[0], *bottoms[0], stroke_opacity=0.4, stroke_width=3)
    elif held:
        drawing.area([*tops, *reversed(bottoms)], fill_opacity=0.14)


def _stretches(points: Sequence[Point]) -> Iterator[list[tuple[int, Point]]]:
    """Runs of snapshots with a value: a line never crosses one that has none."""
    stretch: list[tuple[int, Point]] = []
    for at, point in enumerate(points):
        if _is(point):
            stretch.append((at, point))
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _is(point: Point) -> bool:
    return point.value is not None
