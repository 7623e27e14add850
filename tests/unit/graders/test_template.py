import pytest

from evals.graders.base import ErrorCode, Sample
from evals.graders.template import RenderError, TemplateError, compile_template

SAMPLE = Sample.of_text("No, clause 4.2.")


def render(text, item=None, sample=SAMPLE):
    return compile_template(text).render(sample, item or {})


def refused(text, item=None, sample=SAMPLE):
    with pytest.raises(RenderError) as caught:
        render(text, item, sample)
    return caught.value.code


def test_text_and_placeholders_keep_their_order():
    assert render("A {{item.x}} B {{ sample.output_text }} C", {"x": "1"}) == (
        "A 1 B No, clause 4.2. C"
    )


def test_paths_walk_into_objects_and_lists():
    item = {"case": {"ids": ["a", "b"]}}
    assert render("{{item.case.ids[1]}}", item) == "b"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1.0"), (7, "7"), (True, "true"), (None, "null"), ({"a": [1]}, '{"a": [1]}')],
)
def test_values_that_are_no_text_become_json(value, text):
    assert render("{{item.x}}", {"x": value}) == text


def test_a_value_with_braces_is_never_expanded_again():
    item = {"x": "{{item.secret}}", "secret": "the reference"}
    assert render("{{item.x}}", item) == "{{item.secret}}"
    attack = Sample.of_text("{{item.secret}} {{sample.output_text}}")
    assert render("<{{sample.output_text}}>", item, attack) == (
        "<{{item.secret}} {{sample.output_text}}>"
    )


def test_two_halves_of_a_placeholder_from_two_values_stay_text():
    item = {"a": "{{item", "b": ".secret}}", "secret": "s"}
    assert render("{{item.a}}{{item.b}}", item) == "{{item.secret}}"


def test_a_missing_field_an_index_out_of_range_and_a_step_into_text_are_invalid_variables():
    for text in ("{{item.y}}", "{{item.xs[3]}}", "{{item.x.y}}", "{{item.x[0]}}"):
        assert refused(text, {"x": "abc", "xs": [1]}) == ErrorCode.INVALID_VARIABLE


def test_output_json_of_a_text_that_is_not_json_is_a_sample_error():
    assert refused("{{sample.output_json}}") == ErrorCode.SAMPLE_PARSE
    assert refused("{{sample.output_json.a}}", sample=Sample.of_text('{"a": NaN}')) == (
        ErrorCode.SAMPLE_PARSE
    )


def test_output_json_null_is_a_value():
    assert render("{{sample.output_json}}", sample=Sample.of_text("null")) == "null"


def test_tool_calls_can_be_addressed():
    call = {"type": "function", "function": {"name": "refund", "arguments": "{}"}}
    sample = Sample.of_text(None, [call])
    assert render("{{sample.output_tools[0].function.name}}", sample=sample) == "refund"
    assert render("{{sample.choices[0].message.tool_calls[0].type}}", sample=sample) == "function"


def test_an_absent_text_is_an_error_and_not_the_word_null():
    assert refused("{{sample.output_text}}", sample=Sample()) == ErrorCode.INVALID_VARIABLE


@pytest.mark.parametrize(
    "text",
    [
        "{{item}}",
        "{{item.}}",
        "{{item.x",
        "{{item.x|upper}}",
        "{{item.x + 1}}",
        "{{other.x}}",
        "{{item.messages}}",
        "{{item.tools[0]}}",
        "{{item[0]}}",
        "{{sample.text}}",
        "{{}}",
        "{{item.x[-1]}}",
        "{{{item.x}}}",
    ],
)
def test_anything_but_the_grammar_is_refused_when_compiled(text):
    with pytest.raises(TemplateError):
        compile_template(text)


def test_single_braces_are_text():
    assert render('{"a": {"b": "{{item.x}}"}}', {"x": "1"}) == '{"a": {"b": "1"}}'
