"""What the guidelines show as a worked example stays out of selections, and so of releases."""

import pytest

from evals import selecting
from evals.gaps.rule import Rule
from evals.queries import selection as queries
from labeling import assigning, authoring
from tests import factories
from tests.evals.loop import measured, rated_batch, selected

LOW = {"one": ["000 111", "000 111"], "two": ["000 111", "000 111"], "three": ["000 111"]}
SHOWN = "the guidelines show it as a worked example with its settled answer"


@pytest.fixture
def amy(project):
    return factories.member(project, "amy", "author", "admin")


@pytest.fixture
def batch(project, amy):
    batch = rated_batch(project, LOW, name="First")
    measured(batch)
    return assigning.close(batch, by=amy)


def show(batch, amy, external_id="one"):
    """Publish a version whose guidelines show a response to this item."""
    rubric = batch.rubric_version.rubric
    response = batch.queue.filter(response__item__external_id=external_id).first().response_id
    number = authoring.standing(rubric).number
    authoring.take_example(rubric, response, "cites_policy", batch, number=number, by=amy)
    return authoring.publish(authoring.draft_of(rubric, by=amy), by=amy, change_note="")


def verdicts(selection):
    return dict(selection.items.values_list("item__external_id", "verdict"))


def test_an_example_is_out_and_says_why(batch, amy):
    show(batch, amy)
    selection = selected(batch.project)
    assert verdicts(selection) == {"one": "out", "two": "in", "three": "in"}
    assert selection.items.get(item__external_id="one").reasons == [SHOWN]
    assert selection.funnel[-1] == {
        "step": "no worked example of the guidelines",
        "counts": "items",
        "count": 2,
    }


def test_one_of_a_draft_is_shown_to_nobody_yet(batch, amy):
    rubric = batch.rubric_version.rubric
    response = batch.queue.first().response_id
    authoring.take_example(rubric, response, "cites_policy", batch, number=2, by=amy)
    assert "out" not in verdicts(selected(batch.project)).values()


def test_one_that_came_later_is_noted_and_the_selection_stays_as_it_is(batch, amy):
    before = selected(batch.project)
    show(batch, amy)
    decided = selecting.decide(before)
    assert [step.to_json() for step in decided.selected.funnel] == before.funnel
    assert queries.notes(before) == [
        "1 of its items is a worked example of the guidelines by now: select again to leave it out."
    ]
    again, new = selecting.start(batch.project, Rule())
    assert new, "another set of examples is other work"
    assert len(again.facts["example_versions"]) == 1


def test_a_later_version_that_shows_it_no_more_still_keeps_it_out(batch, amy):
    show(batch, amy)
    rubric = batch.rubric_version.rubric
    following = authoring.draft_of(rubric, by=amy)
    authoring.remove_example(following.examples.get(), number=following.number, by=amy)
    authoring.publish(following, by=amy, change_note="")
    assert verdicts(selected(batch.project))["one"] == "out"
