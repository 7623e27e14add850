"""Selecting: verdicts as of the measuring, frozen whole, the same whenever they are decided."""

import pytest
from django.core.management import CommandError, call_command

from evals import selecting
from evals.gaps.rule import Rule, parse_rule
from evals.models import Grade, Grader, GradingRun, SelectedItem, Selection
from evals.queries import selection as queries
from labeling import runs
from labeling.errors import DomainError, Problems
from labeling.models import Batch, Criterion, Response, RunState
from tests import factories
from tests.evals.loop import measured, rated_batch, selected, shell, worker

LOW = {"one": ["000 111", "000 111"], "two": ["111 111", "111 111"], "three": ["001 111"]}


@pytest.fixture
def batch(project):
    batch = rated_batch(project, LOW, name="First")
    measured(batch)
    return batch


def verdicts(selection):
    return dict(selection.items.values_list("item__external_id", "verdict"))


def test_agreed_and_low_is_in_and_the_rest_says_why(batch):
    selection = selected(batch.project)
    assert verdicts(selection) == {"one": "in", "two": "out", "three": "out"}
    one, two, three = (selection.items.get(item__external_id=key) for key in LOW)
    # cites_policy unmet, polite met, a point each.
    assert (one.mean_reward, one.released, one.split) == (0.5, ["cites_policy", "polite"], "train")
    assert two.reasons == ["mean reward 1 over 2 responses is above 0.5"]
    assert three.released == ["polite"]


def test_a_second_start_joins_the_selection(batch):
    first = selected(batch.project)
    second, new = selecting.start(batch.project, Rule())
    assert (second.pk, new) == (first.pk, False)
    assert selecting.start(batch.project, parse_rule({"seed": 1}))[1], "another seed is other work"


def test_newer_ratings_do_not_change_it_and_are_noted(batch, project):
    selection = selected(project)
    late = factories.member(project, "late", "expert")
    response = batch.queue.first().response
    Batch.objects.filter(pk=batch.pk).update(overlap=4)
    seat = factories.seat(batch, response, late, slot=4)
    factories.rating(seat, {"cites_policy": 1, "polite": 0})
    decided = selecting.decide(selection)
    assert [step.to_json() for step in decided.selected.funnel] == selection.funnel
    assert queries.notes(selection) == [
        "As of 30 ratings of First, 2 are newer: measure agreement again to take them in."
    ]


def test_responses_that_join_the_batch_later_are_no_part_of_it(batch, project):
    selection = selected(project)
    more = factories.response(factories.item(project, "four"))
    batch.queue.create(project=project, response=more, key=99, overlap=3)
    rows = list(selecting.rows(selection, selecting.decide(selection)))
    assert len(rows) == selection.items.count() == 3
    again = selected(project)
    assert again.pk != selection.pk
    assert verdicts(again)["four"] == "held"


def test_the_most_recently_rated_batch_is_taken_and_the_others_are_named(batch, project):
    version = batch.rubric_version
    other = rated_batch(project, {"five": ["000 111"]}, name="Second", version=version)
    measured(other)
    selection = selected(project)
    assert selection.agreement_run.batch == other
    assert queries.notes(selection) == ["Only Second was selected from; left out: First."]
    named, _ = selecting.start(project, Rule(), batch=batch)
    assert named.agreement_run.batch == batch


def test_practice_is_never_what_is_selected_from(batch, project):
    practice = factories.batch(batch.rubric_version, kind="practice", name="Practice")
    late = factories.member(project, "late", "expert")
    seat = factories.seat(practice, batch.queue.first().response, late)
    factories.rating(seat, {"cites_policy": 1, "polite": 0})
    measured(practice)
    selection = selected(project)
    assert selection.agreement_run.batch == batch
    assert queries.notes(selection) == []
    assert [run.batch for run in queries.measured_runs(project)] == [batch]
    with pytest.raises(DomainError, match="Practice is practice: nothing rated there counts"):
        selecting.start(project, Rule(), batch=practice)


