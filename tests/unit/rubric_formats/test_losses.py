"""What a format cannot carry is said in sentences before anything is exported."""

from __future__ import annotations

import pytest

from labeling.errors import Problems
from labeling.rubric_formats import FORMATS, format_of, losses, read, same_reward, write
from labeling.spec import RubricSpec, parse_rubric
from labeling.spec.scales import BINARY

TONE = {
    "key": "tone",
    "name": "Tone",
    "criterion": "How kind?",
    "points": 2,
    "guidance": "Read twice.",
    "path": ["Style"],
    "tags": ["style"],
    "scale": {
        "type": "ordinal",
        "levels": [
            {"value": 1, "label": "Cold", "anchor": "No greeting."},
            {"value": 2, "label": "Warm", "example": "Dear …"},
            {"value": 4, "label": "Kind"},
        ],
    },
}
LIES = {"key": "lies", "criterion": "Invents a clause.", "points": -3, "weight_class": "pitfall"}
CITES = {
    "key": "cites",
    "criterion": "Cites clause 4.2.",
    "points": 5,
    "gate": True,
    "allow_na": False,
    "needs_evidence": True,
    "expertise": ["law"],
    "check": {"type": "string_check", "operation": "like", "reference": "4.2"},
}


def rubric(*criteria: dict, **head: object) -> RubricSpec:
    return parse_rubric({"title": "Refunds", **head, "criteria": list(criteria)})


def told(spec: RubricSpec, slug: str) -> list[str]:
    return [problem.message for problem in losses(spec, slug)]


@pytest.mark.parametrize("form", FORMATS[:2], ids=lambda form: form.slug)
def test_our_own_files_lose_nothing(form):
    spec = rubric(CITES, TONE, LIES, description="D", guidelines="G", extra={"x": {"a": 1}})
    assert losses(spec, form) == []
    assert same_reward(spec, form)


def test_healthbench_knows_points_and_tags_only():
    spec = rubric(CITES, TONE, LIES, guidelines="Read all.", description="D")
    assert told(spec, "healthbench") == [
        "The rubric's description left out",
        "The rubric's guidelines left out",
        "Keys written otherwise: 3 criteria (`cites`, `tone`, `lies`)",
        "Names written otherwise: 1 criterion (`tone`)",
        "Guidance left out: 1 criterion (`tone`)",
        "Sections left out: 1 criterion (`tone`)",
        "Scales written otherwise: 1 criterion (`tone`)",
        "Labels of levels written otherwise: 1 criterion (`tone`)",
        "Anchors left out: 1 criterion (`tone`)",
        "Examples left out: 1 criterion (`tone`)",
        "Credits written otherwise: 1 criterion (`tone`)",
        "Gates left out: 1 criterion (`cites`)",
        "Checks by code left out: 1 criterion (`cites`)",
        "Weight classes left out: 1 criterion (`lies`)",
        "The answers allowed written otherwise: 1 criterion (`cites`)",
        "Reasons or evidence asked for left out: 1 criterion (`cites`)",
        "Expertise left out: 1 criterion (`cites`)",
    ]
    assert not same_reward(spec, "healthbench")
    assert same_reward(rubric({**CITES, "gate": False}, LIES), "healthbench")


def test_a_criterion_outside_the_reward_is_said_to_be_written_with_0():
    outside = {"criterion": "Is long.", "points": None}
    assert told(rubric(CITES, outside), "healthbench")[0] == (
        "1 criterion outside the reward is written with 0 points"
    )


def test_verifiers_says_that_weights_cannot_be_negative():
    spec = rubric({**CITES, "gate": False}, LIES, {**LIES, "key": "more", "criterion": "Lies."})
    first = told(spec, "verifiers")[0]
    assert first == (
        "Weights cannot be negative: 2 pitfalls are written with choices reversed"
        " (`lies`, `more`); rewards move and shrink, and the order of answers to one prompt"
        " stays where none is clipped"
    )
    assert not same_reward(spec, "verifiers")
    # the lies of the answer cost it there by not earning: weights 5, 3, 3
    document = write(spec, "verifiers")
    assert [one["weight"] for one in document["criteria"]] == [5, 3, 3]
    assert [one["choices"] for one in document["criteria"]][1] == ["yes", "no"]


def test_verifiers_says_that_choices_are_paid_in_equal_steps():
    assert "Choices are paid in equal steps, so `tone` would be paid otherwise" in (
        told(rubric(TONE), "verifiers")
    )
    even = {**TONE, "scale": {"type": "ordinal", "levels": TONE["scale"]["levels"][:2]}}
    assert not [text for text in told(rubric(even), "verifiers") if "equal steps" in text]


@pytest.mark.parametrize("slug", ["promptfoo", "paperbench"])
def test_pitfalls_are_turned_round_where_weights_are_never_negative(slug):
    first = told(rubric(CITES, LIES), slug)[0]
    assert first.startswith("Weights cannot be negative: 1 pitfall is written")


def test_what_pays_for_not_being_met_is_named():
    read_back = read([{"type": "not-llm-rubric", "value": "Lies."}])
    assert told(read_back, "healthbench")[0] == (
        "There a criterion pays for being met; `the-criterion` would pay for the opposite".replace(
            "the-criterion", read_back.criteria[0].key
        )
    )


def test_what_another_format_said_beside_is_named():
    spec = read([{"criterion": "A.", "points": 1, "tags": [], "note": 1}])
    assert "What another format said beside left out: 1 criterion (`a`)" in (
        told(spec, "rubrics-as-rewards")
    )
    assert not [text for text in told(spec, "healthbench") if "another format" in text]


@pytest.mark.parametrize(
    ("spec", "slug", "reason"),
    [
        (rubric(TONE, LIES), "biggen", "The format holds one criterion, this rubric has 2"),
        (rubric(TONE), "biggen", "The format knows scores from 1 up, each with a description"),
        (
            rubric({"criterion": "A.", "points": None}),
            "paperbench",
            "No criterion has points, so the tree could not be scored",
        ),
    ],
)
def test_what_cannot_be_written_at_all_says_why(spec, slug, reason):
    assert told(spec, slug) == [reason]
    with pytest.raises(Problems, match="cannot be written as"):
        write(spec, slug)


def test_two_thousand_criteria_are_compared_in_a_moment():
    many = [{"criterion": f"Criterion {n}.", "points": 1, "path": ["S"]} for n in range(2_000)]
    spec = rubric(*many)
    assert told(spec, "healthbench") == [
        "Sections left out: 2,000 criteria (`criterion-0`, `criterion-1`, `criterion-2` and"
        " 1,997 more)"
    ]


def test_an_unknown_format_names_those_there_are():
    with pytest.raises(Exception, match=r"`nope` is no format known here; there are rubricstudio,"):
        format_of("nope")


def test_binary_with_labels_of_its_own_loses_them():
    labels = {"type": "binary", "levels": [{"value": 0, "label": "No"}, {"value": 1, "label": "Y"}]}
    spec = rubric({"criterion": "A.", "points": 1, "scale": labels})
    assert spec.criteria[0].scale != BINARY
    assert told(spec, "healthbench") == ["Labels of levels written otherwise: 1 criterion (`a`)"]
