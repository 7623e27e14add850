"""Rubrics as authors write them."""

from labeling.spec import RubricSpec, parse_rubric


def three_scales(**first: object) -> RubricSpec:
    """A gate, an ordinal scale with one stated credit, an interval out of the reward."""
    cites = {
        "key": "cites",
        "name": "Cites the policy",
        "criterion": "Names the paragraph.",
        "points": 5,
        "gate": True,
        "tags": ["essential"],
        "path": ["Policy", "Citing"],
        "check": {"type": "string_check", "name": "n", "weight": 1.5},
        **first,
    }
    levels = [
        {"value": 1, "label": "Curt", "anchor": "No greeting."},
        {"value": 2, "label": "Kind", "example": "Dear …", "credit": 0.75},
        {"value": 3, "label": "Warm"},
    ]
    tone = {
        "key": "tone",
        "criterion": "How kind is it?",
        "points": 2.5,
        "scale": {"type": "ordinal", "levels": levels},
    }
    length = {
        "key": "length",
        "criterion": "How long?",
        "scale": {"type": "interval", "min": 0, "max": 1, "step": 0.25},
    }
    return parse_rubric(
        {"title": "Refunds", "guidelines": "Read all.\nTwice.", "criteria": [cites, tone, length]}
    )


def many(count: int) -> RubricSpec:
    scale = {"type": "ordinal", "levels": [{"value": n, "label": f"L{n}"} for n in range(3)]}
    criteria = [
        {"key": f"c{n}", "criterion": f"Criterion {n}", "points": 1, "scale": scale}
        for n in range(count)
    ]
    return parse_rubric({"title": "Long", "criteria": criteria})
