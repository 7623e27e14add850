"""What the stations of one load share, and how they read their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from labeling.authoring import spec_of
from labeling.errors import Problem
from labeling.formats.renaming import OURS, Renaming
from labeling.formats.rows import TABLES, Row, UnreadableHeader, csv_rows, is_csv, json_rows
from labeling.importing.faults import Faults
from labeling.lint import Finding
from labeling.models import Project, RubricVersion, User
from labeling.rubric_formats import ItemRubric
from labeling.spec import CriterionSpec

TICK = 500

type Parse = Callable[[dict[str, Any], list[Problem]], tuple[Any, ...] | None]


@dataclass
class Loading:
    """One load under way. `tick` is told how many bytes of all files have been read."""

    project: Project
    by: User | None
    cursor: CursorWrapper
    faults: Faults
    renaming: Renaming = field(default_factory=Renaming)
    tick: Callable[[int], None] = lambda done: None
    done: int = 0
    rubric_refused: bool = False
    # What a person should know of how the files were understood.
    notes: list[str] = field(default_factory=list)
    # Of a rubric file that holds those of single items; they wait for the items.
    item_rubrics: list[ItemRubric] = field(default_factory=list)
    # What the lint finds in the rubric.
    findings: list[Finding] = field(default_factory=list)

    @cached_property
    def version(self) -> RubricVersion | None:
        """The rubric that ratings are read by: the project's latest, not one of a single item."""
        versions = RubricVersion.objects.published().filter(
            project=self.project, rubric__item__isnull=True
        )
        return versions.select_related("rubric").order_by("published_at", "pk").last()

    @cached_property
    def criteria(self) -> dict[str, CriterionSpec]:
        if self.version is None:
            return {}
        return {criterion.key: criterion for criterion in spec_of(self.version).criteria}

    def mark(self) -> int:
        """Where reading stands, for `back_to`."""
        self.faults.flush()
        return self.done

    def back_to(self, mark: int) -> None:
        """Forget what was read and noted since then: the file is read once more."""
        self.done = mark
        self.faults.forget_waiting()

    def lines(self, kind: str, path: Path, parse: Parse) -> Iterator[tuple[Any, ...]]:
        """What `parse` makes of each good line, its number first; bad lines are noted."""
        for row in self._rows(kind, path):
            problems = row.problems
            if not problems:
                data = self.renaming.rename(row.data, problems)
                parsed = parse(data, problems)
                if parsed is not None and not problems:
                    yield row.line, *parsed
                    continue
            self.faults.note(kind, row.line, problems)

    def _rows(self, kind: str, path: Path) -> Iterator[Row]:
        limit = settings.IMPORT_MAX_LINE_BYTES
        with path.open("rb") as stream:
            try:
                if kind in TABLES and is_csv(stream):
                    rows = csv_rows(stream, self.renaming.columns, OURS[kind], max_line_bytes=limit)
                else:
                    rows = json_rows(stream, max_line_bytes=limit)
                for count, row in enumerate(rows):
                    if count % TICK == 0:
                        self.tick(self.done + stream.tell())
                    yield row
            except UnreadableHeader as error:
                self.faults.note(kind, 1, error.problems)
                self.faults.fatal = True
            self.done += stream.tell()
            self.tick(self.done)
