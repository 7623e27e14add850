"""Half-widths as shaded cells: where they stand, and that the narrower is the darker."""

import pytest

from evals.precision_map import precision_map, shade
from evals.reliability.planning import Precision


def cell(raters: int, units: int, half_width: float | None) -> Precision:
    return Precision(raters, units, half_width, None, None, 0.0, 100, 0)


def test_rows_are_experts_and_columns_items():
    chart = precision_map(
        [[cell(2, 30, 0.3), cell(2, 1000, 0.04)], [cell(3, 30, 0.12), cell(3, 1000, None)]]
    )
    assert [label.text for label in chart.rows] == ["2 experts", "3 experts"]
    assert [label.text for label in chart.columns] == ["30", "1,000"]
    assert [one.text for one in chart.cells] == ["0.30", "0.04", "0.12", "–"]
    assert [one.level for one in chart.cells] == [0, 6, 4, None]
    assert chart.cells[0].x < chart.cells[1].x
    assert chart.cells[0].y < chart.cells[2].y
    assert chart.cells[1].title == "2 experts, 1,000 items: ± 0.04"
    assert "all answers are equal" in chart.cells[3].title
    assert max(one.x for one in chart.cells) + chart.size < chart.width
    assert len(chart.legend) == 5


@pytest.mark.parametrize(
    ("half_width", "level"),
    [(0.4, 0), (0.25, 1), (0.2, 1), (0.15, 4), (0.1, 5), (0.05, 6), (0.01, 6), (0.0, 6)],
)
def test_the_narrower_the_darker(half_width, level):
    assert shade(half_width) == level
