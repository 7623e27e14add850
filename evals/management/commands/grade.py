"""`grade PROJECT --grader F`: grade every response with the grader of a JSON file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from evals import grading
from evals.tasks import grade_responses
from evals.waiting import wait_for
from labeling import runs, strict_json
from labeling.errors import DomainError
from labeling.shell import ShellCommand, named_project

SPEC_MAX_BYTES = 1024 * 1024


class Command(ShellCommand):
    help = "Grade a project's responses; an error is counted as an error, never as a grade."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("project")
        parser.add_argument("--grader", required=True, type=Path, help="grader JSON (one object)")

    def handle(self, *args: Any, **options: Any) -> None:
        project = named_project(options["project"])
        grader = grading.register(project, read_json_object(options["grader"]))
        run, _ = grading.start(grader)
        runs.enqueue(grade_responses, run)
        (run,) = wait_for([run])
        report = grading.report(run)
        mean = "none" if report.mean_reward is None else f"{report.mean_reward:.3f}"
        text = f"{report.graded} responses graded by {grader}, mean reward {mean}"
        if report.errors:
            text += "; errors: " + ", ".join(f"{n} {code}" for code, n in report.errors.items())
        self.answer(asdict(report), as_json=options["json"], text=text)


def read_json_object(path: Path) -> dict[str, Any]:
    """One JSON object from a file; raises DomainError naming the file and what is wrong."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DomainError(f"{path}: {error.strerror}.") from error
    try:
        value = strict_json.loads(data, max_bytes=SPEC_MAX_BYTES)
    except DomainError as error:
        raise DomainError(f"{path}: {error}") from error
    if not isinstance(value, dict):
        raise DomainError(f"{path}: one JSON object is expected.")
    return value
