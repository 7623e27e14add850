import pytest

from evals.graders.base import ErrorCode, Sample
from evals.graders.registry import parse_grader
from evals.rft.rows import (
    RowRefused,
    SourceItem,
    build_row,
    item_fields,
    prompt_text,
    row_line,
    shared_fields,
)

ASK = [
    {"role": "system", "content": "Cite the clause."},
    {"role": "user", "content": "May I expense a minibar bill?"},
]
ITEM = SourceItem(
    id="refund-1",
    messages=ASK,
    group="hotel",
    reference="No. Clause 4.2.",
    metadata={"clause": "4.2", "limit": 90.5, "a b": "x", "none": None},
)


def test_the_fields_of_an_item_are_texts():
    assert item_fields(ITEM) == {
        "id": "refund-1",
        "group": "hotel",
        "prompt_text": "[developer]\nCite the clause.\n\n[user]\nMay I expense a minibar bill?",
        "reference": "No. Clause 4.2.",
        "reference_answer": "No. Clause 4.2.",
        "meta_clause": "4.2",
        "meta_limit": "90.5",
    }


def test_a_reference_that_is_no_text_becomes_json():
    fields = item_fields(SourceItem("i", ASK, reference={"b": [1, True], "a": None}))
    assert fields["reference"] == '{"a":null,"b":[1,true]}'
    assert fields["group"] == "i"


def test_a_grader_fails_on_a_reference_that_is_not_there():
    # an empty text would be found in every output
    grader = parse_grader(
        {
            "type": "string_check",
            "name": "has_reference",
            "input": "{{sample.output_text}}",
            "reference": "{{item.reference}}",
            "operation": "like",
        }
    )
    outcome = grader.grade(Sample.of_text("anything"), item_fields(SourceItem("i", ASK)))
    assert outcome.error == ErrorCode.INVALID_VARIABLE


def test_the_line_is_the_same_to_the_byte():
    row = build_row(ITEM, {"id", "reference_answer"}, {"max_points": "8"})
    assert row_line(row) == (
        b'{"id":"refund-1","max_points":"8","messages":['
        b'{"content":"Cite the clause.","role":"developer"},'
        b'{"content":"May I expense a minibar bill?","role":"user"}],'
        b'"reference_answer":"No. Clause 4.2."}\n'
    )


def test_characters_that_some_readers_take_for_line_ends_are_escaped():
    line = row_line({"x": "a\u2028b\u2029c\u0085d\n"})
    assert line == b'{"x":"a\\u2028b\\u2029c\\u0085d\\n"}\n'
    assert len(line.decode().splitlines()) == 1


def test_only_chat_keys_of_messages_are_kept():
    messages = [{"role": "user", "content": "Hi", "rating": "good", "refusal": None}]
    assert build_row(SourceItem("i", messages), set())["messages"] == [
        {"role": "user", "content": "Hi"}
    ]


def test_fields_are_shared_only_when_every_item_has_them():
    bare = SourceItem("j", ASK)
    assert shared_fields([ITEM, bare]) == {"id", "group", "prompt_text"}
    assert shared_fields([]) == frozenset()
    with pytest.raises(RowRefused, match="lacks the fields reference"):
        build_row(bare, {"id", "reference"})


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([], "no messages"),
        ([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "assistant"),
        ([{"role": "tool", "content": "b", "tool_call_id": "1"}], "role tool"),
        ([{"role": "function", "content": "b"}], "role function"),
        ([{"role": "user", "content": [{"type": "input_audio"}]}], "input_audio"),
        ([{"role": "user", "content": None}], "not a text"),
        ([{"role": "user", "content": "\ud800"}], "not a text"),
    ],
)
def test_what_cannot_be_trained_on_is_refused_with_the_reason(messages, reason):
    with pytest.raises(RowRefused, match=reason):
        build_row(SourceItem("i", messages), set())


def test_tools_keep_their_shape_and_need_a_name():
    tool = {"type": "function", "function": {"name": "get_booking", "parameters": {}}}
    assert build_row(SourceItem("i", ASK, tools=[tool]), set())["tools"] == [tool]
    with pytest.raises(RowRefused, match="tool 1"):
        build_row(SourceItem("i", ASK, tools=[{"name": "flat"}]), set())


def test_images_and_tool_calls_are_named_in_the_text_of_the_prompt():
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "Look"}, {"type": "image_url"}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
    ]
    assert prompt_text(messages) == (
        "[user]\nLook\n[image_url]\n\n[assistant]\ntool calls: "
        '[{"function":{"arguments":"{}","name":"f"},"id":"1","type":"function"}]'
    )
