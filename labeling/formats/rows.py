"""Lines of a file as objects, whether it is JSONL or CSV."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from labeling.errors import Problem
from labeling.formats import csv_records
from labeling.language import gettext
from labeling.spec.fields import Fields, kind_of
from labeling.strict_json import iter_values

NUMBER = re.compile(r"\d+")
# Kinds of files that may also be CSV.
TABLES = ("ratings", "gold")


@dataclass(slots=True)
class Row:
    """One record of a file, at the line where it begins; `problems` says why it is unusable."""

    line: int
    data: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


class UnreadableHeader(Exception):
    """The first line of a CSV file is wrong, so that nothing below it can be understood."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


def is_csv(stream: BinaryIO) -> bool:
    """Whether the file is CSV: a JSONL file begins with an opening brace, no table does."""
    start = stream.read(65_536)
    stream.seek(0)
    return not start.removeprefix(csv_records.BOM).lstrip().startswith((b"{", b"["))


def json_rows(stream: BinaryIO, *, max_line_bytes: int) -> Iterator[Row]:
    """The objects of a JSONL file."""
    for line, value in iter_values(stream, max_line_bytes=max_line_bytes):
        if isinstance(value, dict):
            yield Row(line, value)
        elif isinstance(value, Problem):
            yield Row(line, {}, [Problem(_column(value.where), value.message)])
        else:
            message = gettext("each line must be one JSON object, not %(value)s")
            yield Row(line, {}, [Problem("", message % {"value": kind_of(value)})])


def _column(place: str) -> str:
    """Of a place in a file the line is told already; the column is its second number."""
    _, *column = NUMBER.findall(place)
    return gettext("column %(column)s") % {"column": column[0]} if column else ""


def csv_rows(
    stream: BinaryIO,
    rename: Mapping[str, str | None],
    known: Collection[str],
    *,
    max_line_bytes: int,
) -> Iterator[Row]:
    """The records of a CSV file as objects of texts; an empty cell is an absent one.

    `rename` is applied to the header here, and unknown columns are named once instead of on
    every line.
    """
    records = csv_records.read(stream, max_line_bytes=max_line_bytes)
    names = _header(next(records, None), rename, known)
    for record in records:
        if record.problems:
            yield Row(record.line, {}, record.problems)
        elif len(record.cells) != len(names):
            message = gettext("has %(count)s columns, the header has %(expected)s")
            message %= {"count": len(record.cells), "expected": len(names)}
            yield Row(record.line, {}, [Problem("", message)])
        else:
            cells = zip(names, record.cells, strict=True)
            yield Row(record.line, {name: cell for name, cell in cells if cell and name})


def _header(
    header: csv_records.Record | None, rename: Mapping[str, str | None], known: Collection[str]
) -> list[str | None]:
    if header is None:
        raise UnreadableHeader([Problem("", gettext("the file is empty; a header was expected"))])
    if header.problems:
        raise UnreadableHeader(header.problems)
    names = [rename.get(name.strip(), name.strip()) for name in header.cells]
    problems: list[Problem] = []
    Fields(
        dict.fromkeys(name or "" for name in names if name is not None), "", problems
    ).expect_only(known)
    twice = {name: None for name in names if name in known and names.count(name) > 1}
    problems += [Problem(name, gettext("stands twice in the header")) for name in twice if name]
    if problems:
        raise UnreadableHeader(problems)
    return names
