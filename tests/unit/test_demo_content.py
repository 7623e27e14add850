"""The demo's content: every text does what its truth says, and the cases fit the policy."""

import json
import re
from collections import Counter

import pytest

from labeling.spec import parse_rubric
from rubricstudio.demo import messages
from rubricstudio.demo.cases import cases
from rubricstudio.demo.files import document
from rubricstudio.demo.raters import RATERS, rate
from rubricstudio.demo.truth import FRESH, RATED, truths
from rubricstudio.demo.writing import write

PARAGRAPH = re.compile(r"(?:§|paragraph |number |point )(\d\.\d)\b")
DATE = re.compile(r"\d{1,2} (?:January|February|March|April|May) 2026")
TRUTHS = [
    pytest.param(case, generator, truths()[case.id, generator], id=f"{case.id}-{generator}")
    for case in cases()
    for generator in (*RATED, FRESH)
    if (case.id, generator) in truths()
]


def test_forty_requests_and_three_answers_to_each():
    answers = Counter(line["generator"]["name"] for line in messages.response_lines())
    assert len(list(messages.item_lines())) == 40
    assert answers == {"agent-small": 40, "agent-base": 40, "agent-large": 40, "agent-next": 20}


def test_every_line_says_that_it_is_made_up():
    lines = [*messages.item_lines(), *messages.response_lines()]
    assert all(line["metadata"]["made_up"] is True for line in lines)


def test_six_criteria_with_one_gate_and_one_pitfall():
    criteria = parse_rubric(document("rubric.json")).criteria
    assert [criterion.key for criterion in criteria if criterion.gate] == ["correct_decision"]
    assert [criterion.key for criterion in criteria if criterion.is_pitfall] == [
        "promises_too_much"
    ]
    assert [criterion.points for criterion in criteria] == [5, 3, 2, 2, -4, 1]


def test_no_text_occurs_twice():
    asked = [case.message for case in cases()]
    said = [line["messages"][-1]["content"] for line in messages.response_lines()]
    assert len(set(asked)) == 40
    assert len(set(said)) == 140


def test_texts_hold_other_scripts_lists_and_long_answers():
    said = [line["messages"][-1]["content"] for line in messages.response_lines()]
    assert any("李娜" in text for text in said)
    assert any(re.search("[\u0590-\u05ff]{4}", case.message) for case in cases())
    assert any("\n- " in text for text in said)
    assert any(len(text) > 900 for text in said)


@pytest.mark.parametrize(("case", "generator", "truth"), TRUTHS)
def test_an_answer_names_the_paragraph_when_its_truth_says_so(case, generator, truth):
    named = PARAGRAPH.findall(write(case, generator, truth).text)
    assert (case.right.paragraph in named) == truth.names_paragraph
    assert bool(named) == (truth.cites != "none")


@pytest.mark.parametrize(("case", "generator", "truth"), TRUTHS)
def test_tools_are_called_in_the_order_of_the_truth(case, generator, truth):
    turns = messages.answer_messages(case, generator, truth)
    called = [call["function"]["name"] for t in turns for call in t.get("tool_calls", ())]
    assert (called[:1] == ["lookup_order"]) == truth.looks_up
    assert ("lookup_order" in called) == (truth.lookup != "never")
    assert turns[-1]["role"] == "assistant"


@pytest.mark.parametrize(("case", "generator", "truth"), TRUTHS)
def test_promises_and_steps_are_there_exactly_when_they_should_be(case, generator, truth):
    text = write(case, generator, truth).text
    phrases = document("phrases.json")
    promises = [one for some in phrases["promises"].values() for one in some]
    assert any(promise in text for promise in promises) == truth.promises
    steps = phrases["steps"]
    assert any(one in text for one in steps["vague"]["any"]) == (truth.steps == 1)
    assert any(one in text for some in steps["plain"].values() for one in some) == (
        truth.steps == 2
    )
    if truth.steps == 3:
        assert DATE.search(text)


@pytest.mark.parametrize(("case", "generator", "truth"), TRUTHS)
def test_a_paid_sum_is_right_exactly_when_the_decision_is(case, generator, truth):
    decision = case.right if truth.decision else case.wrong
    sums = [
        json.loads(call["function"]["arguments"])["refund_eur"]
        for turn in messages.answer_messages(case, generator, truth)
        for call in turn.get("tool_calls", ())
        if "refund_eur" in call["function"]["arguments"]
    ]
    assert set(sums) <= {case.sum_of(decision)}
    same = (case.right.outcome, case.sum_of(case.right)) == (
        case.wrong.outcome,
        case.sum_of(case.wrong),
    )
    # A gift paid out to the wrong person is the one mistake that the sum does not show.
    assert same == (case.scenario == "gift")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_the_facts_of_an_order_fit_the_rule_it_is_decided_by(case):
    days = (case.today - case.delivered).days
    within = {
        "unused": days <= 30,
        "opened": days <= 30 and "unused" not in case.condition,
        "late": days > 30 and not case.circle,
        "circle": 30 < days <= 45 and case.circle,
        "damaged": days <= 14 and case.photo,
        "no_photo": days <= 14 and not case.photo,
        "fault": 14 < days <= 730,
        "code_opened": "opened on" in case.condition,
        "code_unopened": days <= 14 and case.condition == "not opened",
        "high_value": case.price > 300 and days <= 30,
    }
    assert within.get(case.scenario, days <= 45)
    assert case.scenario == "high_value" or case.sum_of(case.right) <= 300


def test_larger_agents_decide_better():
    right = Counter(g for (_, g), truth in truths().items() if truth.decision)
    assert right["agent-small"] < right["agent-base"] < right["agent-large"]


def test_experts_disagree_by_their_tendencies():
    lenient, strict, skimming, careful = RATERS
    loose = [param.values for param in TRUTHS if param.values[2].cites == "loose"]
    cites = Counter(r.name for r in RATERS for v in loose if rate(r, *v)["cites_paragraph"])
    assert cites[strict.name] < cites[careful.name]
    kept = [param.values for param in TRUTHS if param.values[2].promises]
    found = Counter(r.name for r in RATERS for v in kept if rate(r, *v)["promises_too_much"])
    assert found[skimming.name] < found[careful.name]
    steps = {r.name: sum(rate(r, *p.values)["next_steps"] for p in TRUTHS) for r in RATERS}
    assert steps[lenient.name] > steps[careful.name] > steps[strict.name]
