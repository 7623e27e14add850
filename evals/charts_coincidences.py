"""The coincidences of a criterion: how often one expert says this where another says that. Pure.

Entry (row, column) of the matrix counts pairs of ratings of the same unit, each unit's pairs
weighing 1 / (m - 1), so that a row adds up to how often its level was given on shared units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals import figures
from evals.drawing import Drawing, shortened
from labeling.language import gettext as _

# Shades of the heat: the darker, the more often.
SHADES = 7
LEVELS_MAX = 24
CELL, NAME, HEAD, FOOT = 76, 170, 54, 24
_DARKEST = 0.38


@dataclass(frozen=True, slots=True)
class Cell:
    """Of the experts beside one who said the row, the share who said the column."""

    share: float | None
    percent: str
    count: str
    shade: int
    is_diagonal: bool
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One level, how often it was given on shared units, and what others said beside it."""

    label: str
    total: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Coincidences:
    """The matrix as pages and files show it."""

    labels: list[str]
    rows: list[Row]


def coincidences(
    details: Mapping[str, Any], door: Callable[[float, float], str]
) -> Coincidences | None:
    """Read a measured row's details; None where nothing is stored or the scale is too long.

    `door` gives the address of the units in which a pair of values occurs.
    """
    stored = details.get("coincidences")
    if not stored or not 2 <= len(stored["values"]) <= LEVELS_MAX:
        return None
    values: Sequence[float] = stored["values"]
    labels = [str(label) for label in stored["labels"]]
    rows = []
    for at, counts in enumerate(stored["matrix"]):
        total = sum(counts)
        cells = [
            _cell(count, total, at == to, door(values[at], values[to]) if count else "")
            for to, count in enumerate(counts)
        ]
        rows.append(Row(labels[at], _count(total), cells))
    return Coincidences(labels, rows)


def heat(chart: Coincidences, title: str) -> Drawing:
    """The file: the darker a cell, the more often; numbers in every cell."""
    side = len(chart.labels)
    drawing = Drawing(max(NAME + side * CELL, 420), HEAD + side * CELL / 2 + FOOT, title)
    drawing.text(0, 16, shortened(title, 70), font_weight=600)
    for at, label in enumerate(chart.labels):
        drawing.text(
            NAME + at * CELL + CELL / 2, HEAD - 6, shortened(label, 12), text_anchor="middle"
        )
    for at, row in enumerate(chart.rows):
        y = HEAD + at * CELL / 2
        drawing.text(NAME - 8, y + 23, shortened(row.label, 26), text_anchor="end")
        for to, cell in enumerate(row.cells):
            x = NAME + to * CELL
            opacity = round((cell.share or 0.0) * _DARKEST, 3)
            drawing.rectangle(x, y, CELL - 2, CELL / 2 - 2, fill_opacity=opacity)
            words = f"{cell.percent} · {cell.count}" if cell.percent else "–"
            drawing.text(x + CELL / 2 - 1, y + 23, words, text_anchor="middle", font_size=11)
    foot = HEAD + side * CELL / 2 + 16
    words = _("where one expert says the row, how often another says the column · pairs")
    drawing.text(0, foot, words, fill_opacity=0.75)
    return drawing


def _cell(count: float, total: float, is_diagonal: bool, url: str) -> Cell:
    if not total:
        return Cell(None, "", "0", 0, is_diagonal, "")
    share = count / total
    shade = min(int(share * SHADES), SHADES - 1)
    return Cell(share, figures.percent(share), _count(count), shade, is_diagonal, url)


def _count(count: float) -> str:
    """Whole where it is; pairs of a unit with several experts weigh a fraction each."""
    return figures.decimal(count, 0 if abs(count - round(count)) < 0.05 else 1)
