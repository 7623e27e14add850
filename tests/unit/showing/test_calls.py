"""Calls that were made beside calls that were expected."""

import pytest

from labeling.showing import Call, call_of, compare, expected_calls


def book(**arguments: object) -> Call:
    return Call("book", arguments)


def test_a_call_as_expected_has_no_difference():
    (one,), missing = compare([book(seat=1)], [book(seat=1)])
    assert one.is_as_expected
    assert missing == ()


def test_each_argument_that_differs_is_named():
    made, expected = book(seat=1, bags=3, meal="no"), book(seat=2, bags=3, paid=True)
    ((one,), _) = compare([made], [expected])
    assert [(d.name, d.kind, d.given, d.expected) for d in one.differences] == [
        ("seat", "other", "1", "2"),
        ("paid", "missing", "", "true"),
        ("meal", "extra", "no", ""),
    ]


def test_equal_calls_find_each_other_before_similar_ones():
    # The first call resembles the first expected one, but the second equals it.
    made = [book(seat=1, bags=9), book(seat=1, bags=1)]
    (first, second), missing = compare(made, [book(seat=1, bags=1), book(seat=7, bags=9)])
    assert second.is_as_expected
    assert first.expected == book(seat=7, bags=9)
    assert missing == ()


def test_the_most_similar_call_of_the_name_is_the_counterpart():
    ((one,), missing) = compare([book(a=1, b=2)], [book(a=9, b=9), book(a=1, b=9)])
    assert one.expected == book(a=1, b=9)
    assert missing == (book(a=9, b=9),)


def test_one_call_too_many_of_an_expected_tool_stands_alone():
    ((first, second), missing) = compare([book(seat=1), book(seat=1)], [book(seat=1)])
    assert first.is_as_expected
    assert second.expected is None
    assert not second.is_as_expected
    assert missing == ()


def test_other_tools_are_not_compared_and_what_was_not_called_is_missing():
    ((one,), missing) = compare([Call("look_up", {})], [book(seat=1)])
    assert one is None
    assert missing == (book(seat=1),)


@pytest.mark.parametrize(
    ("given", "expected", "equal"),
    [
        (5, 5.0, True),
        (True, 1, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        ("5", 5, False),
        ([True], [1], False),
    ],
)
def test_values_are_equal_as_json_has_it(given, expected, equal):
    ((one,), _) = compare([book(x=given)], [book(x=expected)])
    assert one.is_as_expected is equal


@pytest.mark.parametrize(
    "reference",
    [
        {"expected_calls": [{"name": "book", "arguments": {"seat": 1}}]},
        {"expected_actions": [{"name": "book", "kwargs": {"seat": 1}}]},
        [{"name": "book", "arguments": '{"seat": 1}'}],
        {
            "tool_calls": [
                {"type": "function", "function": {"name": "book", "arguments": {"seat": 1}}}
            ]
        },
    ],
)
def test_expected_calls_are_read_in_the_usual_shapes(reference):
    assert expected_calls(reference) == (book(seat=1),)


@pytest.mark.parametrize(
    "reference", [None, "text", 3, {}, [], {"expected_calls": "book"}, [{"x": 1}], [1], [None]]
)
def test_a_reference_without_calls_expects_none(reference):
    assert expected_calls(reference) == ()


def test_arguments_that_are_no_json_are_no_call_to_compare():
    assert call_of({"name": "book", "arguments": "{broken"}) is None
