"""`load PROJECT`: rubric, items, responses and all said of them, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_slug
from django.db import transaction

from labeling import strict_json
from labeling.errors import DomainError, Problem, Problems
from labeling.formats.renaming import Renaming, read_renaming
from labeling.importing import KINDS, Report, load
from labeling.importing.rejects import write_rejects
from labeling.models import Project
from labeling.shell import PROBLEMS_SHOWN, ShellCommand, named_project

MAP_BYTES = 1024 * 1024


class Command(ShellCommand):
    help = "Load files into a project: all of them whole, or nothing with every bad line listed."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("project")
        parser.add_argument("--create", action="store_true", help="make the project if need be")
        for kind in KINDS:
            parser.add_argument(f"--{kind}", type=Path, metavar="FILE")
        parser.add_argument("--map", type=Path, metavar="FILE", help="their names for our columns")
        parser.add_argument(
            "--skip-invalid", action="store_true", help="take the good lines, write the bad aside"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files = {kind: options[kind] for kind in KINDS if options[kind]}
        if not files and not options["create"]:
            names = ", ".join(f"--{kind}" for kind in KINDS)
            raise CommandError(f"Give at least one file: {names}.", returncode=2)
        for path in [*files.values(), *filter(None, [options["map"]])]:
            _expect_file(path)
        renaming = _renaming(options["map"])
        with transaction.atomic():
            project = _project(options["project"], create=options["create"])
            report = load(
                project,
                files,
                by=None,
                skip_invalid=options["skip_invalid"],
                renaming=renaming,
            )
            if not report.taken:
                # A project made for this load goes with it.
                transaction.set_rollback(True)
        self._tell(report, files, options)

    def _tell(self, report: Report, files: dict[str, Path], options: dict[str, Any]) -> None:
        names = {kind: str(path) for kind, path in files.items()}
        for note in report.notes:
            self.say(note)
        for fault in islice(report.faults, PROBLEMS_SHOWN):
            self.say(fault.text(names[fault.kind]))
        if report.faults.count > PROBLEMS_SHOWN:
            self.say(f"… and {report.faults.count - PROBLEMS_SHOWN:,} more.")
        for kind, path in files.items() if report.taken and report.faults else ():
            if rejects := write_rejects(kind, path, report.faults):
                self.say(f"The bad lines of {path} are in {rejects}.")
        # What experts will read in two ways: the rubric is published all the same.
        for finding in report.findings[:PROBLEMS_SHOWN]:
            self.say(f"{names['rubric']}: {finding}")
        if options["json"]:
            for part in _document(report, names):
                self.stdout.write(part, ending="")
            self.stdout.write("")
        else:
            for kind in files:
                self.stdout.write(f"{kind}: {report.counts[kind]}")
        if not report.taken:
            text = f"Nothing was loaded: {report.faults.count:,} problems, listed above."
            raise CommandError(text, returncode=1)


def _document(report: Report, names: dict[str, str]) -> Iterator[str]:
    """The result in pieces: there may be a million problems."""
    findings = [finding.document() for finding in report.findings]
    said = {**report.document(), "loaded": report.taken, "findings": findings}
    head = json.dumps(said, ensure_ascii=False, allow_nan=False)
    yield head[:-1] + ', "problems": ['
    for index, fault in enumerate(report.faults):
        problem = {
            "file": names[fault.kind],
            "line": fault.line or None,
            "field": fault.field,
            "message": fault.message,
        }
        yield (", " if index else "") + json.dumps(problem, ensure_ascii=False)
    yield "]}"


def _project(slug: str, *, create: bool) -> Project:
    if not create:
        return named_project(slug)
    try:
        validate_slug(slug)
    except ValidationError:
        slug = ""
    if not 0 < len(slug) <= 63:
        raise DomainError("A project's name is 1 to 63 letters, digits, hyphens or underscores.")
    title = slug.replace("-", " ").replace("_", " ").capitalize()
    return Project.objects.get_or_create(slug=slug, defaults={"title": title})[0]


def _expect_file(path: Path) -> None:
    if not path.is_file():
        raise DomainError(f"{path}: there is no such file.")


def _renaming(path: Path | None) -> Renaming | None:
    if path is None:
        return None
    try:
        return read_renaming(strict_json.loads(path.read_bytes(), max_bytes=MAP_BYTES))
    except Problems as error:
        raise Problems([Problem(f"{path}: {p.where}", p.message) for p in error.problems]) from None
    except DomainError as error:
        raise DomainError(f"{path}: {error}") from None
