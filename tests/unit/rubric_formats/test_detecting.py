"""Which format a document is of, and what is said when it is of none, of several, or faulty."""

from __future__ import annotations

import pytest

from labeling.errors import DomainError, Problems
from labeling.rubric_formats import UnknownFormat, candidates, detect, parse, read, read_one
from labeling.strict_json import InvalidJson

SCRIPT = '<script>alert("1")</script>'


@pytest.mark.parametrize(
    ("document", "slug"),
    [
        ({"title": "T", "criteria": [{"criterion": "A."}]}, "rubricstudio"),
        ([{"key": "a", "criterion": "A.", "points": 1}], "rubricstudio"),
        ([{"id": "x", "rubric": [{"criterion": "A."}]}], "rubricstudio"),
        ([{"criterion": "A.", "points": 1, "tags": []}], "healthbench"),
        ({"criterion": "A.", "points": 1}, "healthbench"),
        ({"prompt_id": "x", "prompt": [], "rubrics": [{"criterion": "A."}]}, "healthbench"),
        ({"question": "Q?", "rubric": []}, "rubrics-as-rewards"),
        ([{"requirement": "A."}], "autorubric"),
        ({"requirements": "R", "weight": 1, "sub_tasks": []}, "paperbench"),
        ({"criteria": [{"text": "A.", "choices": ["no", "yes"]}]}, "verifiers"),
        ([{"type": "llm-rubric", "value": "A."}], "promptfoo"),
        ({"rubric": {"criteria": "A?", "score1_description": "x"}}, "biggen"),
    ],
)
def test_known_by_shape(document, slug):
    assert [each.slug for each in candidates(document)] == [slug]
    assert detect(document).slug == slug


def test_a_document_of_two_formats_is_left_to_choose():
    both = [{"requirement": "A.", "type": "llm-rubric", "value": "A."}]
    with pytest.raises(UnknownFormat) as caught:
        detect(both)
    assert str(caught.value) == (
        "This could be autorubric or promptfoo assertions: choose which of them it is."
    )
    assert [each.slug for each in caught.value.candidates] == ["autorubric", "promptfoo"]
    assert read(both, "promptfoo").criteria[0].criterion == "A."


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "It is an empty list. This is no rubric in a format known here: RubricStudio rubric,"),
        ("words", "It is a text. This is no rubric"),
        (None, "It is nothing. This is no rubric"),
        ([1], "It is a list. This is no rubric"),
        ({"a": 1, "b": 2}, "It is an object with the keys `a`, `b`. This is no rubric"),
        (
            {"version": "auraone-rubric-v1", "criteria": [{"criterion_id": "c", "label": "x"}]},
            "It is an object with the keys `version`, `criteria`. This is no rubric",
        ),
    ],
)
def test_a_document_of_no_format_says_what_it_looks_like(document, said):
    with pytest.raises(UnknownFormat) as caught:
        detect(document)
    assert str(caught.value).startswith(said)


def faults(document: object, form: str | None = None) -> list[str]:
    with pytest.raises(Problems) as caught:
        read(document, form)
    return [str(problem) for problem in caught.value.problems]


