"""Grading in chunks: resumed where it stopped, doubled never, errors kept apart from grades."""

import pytest

from evals import grading
from evals.models import Grade, GradingRun
from labeling import runs
from labeling.errors import DomainError, Problems
from labeling.models import RunState
from tests import factories

SPEC = {
    "type": "string_check",
    "name": "cites clause",
    "input": "{{sample.output_text}}",
    "reference": "{{item.reference}}",
    "operation": "like",
}


@pytest.fixture
def responses(project, monkeypatch):
    monkeypatch.setattr(grading, "CHUNK", 2)
    texts = ["See 4.2.", "No.", "Clause 4.2 decides.", "Sorry.", "4.2"]
    items = [factories.item(project, reference="4.2") for _ in texts]
    made = [factories.response(item, text=text) for item, text in zip(items, texts, strict=True)]
    factories.response(factories.item(project), text="no reference here")
    return made


def run_to_the_end(run):
    with runs.executing(GradingRun, run.pk) as attempt:
        grading.grade(attempt)
    run.refresh_from_db()


def test_every_response_gets_its_grade_or_its_error(project, responses):
    run, _ = grading.start(grading.register(project, SPEC))
    run_to_the_end(run)
    rewards = Grade.objects.filter(run=run, error=None).order_by("response_id")
    assert list(rewards.values_list("reward", flat=True)) == [1.0, 0.0, 1.0, 0.0, 1.0]
    report = grading.report(run)
    assert (report.graded, report.errors) == (5, {"invalid_variable_error": 1})
    assert report.mean_reward == pytest.approx(3 / 5)


def test_a_lost_worker_is_replaced_and_nothing_is_graded_twice(project, responses, monkeypatch):
    run, _ = grading.start(grading.register(project, SPEC))
    attempt = runs._take(GradingRun, run.pk)
    monkeypatch.setattr(runs.Attempt, "progress", lambda *args: (_ for _ in ()).throw(KeyError))
    with pytest.raises(KeyError):
        grading.grade(attempt)
    monkeypatch.undo()
    assert Grade.objects.filter(run=run).count() == 2, "the first chunk was kept"
    GradingRun.objects.filter(pk=run.pk).update(state=RunState.PENDING)
    run_to_the_end(run)
    assert run.state == RunState.FINISHED
    assert Grade.objects.filter(run=run).count() == 6


def test_withheld_responses_are_left_out(project, responses):
    withheld = factories.item(project)
    withheld.responses.create(
        project=project,
        generator=factories.generator(project, "human", "expert"),
        external_id="withheld",
        withheld="copyright",
        content_hash="x",
    )
    run, _ = grading.start(grading.register(project, SPEC))
    assert run.total == 6


def test_the_same_grader_over_the_same_responses_joins_the_run(project, responses):
    grader = grading.register(project, SPEC)
    first, _ = grading.start(grader)
    second, new = grading.start(grading.register(project, dict(reversed(SPEC.items()))))
    assert (first.pk, new) == (second.pk, False)


def test_another_wording_is_another_number(project, responses):
    first = grading.register(project, SPEC)
    second = grading.register(project, SPEC | {"operation": "eq"})
    assert (first.number, second.number) == (1, 2)


def test_a_broken_grader_is_refused_with_every_fault(project):
    with pytest.raises(Problems) as refusal:
        grading.register(project, {"type": "string_check", "name": "x", "operation": "same"})
    assert {problem.where for problem in refusal.value.problems} >= {"operation", "input"}


def test_nothing_to_grade_is_said(project):
    grader = grading.register(project, SPEC)
    with pytest.raises(DomainError, match="no response with a text"):
        grading.start(grader)
