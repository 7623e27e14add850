"""The bad lines of a file in a file of their own, to be mended and loaded again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from django.conf import settings

from labeling.errors import Problem
from labeling.formats import csv_records
from labeling.formats.rows import TABLES, is_csv
from labeling.importing.faults import Fault, FaultLog
from labeling.strict_json import dumps_line, iter_lines


def write_rejects(kind: str, path: Path, faults: FaultLog) -> Path | None:
    """`<file>.rejects.jsonl` with line, text and problems; None when no line was bad."""
    mine = (fault for fault in faults if fault.kind == kind and fault.line)
    target = path.with_name(f"{path.name}.rejects.jsonl")
    unfinished = target.with_name(f"{target.name}.part")
    count = 0
    with unfinished.open("wb") as stream:
        for line, text, group in _with_texts(mine, path, kind):
            problems = [{"field": fault.field, "message": fault.message} for fault in group]
            stream.write(dumps_line({"line": line, "text": text, "problems": problems}))
            count += 1
    if not count:
        unfinished.unlink()
        return None
    return unfinished.replace(target)


def _with_texts(
    faults: Iterator[Fault], path: Path, kind: str
) -> Iterator[tuple[int, str | None, list[Fault]]]:
    """Faults and lines are both in order, so one pass over the file brings them together."""
    with path.open("rb") as stream:
        csv = kind in TABLES and is_csv(stream)
        texts = _records(path) if csv else _lines(path)
        at, text = 0, None
        for line, group in groupby(faults, key=lambda fault: fault.line):
            while at < line:
                at, text = next(texts, (line, None))
            yield line, text if at == line else None, list(group)


def _records(path: Path) -> Iterator[tuple[int, str | None]]:
    with path.open("rb") as stream:
        for record in csv_records.read(stream, max_line_bytes=settings.IMPORT_MAX_LINE_BYTES):
            yield record.line, record.text


def _lines(path: Path) -> Iterator[tuple[int, str | None]]:
    with path.open("rb") as stream:
        for number, line in iter_lines(stream, max_line_bytes=settings.IMPORT_MAX_LINE_BYTES):
            # A line over the limit has no text here: it was passed over, not read.
            yield number, None if isinstance(line, Problem) else _readable(line)


def _readable(line: bytes) -> str:
    return line.decode(errors="replace").replace("\0", "\ufffd")
