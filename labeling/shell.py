"""What every command of the shell shares: JSON on stdout, messages on stderr, exit codes."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from labeling.errors import DomainError, Problems
from labeling.models import Project

PROBLEMS_SHOWN = 1000


class ShellCommand(BaseCommand):
    """Exit 0 done, 1 bad input (each fault on stderr), 2 wrong usage."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON document on stdout")

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except Problems as error:
            for problem in error.problems[:PROBLEMS_SHOWN]:
                print(problem, file=sys.stderr)
            more = len(error.problems) - PROBLEMS_SHOWN
            if more > 0:
                print(f"… and {more} more.", file=sys.stderr)
            raise CommandError(str(error), returncode=1) from error
        except DomainError as error:
            raise CommandError(str(error), returncode=1) from error

    def say(self, text: str) -> None:
        """A message for people; never on stdout, where the document goes."""
        print(text, file=sys.stderr)

    def answer(self, document: dict[str, Any], *, as_json: bool, text: str) -> None:
        """The command's result: JSON for scripts, words for people."""
        if as_json:
            self.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write(text)


def named_project(slug: str) -> Project:
    """The project of that name; raises DomainError listing those there are."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        known = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise DomainError(f"There is no project {slug!r}. Projects here: {known or 'none yet'}.")
    return project
