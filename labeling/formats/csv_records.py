"""Reading CSV record by record with bounded memory; Python's reader alone takes NUL for text."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from labeling.errors import Problem
from labeling.language import gettext, gettext_noop

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
# One cell; the module's own limit of 131,072 characters is for the whole process.
MAX_CELL = 1_000_000
csv.field_size_limit(MAX_CELL)

_PLAIN = {
    "unexpected end of data": gettext_noop("a quoted cell begins here and never ends"),
    f"field larger than field limit ({MAX_CELL})": gettext_noop(
        "a cell has more than 1,000,000 characters; is a closing quote missing?"
    ),
}


@dataclass(slots=True)
class Record:
    """One record: the physical line where it begins, its cells and its text."""

    line: int
    cells: list[str]
    problems: list[Problem] = field(default_factory=list)
    text: str = ""


class _Lines:
    """Feeds the reader with lines and remembers what it took since the last record."""

    def __init__(self, stream: BinaryIO, max_line_bytes: int) -> None:
        self.stream, self.limit = stream, max_line_bytes
        self.number = 0
        self.start(1)

    def start(self, line: int) -> None:
        self.first = line
        self.taken: list[str] = []
        self.problems: list[Problem] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        raw = self.stream.readline(self.limit + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) > self.limit:
            raw = self._cut(raw)
        if self.number == 1:
            raw = raw.removeprefix(BOM)
            if raw.startswith(UTF16):
                self._fault(gettext("the text is UTF-16; save it as UTF-8"))
        text = self._decoded(raw)
        self.taken.append(text)
        return text

    def _cut(self, raw: bytes) -> bytes:
        """A line over the limit is passed over in pieces; its beginning stands for it."""
        while not raw.endswith(b"\n"):
            raw = self.stream.readline(self.limit)
            if not raw:
                break
        self._fault(gettext("is longer than %(limit)s bytes") % {"limit": f"{self.limit:,}"})
        return b"\n"

    def _decoded(self, raw: bytes) -> str:
        if b"\0" in raw:
            self._fault(gettext("a NUL character cannot be stored"))
            raw = raw.replace(b"\0", b"")
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            self._fault(gettext("byte %(start)s is not UTF-8") % {"start": error.start + 1})
            return raw.decode(errors="replace")

    def _fault(self, message: str) -> None:
        behind = self.number - self.first
        where = gettext("line %(line)s") % {"line": self.number} if behind else ""
        self.problems.append(Problem(where, message))


def read(stream: BinaryIO, *, max_line_bytes: int) -> Iterator[Record]:
    """Every record but blank ones; a record that cannot be read carries problems."""
    lines = _Lines(stream, max_line_bytes)
    reader = csv.reader(lines, strict=True)
    while True:
        lines.start(lines.number + 1)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells = []
            lines.problems.append(Problem("", _plain(error)))
        if cells or lines.problems:
            yield Record(lines.first, cells, lines.problems, "".join(lines.taken))


def _plain(error: csv.Error) -> str:
    known = _PLAIN.get(str(error))
    return gettext(known) if known else gettext("is not CSV: %(error)s") % {"error": error}
