"""What one could point at in a response."""

import pytest

from labeling.lint.observable import INWARD, SHOWING
from labeling.lint.polarity import FAULT_VERBS
from labeling.lint.verbs import ACTS, BASES, REPORTING
from tests.unit.lint.ways import one, only, rules, words

NONE = "no-observable"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Shows a deep understanding of the case.", "Shows a deep understanding"),
        ("The agent understands the problem.", "understands"),
        ("Takes the patient's fears into account.", "Takes the patient's fears into account"),
        ("The customer will be satisfied with it.", "satisfied"),
        ("Makes sure that the user feels heard.", "feels"),
        ("Writes to the widow with compassion.", "with compassion"),
    ],
)
def test_what_goes_on_in_a_head_is_marked(text: str, marked: str):
    finding = only(NONE, text)
    assert (finding.severity, words(text, finding)) == ("warning", [marked])


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The response is good.", "good"),
        ("The answer should be clear, concise and helpful.", "clear, concise and helpful"),
        ("Tone", "Tone"),
        ("Accuracy of the answer.", "Accuracy of the answer"),
    ],
)
def test_nothing_but_a_judgement_is_an_error(text: str, marked: str):
    finding = only(NONE, text)
    assert (finding.severity, words(text, finding)) == ("error", [marked])


@pytest.mark.parametrize(
    "text",
    [
        "Shows empathy by naming the customer's problem.",
        "Shows that n = 2k for some natural number k.",
        "Asks how the patient feels.",
        "States what the customer wants to return.",
        "Shows at least one sign of respect (title, surname).",
        "Helps the user understand the bill: names each of its lines.",
        "Gives the order number.",
        "Names the tone of the poem as mournful.",
        "The JSON is valid.",
        "Quality assurance signs the form.",
    ],
)
def test_what_leaves_a_trace_is_left_alone(text: str):
    assert NONE not in rules(text)


def test_a_rubric_that_says_more_beside_the_text_is_left_alone():
    assert (
        one("The answer is good.", guidance="Met: names the court and the date of the ruling.")
        == []
    )


def test_every_verb_of_the_rules_is_known_as_a_verb():
    known = BASES | {"clear", "use"}
    assert (INWARD | SHOWING | FAULT_VERBS | REPORTING | ACTS) - known == set()
