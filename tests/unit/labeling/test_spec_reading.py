"""Reading rubrics: what is taken, what is filled in, and every fault with its place."""

import time
from decimal import Decimal

import pytest

from labeling.errors import Problem, Problems
from labeling.spec import LevelSpec, ScaleType, parse_criteria, parse_rubric

YES_NO = [{"value": 0, "label": "No"}, {"value": 1, "label": "Yes"}]


def rubric(**criterion: object) -> dict[str, object]:
    return {"title": "T", "criteria": [{"criterion": "Is it so?", **criterion}]}


def scaled(**scale: object) -> dict[str, object]:
    return rubric(scale=scale)


def steps(*values: object, **more: list[object]) -> list[dict[str, object]]:
    made = [{"value": value, "label": f"L{at}"} for at, value in enumerate(values)]
    for key, column in more.items():
        for level, entry in zip(made, column, strict=True):
            level[key] = entry
    return made


def faults(data: object) -> list[str]:
    with pytest.raises(Problems) as caught:
        parse_rubric(data)
    return [str(problem) for problem in caught.value.problems]


def one(data: dict[str, object]):
    return parse_rubric(data).criteria[0]


def test_healthbench_criterion_is_a_whole_criterion():
    spec = one(rubric(criterion="Cites clause 4.2.", points=3, tags=["axis:accuracy"]))
    assert (spec.key, spec.name) == ("cites-clause-4-2", "Cites clause 4.2.")
    assert (spec.points, spec.tags) == (3, ("axis:accuracy",))
    assert spec.scale.type == ScaleType.BINARY
    assert spec.scale.levels == (
        LevelSpec(Decimal(0), "Not met", credit=Decimal(0)),
        LevelSpec(Decimal(1), "Met", credit=Decimal(1)),
    )
    assert (spec.gate, spec.pass_at, spec.check) == (False, None, None)


def test_everything_a_criterion_can_say():
    spec = one(
        rubric(
            key="tone", name=" Tone ", guidance="<b>Read</b> aloud.\n", dimension="style",
            path=["Answer", "Form"], points=-2.50, gate=True, pass_at=3,
            check={"type": "string_check"},
            scale={"type": "ordinal", "levels": steps(3, 1, 2, credit=[1, 0, 0.25])},
        )
    )  # fmt: skip
    assert (spec.key, spec.name, spec.guidance) == ("tone", "Tone", "<b>Read</b> aloud.\n")
    assert (spec.dimension, spec.path) == ("style", ("Answer", "Form"))
    assert (str(spec.points), spec.gate, spec.pass_at) == ("-2.5", True, 3)
    assert spec.check == {"type": "string_check"}
    found = [(level.value, level.label, level.credit) for level in spec.scale.levels]
    assert found == [(1, "L1", 0), (2, "L2", Decimal("0.25")), (3, "L0", 1)]


@pytest.mark.parametrize(
    ("credits", "expected"),
    [((None, None), [0, 1]), ((1, 0), [1, 0]), ((1, None), [1, 0]), ((None, 0), [1, 0])],
)
def test_the_met_level_of_a_binary_scale_is_explicit(credits, expected):
    levels = [{**level, "credit": c} for level, c in zip(YES_NO, credits, strict=True)]
    found = one(scaled(type="binary", levels=levels)).scale.levels
    assert [level.credit for level in found] == expected


def test_a_binary_gate_passes_at_its_met_level():
    assert one(rubric(gate=True)).pass_at == 1
    levels = [{**YES_NO[0], "credit": 1}, YES_NO[1]]
    assert one(rubric(gate=True, scale={"type": "binary", "levels": levels})).pass_at == 0


def test_interval_takes_bounds_step_and_anchors():
    anchors = [{"value": 5, "label": "middling", "anchor": "As good as not"}]
    scale = one(scaled(type="interval", min=0, max=10, step=0.5, levels=anchors)).scale
    assert (scale.min, scale.max, scale.step) == (0, 10, Decimal("0.5"))
    assert scale.levels[0].anchor == "As good as not"
    assert one(scaled(type="interval", min=-1, max=1)).scale.step is None


