"""Half-widths of alpha by experts and items as a heat map: the narrower, the darker. Pure.

components/heat_map.html draws it; the table beside it holds the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals import figures
from evals.heat_map import CELL, HEAD, Cell, HeatMap, Label
from evals.reliability.planning import Precision
from labeling.language import gettext as _
from labeling.language import gettext_noop

NAME = 92
# From this half-width on a cell has this shade; shades 2 and 3 carry no letters.
SHADES = ((0.25, 0), (0.15, 1), (0.10, 4), (0.05, 5), (0.0, 6))
LEGEND = (
    gettext_noop("wider than ± 0.25"),
    gettext_noop("± 0.15 to 0.25"),
    gettext_noop("± 0.10 to 0.15"),
    gettext_noop("± 0.05 to 0.10"),
    gettext_noop("± 0.05 or less"),
)


@dataclass(frozen=True, slots=True)
class PrecisionMap(HeatMap):
    """Rows are experts, columns items."""

    @property
    def legend(self) -> list[tuple[int, str]]:
        return [(level, _(text)) for (_start, level), text in zip(SHADES, LEGEND, strict=True)]


def precision_map(grid: Sequence[Sequence[Precision]]) -> PrecisionMap:
    """Cells of a grid whose rows share the experts and whose columns share the items."""
    return PrecisionMap(
        width=NAME + CELL * len(grid[0]) + 2,
        height=HEAD + CELL * len(grid) + 2,
        size=CELL - 2,
        cells=[
            _cell(one, NAME + CELL * column, HEAD + CELL * row)
            for row, line in enumerate(grid)
            for column, one in enumerate(line)
        ],
        rows=[
            Label(0, HEAD + CELL * row + CELL // 2, _("%(n)s experts") % {"n": line[0].raters})
            for row, line in enumerate(grid)
        ],
        columns=[
            Label(NAME + CELL * column + CELL // 2, HEAD // 2, figures.thousands(one.units))
            for column, one in enumerate(grid[0])
        ],
    )


def shade(half_width: float) -> int:
    """The shade of a half-width."""
    return next(level for start, level in SHADES if half_width > start or level == 6)


def _cell(one: Precision, x: int, y: int) -> Cell:
    told = {"experts": one.raters, "items": figures.thousands(one.units)}
    if one.half_width is None:
        why = _("%(experts)s experts, %(items)s items: too often all answers are equal") % told
        return Cell(x, y, None, "–", why, "")
    text = figures.decimal(one.half_width)
    title = _("%(experts)s experts, %(items)s items: ± %(value)s") % {**told, "value": text}
    return Cell(x, y, shade(one.half_width), text, title, "")
