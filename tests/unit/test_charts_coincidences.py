"""The matrix of coincidences: shares of a row, doors, and nothing where nothing is stored."""

from xml.etree import ElementTree

from evals.charts_coincidences import LEVELS_MAX, coincidences, heat

# two experts on 10 units: 4 twice "no", 3 once each, 3 twice "yes"
TABLE = {"values": [0, 1], "labels": ["No", "Yes"], "matrix": [[8, 3], [3, 6]]}


def door(one, other):
    return f"?pair={one:g},{other:g}"


def test_row_says_what_others_said_beside_it():
    chart = coincidences({"coincidences": TABLE}, door)
    no, yes = chart.rows
    # 8 / 11 and 3 / 11
    assert [cell.percent for cell in no.cells] == ["73 %", "27 %"]
    assert [cell.count for cell in yes.cells] == ["3", "6"]
    assert (no.total, yes.total) == ("11", "9")
    assert [cell.is_diagonal for cell in no.cells] == [True, False]
    assert no.cells[1].url == "?pair=0,1"


def test_the_more_often_the_darker():
    (no, _) = coincidences({"coincidences": TABLE}, door).rows
    assert no.cells[0].shade > no.cells[1].shade


def test_level_that_nobody_gave_has_no_shares():
    table = {"values": [0, 1], "labels": ["No", "Yes"], "matrix": [[8, 0], [0, 0]]}
    chart = coincidences({"coincidences": table}, door)
    assert [cell.percent for cell in chart.rows[1].cells] == ["", ""]
    assert chart.rows[0].cells[1].url == ""


def test_fractions_of_pairs_are_kept_to_one_place():
    table = {"values": [0, 1], "labels": ["No", "Yes"], "matrix": [[2.5, 0.5], [0.5, 1]]}
    chart = coincidences({"coincidences": table}, door)
    assert [cell.count for cell in chart.rows[0].cells] == ["2.5", "0.5"]


def test_nothing_stored_or_too_long_a_scale_shows_nothing():
    assert coincidences({}, door) is None
    long = LEVELS_MAX + 1
    table = {"values": list(range(long)), "labels": ["x"] * long, "matrix": [[1] * long] * long}
    assert coincidences({"coincidences": table}, door) is None


def test_file_holds_every_number_as_text():
    chart = coincidences({"coincidences": {**TABLE, "labels": ["<No>", "Yes & no"]}}, door)
    svg = heat(chart, "Cites").document()
    root = ElementTree.fromstring(svg)
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "73 % · 8" in texts
    assert texts.count("<No>") == 2
