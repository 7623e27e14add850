"""Rubric files as text: JSON, one JSON object a line, or YAML, whichever it is."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from json.encoder import encode_basestring

from labeling import strict_yaml
from labeling.errors import Problem, Problems
from labeling.language import gettext as _
from labeling.rubric_formats.base import Format
from labeling.strict_json import InvalidJson, dumps_line, iter_values, loads, number_text
from labeling.strict_json.reading import FOLLOWS

MAX_BYTES = 20 * 1024 * 1024
# A tree of two thousand levels has twice as many brackets and a few around it.
MAX_DEPTH = 4_100
_BOM = b"\xef\xbb\xbf"
_INDENT = "  "
_WIDEST = 80


def parse(raw: bytes, *, max_bytes: int = MAX_BYTES) -> object:
    """What the file says: InvalidJson or Problems when it is neither JSON, JSON lines nor YAML."""
    start = raw[: len(_BOM) + 64].removeprefix(_BOM).lstrip()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or start.startswith((b"{", b"[")):
        return _json(raw, max_bytes)
    return strict_yaml.loads(raw, max_bytes=max_bytes)


def written(data: object, form: Format) -> bytes:
    """The file's text in the syntax that is usual for the format."""
    if form.syntax == "yaml":
        return strict_yaml.dumps(data).encode()
    return json_text(data).encode()


def written_lines(lines: Iterable[object]) -> Iterable[bytes]:
    """One JSON object a line."""
    return map(dumps_line, lines)


def json_text(value: object) -> str:
    """The value as JSON to read and to compare, indented, keys in their order, however deep."""
    parts: list[str] = []
    waiting: list[tuple[object, str]] = [(value, "\n")]
    while waiting:
        one, line = waiting.pop()
        if isinstance(one, _Text):
            parts.append(one)
        elif isinstance(one, dict | list | tuple) and one:
            waiting += reversed(_members(one, line))
        else:
            parts.append(_scalar(one))
    return "".join(parts) + "\n"


class _Text(str):
    """A piece that is written as it is."""

    __slots__ = ()


def _members(value: dict[str, object] | list[object] | tuple[object, ...], line: str) -> list:
    # Deeper than anybody reads, the indent stays: it would outgrow the text.
    inner = line + _INDENT if len(line) < _WIDEST else line
    is_object = isinstance(value, dict)
    pieces: list[tuple[object, str]] = [(_Text("{" if is_object else "["), line)]
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for at, (key, member) in enumerate(members):
        name = f"{encode_basestring(str(key))}: " if is_object else ""
        pieces += [(_Text(f"{',' if at else ''}{inner}{name}"), line), (member, inner)]
    return [*pieces, (_Text(line + ("}" if is_object else "]")), line)]


def _scalar(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, int | float):
        return number_text(value)
    if value in ({}, [], ()):
        return "{}" if value == {} else "[]"
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _json(raw: bytes, max_bytes: int) -> object:
    try:
        return loads(raw, max_bytes=max_bytes, max_depth=MAX_DEPTH)
    except InvalidJson as error:
        follows = error.message == _(FOLLOWS)
        if not follows or not _is_whole(raw.removeprefix(_BOM).lstrip().split(b"\n")[0]):
            raise
    return _lines(raw, max_bytes)


def _is_whole(line: bytes) -> bool:
    """Whether the line is a JSON value by itself, as each line of JSONL is."""
    try:
        loads(line, max_bytes=len(line))
    except InvalidJson:
        return False
    return True


def _lines(raw: bytes, max_bytes: int) -> list[object]:
    problems: list[Problem] = []
    values: list[object] = []
    for number, value in iter_values(BytesIO(raw), max_line_bytes=max_bytes):
        if isinstance(value, Problem):
            problems.append(value)
        elif not isinstance(value, dict):
            problems.append(
                Problem(
                    _("line %(line)s") % {"line": number}, _("each line must be one JSON object")
                )
            )
        else:
            values.append(value)
    if problems:
        raise Problems(problems)
    return values