LEVELS = [{"label": "a", "value": 0}, {"label": "b", "value": 1}]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"title": "T", "criteria": [{"criterion": "A.", "weigth": 1}]},
         ["criteria[0].weigth: is not a known key"]),
        ({"title": "T"}, ["criteria: is missing; a list is needed here"]),
        ({"title": "T", "criteria": [{"criterion": "A.", "scale": {"type": "ordinal",
                                                                  "levels": []}}]},
         ["criteria[0].scale.levels: a scale needs at least two levels, here are 0"]),
        ({"title": "T", "criteria": [{"criterion": "A.", "scale": {"type": "ordinal", "levels": [
            {"value": 1, "label": "a"}, {"value": 1, "label": "b"}]}}]},
         ["criteria[0].scale.levels[1].value: 1 is the value of another level too"]),
        ([{"criterion": "A."}], ["criteria[0].points: is missing; a number is needed here"]),
        ([{"criterion": " ", "points": "5"}],
         ["criteria[0].points: must be a number, not a text",
          "criteria[0].criterion: is empty; a text is needed here"]),
        ([{"criterion": "A.", "points": 1, "scale": "ordinal", "kind": "model"}],
         ["criteria[0].scale: a criterion of this format is met or not, without a gate"]),
        ([{"criterion": "A.", "points": 1, "options": [1, 2, 3]}],
         ["criteria[0].options: a criterion of this format is met or not"]),
        ({"prompt_id": "x", "rubrics": [{"criterion": "A.", "points": 1}]},
         ["prompt: must be a list of messages"]),
        ({"rubrics": [{"criterion": "A.", "points": None}]},
         ["rubrics[0].points: is missing; a number is needed here"]),
        ([{"title": "t", "description": "", "weight": None}],
         ["rubric[0].weight: is missing; a number is needed here"]),
        ([{"title": 5, "description": None, "weight": 1}],
         ["rubric[0].title: must be a text, not a number",
          "rubric[0].description: is missing; a text is needed here"]),
        ({"question": " ", "rubric": []},
         ["question: is missing or empty; a text is needed here"]),
        ([{"requirement": "A.", "weight": "10"}],
         ["criteria[0].weight: must be a number, not a text"]),
        ([{"requirement": "A.", "options": []}],
         ["criteria[0].options: at least two options beside N/A are needed"]),
        ([{"requirement": "A.", "options": [*LEVELS, {"label": "c", "value": 2}]}],
         ["criteria[0].options[2].value: must be a number between 0 and 1"]),
        ([{"requirement": "A.", "scale_type": "cardinal", "options": LEVELS}],
         ["criteria[0].scale_type: must be ordinal or nominal"]),
        ([{"requirement": "A.", "options": [LEVELS[0], {"label": "a", "value": 1}]}],
         ["criteria[0].options: `a` is the label of another level too"]),
        ({"items": [{"submission": "s", "rubric": [{"requirement": "A."}]}]},
         ["items[0].description: must be a text of this item alone: it is what the item is known "
          "by"]),
        ({"items": [{"submission": "s", "description": "d", "rubric": [{"requirement": 1}]}]},
         ["items[0].rubric[0].requirement: must be a text, not a number"]),
        ({"items": [{"submission": "s"}], "rubric": None},
         ["rubric: is missing; a list is needed here"]),
        ([{"text": "A.", "choices": ["no", "yes"], "weight": -1}],
         ["criteria[0].weight: is negative; this format has no negative weights"]),
        ([{"text": "A.", "choices": ["yes"], "weight": 1}],
         ["criteria[0].choices: must be a list of at least two texts, from worst to best"]),
        ([{"text": "A.", "choices": ["a", "a", "b"], "weight": 1}],
         ["criteria[0].choices: `a` is the label of another level too"]),
        ([{"text": "A.", "choices": ["NA", "b"], "weight": 1}],
         ["criteria[0].choices: `NA` is the word for an answer without a value"]),
        ([{"type": "llm-rubric", "value": 5}],
         ["assert[0].value: is missing; a text to judge by is needed here"]),
        ([{"type": "contains", "value": "a", "weight": -2}],
         ["assert[0].weight: must be a number of at least 0"]),
        ([{"type": "assert-set", "assert": [{"type": "contains", "value": "x", "weight": 0}]}],
         ["assert[0].assert: the weights of its children are all 0, so it could never be scored"]),
        ({"tests": [{"assert": [{"type": "contains", "value": "x"}]}]},
         ["tests[0].metadata.id: is missing; it, `vars.id` or `description` says which item the "
          "test is for"]),
        ({"tests": [{"vars": {"id": "x"}}]},
         ["tests[0].assert: must be a list of assertions with a type"]),
        ({"criteria": "A?", "score1_description": "x", "score3_description": 5},
         ["score2_description: is missing; a text is needed here",
          "score3_description: must be a text, not a number"]),
        ({"criteria": 5, "score1_description": "x", "score2_description": "y"},
         ["criteria: must be a text, not a number"]),
        ({"rubric": {"criteria": "A?", "score1_description": "x", "score2_description": "y"}},
         ["input: is missing; a text is needed here"]),
    ],
)  # fmt: skip
def test_faults_are_told_in_the_formats_own_words(document, expected):
    assert faults(document) == expected


