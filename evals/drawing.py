"""Charts as SVG that stands alone: drawn with attributes, in the colour of the text around. Pure.

The same drawing is a part of a page, where it takes the page's ink, and a file, where it is black.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

INK = "currentColor"
SIZE = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """One element: its name, its attributes, and the words in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


class Drawing:
    """A canvas of so many units; marks are added in the order in which they lie over each other."""

    def __init__(self, width: float, height: float, title: str) -> None:
        self.attributes = {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_number(width)} {_number(height)}",
            "width": _number(width),
            "height": _number(height),
            "role": "img",
            "font-family": "Source Sans 3, system-ui, sans-serif",
            "font-size": str(SIZE),
            "fill": INK,
        }
        self.marks = [Mark("title", {}, printable(title))]

    def line(self, x1: float, y1: float, x2: float, y2: float, **look: object) -> None:
        place = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
        self._add("line", place, {"stroke": INK, "stroke_width": 1, **look})

    def polyline(self, points: list[tuple[float, float]], **look: object) -> None:
        place = {"points": _points(points)}
        self._add("polyline", place, {"fill": "none", "stroke": INK, "stroke_width": 1.5, **look})

    def area(self, points: list[tuple[float, float]], **look: object) -> None:
        self._add("polygon", {"points": _points(points)}, look)

    def circle(self, x: float, y: float, radius: float, **look: object) -> None:
        self._add("circle", {"cx": x, "cy": y, "r": radius}, look)

    def rectangle(self, x: float, y: float, width: float, height: float, **look: object) -> None:
        self._add("rect", {"x": x, "y": y, "width": width, "height": height}, look)

    def text(self, x: float, y: float, text: str, **look: object) -> None:
        """Words at a baseline; names of people's own keep their direction."""
        self._add("text", {"x": x, "y": y}, {"unicode_bidi": "plaintext", **look}, printable(text))

    def document(self) -> str:
        """The file, with every text escaped."""
        svg = ElementTree.Element("svg", self.attributes)
        for mark in self.marks:
            ElementTree.SubElement(svg, mark.tag, mark.attributes).text = mark.text or None
        markup = ElementTree.tostring(svg, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{markup}\n'

    def _add(
        self,
        tag: str,
        place: dict[str, float] | dict[str, str],
        look: dict[str, object],
        text: str = "",
    ) -> None:
        marks = {name.replace("_", "-"): str(value) for name, value in look.items()}
        where = {
            name: value if isinstance(value, str) else _number(value)
            for name, value in place.items()
        }
        self.marks.append(Mark(tag, {**where, **marks}, text))


def shortened(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def printable(text: str) -> str:
    """Without the control characters that no XML file may hold."""
    return "".join(sign for sign in text if sign >= " " and sign not in "\ufffe\uffff")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
