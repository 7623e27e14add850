"""Pairs of raters as a heat map: where its cells stand and how dark they are. Pure.

components/heat_map.html draws it with the page's colours, `drawing` as a file of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from evals import figures
from labeling.language import gettext as _
from labeling.language import gettext_noop, ngettext

# More people than this do not fit a screen; the table holds them all.
RATERS_MAX = 40
CELL, HEAD, NAME = 36, 28, 176
# Shades that letters can be read on in both schemes, and the value each begins at.
SHADES = ((-2.0, 0), (0.2, 1), (0.4, 4), (0.6, 5), (0.8, 6))
LEGEND = (
    gettext_noop("under 0.2"),
    gettext_noop("0.2 to 0.4"),
    gettext_noop("0.4 to 0.6"),
    gettext_noop("0.6 to 0.8"),
    gettext_noop("0.8 and more"),
)
# The light tokens of the look as a file needs them: shade, letters on it.
INKS = {
    0: ("#ead5ab", "#171e23"),
    1: ("#bdbf87", "#171e23"),
    4: ("#07657d", "#ffffff"),
    5: ("#0f4064", "#ffffff"),
    6: ("#152341", "#ffffff"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """What one cell says: a coefficient, or in words why there is none; on how many units."""

    value: float | None
    n: int
    reason: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A square at x, y with its middle; `level` is None where there is nothing to shade."""

    x: int
    y: int
    level: int | None
    text: str
    title: str
    url: str

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + CELL // 2, self.y + CELL // 2


@dataclass(frozen=True, slots=True)
class Label:
    """A name or a number beside the cells."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The lower triangle of all pairs; rows carry names, columns the numbers of the rows."""

    width: int
    height: int
    size: int
    cells: list[Cell]
    rows: list[Label]
    columns: list[Label]

    @property
    def legend(self) -> list[tuple[int, str]]:
        return [(level, _(text)) for (_start, level), text in zip(SHADES, LEGEND, strict=True)]


def heat_map(names: Sequence[str], pairs: Mapping[tuple[int, int], Pair]) -> HeatMap | None:
    """The map of some raters, None with fewer than two or more than `RATERS_MAX`.

    `pairs` is keyed by positions in `names`, the smaller first; a pair that is not there has
    rated nothing in common.
    """
    if not 2 <= len(names) <= RATERS_MAX:
        return None
    alone = Pair(None, 0, _("no unit in common"))
    cells = [
        _cell(names, low, high, pairs.get((low, high), alone))
        for high in range(1, len(names))
        for low in range(high)
    ]
    return HeatMap(
        width=NAME + CELL * (len(names) - 1) + 2,
        height=HEAD + CELL * len(names) + 2,
        size=CELL - 2,
        cells=cells,
        rows=[
            Label(0, HEAD + CELL * at + CELL // 2, f"{at + 1} {_short(name)}")
            for at, name in enumerate(names)
        ],
        columns=[
            Label(NAME + CELL * at + CELL // 2, HEAD // 2, str(at + 1))
            for at in range(len(names) - 1)
        ],
    )


def shade(value: float) -> int:
    """The shade of a coefficient; the darker, the more two raters agree."""
    return max(level for start, level in SHADES if value >= start or level == 0)


def drawing(chart: HeatMap, *, title: str) -> str:
    """The map as an SVG file that stands alone, on white."""
    top, bottom = 30, 30
    svg = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {max(chart.width, 520)} {chart.height + top + bottom}",
            "width": str(max(chart.width, 520)),
            "height": str(chart.height + top + bottom),
            "font-family": "sans-serif",
            "font-size": "13",
            "fill": "#171e23",
        },
    )
    ElementTree.SubElement(svg, "title").text = title
    ElementTree.SubElement(svg, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
    _text(svg, 0, 16, title, {"font-weight": "600"})
    body = ElementTree.SubElement(svg, "g", {"transform": f"translate(0 {top})"})
    for label in chart.rows:
        _text(body, label.x, label.y, label.text)
    for label in chart.columns:
        _text(body, label.x, label.y, label.text, {"text-anchor": "middle"})
    for cell in chart.cells:
        _draw(body, cell, chart.size)
    foot = chart.height + top
    for at, (level, text) in enumerate(chart.legend):
        x = 104 * at
        box = {"x": str(x), "y": str(foot + 8), "width": "11", "height": "11"}
        ElementTree.SubElement(svg, "rect", {**box, "fill": INKS[level][0]})
        _text(svg, x + 16, foot + 14, text)
    return ElementTree.tostring(svg, encoding="unicode", xml_declaration=True) + "\n"


def _cell(names: Sequence[str], low: int, high: int, pair: Pair) -> Cell:
    about = _("%(one)s and %(other)s") % {"one": names[low], "other": names[high]}
    x, y = NAME + CELL * low, HEAD + CELL * high
    if pair.value is None:
        text = "·" if not pair.n else "–"
        return Cell(x, y, None, text, f"{about}: {pair.reason}", pair.url)
    value = figures.decimal(pair.value)
    title = ngettext(
        "%(pair)s: %(value)s on %(n)s units", "%(pair)s: %(value)s on %(n)s units", pair.n
    ) % {"pair": about, "value": value, "n": figures.thousands(pair.n)}
    return Cell(x, y, shade(pair.value), value, title, pair.url)


def _short(name: str) -> str:
    return name if len(name) <= 22 else f"{name[:21]}…"


def _draw(body: ElementTree.Element, cell: Cell, size: int) -> None:
    group = ElementTree.SubElement(body, "g")
    ElementTree.SubElement(group, "title").text = cell.title
    fill, ink = ("none", "#51595f") if cell.level is None else INKS[cell.level]
    box = {"x": str(cell.x), "y": str(cell.y), "width": str(size), "height": str(size)}
    ElementTree.SubElement(group, "rect", {**box, "fill": fill, "rx": "2"})
    x, y = cell.middle
    _text(group, x - 1, y - 1, cell.text, {"text-anchor": "middle", "fill": ink, "font-size": "12"})


def _text(
    parent: ElementTree.Element, x: int, y: int, text: str, more: Mapping[str, str] | None = None
) -> None:
    place = {"x": str(x), "y": str(y), "dominant-baseline": "central", **(more or {})}
    ElementTree.SubElement(parent, "text", place).text = text