def test_one_rubric_is_wanted_and_the_file_has_those_of_two_items():
    lines = [{"id": name, "rubric": [{"criterion": "A.", "points": 1}]} for name in "ab"]
    with pytest.raises(Problems, match="holds the rubrics of 2 items, not one rubric"):
        read_one(lines)
    assert read_one(lines[:1]).title == "Rubric of a"


@pytest.mark.parametrize(
    "document",
    [
        {"title": SCRIPT, "criteria": [{"criterion": SCRIPT, "name": SCRIPT, "points": 1}]},
        [{"criterion": SCRIPT, "points": 1, "tags": [SCRIPT], SCRIPT: SCRIPT}],
        [{"title": SCRIPT, "description": SCRIPT, "weight": 1}],
        [{"requirement": SCRIPT, "name": SCRIPT}],
        [{"text": SCRIPT, "choices": [SCRIPT, "yes"], "weight": 1}],
        [{"type": "llm-rubric", "value": SCRIPT, "metric": SCRIPT}],
        {"requirements": SCRIPT, "sub_tasks": [
            {"requirements": SCRIPT, "weight": 1, "sub_tasks": [], "task_category": SCRIPT}]},
        {"criteria": SCRIPT, "score1_description": SCRIPT, "score2_description": "b"},
    ],
)  # fmt: skip
def test_markup_is_text_like_any_other(document):
    spec = read(document)
    assert any(SCRIPT in one.criterion for one in spec.criteria)


class TestFiles:
    """JSON, JSON lines and YAML are told apart by what they say, not by their names."""

    @pytest.mark.parametrize(
        "raw",
        [
            b'{"a": 1}',
            b'\xef\xbb\xbf \n {"a": 1}\n',
            b"a: 1\n",
            b"# a comment\na: 1",
            b"---\na: 1\n",
        ],
    )
    def test_one_document(self, raw):
        assert parse(raw) == {"a": 1}

    @pytest.mark.parametrize(
        "raw", [b'{"a": 1}\n{"a": 2}', b'{"a": 1}\r\n\r\n{"a": 2}\r\n', b'\n{"a":1}\n{"a":2}\n']
    )
    def test_lines(self, raw):
        assert parse(raw) == [{"a": 1}, {"a": 2}]

    def test_a_bad_line_is_named(self):
        with pytest.raises(Problems) as caught:
            parse(b'{"a": 1}\n{"a": }\n[1]\n')
        assert [str(one) for one in caught.value.problems] == [
            "line 2, column 7: a JSON value was expected",
            "line 3: each line must be one JSON object",
        ]

    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            (b'{"a": 1', "a comma or the closing bracket was expected"),
            (b'{\n"a": 1\n}\n}', "something follows the end of the JSON value"),
            (b'{"a": 1} x', "something follows the end of the JSON value"),
            ('{"a": 1}'.encode("utf-16"), "the text is UTF-16; save it as UTF-8"),
            ('{"a": "é"}'.encode("latin-1"), "byte 8 is not UTF-8"),
            (b"a: \xff", "byte 4 is not UTF-8"),
            (b"", "there is nothing here"),
            (b"\x89PNG\r\n\x1a\n\x00", "byte 1 is not UTF-8"),
            (b"a: [1", "this is not YAML"),
            (b"x" * 21_000_000, "at most 20,971,520 are accepted"),
        ],
    )
    def test_what_cannot_be_read_says_where(self, raw, said):
        with pytest.raises(DomainError) as caught:
            parse(raw)
        assert said in str(caught.value)
        assert isinstance(caught.value, InvalidJson | Problems)
