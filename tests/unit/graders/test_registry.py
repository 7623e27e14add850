import pytest

from evals.graders.registry import (
    canonical_spec,
    is_runnable,
    item_fields_used,
    parse_grader,
    spec_hash,
    validate_grader,
)
from labeling.errors import Problems

CHECK = {
    "type": "string_check",
    "name": "cites",
    "input": "{{sample.output_text}}",
    "reference": "{{item.clause}}",
    "operation": "like",
}
JUDGE = {
    "type": "score_model",
    "name": "judge",
    "model": "some-judge",
    "range": [0, 1],
    "input": [
        {"role": "developer", "content": "Grade it."},
        {"role": "user", "content": [{"type": "input_text", "text": "{{item.question}}"}]},
    ],
}
MULTI = {
    "type": "multi",
    "name": "both",
    "graders": {"judge": JUDGE, "check": CHECK},
    "calculate_output": "max(0, min(1, (judge + check)/2))",
}


def faults(spec):
    with pytest.raises(Problems) as caught:
        validate_grader(spec)
    return [problem.where for problem in caught.value.problems]


def test_every_fault_is_listed_with_its_path():
    assert faults({"type": "string_check", "input": "{{x}}", "operation": "contains"}) == [
        "name",
        "input",
        "reference",
        "operation",
    ]
    nested = MULTI | {"graders": {"judge": JUDGE | {"model": ""}, "min": CHECK}}
    assert faults(nested) == ["graders.judge.model", "graders.min", "calculate_output"]


@pytest.mark.parametrize("spec", [None, 5, [], "x", {}, {"type": "magic"}, {"type": ["multi"]}])
def test_what_is_no_grader_at_all_is_refused(spec):
    assert faults(spec)


def test_documented_shapes_are_sound():
    for spec in (CHECK, JUDGE, MULTI, CHECK | {"operation": "neq"}):
        validate_grader(spec)


def test_shape_faults_of_model_graders():
    assert faults(JUDGE | {"range": [1, 0]}) == ["range"]
    assert faults(JUDGE | {"range": [0, float("inf")]}) == ["range"]
    assert faults(JUDGE | {"input": [{"role": "boss", "content": "x"}]}) == ["input[0].role"]
    assert faults(JUDGE | {"input": [{"role": "user", "content": "{{item}}"}]}) == [
        "input[0].content"
    ]


def test_a_python_source_stays_under_256_kilobytes():
    spec = {"type": "python", "name": "p", "source": "#" * 255_999}
    validate_grader(spec)
    assert faults(spec | {"source": "#" * 256_000}) == ["source"]


def test_multi_graders_are_not_nested_and_names_differ():
    assert faults(MULTI | {"graders": {"a": MULTI}, "calculate_output": "a"}) == ["graders.a"]
    twice = {"a": CHECK, "b": dict(CHECK)}
    assert faults(MULTI | {"graders": twice, "calculate_output": "a+b"}) == ["graders"]


def test_a_kind_that_cannot_run_yet_says_so():
    with pytest.raises(Problems) as caught:
        parse_grader(JUDGE)
    assert caught.value.problems[0].message == "graders of type score_model cannot be run yet"
    assert not is_runnable(JUDGE)
    assert is_runnable(CHECK)


def test_two_spellings_are_one_grader():
    assert canonical_spec(CHECK | {"operation": "neq"})["operation"] == "ne"
    assert spec_hash(CHECK | {"operation": "neq"}) == spec_hash(CHECK | {"operation": "ne"})
    assert spec_hash(CHECK) != spec_hash(CHECK | {"name": "other"})


def test_the_fields_a_grader_reads_are_known():
    assert item_fields_used(MULTI) == {"clause", "question"}
