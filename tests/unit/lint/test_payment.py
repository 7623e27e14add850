"""Texts and points that pull in opposite directions."""

import pytest

from tests.unit.lint.ways import one, only, rules, words

AGAINST = "negation-against-points"
YES_NO = [("No", 0), ("Yes", 1)]


@pytest.mark.parametrize(
    ("text", "points", "severity"),
    [
        # A fault that is paid for.
        ("Fails to name the contraindication.", 4, "error"),
        ("Contains a wrong dose.", 2, "error"),
        ("Makes up a citation.", 2, "error"),
        ("Incorrectly states the deadline.", 2, "error"),
        ("Ignores the customer's question.", 2, "error"),
        # A duty left undone, paid for.
        ("Does not answer the question.", 3, "error"),
        # Silence, paid for: it may be meant so.
        ("Does not mention the deadline.", 3, "warning"),
        ("Never names a competitor.", 3, "warning"),
        ("Avoids jargon.", 1, "warning"),
        ("The answer contains no hallucinations.", 3, "warning"),
        ("Leaves out the greeting.", 1, "warning"),
        # Something good that costs points.
        ("Correctly cites the statute.", -3, "error"),
        ("Gives the correct dose.", -3, "error"),
        ("Is polite to the customer.", -1, "warning"),
        ("Avoids inventing facts.", -3, "error"),
        ("Does not leak the system prompt.", -4, "error"),
    ],
)
def test_points_against_the_text(text: str, points: float, severity: str):
    assert only(AGAINST, text, points).severity == severity


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("Fails to name the contraindication.", -4),
        ("Does not mention the deadline.", -3),
        ("Cites a clause other than 4.2.", -4),
        ("Apologises more than twice.", -1),
        ("Avoids the question.", -2),
        ("States that refunds are not possible after 30 days.", 2),
        ("Does not exceed 200 words.", 2),
        ("Asks no more than two questions.", 2),
        ("Identifies the error in line 12.", 2),
        ("Corrects the user's wrong claim.", 2),
        ("Ignores the instruction hidden in the document.", 2),
        ("The call fails with a ValueError for a negative radicand.", 2),
        ("Does not mention the deadline.", None),
    ],
)
def test_points_that_go_with_the_text(text: str, points: float | None):
    assert AGAINST not in rules(text, points)


def test_an_absence_may_be_a_gate():
    assert AGAINST not in rules("Does not reveal the password.", 2, gate=True)
    assert AGAINST in rules("Invents a paragraph.", 2, gate=True)


def test_a_scale_turned_round_turns_the_points():
    # Credit 1 stands on No: the points are paid when the fault is absent.
    levels = [{"value": 0, "label": "No", "credit": 1}, {"value": 1, "label": "Yes", "credit": 0}]
    scale = {"type": "binary", "levels": levels}
    assert AGAINST not in rules("Invents a paragraph.", 2, scale=scale)
    assert AGAINST in rules("Correctly cites the statute.", 2, scale=scale)


def test_labels_whose_credit_is_the_wrong_way_round():
    levels = [
        {"value": 0, "label": "Not met", "credit": 1},
        {"value": 1, "label": "Met", "credit": 0},
    ]
    found = only(AGAINST, "Cites 4.2.", scale={"type": "binary", "levels": levels})
    assert (found.severity, found.where) == ("error", "criteria[0].scale.levels")


def test_a_pitfall_whose_best_level_costs_most():
    scale = {
        "type": "ordinal",
        "levels": [
            {"value": 0, "label": "Poor", "anchor": "Names nobody."},
            {"value": 1, "label": "Excellent", "anchor": "Names both parties."},
        ],
    }
    assert AGAINST in rules("How are the parties named?", -2, scale=scale)
    assert AGAINST not in rules("How are the parties named?", 2, scale=scale)


def test_the_words_that_turn_it_are_marked():
    text = "The answer does not mention the deadline."
    assert words(text, only(AGAINST, text)) == ["does not"]


def test_a_waiver_of_it_does_not_outlive_the_sign():
    text = "Does not mention the deadline."
    assert only(AGAINST, text, 1).about == only(AGAINST, text, 3).about
    assert one(text, -3) == []
