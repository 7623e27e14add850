"""What keeps a rubric from being published."""

import pytest

from labeling.spec import parse_rubric, publishing_problems


def problems(*criteria: dict[str, object]) -> list[str]:
    spec = parse_rubric({"title": "T", "criteria": list(criteria)})
    return [str(problem) for problem in publishing_problems(spec)]


ORDINAL = {"type": "ordinal", "levels": [{"value": 1, "label": "a"}, {"value": 2, "label": "b"}]}
NO_POINTS = "criteria: no criterion has positive points, so no reward could be worked out"


def test_a_whole_rubric_can_be_published():
    gate = {"criterion": "y", "points": -1, "gate": True, "scale": ORDINAL, "pass_at": 2}
    assert problems({"criterion": "x", "points": 1}, gate) == []


def test_what_keeps_a_rubric_from_being_published():
    assert problems() == ["criteria: a rubric needs at least one criterion"]
    assert problems({"criterion": "x"}, {"criterion": "y", "points": -1}) == [NO_POINTS]
    assert problems({"name": "x", "criterion": " ", "points": 1}) == [
        "criteria[0].criterion: is empty; say what is to be judged"
    ]


@pytest.mark.parametrize(("points", "ending"), [(2, "can never fail"), (-2, "always fails")])
def test_a_gate_at_the_foot_of_its_scale_decides_nothing(points, ending):
    rest = {"criterion": "x", "points": 1}
    gates = [
        {"criterion": "g", "points": points, "gate": True, "pass_at": 0},
        {"criterion": "g", "points": points, "gate": True, "pass_at": 1, "scale": ORDINAL},
        {"criterion": "g", "points": points, "gate": True, "pass_at": 0,
         "scale": {"type": "interval", "min": 0, "max": 1}},
    ]  # fmt: skip
    for gate in gates:
        message = f"no value has less credit than this one, so the gate {ending}"
        assert problems(rest, gate) == [f"criteria[1].pass_at: {message}"]