def test_drafts_may_be_unfinished():
    draft = {"title": "T", "criteria": [{"name": "Tone", "criterion": ""}]}
    assert one(draft).criterion == ""
    assert parse_rubric({"title": "T", "criteria": []}).criteria == ()


AT_SCALE = "criteria[0].scale"
FAULTS = [
    ([], ["a rubric is an object with `title` and `criteria`, not a list"]),
    (None, ["a rubric is an object with `title` and `criteria`, not nothing"]),
    (
        {},
        [
            "title: is missing; a text is needed here",
            "criteria: is missing; a list is needed here",
        ],
    ),
    ({"title": " ", "criteria": {}},
     ["title: is empty; a text is needed here", "criteria: must be a list, not an object"]),
    ({"title": 5, "criteria": ["x"]},
     ["title: must be a text, not a number", "criteria[0]: must be an object, not a text"]),
    ({"title": "x" * 201, "criteria": [], "note": 1},
     ["note: is not a known key", "title: has 201 characters, at most 200 are accepted"]),
    (rubric(guidance="x" * 20_001),
     ["criteria[0].guidance: has 20,001 characters, at most 20,000 are accepted"]),
    (rubric(pionts=1), ["criteria[0].pionts: is not a known key; did you mean `points`?"]),
    (rubric(criterion=""), ["criteria[0].criterion: is empty; a text is needed here"]),
    (rubric(guidance="a\0b"),
     ["criteria[0].guidance: holds a NUL character, which cannot be stored"]),
    (rubric(guidance="a\ud800"),
     ["criteria[0].guidance: holds half of a surrogate pair, which is not a character"]),
    (rubric(key="Tone!"),
     ["criteria[0].key: `Tone!` will not do: a key is 1 to 63 of a-z, 0-9, _ and -, "
      "beginning with a letter"]),
    (rubric(points="3"), ["criteria[0].points: must be a number, not a text"]),
    (rubric(points=True), ["criteria[0].points: must be a number, not true or false"]),
    (rubric(points=0),
     ["criteria[0].points: are 0; write null to keep the criterion out of the reward"]),
    (rubric(points=100_000_000.5),
     ["criteria[0].points: must be a number of at most 8 digits before the point"]),
    (rubric(points=10**300), ["criteria[0].points: has more than 300 digits"]),
    (rubric(points=-(10**5000)), ["criteria[0].points: has more than 300 digits"]),
    (scaled(type="interval", min=0, max=10**400),
     ["criteria[0].scale.max: must be a number of at most 8 digits before the point"]),
    (rubric(weight_class="vital"),
     ["criteria[0].weight_class: is `vital`; one of essential, important, optional, pitfall"]),
    (rubric(weight_class=["pitfall"]),
     ["criteria[0].weight_class: is a list; one of essential, important, optional, pitfall"]),
    (rubric(weight_class="pitfall", points=2),
     ["criteria[0].points: a pitfall takes points away: they are negative"]),
    (rubric(weight_class="optional", points=-2),
     ["criteria[0].points: only a pitfall has negative points, not optional"]),
    (rubric(allow_na="no"), ["criteria[0].allow_na: must be true or false, not a text"]),
    (rubric(allow_cannot_assess=0),
     ["criteria[0].allow_cannot_assess: must be true or false, not a number"]),
    (rubric(needs_rationale=[]),
     ["criteria[0].needs_rationale: must be true or false, not a list"]),
    (rubric(needs_evidence={}),
     ["criteria[0].needs_evidence: must be true or false, not an object"]),
    (rubric(expertise="law"), ["criteria[0].expertise: must be a list, not a text"]),
    (rubric(expertise=["law", 1]), ["criteria[0].expertise: must be a list of texts only"]),
    (rubric(extra=[1]), ["criteria[0].extra: must be an object, not a list"]),
    (rubric(extra={"a": "x" * 262_144}),
     ["criteria[0].extra: has 262,152 characters, at most 262,144 are accepted"]),
    ({**rubric(), "extra": "x"}, ["extra: must be an object, not a text"]),
    (rubric(needs_reason=True),
     ["criteria[0].needs_reason: is not a known key; did you mean `needs_rationale`?"]),
    (rubric(points=1.1234567),
     ["criteria[0].points: is 1.1234567, at most 6 decimals are kept"]),
    (rubric(points=float("nan")),
     ["criteria[0].points: must be a number of at most 8 digits before the point"]),
    (rubric(tags="a"), ["criteria[0].tags: must be a list, not a text"]),
    (rubric(tags=["a", 1]), ["criteria[0].tags: must be a list of texts only"]),
    (rubric(path=["x" * 2001]),
     ["criteria[0].path: one of its texts has 2,001 characters, at most 2,000 are accepted"]),
    (rubric(gate="yes"), ["criteria[0].gate: must be true or false, not a text"]),
    (rubric(check="code"), ["criteria[0].check: must be an object, not a text"]),
    (rubric(check={"x": float("nan")}),
     ["criteria[0].check: cannot be kept: nan cannot be written as JSON"]),
    (rubric(scale="binary"), [f"{AT_SCALE}: must be an object, not a text"]),
    (scaled(levels=YES_NO),
     [f"{AT_SCALE}.type: is missing; one of binary, nominal, ordinal, interval"]),
    (scaled(type="stars"),
     [f"{AT_SCALE}.type: is `stars`; one of binary, nominal, ordinal, interval"]),
    (scaled(type=[]), [f"{AT_SCALE}.type: is a list; one of binary, nominal, ordinal, interval"]),
    (scaled(type="ordinal", levels=[]),
     [f"{AT_SCALE}.levels: a scale needs at least two levels, here are 0"]),
    (scaled(type="nominal"),
     [f"{AT_SCALE}.levels: a scale needs at least two levels, here are 0"]),
    (scaled(type="ordinal", levels=steps(1)),
     [f"{AT_SCALE}.levels: a scale needs at least two levels, here are 1"]),
    (scaled(type="ordinal", levels=steps(1, 2, 1.0)),
     [f"{AT_SCALE}.levels[2].value: 1 is the value of another level too"]),
    (scaled(type="ordinal", levels=steps(1, 2, label=["x", " x "])),
     [f"{AT_SCALE}.levels[1].label: `x` is the label of another level too"]),
    (scaled(type="ordinal", levels=steps(1, 2, label=["2", "x"])),
     [f"{AT_SCALE}.levels[0].label: `2` is the value of another level"]),
    (scaled(type="nominal", levels=steps(1, 2, label=["na", "Cannot_assess"])),
     [f"{AT_SCALE}.levels[0].label: `na` is the word for an answer without a value",
      f"{AT_SCALE}.levels[1].label: `Cannot_assess` is the word for an answer without a value"]),
    (scaled(type="ordinal", levels=[{"label": "a"}, {"value": "2", "label": ""}, 3]),
     [f"{AT_SCALE}.levels[0].value: is missing; a number is needed here",
      f"{AT_SCALE}.levels[1].value: must be a number, not a text",
      f"{AT_SCALE}.levels[1].label: is empty; a text is needed here",
      f"{AT_SCALE}.levels[2]: must be an object, not a number"]),
    (scaled(type="ordinal", levels=steps(1, 2), min=1),
     [f"{AT_SCALE}.min: belongs to an interval scale only"]),
    (scaled(type="ordinal", levels=steps(1, 2, credit=[0, 1.5])),
     [f"{AT_SCALE}.levels[1].credit: is 1.5, it must be between 0 and 1"]),
    (scaled(type="ordinal", levels=steps(1, 2, 3, credit=[0, 1, 0.5])),
     [f"{AT_SCALE}.levels: the credits of an ordinal scale must only rise or only fall"]),
    # 2 of 1..3 is worth .5 by the line, which is below the stated .6
    (scaled(type="ordinal", levels=steps(1, 2, 3, credit=[0.6, None, 1])),
     [f"{AT_SCALE}.levels: the credits of an ordinal scale must only rise or only fall"]),
    (scaled(type="binary", levels=steps(1, 2)),
     [f"{AT_SCALE}.levels: a binary scale has exactly two levels, of the values 0 and 1"]),
    (scaled(type="binary", levels=[]),
     [f"{AT_SCALE}.levels: a binary scale has exactly two levels, of the values 0 and 1"]),
    (scaled(type="binary", levels=steps(0, 1, credit=[0, 0.5])),
     [f"{AT_SCALE}.levels: one level of a binary scale has credit 1, the other credit 0"]),
    (scaled(type="binary", levels=steps(0, 1, credit=[1, 1])),
     [f"{AT_SCALE}.levels: one level of a binary scale has credit 1, the other credit 0"]),
    (scaled(type="interval"),
     [f"{AT_SCALE}.min: is missing; a number is needed here",
      f"{AT_SCALE}.max: is missing; a number is needed here"]),
    (scaled(type="interval", min=3, max=3),
     [f"{AT_SCALE}.max: is 3, it must be above `min`"]),
    (scaled(type="interval", min=0, max=1, step=0),
     [f"{AT_SCALE}.step: is 0, it must be above 0"]),
    (scaled(type="interval", min=0, max=1, step=0.3),
     [f"{AT_SCALE}.step: 0.3 does not divide the range 0 to 1"]),
    (scaled(type="interval", min=0, max=1, step=0.5, levels=steps(0.25, 1, credit=[None, 1])),
     [f"{AT_SCALE}.levels[0].value: 0.25 is not on the scale",
      f"{AT_SCALE}.levels[1].credit: an interval gives credit in proportion; leave it out"]),
    (rubric(points=2, scale={"type": "nominal", "levels": steps(1, 2, credit=[1, None])}),
     [f"{AT_SCALE}.levels: the level 2 needs a credit, as nominal levels have no order"]),
    (rubric(gate=True, scale={"type": "ordinal", "levels": steps(1, 2)}),
     ["criteria[0].pass_at: is missing; a gate needs the value that passes it"]),
    (rubric(gate=True, pass_at=3, scale={"type": "ordinal", "levels": steps(1, 2)}),
     ["criteria[0].pass_at: 3 is not a value of the scale"]),
    (rubric(pass_at=11, scale={"type": "interval", "min": 0, "max": 10}),
     ["criteria[0].pass_at: 11 is not a value of the scale"]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), FAULTS, ids=range(len(FAULTS)))
