"""`select PROJECT [--rule F]`: apply a gap rule to the last measuring and freeze the choice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from evals import selecting
from evals.gaps.rule import parse_rule
from evals.management.commands.grade import read_json_object
from evals.queries import selection as queries
from evals.tasks import select_items
from evals.waiting import wait_for
from labeling import runs
from labeling.shell import ShellCommand, named_project


class Command(ShellCommand):
    help = "Select items on which experts agree and models score low; every item gets a reason."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("project")
        parser.add_argument("--rule", type=Path, help="rule JSON; left out, the usual rule")
        parser.add_argument("--batch", help="the batch to select from; left out, the last rated")

    def handle(self, *args: Any, **options: Any) -> None:
        project = named_project(options["project"])
        rule = parse_rule(read_json_object(options["rule"]) if options["rule"] else {})
        batch = selecting.named_batch(project, options["batch"]) if options["batch"] else None
        selection, _ = selecting.start(project, rule, batch=batch)
        runs.enqueue(select_items, selection)
        (selection,) = wait_for([selection])
        document = queries.document(selection)
        for warning in document["warnings"]:
            self.say(warning)
        self.answer(document, as_json=options["json"], text=_told(document))


def _told(document: dict[str, Any]) -> str:
    lines = [f"Selection {document['selection']} of {document['batch']} (draft)"]
    for step in document["funnel"]:
        line = f"  {step['counts']:9} {step['count']:>7}  {step['step']}"
        if "expected_by_chance" in step:
            line += f" ({step['expected_by_chance']:.1f} expected by chance)"
        lines.append(line)
    chosen = sum(1 for item in document["items"] if item["verdict"] == "in")
    return "\n".join([*lines, f"{chosen} of {len(document['items'])} items are in."])
