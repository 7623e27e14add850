"""Bad lines, kept outside memory: a file of a million bad lines is still reported in full."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from labeling.errors import Problem
from labeling.importing import staging
from labeling.language import Told, say

IN_MEMORY = 1024 * 1024
TABLE = "import_fault"
COLUMNS = {"station": "text", "line": "int", "field": "text", "message": "text", "said": "text"}

# What language.say takes, for the field (where it is a place in words) and the message.
type Said = dict[str, dict[str, Any]]


class Fault(NamedTuple):
    """One fault of one line. Line 0 stands for the file as a whole.

    Its texts are in the language of whoever loads; `said` has them for readers of any other.
    """

    kind: str
    line: int
    field: str
    message: str
    said: Said | None = None

    def spoken(self) -> Fault:
        """In the language of now, where it knows how; what older loads kept stays as it is."""
        told = {name: say(one) for name, one in (self.said or {}).items()}
        place, message = told.get("field", self.field), told.get("message", self.message)
        return self._replace(field=place, message=message)

    def text(self, file: str) -> str:
        """`FILE:LINE: field: message`, as compilers put it."""
        place = f"{file}:{self.line}: " if self.line else f"{file}: "
        return place + (f"{self.field}: " if self.field else "") + self.message


class FaultLog:
    """Faults in the order of files and lines; read as often as needed, also after a rollback."""

    def __init__(self) -> None:
        # It lives as long as this log, and nobody else knows of it.
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115
        self.count = 0

    def add(self, fault: Fault) -> None:
        self._file.write(json.dumps(fault) + "\n")
        self.count += 1

    def __iter__(self) -> Iterator[Fault]:
        self._file.seek(0)
        for line in self._file:
            yield Fault(*json.loads(line))

    def __bool__(self) -> bool:
        return self.count > 0


class Faults:
    """What is found wrong during one load. While a COPY runs, faults wait in a file."""

    def __init__(self, cursor: CursorWrapper) -> None:
        self.cursor = cursor
        self._waiting = FaultLog()
        self.fatal = False
        staging.fresh(cursor, TABLE, COLUMNS)

    def note(self, kind: str, line: int, problems: Iterable[Problem]) -> None:
        for problem in problems:
            texts = {"field": problem.where, "message": problem.message}
            said = {name: one.document() for name, one in texts.items() if isinstance(one, Told)}
            self._waiting.add(Fault(kind, line, **texts, said=said or None))

    def refuse_file(self, kind: str, line: int, problems: Iterable[Problem]) -> None:
        """Note faults that leave nothing of the file to be taken, not even with leave to skip."""
        self.note(kind, line, problems)
        self.fatal = True
        self.flush()

    def flush(self) -> None:
        """Bring the waiting faults beside those that SQL found."""
        if self._waiting:
            rows = ((*fault[:-1], fault.said and json.dumps(fault.said)) for fault in self._waiting)
            staging.copy(self.cursor, TABLE, COLUMNS, rows)
            self.forget_waiting()

    def forget_waiting(self) -> None:
        """Drop what was noted since the last flush."""
        self._waiting = FaultLog()

    def bad_lines(self, kind: str) -> int:
        self.cursor.execute(f"SELECT count(DISTINCT line) FROM {TABLE} WHERE station = %s", [kind])
        return self.cursor.fetchone()[0]

    def collected(self, kinds: Iterable[str]) -> FaultLog:
        """All of them, by file and line."""
        self.flush()
        log = FaultLog()
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                f"SELECT station, line, field, message, said FROM {TABLE}"
                " ORDER BY array_position(%s, station), line, field, message",
                [list(kinds)],
            )
            for station, line, field, message, said in cursor:
                fault = Fault(station, line, field, message, said and json.loads(said))
                # What SQL has found has no words yet.
                log.add(fault if fault.message else fault.spoken())
        return log