def test_names_every_fault_and_its_place(data, expected):
    assert faults(data) == expected


def test_faults_of_all_criteria_come_at_once():
    criteria = [{"criterion": "a", "points": "1"}, {"criterion": "b"}, {"points": 0}]
    assert len(faults({"title": "", "criteria": criteria})) == 4


def test_two_criteria_with_one_key():
    criteria = [{"key": "a", "criterion": "x"}, {"key": "b", "criterion": "y"}]
    twice = [*criteria, {"key": "a", "criterion": "z"}]
    found = faults({"title": "T", "criteria": twice})
    assert found == ["criteria[2].key: `a` is the key of criteria[0] too"]


def test_criteria_of_an_item_stand_in_a_plain_list():
    found = parse_criteria([{"criterion": "Cites 4.2.", "points": 3}], where="rubric")
    assert found[0].key == "cites-4-2"
    with pytest.raises(Problems) as caught:
        parse_criteria([{"criterion": "x", "points": "3"}], where="rubric")
    assert caught.value.problems == [Problem("rubric[0].points", "must be a number, not a text")]


def test_five_thousand_criteria_are_read_in_seconds():
    criteria = [{"criterion": f"States fact number {n} of the policy. " * 5} for n in range(5000)]
    start = time.perf_counter()
    spec = parse_rubric({"title": "T", "criteria": criteria})
    assert len({criterion.key for criterion in spec.criteria}) == 5000
    assert time.perf_counter() - start < 10


def test_five_thousand_equal_or_faulty_criteria_cost_no_more():
    same = [{"criterion": "Same"} for _ in range(5000)]
    faulty = [{"criterion": "x", "pionts": 1, "guidanse": "y"} for _ in range(5000)]
    start = time.perf_counter()
    assert parse_rubric({"title": "T", "criteria": same}).criteria[-1].key == "same-5000"
    assert len(faults({"title": "T", "criteria": faulty})) == 10_000
    assert time.perf_counter() - start < 10