def rule(batch, item, key, ruling, reason="rater_error"):
    """An adjudicator's ruling on the item's first response, beside their own blind rating."""
    response = Response.objects.filter(item__external_id=item).order_by("pk").first()
    criterion = Criterion.objects.get(version=batch.rubric_version, key=key)
    judge = factories.member(batch.project, "judge")
    return factories.ruling(batch, response, criterion, ruling, judge, reason)


def test_rulings_are_taken_into_account_as_of_the_start(batch, project):
    rule(batch, "one", "polite", 0)
    selection = selected(project)
    one = selection.items.get(item__external_id="one")
    # Both were polite to all raters; one was ruled impolite, so polite is clear on one only.
    assert (one.verdict, one.released) == ("out", ["cites_policy"])
    rule(batch, "one", "polite", 1)
    seen = queries.rulings(batch, queries.Bounds(**selection.facts["bounds"]))
    assert list(seen.values()) == [0]
    kept = selecting.decide(selection)
    assert [step.to_json() for step in kept.selected.funnel] == selection.funnel
    assert verdicts(selected(project))["one"] == "in"


def test_legitimate_disagreement_is_never_a_reference(batch, project):
    rule(batch, "one", "cites_policy", 0, reason="legitimate")
    one = selected(project).items.get(item__external_id="one")
    assert (one.verdict, one.released) == ("out", ["polite"])


def test_nothing_measured_is_said(project):
    with pytest.raises(DomainError, match="measure agreement first"):
        selecting.start(project, Rule())


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"criteria": ["other"]}, "There is no criterion other"),
        ({"target_generator": "model-z"}, "There is no generator model-z"),
        ({"low": {"by": "grade", "grader": "judge"}}, "There is no grader judge"),
    ],
)
def test_names_that_lead_nowhere_are_refused_before_the_job(batch, rule, fault):
    with pytest.raises(Problems) as refusal:
        selecting.start(batch.project, parse_rule(rule))
    assert fault in str(refusal.value.problems[0])
    assert not Selection.objects.exists()


def grade(project, rewards, **lineage):
    """An imported grading: rewards by response id; None is an error."""
    grader, _ = Grader.objects.get_or_create(
        project=project, slug="judge", kind="imported", spec={"name": "The Judge"}
    )
    run = GradingRun.objects.create(
        project=project,
        grader=grader,
        imported=True,
        state=RunState.RUNNING,
        input_hash=factories.digest(f"{GradingRun.objects.count()}"),
        code_version="test",
    )
    for response in project.responses.filter(external_id__in=rewards):
        reward = rewards[response.external_id]
        Grade.objects.create(
            project=project,
            run=run,
            response=response,
            reward=reward,
            error="timeout" if reward is None else None,
            **lineage,
        )
    GradingRun.objects.filter(pk=run.pk).update(state="finished", finished_at="2026-01-01T00:00Z")
    return grader


BY_GRADE = {"low": {"by": "grade", "grader": "judge", "max": 0.5}}
ALL_LOW = {"one/model-a/0": 0.25, "one/model-a/1": 0.5}


@pytest.mark.parametrize("name", ["judge", "judge.1", "The Judge"])
def test_a_grader_can_say_what_is_low(batch, project, name):
    grade(project, {**ALL_LOW, "two/model-a/0": 1.0, "two/model-a/1": None})
    rule = {"low": {**BY_GRADE["low"], "grader": name}}
    selection = selected(project, rule)
    assert verdicts(selection) == {"one": "in", "two": "held", "three": "out"}
    assert selection.items.get(item__external_id="one").mean_reward == 0.375
    assert selection.items.get(item__external_id="two").reasons == [
        "no reward for 1 of 2: two/model-a/1 (the grader failed on it)"
    ]
    assert "Same-labels" not in " ".join(selection.warnings)


def test_later_loads_of_a_grader_add_to_the_earlier(batch, project):
    grade(project, {"one/model-a/0": 0.25})
    grade(project, {"one/model-a/1": 0.5})
    assert verdicts(selected(project, BY_GRADE))["one"] == "in"


