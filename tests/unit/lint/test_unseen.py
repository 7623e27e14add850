"""Comparisons with what is not on the desk."""

import pytest

from tests.unit.lint.ways import only, rules, words

UNSEEN = "unseen-information"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Is shorter than the previous version.", ["shorter than the previous version"]),
        ("Explains it better than the other response.", ["better than the other response"]),
        ("Gives the correct answer.", ["correct answer"]),
        ("The result is correct.", ["result is correct"]),
        ("Uses the colours as agreed in the meeting.", ["as agreed"]),
        ("Says what the user really wants to hear.", ["what the user really wants"]),
        ("Agrees with what most chemists would say.", ["what most chemists would say"]),
        ("Matches the gold label.", ["gold label"]),
    ],
)
def test_what_the_expert_would_have_to_see_is_marked(text: str, marked: list[str]):
    assert words(text, only(UNSEEN, text)) == marked


@pytest.mark.parametrize(
    "text",
    [
        "Gives the correct answer, 42.",
        "Gives the correct answer: the buyer bears the risk.",
        "The final answer equals the one in the reference.",
        "Names the right option (b).",
        "States that version 3 is faster than the previous version.",
        "Refers to the customer's previous order.",
        "Repeats the value that the previous call returned.",
        "Quotes “better than the other answer”.",
        "Asks what the customer wants to return.",
        "Compares the cost of plan A with that of plan B.",
        "The response is shorter than 100 words.",
    ],
)
def test_what_stands_on_the_desk_is_left_alone(text: str):
    assert UNSEEN not in rules(text)


def test_guidance_may_say_what_is_right_but_shows_no_other_response():
    guidance = "The answer is that the buyer bears the risk."
    assert UNSEEN not in rules("Gives the correct answer.", guidance=guidance)
    assert UNSEEN in rules("Is better than the other response.", guidance=guidance)
