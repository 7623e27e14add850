"""What a rubric lacks as a whole."""

from tests.unit.lint.ways import of

PRESENCE = [
    {"key": "a", "criterion": "Mentions the fee.", "points": 5},
    {"key": "b", "criterion": "Names the court.", "points": 3},
    {"key": "c", "criterion": "Lists the documents.", "points": 2},
    {"key": "d", "criterion": "Includes a greeting.", "points": 1},
]


def found(*criteria: dict[str, object]) -> dict[str, str]:
    whole = [one for one in of(*criteria) if one.where == "criteria"]
    assert all(one.key == "" for one in whole)
    return {one.rule.value: one.severity.value for one in whole}


def test_only_presence_is_told():
    assert found(*PRESENCE) == {"only-presence": "warning"}


def test_one_criterion_of_another_kind_is_enough():
    for other in (
        {"key": "e", "criterion": "States the correct fee of 5 EUR.", "points": 2},
        {"key": "e", "criterion": "Invents a paragraph.", "points": -2},
        {"key": "e", "criterion": "Has at most 200 words.", "points": 2},
        {"key": "e", "criterion": "Does not name a competitor.", "points": 2},
    ):
        assert "only-presence" not in found(*PRESENCE, other)


def test_a_few_criteria_are_no_pattern():
    assert found(*PRESENCE[:3]) == {}


def test_optional_criteria_that_outweigh_the_essential_one():
    # Without classes: 5 is essential, 1 at most a third of it; 6 times 1 is more than 5.
    light = [
        {"key": f"o{n}", "criterion": f"Has at most {n} links.", "points": 1} for n in range(6)
    ]
    heavy = {"key": "e", "criterion": "States the correct fee of 5 EUR.", "points": 5}
    assert found(heavy, *light) == {"optional-outweighs": "hint"}
    assert found(heavy, *light[:5]) == {}
    # With classes said, it is a warning.
    classed = [{**one, "weight_class": "optional"} for one in light]
    heavy = {**heavy, "weight_class": "essential"}
    assert found(heavy, *classed) == {"optional-outweighs": "warning"}
    assert found(heavy, *({**one, "weight_class": "important"} for one in light)) == {}
    tagged = [{**one, "tags": ["Optional"]} for one in light]
    assert found(heavy, *tagged) == {"optional-outweighs": "warning"}


def test_the_same_points_for_everything_are_worth_a_thought():
    same = [{"key": f"o{n}", "criterion": f"Has at most {n} links.", "points": 2} for n in range(6)]
    assert found(*same) == {"same-points": "hint"}
    assert found(*same[:5]) == {}
