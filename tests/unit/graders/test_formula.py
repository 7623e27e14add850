import math

import pytest

from evals.graders.formula import FormulaError, parse_formula
from evals.graders.proof import bounds, formula_faults, is_within_unit


def value(text, **scores):
    return parse_formula(text).evaluate(scores)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("2*3^2", 18),
        ("-2^2", -4),
        ("2^3^2", 512),
        ("2^-1", 0.5),
        ("8 - 3 - 2", 3),
        ("16 / 4 / 2", 2),
        ("2 * -3 + 1", -5),
        (".5 + 1e-1", 0.6),
        ("min(3)", 3),
        ("max(1, 2, 3)", 3),
        ("abs(-2) + floor(1.9) + ceil(1.1)", 5),
        ("log(exp(2)) + sqrt(9)", 5),
        ("--2", 2),
    ],
)
def test_values(text, expected):
    assert value(text) == pytest.approx(expected)


def test_variables_are_the_scores_of_graders():
    # (5*1 + 3*0 - 4*1) / 8 = 1/8
    formula = "max(0, min(1, ((5*c1)+(3*c2)-(4*c3))/8))"
    assert value(formula, c1=1, c2=0, c3=1) == 0.125
    assert parse_formula(formula).names == {"c1", "c2", "c3"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "(1",
        "1)",
        "a b",
        "2a",
        "1 % 2",
        "a ** 2",
        "min()",
        "floor(1, 2)",
        "sin(1)",
        "min",
        "a > 1",
        "item.x",
        "1e999",
        "1" + "+1" * 3000,
        "(" * 70 + "1" + ")" * 70,
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(FormulaError):
        parse_formula(text)


@pytest.mark.parametrize(
    "text", ["1/0", "log(0)", "sqrt(-1)", "(-8)^0.5", "10^400", "exp(1000)", "0^-1", "missing"]
)
def test_no_value_is_an_error_and_never_nan(text):
    with pytest.raises(FormulaError):
        value(text)


def test_a_long_sum_needs_no_recursion():
    assert value("+".join(["1"] * 2000)) == 2000


def test_faults_are_found_before_a_formula_is_used():
    assert formula_faults("max(0, min(1, a))", ["a"]) == []
    assert formula_faults("a + b", ["a"]) == ["The formula names b, which are no graders."]
    assert formula_faults("1 / (a + 1)", ["a"]) == [
        "The formula divides by a score, which may be 0."
    ]
    assert formula_faults("a / 2", ["a"]) == []
    assert "every score at 0" in formula_faults("log(a)", ["a"])[0]


def test_bounds_hold_every_value():
    unit = {"a": (0.0, 1.0), "b": (0.0, 1.0)}
    # 5a - 4b over 0..1 each: from -4 to 5
    assert bounds(parse_formula("5*a - 4*b"), unit) == (-4, 5)
    assert is_within_unit(parse_formula("max(0, min(1, (5*a - 4*b)/5))"), unit)
    assert not is_within_unit(parse_formula("(5*a - 4*b)/5"), unit)
    assert bounds(parse_formula("1/(a - b)"), unit) is None
    assert bounds(parse_formula("floor(2*a) + abs(0 - b) + ceil(b)"), unit) == (0, 4)


def test_bounds_are_never_narrower_than_a_grid_of_values():
    formula = parse_formula("min(1, max(0, (3*a - 2*b)/3)) * a - abs(b - a)")
    low, high = bounds(formula, {"a": (0.0, 1.0), "b": (0.0, 1.0)}) or (math.inf, -math.inf)
    grid = [step / 10 for step in range(11)]
    values = [formula.evaluate({"a": a, "b": b}) for a in grid for b in grid]
    assert low <= min(values) < max(values) <= high