def test_grades_of_single_criteria_are_put_together_by_points(batch, project):
    keys = {c.key: c.lineage_id for c in batch.rubric_version.criteria.all()}
    grade(project, ALL_LOW, lineage_id=keys["cites_policy"])
    without_polite = selected(project, BY_GRADE)
    assert verdicts(without_polite)["one"] == "held", "half of the rubric was not graded"
    grade(project, dict.fromkeys(ALL_LOW, 0.0), lineage_id=keys["polite"])
    chosen = selected(project, BY_GRADE).items.get(item__external_id="one")
    # ((.25 + 0) / 2 + (.5 + 0) / 2) / 2
    assert (chosen.verdict, chosen.mean_reward) == ("in", 0.1875)


def test_clarity_asks_for_three_of_three_under_the_flat_prior(batch, project):
    # Beta(1/2, 7/2): three of three are .967 sure, so .96 is reached and .97 is not.
    assert verdicts(selected(project, {"agreement": {"clarity": 0.96}}))["one"] == "in"
    assert verdicts(selected(project, {"agreement": {"clarity": 0.97}}))["one"] == "out"


def test_groups_stay_in_one_split(project):
    patterns = {f"item-{n}": ["000 111"] for n in range(10)}
    measured(rated_batch(project, patterns, item={"group_key": "same"}))
    selection = selected(project)
    assert set(selection.items.values_list("split", flat=True)) == {"train"}
    assert "The validation file will be empty" in " ".join(selection.warnings)


def test_a_finished_selection_is_sealed(batch, raw, refused):
    selected(batch.project)
    with refused("selection_sealed"):
        raw("update evals_selection set warnings = '[]'")
    with refused("selecteditem_is_a_fact"):
        raw("update evals_selecteditem set verdict = 'out', split = null")


def test_a_worker_that_was_taken_over_writes_nothing(batch):
    run, _ = selecting.start(batch.project, Rule())
    stale = runs._take(Selection, run.pk)
    Selection.objects.filter(pk=run.pk).update(fence=stale.fence + 1)
    with pytest.raises(runs.Superseded):
        selecting.select(stale)
    assert not SelectedItem.objects.exists()


def test_queries_do_not_grow_with_the_items(project, django_assert_max_num_queries):
    patterns = {f"item-{n}": ["000 111"] for n in range(40)}
    measured(rated_batch(project, patterns))
    run, _ = selecting.start(project, Rule())
    with django_assert_max_num_queries(17):
        selecting.decide(Selection.objects.get(pk=run.pk))


@pytest.mark.django_db(transaction=True)
def test_the_command_prints_the_documented_document(tmp_path):
    project = factories.project()
    measured(rated_batch(project, LOW, name="First"))
    (tmp_path / "rule.json").write_text('{"low": {"by": "consensus", "max": 0.6}}')
    with worker():
        answer = shell("select", "refunds", "--rule", str(tmp_path / "rule.json"))
    assert answer.keys() >= {"selection", "rule_hash", "kind", "funnel", "warnings", "items"}
    assert answer["items"][0] == {
        "id": "one",
        "verdict": "in",
        "reasons": [],
        "released": ["cites_policy", "polite"],
        "split": "train",
        "mean_reward": 0.5,
    }
    assert [step["counts"] for step in answer["funnel"]] == [
        *["units"] * 4,
        *["responses"] * 4,
        *["items"] * 6,
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "There is no project 'nowhere'"),
        (["refunds", "--batch", "Third"], "There is no batch 'Third'. Batches here: First."),
        (["refunds", "--rule", "missing.json"], "missing.json: No such file"),
    ],
)
def test_bad_input_is_exit_code_one(batch, arguments, message):
    with pytest.raises(CommandError, match=message) as refusal:
        call_command("select", *arguments)
    assert refusal.value.returncode == 1
    assert Batch.objects.filter(name="First").exists()
