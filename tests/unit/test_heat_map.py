"""Pairs of raters as squares: where they stand, how dark they are, and words for no value."""

from xml.etree import ElementTree

import pytest

from evals.heat_map import RATERS_MAX, Pair, drawing, heat_map, shade

NAMES = ["Ana", "Ben <b>", "Cem"]
PAIRS = {(0, 1): Pair(0.81, 40, url="/a"), (0, 2): Pair(None, 12, "one answer only")}


def test_one_square_a_pair_below_the_diagonal():
    chart = heat_map(NAMES, PAIRS)
    assert [(cell.x, cell.y) for cell in chart.cells] == [(176, 64), (176, 100), (212, 100)]
    assert [label.text for label in chart.rows] == ["1 Ana", "2 Ben <b>", "3 Cem"]
    assert [label.text for label in chart.columns] == ["1", "2"]
    assert (chart.width, chart.height) == (176 + 2 * 36 + 2, 28 + 3 * 36 + 2)


def test_a_square_says_its_value_or_why_there_is_none():
    known, undefined, strangers = heat_map(NAMES, PAIRS).cells
    assert (known.text, known.level, known.url) == ("0.81", 6, "/a")
    assert known.title == "Ana and Ben <b>: 0.81 on 40 units"
    assert (undefined.text, undefined.level) == ("–", None)
    assert undefined.title == "Ana and Cem: one answer only"
    assert strangers.title == "Ben <b> and Cem: no unit in common"
    assert strangers.text == "·"


@pytest.mark.parametrize(
    ("value", "level"),
    [(-1, 0), (-0.01, 0), (0.19, 0), (0.2, 1), (0.59, 4), (0.6, 5), (0.799, 5), (0.8, 6), (1, 6)],
)
def test_the_more_they_agree_the_darker(value, level):
    assert shade(value) == level


def test_one_rater_and_a_crowd_have_no_map():
    assert heat_map(["Ana"], {}) is None
    assert heat_map([str(n) for n in range(RATERS_MAX + 1)], {}) is None
    assert len(heat_map([str(n) for n in range(RATERS_MAX)], {}).cells) == 40 * 39 / 2


def test_the_file_stands_alone_and_names_cannot_break_it():
    text = drawing(heat_map(NAMES, PAIRS), title="Kappa & more")
    root = ElementTree.fromstring(text)
    said = [one.text for one in root.iter() if one.text]
    assert "Kappa & more" in said
    assert "2 Ben <b>" in said
    assert "<b>" not in text
    assert "var(" not in text
    assert root.get("viewBox").split()[2] == "520"
