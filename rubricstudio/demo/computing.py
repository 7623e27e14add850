"""What the demo shows computed: the jobs of any project, one after the other, by the worker."""

import time
from collections.abc import Callable

from evals import exporting, grading, measuring, selecting
from evals.gaps.rule import Rule
from evals.tasks import grade_responses, measure_agreement, select_items, write_export
from labeling import runs
from labeling.errors import DomainError
from labeling.models import Batch, Project, Run, RunState
from rubricstudio.demo.files import document
from rubricstudio.demo.seeding import FIRST_ROUND

POLL_SECONDS = 0.1


class NotComputed(DomainError):
    """A job has not ended in the time there was; the rest waits for a person."""


def compute(project: Project, *, seconds: float, say: Callable[[str], None]) -> None:
    """Measure and grade, then select and export; each job may take so many seconds.

    Raises NotComputed when a job is not done by then. What was started is finished by the
    worker whenever there is one.
    """
    by = project.created_by
    batch = Batch.objects.get(project=project, name=FIRST_ROUND)
    measured, _ = measuring.start(batch, by=by)
    runs.enqueue(measure_agreement, measured)
    graded, _ = grading.start(grading.register(project, document("grader.json")), by=by)
    runs.enqueue(grade_responses, graded)
    for run in (measured, graded):
        _await(run, seconds, say)
    selection, _ = selecting.start(project, Rule(), batch=batch, by=by)
    runs.enqueue(select_items, selection)
    _await(selection, seconds, say)
    export, _ = exporting.start(selection, by=by)
    runs.enqueue(write_export, export)
    _await(export, seconds, say)


def _await(run: Run, seconds: float, say: Callable[[str], None]) -> None:
    until = time.monotonic() + seconds
    while run.state in (RunState.PENDING, RunState.RUNNING):
        if time.monotonic() >= until:
            raise NotComputed(f"{run} is not done after {seconds:g} seconds; is a worker running?")
        time.sleep(POLL_SECONDS)
        run.refresh_from_db()
    if run.state == RunState.FAILED:
        raise NotComputed(f"{run} failed: {run.error}")
    say(f"{run} is done.")
