"""A small batch on the stage of the web tests, rated and measured for real."""

from __future__ import annotations

from dataclasses import dataclass

from evals import measuring
from evals.models import AgreementRun, Grade, Grader, GradingRun, Selection
from labeling import runs
from labeling.models import Batch, Project, Response, RunState, User
from tests import factories


@dataclass(frozen=True)
class Stage:
    """What the factories made."""

    project: Project
    batch: Batch
    responses: list[Response]


def rated(project: Project, raters: list[User], table: list[str], **fields: object) -> Stage:
    """A batch with one column of digits a rater and one row a response, as "110" of three.

    Digits are levels of `cites_policy`; everybody finds every response polite.
    """
    version = factories.published(project)
    experts = factories.generator(project, "expert-writer", "expert")
    models = factories.generator(project, "model-a", "model")
    responses = [
        factories.response(
            factories.item(project, f"case-{number:03}"), models if number % 2 else experts
        )
        for number, _ in enumerate(table, start=1)
    ]
    batch = factories.batch(version, responses, overlap=len(raters), **fields)
    for response, row in zip(responses, table, strict=True):
        for slot, (rater, digit) in enumerate(zip(raters, row, strict=True), start=1):
            seat = factories.seat(batch, response, rater, slot)
            factories.rating(seat, {"cites_policy": int(digit), "polite": 1})
    return Stage(project, batch, responses)


def measure(batch: Batch, **options: object) -> AgreementRun:
    """What the worker does with a run."""
    run, _ = measuring.start(batch, **options)
    with runs.executing(AgreementRun, run.pk) as attempt:
        assert attempt is not None
        measuring.measure(attempt)
    run.refresh_from_db()
    assert run.state == RunState.FINISHED, run.error
    return run


def graded(stage: Stage, *, error: str | None = None) -> GradingRun:
    """A finished grading of every response with reward 0.25, or with the same error."""
    grader = Grader.objects.create(
        project=stage.project,
        slug="exact-match",
        kind="string_check",
        spec={},
        spec_hash=factories.digest("exact-match"),
    )
    run = GradingRun.objects.create(
        project=stage.project,
        grader=grader,
        state=RunState.RUNNING,
        input_hash=factories.digest("grading"),
        code_version="test",
    )
    for response in stage.responses:
        Grade.objects.create(
            project=stage.project,
            run=run,
            response=response,
            reward=None if error else 0.25,
            error=error,
            explanation="the words differ",
        )
    finish(run)
    return run


def selected(stage: Stage, run: AgreementRun) -> Selection:
    """A finished selection: the first item is in, every other is out with a reason."""
    selection = Selection.objects.create(
        project=stage.project,
        agreement_run=run,
        rule={},
        rule_hash=factories.digest("rule"),
        state=RunState.RUNNING,
        input_hash=factories.digest("selection"),
        code_version="test",
    )
    for number, response in enumerate(stage.responses):
        selection.items.create(
            item=response.item,
            group_key=response.item.group_key,
            verdict="out" if number else "in",
            split=None if number else "train",
            reasons=["mean reward 0.9 is above 0.5"] if number else [],
        )
    finish(selection)
    return selection


def finish(run: AgreementRun | GradingRun | Selection) -> None:
    """Seal a run that the test wrote by hand."""
    from django.db.models.functions import Now

    type(run)._default_manager.filter(pk=run.pk).update(state=RunState.FINISHED, finished_at=Now())
    run.refresh_from_db()
