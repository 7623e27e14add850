"""`export PROJECT --selection ID --target T --out DIR`: a dataset; `--verify DIR`: its proof."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from evals import exporting, verifying
from evals.models import Export, Selection
from evals.tasks import write_export
from evals.waiting import wait_for
from labeling import runs
from labeling.errors import DomainError
from labeling.models import Project
from labeling.shell import ShellCommand, named_project


class Command(ShellCommand):
    help = "Write a selection as a dataset, or recompute one from the database and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("project", nargs="?")
        parser.add_argument("--selection", type=int, metavar="ID")
        parser.add_argument("--production", action="store_true", help="refused while unmeasured")
        parser.add_argument("--target", action="append", default=[], dest="targets")
        parser.add_argument("--out", type=Path, metavar="DIR", help="a new or an empty directory")
        parser.add_argument("--name", default="", help="the release's name in manifest and grader")
        parser.add_argument("--judge-model", default="", help="the model named as judge")
        parser.add_argument("--verify", type=Path, metavar="DIR", help="check a dataset instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify"]:
            if options["project"] or options["selection"] or options["out"]:
                raise CommandError("--verify DIR stands alone.", returncode=2)
            self._verify(options["verify"], as_json=options["json"])
            return
        lacking = [name for name in ("project", "selection", "targets", "out") if not options[name]]
        if lacking:
            names = {"project": "PROJECT", "targets": "--target"}
            told = ", ".join(names.get(name, f"--{name}") for name in lacking)
            raise CommandError(f"Give {told} too, or --verify DIR alone.", returncode=2)
        self._export(named_project(options["project"]), options)

    def _export(self, project: Project, options: dict[str, Any]) -> None:
        export, _ = exporting.start(
            _selection(project, options["selection"]),
            name=options["name"],
            targets=options["targets"],
            judge_model=options["judge_model"],
            kind=Export.Kind.PRODUCTION if options["production"] else Export.Kind.DRAFT,
        )
        runs.enqueue(write_export, export)
        (export,) = wait_for([export])
        exporting.copy_out(export, options["out"])
        manifest = export.manifest or {}
        document = {
            "export": export.pk,
            "kind": export.kind,
            "files": exporting.files_of(export),
            "not_measured": manifest["not_measured"],
            "warnings": manifest["warnings"],
            "excluded": manifest["excluded"],
        }
        for warning in manifest["warnings"]:
            self.say(warning)
        what = f"Release {export.pk} ({export.kind}): {export.rows:,} rows in {options['out']}."
        self.answer(document, as_json=options["json"], text=what)

    def _verify(self, directory: Path, *, as_json: bool) -> None:
        checked = verifying.verify(directory)
        text = (
            f"{directory} is release {checked.export}, byte for byte: {checked.files} files with "
            f"{checked.rows:,} rows, {checked.verdicts:,} verdicts and {checked.statistics:,} "
            f"statistics over {checked.ratings:,} scores were computed again."
        )
        self.answer({"verified": True, **asdict(checked)}, as_json=as_json, text=text)


def _selection(project: Project, pk: int) -> Selection:
    selections = Selection.objects.filter(project=project)
    if found := selections.filter(pk=pk).first():
        return found
    known = ", ".join(str(each) for each in selections.order_by("-pk").values_list("pk", flat=True))
    raise DomainError(
        f"{project.slug} has no selection {pk}. Selections here: {known or 'none yet'}."
    )
