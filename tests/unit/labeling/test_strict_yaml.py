"""YAML reads as what it looks like, or is refused with its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.strict_json import InvalidJson
from labeling.strict_yaml import InvalidYaml, dumps, loads

LIMIT = 1_000_000


def read(text: str | bytes) -> object:
    return loads(text, max_bytes=LIMIT)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\nb: [2, 3]\n", {"a": 1, "b": [2, 3]}),
        ("label: No", {"label": "No"}),
        ("on: yes", {"on": "yes"}),
        ("at: 1:30", {"at": "1:30"}),
        ("id: 010", {"id": "010"}),
        ("n: 1_000", {"n": "1_000"}),
        ("n: 0x10", {"n": "0x10"}),
        ("n: -1.50", {"n": -1.5}),
        ("n: 1e3", {"n": 1000.0}),
        ("n: 0.0", {"n": 0.0}),
        (f"n: {7**200}", {"n": 7**200}),
        ("a: true\nb: False\nc: ~\nd:\ne: ''", {"a": True, "b": False, "c": None, "d": None,
                                              "e": ""}),
        ("at: '2024-01-01'", {"at": "2024-01-01"}),
        ('"1": a', {"1": "a"}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
        ("s: &s {type: binary}\nt: *s\n", {"s": {"type": "binary"}, "t": {"type": "binary"}}),
        ("- x # a comment", ["x"]),
        ("\ufeffa: 1", {"a": 1}),
        ('{"a": [1, {"b": null}]}', {"a": [1, {"b": None}]}),
        ("just words", "just words"),
    ],
)  # fmt: skip
def test_it_means_what_it_looks_like(text, value):
    assert read(text) == value


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(8)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("at: 2024-01-01", "line 1, column 5: 2024-01-01 is a date; put it in quotes"),
        ("at: 2024-01-01 10:00:00", "is a date"),
        ("n: .nan", ".nan is not a JSON number"),
        ("n: -.inf", "-.inf is not a JSON number"),
        ("n: 1e999", "the number 1e999 is too large"),
        ("n: 1e-999", "is too close to 0"),
        ("n: 1" + "0" * 5000, "a number of more than 4,300 digits"),
        ("a: 1\nb: 2\na: 3", "line 3, column 1: the key `a` stands twice in one object"),
        ("1: a", "a key must be a text; put it in quotes"),
        ("~: a", "a key must be a text"),
        ("? [a]\n: b", "a key must be a text, not a list"),
        ("a: !!python/object/apply:os.system [ls]", "tags such as"),
        ("a: !!str 1", "tags such as"),
        ("a: !thing {}", "tags such as !thing are not read here"),
        ("a: {<<: {b: 1}}", "merge keys (<<) are not read here"),
        ("a: &a [*a]", "the alias *a refers to what it stands in"),
        ("a: *b", "this is not YAML|refers to nothing"),
        (BOMB, "with its aliases written out it has over 1,000,000 values"),
        ("a: 1\n--- \nb: 2", "a second document begins here"),
        ("a: [1, 2", "this is not YAML"),
        ("a: b: c", "this is not YAML"),
        ("\ta: 1", "this is not YAML"),
        ("", "there is nothing here"),
        ("# only a comment", "there is nothing here"),
        ('a: "\\0"', "a NUL or half of a surrogate pair"),
        ("[" * 65 + "]" * 65, "nested deeper than 64 levels"),
        ("a: 1\n" + "b" * 50 + ": @x", "this is not YAML"),
        ("é".encode("latin-1"), "byte 1 is not UTF-8"),
        ("a: 1".encode("utf-16"), "the text is UTF-16"),
        ("x" * (LIMIT + 1), "at most 1,000,000 are accepted"),
    ],
)
def test_what_json_could_not_say_is_refused(text, message):
    with pytest.raises(InvalidJson) as caught:
        read(text)
    assert any(part in str(caught.value) for part in message.split("|")), str(caught.value)


def test_a_hundred_thousand_brackets_are_refused_at_once():
    with pytest.raises(InvalidYaml, match="nested deeper"):
        read("[" * 100_000)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.sampled_from(["No", "1e5", "2024-01-01", "1:30", "<<", "~", "-", "007", " x\n y ", ".5"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300)
@given(VALUES)
def test_what_is_written_reads_back_the_same(value):
    assert read(dumps(value)) == value
