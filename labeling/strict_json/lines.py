"""Reading JSONL files line by line with bounded memory."""

from collections.abc import Iterator
from typing import BinaryIO

from labeling.errors import Problem
from labeling.language import gettext as _
from labeling.strict_json.reading import BOM, InvalidJson, loads


def iter_lines(stream: BinaryIO, *, max_line_bytes: int) -> Iterator[tuple[int, bytes | Problem]]:
    """The non-blank lines of a JSONL file with their numbers; a Problem stands for a bad one.

    Only a line feed ends a line: U+2028 and U+0085 are data. A line over the limit is passed
    over in pieces, so that memory stays bounded whatever the file.
    """
    room = max_line_bytes + len(BOM) + len(b"\r\n")
    number = 0
    while chunk := stream.readline(room):
        number += 1
        whole = chunk.endswith(b"\n") or len(chunk) < room
        if not whole:
            _pass_over_line(stream, room)
        line = chunk.removesuffix(b"\n").removesuffix(b"\r")
        if number == 1:
            line = line.removeprefix(BOM)
        if not whole or len(line) > max_line_bytes:
            yield (
                number,
                Problem(
                    _place(number),
                    _("is longer than %(limit)s bytes") % {"limit": f"{max_line_bytes:,}"},
                ),
            )
        elif line.startswith(BOM):
            yield number, Problem(_place(number), _("a byte order mark inside the file"))
        elif line.strip(b" \t\r"):
            yield number, line


def iter_values(stream: BinaryIO, *, max_line_bytes: int) -> Iterator[tuple[int, object | Problem]]:
    """The value on each non-blank line with its number; a Problem stands for a bad line."""
    for number, line in iter_lines(stream, max_line_bytes=max_line_bytes):
        if isinstance(line, Problem):
            yield number, line
            continue
        try:
            yield number, loads(line, max_bytes=max_line_bytes)
        except InvalidJson as error:
            yield number, Problem(_place(number, error.column), error.message)


def _place(number: int, column: int | None = None) -> str:
    if column:
        return _("line %(line)s, column %(column)s") % {"line": number, "column": column}
    return _("line %(line)s") % {"line": number}


def _pass_over_line(stream: BinaryIO, room: int) -> None:
    while chunk := stream.readline(room):
        if chunk.endswith(b"\n"):
            return
