"""What a newer version asks again: not released until enough have answered, and said in words."""

from dataclasses import replace

import pytest

from evals.gaps.agreeing import Agreeing
from evals.gaps.pool import Asking
from evals.gaps.rule import Rule
from evals.gaps.verdicts import judge
from tests.unit.gaps.pools import binary, model, pool

RULE = Rule(raters_min=3)


def verdict_of(answers: dict[str, list[str]], places: dict[str, int], *, open=True, **second):
    """One item of responses judged on `a` (3 points) and `b` (`second` says more of it).

    `places` counts by response how often `b` was asked again.
    """
    criteria = [binary("a", 3), binary("b", **{"points": 2, **second})]
    made = pool(criteria, [model(one, "item") for one in answers], answers)
    asked = {(response, "b"): count for response, count in places.items()}
    made = replace(made, asking=Asking(version=2, open=open, places=asked))
    return judge(made.items[0], made, Agreeing(RULE))


def test_an_item_waits_for_what_is_asked_again():
    # `b` carries 2 of 5 points: `a` alone has 60 %, and 80 % are needed.
    found = verdict_of({"r1": ["NNN", "N"], "r2": ["NNN", ""]}, {"r1": 3, "r2": 3})
    assert found.verdict == "held"
    assert found.reasons == (
        "released criteria carry 60 % of its points, 80 % are needed;"
        " not asked yet under version 2: `b`, 0 to 1 of 3 on 2 responses",
    )
    assert found.not_asked == ("b",)
    assert found.released == ("a",)


def test_one_response_is_told_without_a_range():
    found = verdict_of({"r1": ["NNN", "N"]}, {"r1": 3})
    assert found.reasons[0].endswith("not asked yet under version 2: `b`, 1 of 3")


def test_it_waits_also_before_anybody_has_answered_at_all():
    found = verdict_of({"r1": ["NNN", ""]}, {"r1": 3}, usable=False)
    assert (found.verdict, found.not_asked) == ("held", ("b",))
    assert found.reasons[0].endswith("`b`, 0 of 3")


def test_a_gate_waits_too():
    found = verdict_of({"r1": ["NNN", "N"]}, {"r1": 3}, points=None, gate=True)
    assert found.reasons == (
        "the gate b is not released; not asked yet under version 2: `b`, 1 of 3",
    )


def test_answers_that_rule_agreement_out_need_no_waiting():
    found = verdict_of({"r1": ["NNN", "NY"]}, {"r1": 3})
    assert (found.verdict, found.not_asked) == ("out", ())
    assert found.reasons == ("released criteria carry 60 % of its points, 80 % are needed",)


def test_what_the_rule_does_not_need_holds_nothing_up():
    # 1 of 5 points: 80 % are there without it.
    found = verdict_of({"r1": ["NNN", "N"]}, {"r1": 3}, points=0.75)
    assert (found.verdict, found.not_asked, found.released) == ("in", (), ("a",))


def test_answered_by_enough_it_is_released():
    found = verdict_of({"r1": ["NNN", "NNN"]}, {"r1": 3})
    assert (found.verdict, found.released) == ("in", ("a", "b"))


def test_what_was_not_asked_again_has_missing_ratings_as_ever():
    found = verdict_of({"r1": ["NNN", "N"]}, {})
    assert found.reasons[0].endswith("80 % are needed; ratings are missing on b")
    assert found.not_asked == ()


def test_fewer_places_than_the_rule_needs_never_suffice():
    # Two places were asked and both have answered: what is missing is not their answer.
    found = verdict_of({"r1": ["NNN", "NN"]}, {"r1": 2})
    assert found.not_asked == ()
    assert found.reasons[0].endswith("ratings are missing on b")


@pytest.mark.parametrize("usable", [True, False])
def test_once_the_batch_is_closed_nobody_waits(usable):
    found = verdict_of({"r1": ["NNN", "N"]}, {"r1": 3}, open=False, usable=usable)
    assert found.not_asked == ()
    assert "not asked under version 2 before the batch was closed: `b`, 1 of 3" in found.reasons[0]
    assert found.verdict == ("held" if usable else "out")


def test_a_released_criterion_that_waits_on_one_response_leaves_no_reward():
    answers = {"r1": ["NNN", "NNN"], "r2": ["NNN", "NNN"], "r3": ["NNN", "N"]}
    found = verdict_of(answers, dict.fromkeys(answers, 3))
    assert found.verdict == "held"
    assert found.reasons == (
        "no reward for 1 of 3: r3 (not asked yet under version 2: `b`, 1 of 3)",
    )
    assert found.not_asked == ("b",)
