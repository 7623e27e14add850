"""Verifying: a release recomputed from the database, down to the ratings it stands on.

Nothing in the directory is believed. The database says which release these files are, writes it
anew, decides its selection anew and counts the agreement anew; every difference is a fault.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.db.models import Model

from evals import measuring, selecting
from evals.exporting import Dataset
from evals.exporting.storage import download_name, sha256_of
from evals.models import AgreementRun, AgreementSlice, Export, Selection
from evals.queries.snapshot import snapshot
from evals.rft.bundle import MANIFEST
from labeling.errors import DomainError, Problem, Problems

CLOSE = 1e-9
OWN = ("id", "run", "criterion_slice")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found to be exactly as the database has it."""

    export: int
    files: int
    rows: int
    verdicts: int
    statistics: int
    ratings: int


def verify(directory: Path) -> Checked:
    """Recompute everything; Problems names every file, row and statistic that differs."""
    if not directory.is_dir():
        raise DomainError(f"{directory}: there is no such directory.")
    export = _release(directory)
    with tempfile.TemporaryDirectory() as scratch, snapshot():
        rebuilt = Path(scratch) / "release"
        dataset = Dataset(export)
        records = dataset.write(rebuilt)
        problems = list(_file_problems(_named(directory, export), rebuilt))
        if records[-1].sha256 != export.sha256:
            problems.append(
                Problem(MANIFEST, f"Release {export.pk} is no longer what its facts give.")
            )
        problems += _selection_problems(export.selection)
        statistics = _agreement_problems(export.selection.agreement_run, problems)
    if problems:
        raise Problems(problems, f"{directory} is not what the database gives.")
    return Checked(
        export.pk,
        len(records),
        dataset.rows,
        export.selection.items.count(),
        statistics,
        export.selection.agreement_run.ratings_through,
    )


def _release(directory: Path) -> Export:
    """By its manifest's hash; when that was changed, by the hash of any other file."""
    finished = Export.objects.finished().select_related("selection__agreement_run", "project")
    paths = sorted(path for path in directory.iterdir() if path.is_file())
    hashes = [sha256_of(path) for path in paths]
    if found := finished.filter(sha256__in=hashes).order_by("-pk").first():
        return found
    for sha256 in hashes:
        same = finished.filter(manifest__files__contains=[{"sha256": sha256}])
        if found := same.order_by("-pk").first():
            return found
    raise Problems(
        [Problem(MANIFEST, "No release of this server has this manifest, nor any of these files.")],
        f"{directory} is no release that this server knows.",
    )


def _named(directory: Path, export: Export) -> dict[str, Path]:
    """The directory's files by their names in the release, also those downloaded singly.

    Where both names of a file are there, the longer one is a file too many.
    """
    there = {path.name: path for path in directory.iterdir()}
    prefix = download_name(export, "")
    singly = [name for name in there if name.startswith(prefix)]
    for name in singly:
        if (plain := name.removeprefix(prefix)) not in there:
            there[plain] = there.pop(name)
    return there


def _file_problems(there: Mapping[str, Path], rebuilt: Path) -> Iterator[Problem]:
    expected = {path.name for path in rebuilt.iterdir()}
    for name in sorted(there.keys() | expected):
        if name not in expected:
            yield Problem(name, "The release has no such file.")
        elif name not in there or not there[name].is_file():
            yield Problem(name, "The file is missing.")
        elif difference := _difference(there[name], rebuilt / name):
            yield Problem(name, difference)


def _difference(found: Path, expected: Path) -> str:
    """The first line, and in it the first byte, where two files part."""
    with found.open("rb") as ours, expected.open("rb") as theirs:
        for number, (line, wanted) in enumerate(zip_longest(ours, theirs, fillvalue=b""), start=1):
            if line != wanted:
                pairs = zip_longest(line, wanted)
                byte = next(place for place, (one, two) in enumerate(pairs, 1) if one != two)
                return f"Line {number} differs from the database, from byte {byte} of the line on."
    return ""


def _selection_problems(selection: Selection) -> Iterator[Problem]:
    decided = selecting.decide(selection)
    where = f"selection {selection.pk}"
    told = [step.to_json() for step in decided.selected.funnel]
    if not _same(told, selection.funnel):
        yield Problem(where, "Its funnel counts otherwise when it is applied again.")
    if decided.warnings != selection.warnings:
        yield Problem(where, "Its warnings are others when it is applied again.")
    stored = {row.item_id: row for row in selection.items.select_related("item").iterator()}
    for row in selecting.rows(selection, decided):
        kept = stored.pop(row.item_id, None)
        if kept is None:
            yield Problem(where, "An item of the batch has no verdict.")
        elif fields := _differing(kept, row, ("id", "selection")):
            yield Problem(where, f"Item {kept.item} has another {', '.join(fields)} now.")
    for row in stored.values():
        yield Problem(where, f"Item {row.item} has a verdict, but is not in the batch.")


def _agreement_problems(run: AgreementRun, problems: list[Problem]) -> int:
    """Add what differs to the problems; returns how many statistics were compared."""
    stored: dict[tuple[int | None, str | None], AgreementSlice] = {
        (row.lineage_id, row.slice): row
        for row in run.criteria.select_related("criterion").prefetch_related("statistics")
    }
    compared = 0
    for counted, statistics in measuring.recounted(run):
        where = f"agreement run {run.pk}, {counted.criterion.key}"
        row = stored.get((counted.lineage_id, counted.slice))
        if row is None:
            problems.append(Problem(where, f"The slice {counted.slice} was not measured."))
            continue
        fields = _differing(row, counted, OWN)
        kept = {one.statistic: one for one in row.statistics.all()}
        for one in statistics:
            compared += 1
            if one.statistic not in kept or _differing(kept[one.statistic], one, OWN):
                fields.append(one.statistic)
        if fields:
            problems.append(Problem(where, f"Counted again, it has another {', '.join(fields)}."))
    return compared


def _differing(kept: Model, counted: Model, apart_from: tuple[str, ...]) -> list[str]:
    names = [field.name for field in kept._meta.concrete_fields if field.name not in apart_from]
    attnames = {field.name: field.attname for field in kept._meta.concrete_fields}
    return [
        name
        for name in names
        if not _same(getattr(kept, attnames[name]), getattr(counted, attnames[name]))
    ]


def _same(one: Any, two: Any) -> bool:
    """Equal, numbers up to what another processor may round otherwise."""
    if isinstance(one, float) and isinstance(two, int | float):
        return math.isclose(one, two, rel_tol=CLOSE, abs_tol=CLOSE)
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(two, list | tuple):
        return len(one) == len(two) and all(_same(a, b) for a, b in zip(one, two, strict=True))
    return bool(one == two)
