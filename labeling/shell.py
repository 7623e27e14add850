"""What every command of the shell shares: JSON on stdout, messages on stderr, exit codes."""

from __future__ import annotations

import json
import sys
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError

from labeling.errors import DomainError, Problems
from labeling.models import Project

PROBLEMS_SHOWN = 1000
# COPY speaks to psycopg directly, so its errors are not yet Django's.
LOST = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
LOST_TEXT = (
    "The database was lost before the command was done. Run it again once the database is back:"
    " a load takes all or nothing, and finished work is not done twice."
)


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
        except LOST as error:
            raise CommandError(f"{LOST_TEXT} ({_reason(error)})", returncode=1) from error

    def say(self, text: str) -> None:
        """A message for people; never on stdout, where the document goes."""
        print(text, file=sys.stderr)

    def answer(self, document: dict[str, Any], *, as_json: bool, text: str) -> None:
        """The command's result: JSON for scripts, words for people."""
        if as_json:
            self.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write(text)


def _reason(error: Exception) -> str:
    """The first line of what PostgreSQL or libpq said, which may be several."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].strip()


def named_project(slug: str) -> Project:
    """The project of that name; raises DomainError listing those there are."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        known = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise DomainError(f"There is no project {slug!r}. Projects here: {known or 'none yet'}.")
    return project
