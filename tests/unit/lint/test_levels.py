"""Levels that can be told apart, and gates that say what fails them."""

from tests.unit.lint.ways import one, only, ordinal, rules

BARE, SAME, GATE = "level-without-anchor", "same-anchors", "gate-without-ground"
TEXT = "Which of the three steps stand in the answer?"


def nominal(*labels: str) -> dict[str, object]:
    levels = [{"value": at, "label": label, "credit": 0} for at, label in enumerate(labels)]
    return {"type": "nominal", "levels": levels}


def test_a_level_without_anchor_is_named():
    finding = only(BARE, TEXT, scale=ordinal("None of them.", "", "tbd"))
    assert finding.where == "criteria[0].scale.levels"
    assert "“L1”, “L2”" in finding.why


def test_levels_that_say_what_they_mean_need_no_anchor():
    assert BARE not in rules(TEXT, scale=ordinal("None of them.", "One of them."))
    telling = {
        "type": "ordinal",
        "levels": [
            {"value": 0, "label": "None of the steps"},
            {"value": 1, "label": "All of the steps"},
        ],
    }
    assert BARE not in rules(TEXT, scale=telling)
    assert BARE not in rules(TEXT, scale=nominal("Refund", "Refusal"))
    assert BARE in rules(TEXT, scale=nominal("A", "B"))
    assert one("Names the court.") == []


def test_two_levels_with_one_anchor_are_an_error():
    finding = only(SAME, TEXT, scale=ordinal("One step.", "Two steps.", "two steps"))
    assert (finding.severity, finding.where) == ("error", "criteria[0].scale.levels[1].anchor")
    assert finding.spans == ((0, len("Two steps.")),)


def test_nearly_equal_anchors_are_told():
    # Of 8 + 9 runs of three words 7 are shared: 7 / (8 + 9 - 7) = .7.
    low = "The answer names the step that the customer takes next"
    high = "The answer names the step that the customer takes next clearly"
    assert only(SAME, TEXT, scale=ordinal("No step.", low, high)).severity == "warning"


def test_a_number_or_a_not_tells_anchors_apart():
    for low, high in (
        (
            "The answer names two of the steps in the list",
            "The answer names three of the steps in the list",
        ),
        (
            "The answer names all steps but not the date of them",
            "The answer names all steps and the date of them",
        ),
    ):
        assert SAME not in rules(TEXT, scale=ordinal("No step.", low, high))


def test_a_gate_says_what_fails_it():
    assert only(GATE, "Names the court.", gate=True).severity == "hint"
    scale = ordinal("", "", "")
    assert only(GATE, TEXT, gate=True, pass_at=1, scale=scale).severity == "warning"
    for more in ({"guidance": "Another court fails."}, {"scale": None}, {"gate": False}):
        found = rules("Names the court.", **{"gate": True, **more})
        assert GATE not in found
