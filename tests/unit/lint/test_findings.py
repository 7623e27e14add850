"""What every finding keeps to, whatever is typed."""

import json
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.lint import Severity, lint
from labeling.spec import parse_rubric
from rubricstudio.demo.files import document
from tests.unit.lint import first_table, held_out, third_table
from tests.unit.lint.ways import of, one

WORDS = """the a and or but that which while when not does is are clear good names cites policy to
by naming correctly than other response such as well about e.g. 5 4.2 , . ; : ( ) “ ” " ' ` $"""
PIECES = st.sampled_from([*WORDS.split(), "\n"])
ROWS = [row for table in (first_table, held_out, third_table) for row in (*table.GOOD, *table.BAD)]


@given(st.lists(PIECES, min_size=1, max_size=40), st.sampled_from([2, -2, None]))
@settings(max_examples=300)
def test_any_sequence_of_words_is_read(pieces: list[str], points: int | None):
    text = " ".join(pieces)
    if not text.strip():
        return
    for finding in one(text, points):
        assert all(0 <= start < end <= len(text) for start, end in finding.spans)
        assert finding.why
        assert finding.mend


@given(st.text(string.printable + "ßéñ文字🙂\u202e", min_size=1, max_size=80))
@settings(max_examples=200)
def test_any_text_is_read(text: str):
    if text.strip() and "\0" not in text:
        one(text)


def test_spans_lie_in_the_field_they_name():
    for row in ROWS:
        for finding in row.findings():
            assert finding.where == "criteria[0].criterion"
            assert finding.spans
            assert all(row.text[start:end].strip() for start, end in finding.spans)


def test_findings_come_by_criterion_with_errors_first():
    found = of(
        {"key": "a", "criterion": "Names the court.", "points": 1},
        {"key": "b", "criterion": "Fails to cite the policy and apologises clearly.", "points": 1},
    )
    assert {one.key for one in found} == {"b"}
    assert [one.severity for one in found] == sorted(
        (one.severity for one in found), key=list(Severity).index
    )
    assert len(found) == 3


def test_a_finding_is_about_its_words_and_not_about_its_place():
    text = "Explains the procedure clearly."
    (alone,) = one(text)
    (moved,) = of({"criterion": "Names the court.", "points": 5}, {"criterion": text, "points": 1})
    (changed,) = one("Explains the procedure very clearly.")
    assert alone.about == moved.about != changed.about
    assert alone.name == moved.name
    assert (alone.where, moved.where) == ("criteria[0].criterion", "criteria[1].criterion")


def test_texts_in_other_languages_are_left_alone():
    for text in ("Nennt die Frist und entschuldigt sich.", "引用适用的条款", "Cite la clause 4.2."):
        assert one(text) == []


def test_the_demo_rubric_is_clean():
    assert lint(parse_rubric(document("rubric.json"))) == []


@pytest.mark.parametrize("name", ["healthbench.jsonl"])
def test_the_example_criteria_are_clean(name: str, shared_data: Path):
    lines = (shared_data.parent / "examples" / "rubrics" / name).read_text().splitlines()
    for line in lines:
        assert of(*json.loads(line)["rubrics"]) == []
