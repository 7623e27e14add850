"""Canonical JSON: one value has one text, and it survives the database."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.strict_json import InvalidJson, dumps, dumps_line, loads
from tests.unit.labeling.test_strict_json_reading import JSON_VALUES


@given(JSON_VALUES)
def test_what_is_written_is_read_back(value):
    text = dumps(value)
    assert loads(text, max_bytes=10_000_000) == json.loads(text) == value
    assert dumps(json.loads(text)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_text_through_jsonb(number):
    # jsonb keeps numbers as numeric, which knows neither exponent nor negative zero.
    in_the_database = format(Decimal(dumps(number)), "f")
    assert dumps(json.loads(in_the_database)) == dumps(number)


NUMBERS = [
    (1, "1"),
    (1.0, "1"),
    (-0.0, "0"),
    (1e22, "10000000000000000000000"),
    (1e-7, "0.0000001"),
    (0.1, "0.1"),
    (True, "true"),
    (Decimal("2.500"), "2.5"),
    (Decimal("1E+2"), "100"),
    (Decimal("-0.00"), "0"),
    (Decimal("100"), "100"),
    (Decimal("0.000001"), "0.000001"),
    (Decimal("-3.10"), "-3.1"),
]


@pytest.mark.parametrize(("number", "text"), NUMBERS)
def test_each_number_has_one_text(number, text):
    assert dumps(number) == text


def test_objects_are_sorted_and_dense():
    assert dumps({"b": [1, {}, []], "a": None, "é": "ü"}) == '{"a":null,"b":[1,{},[]],"é":"ü"}'
    assert dumps_line({"a": ("x\n", False)}) == b'{"a":["x\\n",false]}\n'


@pytest.mark.parametrize("number", [float("nan"), float("-inf"), Decimal("NaN"), Decimal("sNaN")])
def test_what_is_not_a_number_is_not_written(number):
    with pytest.raises(InvalidJson, match="cannot be written as JSON"):
        dumps({"a": number})


def test_a_thing_without_json_form_is_a_programming_error():
    with pytest.raises(TypeError, match="set has no JSON form"):
        dumps({"a": {1}})
    with pytest.raises(TypeError):
        dumps({1: "a"})


def test_a_circle_is_refused():
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(InvalidJson, match="nested too deeply"):
        dumps(circle)
