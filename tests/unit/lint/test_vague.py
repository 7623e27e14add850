"""Words that judge, and the same words where they do not."""

import pytest

from tests.unit.lint.ways import only, ordinal, rules, words

VAGUE = "vague-word"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Explains the procedure clearly.", ["clearly"]),
        ("Gives sufficient detail about the contract.", ["sufficient"]),
        ("Answers the caller in a warm tone.", ["warm"]),
        ("Cites relevant and helpful sources.", ["relevant", "helpful"]),
        ("Asks for the number where appropriate.", ["where appropriate"]),
        ("Covers the key points of the meeting.", ["key points"]),
        ("The code of the parser is well structured.", ["well"]),
        ("Gives a short summary of the case.", ["short"]),
    ],
)
def test_what_carries_the_judgement_is_marked(text: str, marked: list[str]):
    finding = only(VAGUE, text)
    assert words(text, finding) == marked
    assert all(f"“{word}”" in finding.mend for word in marked)


@pytest.mark.parametrize(
    "text",
    [
        "Tells the customer to clear the cache.",
        "Says that the seller acted in good faith.",
        "States that the evidence is not sufficient.",
        "Rates the review as helpful.",
        "Uses the word “appropriate” twice.",
        "Explains why the method is good.",
        "Gives a summary of at most 50 words that is concise.",
        "The reply is polite: it says “please” in every request.",
        "Uses a natural join of both tables.",
        "Names the effective date of the contract.",
        "Clearly states that the deadline is over.",
        "Warms the water to 40 °C.",
        "Books the warm water tap for the lab.",
        "When the question is unclear, asks one question.",
        "Names The Good Samaritan as the source.",
    ],
)
def test_the_same_words_elsewhere_are_not(text: str):
    assert VAGUE not in rules(text)
    assert "no-observable" not in rules(text)


def test_guidance_that_draws_the_line_lifts_it():
    text = "Uses an apt and appropriate greeting."
    assert VAGUE in rules(text)
    assert VAGUE not in rules(text, guidance="Met: the customer's name stands in the greeting.")
    # These pass the question on.
    assert VAGUE in rules(text, guidance="Use your best judgement about what fits here.")
    assert VAGUE in rules(text, guidance="The greeting should be appropriate and friendly enough.")


def test_anchors_that_draw_the_line_lift_it():
    text = "Uses an apt and appropriate greeting."
    assert VAGUE not in rules(
        text, scale=ordinal("No greeting.", "A greeting, no name.", "A name in it.")
    )
    assert VAGUE in rules(
        text, scale=ordinal("Bad greeting.", "Good greeting.", "Very good greeting.")
    )


def test_a_check_by_code_lifts_it():
    check = {"type": "string_check", "name": "n", "input": "a", "reference": "b", "operation": "eq"}
    assert VAGUE not in rules("Uses an apt and appropriate greeting.", check=check)
