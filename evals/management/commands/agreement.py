"""`agreement PROJECT`: measure what is newer than its last run, wait, print every batch."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from evals import measuring
from evals.queries import agreement
from evals.slices import parse_slice
from evals.tasks import measure_agreement
from evals.waiting import wait_for
from labeling import runs
from labeling.models import Batch
from labeling.shell import ShellCommand, named_project


class Command(ShellCommand):
    help = "Measure agreement in every batch of a project and print the latest results."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("project")
        parser.add_argument("--slice", action="append", default=[], dest="slices")

    def handle(self, *args: Any, **options: Any) -> None:
        project = named_project(options["project"])
        for text in options["slices"]:
            parse_slice(text)
        rated = Batch.objects.counting().filter(project=project, ratings__isnull=False)
        batches = rated.distinct()
        started = []
        for batch in batches.order_by("pk").select_related("project"):
            run, _ = measuring.start(batch, slices=options["slices"])
            runs.enqueue(measure_agreement, run)
            started.append(run)
        measured = wait_for(started)
        report = agreement.report(project, measured, options["slices"])
        self.answer(report, as_json=options["json"], text=_table(report))


def _table(report: dict[str, Any]) -> str:
    if not report["results"]:
        return "No batch of this project has been rated yet."
    lines = []
    for result in report["results"]:
        through, newer = result["ratings_through"], result["stale_by"]
        lines.append(f"{result['batch']}: as of {through} scores, {newer} newer")
        lines += [_line(criterion) for criterion in result["criteria"]]
    return "\n".join(lines)


def _line(criterion: dict[str, Any]) -> str:
    name = criterion["key"] + (f" [{criterion['slice']}]" if criterion["slice"] else "")
    alpha, ac1 = criterion["alpha"], criterion["ac1"]
    unanimous = (
        f"{criterion['unanimous']} unanimous, {criterion['expected_unanimous']:.1f} by chance"
    )
    return (
        f"  {name:32} alpha {_interval(alpha)}  AC1 {_interval(ac1)}"
        f"  n {criterion['n_units']}  {unanimous}"
    )


def _interval(statistic: dict[str, Any]) -> str:
    if statistic["value"] is None:
        return f"undefined ({statistic['undefined_reason']})"
    if statistic["ci_low"] is None:
        return f"{statistic['value']:.2f} [no interval]"
    return f"{statistic['value']:.2f} [{statistic['ci_low']:.2f}, {statistic['ci_high']:.2f}]"
