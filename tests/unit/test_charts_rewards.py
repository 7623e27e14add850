"""Bars of rewards and stacked parts: where marks stand, what they say in words."""

from xml.etree import ElementTree

import pytest

from evals.charts_rewards import (
    BAR,
    LEFT,
    NAME,
    PLOT,
    STRIP,
    TOP,
    WIDTH,
    Part,
    Spread,
    parts_drawing,
    spread_drawing,
    spread_in_words,
    strip_drawing,
)

SVG = "{http://www.w3.org/2000/svg}"
# 4 in the first tenth: 1 gated, 2 at 0; 8 in the last: 6 at 1
SPREAD = Spread([4, 0, 0, 2, 0, 0, 0, 0, 0, 8], at_zero=2, at_one=6, gated=1)


def marks(drawing, tag):
    return ElementTree.fromstring(drawing.document()).findall(f"{SVG}{tag}")


def heights(drawing):
    return [float(one.get("height")) for one in marks(drawing, "rect")]


def test_tallest_bar_fills_the_plot_and_ends_are_told_apart():
    drawing = spread_drawing(SPREAD, "Rewards")
    unit = PLOT / 8
    # first tenth: 2 at 0, 1 between, 1 gated; third: 2; last: 6 at 1, 2 below it
    assert heights(drawing) == pytest.approx([2 * unit, unit, unit, 2 * unit, 6 * unit, 2 * unit])
    dark, light, outlined, *_ = marks(drawing, "rect")
    assert float(dark.get("fill-opacity")) > float(light.get("fill-opacity"))
    assert outlined.get("fill") == "none"
    # a bar stands on the axis, its parts on each other
    assert float(dark.get("y")) + 2 * unit == pytest.approx(TOP + PLOT)
    assert float(light.get("y")) + unit == pytest.approx(float(dark.get("y")))
    assert float(marks(drawing, "rect")[-1].get("x")) == LEFT + BAR * 9 + 3


def test_counts_stand_above_their_bars():
    texts = [one.text for one in marks(spread_drawing(SPREAD, "Rewards"), "text")]
    assert texts[:3] == ["4", "2", "8"]
    assert {"0.0", "0.5", "1.0"} <= set(texts)


def test_nothing_is_drawn_of_no_rewards():
    assert heights(spread_drawing(Spread([0] * 10, 0, 0, 0), "Rewards")) == []


def test_spread_in_words():
    assert spread_in_words(SPREAD) == (
        "Rewards of 14 responses, most of them from 0.9 to 1.0; 2 at 0, 6 at 1, 1 behind a failed "
        "gate"
    )


def test_parts_begin_where_the_one_before_ends():
    # 0 to .5, .5 to .8, .8 back to .4, and the sum from 0 to .4
    drawing = parts_drawing([Part("a", 0.5), Part("b", 0.3), Part("c", -0.4)], "Parts")
    scale = WIDTH / 0.8
    places = [
        (float(one.get("x")) - NAME, float(one.get("width"))) for one in marks(drawing, "rect")
    ]
    expected = [(0, 0.5), (0.5, 0.3), (0.4, 0.4), (0, 0.4)]
    assert places == [pytest.approx((x * scale, w * scale), abs=0.01) for x, w in expected]
    fills = [one.get("fill") for one in marks(drawing, "rect")]
    assert fills == [None, None, "none", None]
    assert [one.text for one in marks(drawing, "text")][-1] == "0.400"


def test_parts_below_zero_have_room():
    drawing = parts_drawing([Part("c", -0.5), Part("a", 0.25)], "Parts")
    # from -.5 to 0: the zero line stands at the right end
    zero = marks(drawing, "line")[0]
    assert float(zero.get("x1")) == NAME + WIDTH
    first = marks(drawing, "rect")[0]
    assert (float(first.get("x")), float(first.get("width"))) == (NAME, WIDTH)


def test_strip_adds_above_and_takes_below():
    # .5 and .2 are added, .3 taken from the end of them
    drawing = strip_drawing([Part("a", 0.5), Part("c", -0.3), Part("b", 0.2)], "a 0.5")
    _, first, second, taken = marks(drawing, "rect")
    assert [float(one.get("width")) for one in (first, second)] == [0.5 * STRIP, 0.2 * STRIP]
    assert float(second.get("x")) == 0.5 * STRIP
    assert float(taken.get("x")) == pytest.approx(0.4 * STRIP)
    assert float(taken.get("width")) == pytest.approx(0.3 * STRIP)
    assert float(taken.get("y")) > float(first.get("height"))


def test_what_is_taken_never_leaves_the_strip():
    drawing = strip_drawing([Part("a", 0.2), Part("c", -3.0)], "cut")
    taken = marks(drawing, "rect")[-1]
    assert (float(taken.get("x")), float(taken.get("width"))) == (0, pytest.approx(0.2 * STRIP))


@pytest.mark.parametrize("draw", [parts_drawing, strip_drawing])
def test_names_are_escaped_and_control_signs_left_out(draw):
    drawing = draw([Part("<b>&\x00", 0.5)], "<script>\x01")
    root = ElementTree.fromstring(drawing.document())
    assert root.find(f"{SVG}title").text == "<script>"
    assert root.get("role") == "img"
    assert not any("style" in one.attrib for one in root.iter())


def test_long_names_are_cut():
    texts = [one.text for one in marks(parts_drawing([Part("x" * 90, 1.0)], "Parts"), "text")]
    assert texts[0] == "x" * 35 + "…"
