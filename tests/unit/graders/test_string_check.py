import pytest

from evals.graders.base import ErrorCode, Outcome, Sample
from evals.graders.registry import parse_grader


def check(operation, text, reference):
    spec = {
        "type": "string_check",
        "name": "check",
        "input": "{{sample.output_text}}",
        "reference": "{{item.reference}}",
        "operation": operation,
    }
    return parse_grader(spec).grade(Sample.of_text(text), {"reference": reference})


@pytest.mark.parametrize(
    ("operation", "text", "reference", "reward"),
    [
        ("eq", "Yes", "Yes", 1.0),
        ("eq", "Yes ", "Yes", 0.0),
        ("eq", "yes", "Yes", 0.0),
        ("ne", "Yes", "No", 1.0),
        ("neq", "Yes", "Yes", 0.0),
        ("like", "see clause 4.2.", "4.2", 1.0),
        ("like", "4.2", "see clause 4.2", 0.0),
        ("like", "anything", "%", 0.0),
        ("ilike", "CLAUSE", "clause", 1.0),
        ("like", "anything", "", 1.0),
    ],
)
def test_operations(operation, text, reference, reward):
    assert check(operation, text, reference) == Outcome(reward)


def test_composed_and_decomposed_letters_differ():
    assert check("eq", "caf\u00e9", "cafe\u0301").reward == 0.0


def test_a_missing_text_is_an_error_and_no_grade():
    outcome = check("eq", None, "x")
    assert outcome.reward is None
    assert outcome.error == ErrorCode.INVALID_VARIABLE


def test_an_outcome_is_never_both_or_neither():
    with pytest.raises(ValueError, match="either"):
        Outcome(None)
    with pytest.raises(ValueError, match="either"):
        Outcome(0.0, ErrorCode.OTHER)
