"""Numbers without a limit, examples without an end, and texts without one."""

import pytest

from tests.unit.lint.ways import only, rules, words

NUMBER, EXAMPLES, LONG = "number-without-tolerance", "example-list", "too-long"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The summary has about 100 words.", ["about 100"]),
        ("States that it costs approximately €400.", ["approximately €400"]),
        ("The estimate is close to 42.", ["close to 42"]),
        ("Lists roughly five reasons.", ["roughly five"]),
        ("Computes the mean as 3.4712.", ["3.4712"]),
        ("States a temperature of 37.", ["37"]),
    ],
)
def test_a_number_that_leaves_open_what_passes(text: str, marked: list[str]):
    assert words(text, only(NUMBER, text)) == marked


@pytest.mark.parametrize(
    "text",
    [
        "The summary has between 90 and 110 words.",
        "The summary has about 100 words, at most 120.",
        "Gives the mean as 3.47, rounded to two decimals.",
        "Gives the mean as exactly 3.5.",
        "Gives the mean as 3.5 kg.",
        "Puts the share at 4.1 %.",
        "The final answer is 42.",
        "Cites clause 4.2.",
        "Sets the threshold value to 0.7.",
        "Talks about one topic.",
        "Names the speed of light to within 1 %.",
    ],
)
def test_a_number_that_says_what_passes(text: str):
    assert NUMBER not in rules(text)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Lists risk factors such as smoking.", ["such as"]),
        ("Names the documents, e.g. a passport.", ["e.g."]),
        ("Names the costs (rent, deposit, etc.).", ["etc."]),
        ("Covers topics like rent, deposit or repairs.", ["like"]),
    ],
)
def test_examples_in_place_of_a_test(text: str, marked: list[str]):
    assert words(text, only(EXAMPLES, text)) == marked


@pytest.mark.parametrize(
    "text",
    [
        "Names at least two risk factors, e.g. smoking.",
        "Gives a worked example of the rule.",
        "The line sounds like a threat, and no more.",
        "States that drugs such as aspirin thin the blood.",
        "Contains the words “for example”.",
    ],
)
def test_examples_that_are_no_test(text: str):
    assert EXAMPLES not in rules(text)


def test_more_than_forty_words_are_too_many():
    # 40 words, then 41.
    text = "Names " + "the " * 38 + "court"
    assert LONG not in rules(f"{text}.")
    assert LONG in rules(f"{text} house.")


def test_a_quotation_or_formula_is_one_word():
    assert LONG not in rules("Quotes “" + "word " * 60 + "”.")
    assert LONG not in rules("Derives $" + "a + " * 60 + "b$.")
