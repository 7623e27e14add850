from evals.rft.rubrics import rubric_row
from labeling.spec import parse_rubric

CRITERIA = parse_rubric(
    {
        "title": "t",
        "criteria": [
            {
                "criterion": "States the amount.",
                "key": "amount",
                "points": 5,
                "tags": ["axis:fact"],
            },
            {
                "criterion": "Is polite.",
                "key": "polite",
                "name": "Polite",
                "points": 1.5,
                "gate": True,
                "pass_at": 2,
                "scale": {
                    "type": "ordinal",
                    "levels": [
                        {"value": 1, "label": "No"},
                        {"value": 2, "label": "Half", "anchor": "Greets."},
                        {"value": 3, "label": "Yes"},
                    ],
                },
            },
            {"criterion": "Not released.", "key": "other", "points": 1},
        ],
    }
).criteria


def test_a_row_holds_its_released_criteria_as_healthbench_items():
    row = rubric_row("refund-1", CRITERIA, {"amount", "polite"}, "ab" * 32)
    amount, polite = row["rubrics"]
    assert (row["id"], row["rubric_hash"]) == ("refund-1", "ab" * 32)
    assert (amount["criterion"], amount["points"], amount["tags"]) == (
        "States the amount.",
        5,
        ["axis:fact"],
    )
    assert amount["options"] == [
        {"label": "Not met", "value": 0.0, "level": 0},
        {"label": "Met", "value": 1.0, "level": 1},
    ]
    assert (polite["points"], polite["gate"], polite["pass_at"]) == (1.5, True, 2)
    assert polite["options"][1] == {"label": "Half", "value": 0.5, "level": 2, "anchor": "Greets."}
