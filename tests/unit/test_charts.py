"""Where marks stand, by hand; how numbers read; cells that are no formulas."""

from decimal import Decimal

import pytest

from evals import charts, csv_cells, figures


def test_axis_starts_at_zero_when_nothing_is_below():
    axis = charts.forest_axis([0.2, None, 0.9])
    assert axis.low == 0
    assert [(tick.x, tick.label) for tick in axis.ticks] == [(0, "0"), (50, "0.5"), (100, "1")]
    assert axis.thresholds == [66.7, 80]
    assert axis.zero == 0


def test_axis_goes_down_to_the_half_below_the_lowest_value():
    axis = charts.forest_axis([-0.15, 0.3])
    assert axis.low == -0.5
    # 0 is a third of the way from -0.5 to 1; .8 is 1.3 of 1.5
    assert axis.zero == 33.33
    assert axis.thresholds[1] == 86.67
    assert [tick.label for tick in axis.ticks] == ["−0.5", "0", "0.5", "1"]


def test_axis_never_goes_below_minus_one():
    assert charts.forest_axis([-1.7]).low == -1


def test_mark_stands_between_the_ends_of_its_interval():
    # from -0.5 to 1 the width is 1.5: .25 -> .75/1.5, -.2 -> .3/1.5, .7 -> 1.2/1.5
    mark = charts.mark(charts.Axis(-0.5), 0.25, -0.2, 0.7)
    assert (mark.x, mark.x_low, mark.x_high) == (50, 20, 80)
    assert mark.verdict == "low"


@pytest.mark.parametrize(
    ("alpha", "verdict"), [(0.8, "good"), (0.799, "fair"), (0.667, "fair"), (0.666, "low")]
)
def test_thresholds_belong_to_the_better_side(alpha, verdict):
    assert charts.mark(charts.Axis(0), alpha, None, None).verdict == verdict


def test_mark_without_interval_is_a_point_alone():
    mark = charts.mark(charts.Axis(0), 0.4, None, None)
    assert (mark.x, mark.x_low, mark.x_high) == (40, None, None)


def test_undefined_has_no_mark_at_all():
    assert charts.mark(charts.Axis(0), None, None, None) == charts.Mark()


def test_shares_stand_in_the_order_of_the_scale():
    strip = charts.shares({"Met": 0.25, "Not met": 0.75}, ["Not met", "Met"])
    assert [(s.label, s.x, s.width, s.level) for s in strip] == [
        ("Not met", 0, 75, 0),
        ("Met", 75, 25, 6),
    ]
    assert strip[1].percent == "25 %"


def test_level_nobody_gave_keeps_its_shade_and_takes_no_room():
    strip = charts.shares({"1": 0.5, "2": 0.0, "3": 0.5}, ["1", "2", "3"])
    assert [(s.label, s.x, s.level) for s in strip] == [("1", 0, 0), ("3", 50, 6)]


def test_values_of_an_interval_scale_stand_in_numeric_order():
    strip = charts.shares({"10": 0.5, "9.5": 0.5}, [])
    assert [s.label for s in strip] == ["9.5", "10"]


def test_funnel_measures_each_kind_of_count_against_its_own_first_step():
    bars = charts.funnel_bars(
        [
            {"step": "all", "counts": "units", "count": 2016},
            {
                "step": "unanimous",
                "counts": "units",
                "count": 504,
                "expected_by_chance": 252.4,
                "p_value": 0.046,
            },
            {"step": "all", "counts": "items", "count": 12},
            {"step": "in", "counts": "items", "count": 3},
        ]
    )
    assert [bar.percent for bar in bars] == [100, 25, 100, 25]
    assert bars[0].count == "2,016"
    # 252.4 of 2016
    assert (bars[1].expected, bars[1].expected_percent) == ("252", 12.52)
    assert bars[1].note == "p 0.046"
    assert bars[3].expected is None


def test_funnel_of_nothing_has_empty_bars():
    (bar,) = charts.funnel_bars([{"step": "all", "counts": "items", "count": 0}])
    assert bar.percent == 0


@pytest.mark.parametrize(
    ("value", "text"), [(0.744, "0.74"), (-0.15, "−0.15"), (-0.001, "0.00"), (1, "1.00")]
)
def test_decimals_have_a_true_minus_and_no_signed_zero(value, text):
    assert figures.decimal(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.001, "< 1 %"), (0.5, "50 %"), (0.999, "> 99 %"), (1, "100 %")],
)
def test_percents_never_round_to_the_ends(share, text):
    assert figures.percent(share) == text


def test_values_lose_the_zeros_of_their_column():
    assert [figures.plain(Decimal(v)) for v in ("4.000000", "0.500000", "10", "0")] == [
        "4",
        "0.5",
        "10",
        "0",
    ]


@pytest.mark.parametrize(("seconds", "text"), [(40, "40 s"), (150, "2 min"), (7300, "2 h")])
def test_spans_are_said_in_their_largest_unit(seconds, text):
    assert figures.span(seconds) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_text_that_would_be_a_formula_is_kept_as_text(text):
    assert csv_cells.cell(text) == "'" + text


def test_numbers_stay_numbers():
    assert csv_cells.cell(-0.25) == "-0.25"
    assert csv_cells.cell(None) == ""
    with pytest.raises(ValueError, match="finite"):
        csv_cells.cell(float("nan"))


def test_document_quotes_what_needs_it():
    text = csv_cells.document(["key", "alpha"], [["a,b", -0.5], ["=x", None]])
    assert text == 'key,alpha\r\n"a,b",-0.5\r\n\'=x,\r\n'
