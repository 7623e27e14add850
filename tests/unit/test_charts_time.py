"""Panels over time: shared axes, gaps where alpha is undefined, the same in words."""

from xml.etree import ElementTree

import pytest

from evals import charts_time
from evals.charts_time import HEIGHT, LEFT, RIGHT, TOP, WIDTH, Panel, Point

SVG = "{http://www.w3.org/2000/svg}"
ENDS = ("60 scores", "120 scores")


def drawn(panel, axes=None):
    axes = axes or charts_time.scale([panel])
    return ElementTree.fromstring(charts_time.panel_drawing(panel, axes, ENDS).document())


def test_all_panels_share_their_axes():
    low = Panel("low", [Point(-0.4, -0.6, 0.1)])
    high = Panel("high", [Point(0.9), Point(0.95), Point(1.0)])
    axes = charts_time.scale([low, high])
    assert axes.low == -1
    assert axes.count == 3
    assert axes.y(1) == TOP
    assert axes.y(-1) > axes.y(0) > axes.y(0.5)
    assert (axes.x(0), axes.x(2)) == (LEFT, WIDTH - RIGHT)


def test_line_never_crosses_a_snapshot_without_alpha():
    panel = Panel("a", [Point(0.1), Point(0.2), Point(None), Point(0.4), Point(0.5)])
    lines = drawn(panel).findall(f"{SVG}polyline")
    assert [len(line.get("points").split()) for line in lines] == [2, 2]


def test_interval_of_a_lonely_snapshot_is_a_bar_and_of_several_a_band():
    assert drawn(Panel("a", [Point(0.5, 0.2, 0.8)])).findall(f"{SVG}polygon") == []
    band = drawn(Panel("a", [Point(0.5, 0.2, 0.8), Point(0.6, 0.4, 0.8)]))
    (polygon,) = band.findall(f"{SVG}polygon")
    assert len(polygon.get("points").split()) == 4


def test_last_value_is_written():
    texts = [text.text for text in drawn(Panel("a", [Point(0.5), Point(0.74)])).iter(f"{SVG}text")]
    assert "0.74" in texts
    assert texts.count("60 scores") == texts.count("120 scores") == 1


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([Point(None), Point(None)], "a: alpha is undefined in every snapshot"),
        ([Point(0.5, 0.2, 0.8), Point(None)], "a: alpha 0.50 [0.20, 0.80] in one snapshot"),
        (
            [Point(0.5), Point(0.6, 0.4, 0.7)],
            "a: alpha from 0.50 to 0.60 [0.40, 0.70] in 2 snapshots",
        ),
    ],
)
def test_panel_in_words(points, words):
    panel = Panel("a", points)
    assert charts_time.in_words(panel) == words
    assert drawn(panel).find(f"{SVG}title").text == words


def test_sheet_holds_every_panel_under_its_name():
    panels = [Panel(f"Criterion <{n}>", [Point(0.5)]) for n in range(4)]
    axes = charts_time.scale(panels)
    svg = charts_time.sheet(panels, axes, ENDS, "All").document()
    root = ElementTree.fromstring(svg)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert [text for text in texts if text.startswith("Criterion")] == [
        f"Criterion <{n}>" for n in range(4)
    ]
    # three in a row: the fourth begins a second row
    assert float(root.get("height")) > 2 * HEIGHT
