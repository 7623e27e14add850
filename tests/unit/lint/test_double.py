"""Two claims in one criterion, and what looks like two and is one."""

import pytest

from tests.unit.lint.ways import only, ordinal, rules, words

DB = "double-barrelled"


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            "Cites the policy and apologises for the delay.",
            "Cites the policy.",
            "Apologises for the delay.",
        ),
        (
            "Does the answer cite the statute and explain its exceptions?",
            "Does the answer cite the statute?",
            "Does the answer explain its exceptions?",
        ),
        (
            "States that the fee is 5 EUR and that it is due in June.",
            "States that the fee is 5 EUR.",
            "States that it is due in June.",
        ),
        ("The tone is polite and concise.", "The tone is polite.", "The tone is concise."),
        ("Names and explains the theorem.", "Names the theorem.", "Explains the theorem."),
        (
            "Writes five lines while keeping the rhyme.",
            "Writes five lines.",
            "Keeps the rhyme.",
        ),
        (
            "The model was trained on A and evaluated on B.",
            "The model was trained on A.",
            "The model was evaluated on B.",
        ),
        (
            "Names the diagnosis, and the tone is calm.",
            "Names the diagnosis.",
            "The tone is calm.",
        ),
        (
            "Advises the patient to stop the drug and to call a doctor.",
            "Advises the patient to stop the drug.",
            "Advises the patient to call a doctor.",
        ),
    ],
)
def test_both_halves_are_written_out(text: str, first: str, second: str):
    finding = only(DB, text)
    assert finding.severity == "warning"
    assert f"“{first}” and “{second}”" in finding.mend


def test_three_claims_give_three_criteria():
    text = "Greets the customer, asks for the order number and offers a replacement."
    finding = only(DB, text)
    assert words(text, finding) == [", asks", "and offers"]
    assert "“Greets the customer.”" in finding.mend
    assert "“Asks for the order number.” and “Offers a replacement.”" in finding.mend


@pytest.mark.parametrize(
    "text",
    [
        "Names the drug and its dose in milligrams.",
        "Gives a figure between 5 and 10 percent.",
        "Names the terms and conditions of the contract.",
        "Quotes “the buyer pays and the seller delivers”.",
        "Runs `make clean && make` and nothing else.",
        "Reads and writes the file as UTF-8.",
        "Cites the paragraph that names the fee and sets the date.",
        "If the user is angry and asks for a manager, offers an escalation.",
        "Returns the names and addresses of both parties.",
        "Explains how and why the pump failed.",
        "States whether the fee and the deposit must be paid in May.",
        "Explains the causes and effects of the strike.",
        "States or implies that the offer is binding.",
        "Names the court. A paraphrase counts.",
        "Names the paragraph that decides the case, and the date it holds.",
        "Computes the area as $x t$, where $x$ is the width, and $t$ is the length.",
        "Puts the bread and butter on the list of 4 May.",
    ],
)
def test_one_claim_is_left_alone(text: str):
    assert DB not in rules(text)


def test_a_choice_between_two_claims_is_only_a_hint():
    finding = only(DB, "Apologises for the delay or offers a discount.")
    assert finding.severity == "hint"
    assert "If either is enough" in finding.mend


def test_a_further_sentence_with_a_claim_of_its_own_is_one_more_criterion():
    finding = only(DB, "Cites the clause. Also mentions the deadline.")
    assert "“Cites the clause.” and “Also mentions the deadline.”" in finding.mend


def test_anchors_may_say_what_half_of_it_is_worth():
    text = "Names the step and gives the date."
    scale = ordinal("Neither stands there.", "The step, no date.", "The step and its date.")
    assert only(DB, text, scale=scale).severity == "hint"
    assert only(DB, text, scale=ordinal("Neither stands there.", "", "")).severity == "warning"
