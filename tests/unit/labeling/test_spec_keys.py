"""Keys and names for criteria that come without."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.spec import parse_criteria
from labeling.spec.keys import KEY_PATTERN, derived_key, derived_name


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Narrative Ending", "narrative-ending"),
        ("Cites clause 4.2.", "cites-clause-4-2"),
        ("Überprüft die Höhe", "uberpruft-die-hohe"),
        ("3 sources", "criterion-3-sources"),
        ("<b>Tone</b>", "b-tone-b"),
    ],
)
def test_key_is_made_of_the_words(text, key):
    assert derived_key(text, {}) == key


def test_long_text_is_cut_at_a_word_and_marked_by_its_hash():
    text = "States that the patient should see a doctor"
    assert re.fullmatch(r"states-that-the-patient-should-see-a-[0-9a-f]{8}", derived_key(text, {}))
    assert derived_key(text, {}) != derived_key(text + " today", {})


def test_text_without_latin_letters_has_a_key_of_its_own():
    first, second = derived_key("引用条款", {}), derived_key("语气", {})
    assert first != second
    assert re.fullmatch(r"criterion-[0-9a-f]{8}", first)


def test_equal_texts_are_numbered_and_given_keys_are_respected():
    criteria = [{"criterion": "Tone"}, {"criterion": "Tone"}, {"criterion": "x", "key": "tone"}]
    found = parse_criteria(criteria, where="rubric")
    assert [criterion.key for criterion in found] == ["tone-2", "tone-3", "tone"]


def test_a_criterion_put_before_others_leaves_their_keys_alone():
    long = [{"criterion": "States that the patient should see a doctor " + end} for end in "ab"]
    before = [criterion.key for criterion in parse_criteria(long, where="r")]
    after = [criterion.key for criterion in parse_criteria([long[1], long[0]], where="r")]
    assert before == after[::-1]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_gives_a_valid_key(text):
    assert KEY_PATTERN.fullmatch(derived_key(text, {}))
    assert derived_key(text, {derived_key(text, {}): 1}).endswith("-2")
    assert len(derived_name(text)) <= 80


def test_name_is_the_beginning_of_the_text():
    assert derived_name("Is  it\nso?") == "Is it so?"
    # 16 words and the blanks between them are 79 characters
    assert derived_name("word " * 20) == "word " * 15 + "word…"
    assert derived_name("x" * 100) == "x" * 79 + "…"
