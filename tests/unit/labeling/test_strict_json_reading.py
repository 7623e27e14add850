"""What the strict reader takes, what it refuses, and with which words."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.strict_json import InvalidJson, loads

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=30,
)


def read(data: bytes | str) -> object:
    return loads(data, max_bytes=1_000_000)


@given(JSON_VALUES, st.booleans())
def test_what_python_writes_is_read_as_python_reads_it(value, ensure_ascii):
    text = json.dumps(value, ensure_ascii=ensure_ascii)
    assert read(text) == json.loads(text) == value
    assert read(text.encode()) == value


REFUSED = [
    (b"", "line 1, column 1: there is nothing here; a JSON value was expected"),
    (b" \n ", "line 2, column 2: there is nothing here; a JSON value was expected"),
    (b'{"a": 1,\n "b": }', "line 2, column 7: a JSON value was expected"),
    (b"1 2", "line 1, column 3: something follows the end of the JSON value"),
    (b'{"a": 1} {}', "line 1, column 10: something follows the end of the JSON value"),
    (b"[1 2]", "line 1, column 4: a comma or the closing bracket was expected"),
    (b'{"a" 1}', "line 1, column 6: a colon was expected after the key"),
    (b'["a', "line 1, column 2: a string begins here and never ends"),
    (b"{a: 1}", "line 1, column 2: a key in double quotes was expected"),
    (b"NaN", "NaN is not a JSON number; write null for a missing one"),
    (b"[-Infinity]", "-Infinity is not a JSON number; write null for a missing one"),
    (b'{"a": 1e400}', "the number 1e400 is too large"),
    (b"-1e400", "the number -1e400 is too large"),
    (b"0.1e-400", "the number 0.1e-400 is too close to 0 to be kept"),
    (b'{"a": 1, "b": {"x y": 1, "x y": 2}}', "the key `x y` stands twice in one object"),
    (b'{"a": 1, "\\u0061": 2}', "the key `a` stands twice in one object"),
    (b'"\xff"', "byte 2 is not UTF-8"),
    (b'\xef\xbb\xbf"\xff"', "byte 5 is not UTF-8"),
    (b'"\xed\xa0\x80"', "byte 2 is not UTF-8"),
    ('"\ud800"', "line 1, column 2: half of a surrogate pair is not a character"),
    (b'"ab\\ud800"', "line 1, column 4: half of a surrogate pair is not a character"),
    (b'"\\uDE00\\ud83d"', "line 1, column 2: half of a surrogate pair is not a character"),
    (b'"\\ud83d\\ude00\\udE00"', "line 1, column 14: half of a surrogate pair is not a character"),
    (b'"\\ud83d \\ude00"', "line 1, column 2: half of a surrogate pair is not a character"),
    (b'"\\\\\\ud83d"', "line 1, column 4: half of a surrogate pair is not a character"),
    (b'{"a\\u0000": 1}', "line 1, column 4: a NUL character cannot be stored"),
    (b'[1,\n"a\0"]', "line 2, column 3: a NUL character cannot be stored"),
    ("[1]".encode("utf-16"), "the text is UTF-16; save it as UTF-8"),
    (b"\xfe\xff\0[\0]", "the text is UTF-16; save it as UTF-8"),
    ("[1]".encode("utf-16-le"), "line 1, column 2: a NUL character cannot be stored"),
    (b"1" * 4301, "line 1, column 1: a number of more than 4,300 digits"),
    (b"[1,\n" + b"9" * 5000 + b"]", "line 2, column 1: a number of more than 4,300 digits"),
    (b"0." + b"1" * 4300, "a number of more than 4,300 digits"),
    (b"[" * 65 + b"]" * 65, "nested deeper than 64 levels"),
    (b'{"a":' * 65 + b"1" + b"}" * 65, "nested deeper than 64 levels"),
    (b"[" * 100_000, "nested deeper than 64 levels"),
    (b"\xef\xbb\xbf\xef\xbb\xbf[]", "line 1, column 1: a JSON value was expected"),
]


@pytest.mark.parametrize(("data", "message"), REFUSED, ids=range(len(REFUSED)))
def test_refuses_with_a_plain_sentence(data, message):
    with pytest.raises(InvalidJson) as caught:
        read(data)
    assert str(caught.value) == message
    assert caught.value.status == 400


ACCEPTED = [
    (b"\xef\xbb\xbf[1]", [1]),
    (b'"\\ud83d\\ude00"', "😀"),
    (b'"\\\\ud800"', "\\ud800"),
    (b'"\\\\u0000"', "\\u0000"),
    (b'"\\\\\\\\ud800 \\u00e9"', "\\\\ud800 é"),
    ('"a\u2028b\u0085c"', "a\u2028b\u0085c"),
    (b"0.0", 0.0),
    (b"-0e9", 0.0),
    (b"5e-324", 5e-324),
    (b"9" * 4300, int("9" * 4300)),
    (b"[" * 64 + b"]" * 64, None),
    (b'["' + b"[{" * 100 + b'\\"[[[", 1]', ["[{" * 100 + '"[[[', 1]),
    (b"[" + b"[],{}," * 100 + b"1]", [[], {}] * 100 + [1]),
]


@pytest.mark.parametrize(("data", "value"), ACCEPTED, ids=range(len(ACCEPTED)))
def test_accepts(data, value):
    assert read(data) == (json.loads(data) if value is None else value)


def test_limit_counts_bytes_not_characters():
    assert loads('"éé"', max_bytes=6) == "éé"
    with pytest.raises(InvalidJson, match="the text has 6 bytes, at most 5 are accepted"):
        loads('"éé"', max_bytes=5)


def test_depth_can_be_set_lower():
    with pytest.raises(InvalidJson, match="deeper than 2 levels"):
        loads("[[[]]]", max_bytes=100, max_depth=2)


def test_closing_brackets_first_do_not_hide_depth_from_the_parser():
    with pytest.raises(InvalidJson):
        read(b"]" * 50_000 + b"[" * 50_000)


def test_deeper_than_any_stack_is_read_to_where_it_breaks_off():
    with pytest.raises(InvalidJson, match="column 200001: a JSON value was expected"):
        loads("[" * 200_000, max_bytes=1_000_000, max_depth=999_999)


@pytest.mark.parametrize(
    "data", [b'["' + b'\\"' * 500_000, b'"' * 999_999, b"[" * 65 + b'"\\' * 400_000]
)
def test_hostile_quotes_cost_one_pass(data):
    # A scan that starts again at every quote would take minutes here, not a fraction of a second.
    start = time.perf_counter()
    with pytest.raises(InvalidJson):
        loads(data, max_bytes=2_000_000)
    assert time.perf_counter() - start < 5


class TestDeepNesting:
    """Deeper than Python's own reader can follow, and read the same."""

    def deep(self, text: str, *, levels: int = 1000) -> object:
        value = loads(f"{'[' * levels}{text}{']' * levels}", max_bytes=10**6, max_depth=9000)
        for _ in range(levels):
            assert isinstance(value, list)
            assert len(value) == 1
            (value,) = value
        return value

    @pytest.mark.parametrize(
        "text",
        [
            '{"a": [1, -2.5e3, true, false, null, "é\\u00e9\\n"], "b": {}, "c": [] }',
            *(' "x" ', "0", "-0", "[ ]", "{ }", '[{"a":{"b":[[]]}},1]', "1e-3", '"\\ud83d\\ude00"'),
        ],
    )
    def test_the_same_value_as_when_it_is_flat(self, text):
        assert self.deep(text) == json.loads(text)

    def test_five_thousand_levels(self):
        assert self.deep("7", levels=5000) == 7

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('{"a": 1, "a": 2}', "stands twice"),
            ("NaN", "a JSON value was expected"),
            ("Infinity", "a JSON value was expected"),
            ("1e999", "too large"),
            ("01", "a comma or the closing bracket was expected"),
            ("1 2", "a comma or the closing bracket was expected"),
            ("[,]", "a JSON value was expected"),
            ("[1,]", "a JSON value was expected"),
            ("{1: 2}", "a key in double quotes was expected"),
            ('{"a" 1}', "a colon was expected"),
            ('{"a": 1,}', "a key in double quotes was expected"),
            ('"a', "a string begins here and never ends"),
            ("'a'", "a JSON value was expected"),
            ('"\\ud800"', "half of a surrogate pair"),
        ],
    )
    def test_the_same_faults_as_when_it_is_flat(self, text, message):
        with pytest.raises(InvalidJson, match=message):
            self.deep(text)

    def test_what_follows_the_end_is_refused(self):
        with pytest.raises(InvalidJson, match="something follows the end"):
            loads("[" * 600 + "]" * 600 + " 1", max_bytes=10**6, max_depth=9000)
