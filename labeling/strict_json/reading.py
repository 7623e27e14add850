"""Reading one JSON text."""

import json
import math
import re
from collections import Counter
from itertools import accumulate
from typing import NoReturn

from labeling.errors import DomainError
from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.strict_json import deep

MAX_DEPTH = 64
MAX_NUMBER_LENGTH = 4300
# Python's own reader recurses; what is deeper than this takes the longer way.
DEEP = 500

BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(_STEPS))
# The closing quote is optional and nothing is tried twice, so that no input costs more than
# one pass over it.
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_LONG_NUMBER = re.compile(rf"[0-9]{{{MAX_NUMBER_LENGTH + 1}}}")
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
# Escaped backslashes and whole pairs are matched first, to be stepped over.
_ESCAPES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<nul>\\u0000)|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
FOLLOWS = gettext_noop("something follows the end of the JSON value")
_PLAIN_WORDS = {
    "Expecting value": gettext_noop("a JSON value was expected"),
    "Extra data": FOLLOWS,
    "Expecting ',' delimiter": gettext_noop("a comma or the closing bracket was expected"),
    "Expecting ':' delimiter": gettext_noop("a colon was expected after the key"),
    "Unterminated string starting at": gettext_noop("a string begins here and never ends"),
    "Expecting property name enclosed in double quotes": gettext_noop(
        "a key in double quotes was expected"
    ),
}


class InvalidJson(DomainError):
    """A text that is not JSON, or not JSON that can be kept unchanged."""

    status = 400

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        self.message, self.line, self.column = message, line, column
        if line is not None:
            words = _("line %(line)s, column %(column)s: %(message)s")
            message = words % {"line": line, "column": column, "message": message}
        super().__init__(message)


def loads(data: bytes | str, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> object:
    """The value written in `data`; raises InvalidJson, and only that, when it is not to be had."""
    raw = _bytes_of(data)
    text = text_of(raw, max_bytes=max_bytes)
    is_deep = _refuse_depth(raw, max_depth) > DEEP
    try:
        value = _decoded_deep(text) if is_deep else _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _at(text, error.pos, _plain(error)) from None
    except ValueError:
        raise _long_number(text) from None
    except RecursionError:
        raise InvalidJson(
            _("nested deeper than %(max_depth)s levels") % {"max_depth": max_depth}
        ) from None
    if "\\u" in text:
        _refuse_escapes(text)
    return value


def text_of(data: bytes | str, *, max_bytes: int) -> str:
    """The text in `data`, which must be UTF-8 of at most `max_bytes` and hold no NUL."""
    raw = _bytes_of(data)
    if len(raw) > max_bytes:
        raise InvalidJson(
            _("the text has %(count)s bytes, at most %(limit)s are accepted")
            % {"count": f"{len(raw):,}", "limit": f"{max_bytes:,}"}
        )
    return _decoded(raw)


def _bytes_of(data: bytes | str) -> bytes:
    if isinstance(data, bytes):
        return data
    try:
        return data.encode()
    except UnicodeEncodeError as error:
        raise _at(data, error.start, _("half of a surrogate pair is not a character")) from None


def _decoded(raw: bytes) -> str:
    if raw.startswith(_UTF16):
        raise InvalidJson(_("the text is UTF-16; save it as UTF-8"))
    try:
        text = raw.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        skipped = len(BOM) if raw.startswith(BOM) else 0
        raise InvalidJson(
            _("byte %(start)s is not UTF-8") % {"start": error.start + skipped + 1}
        ) from None
    if "\0" in text:
        raise _at(text, text.index("\0"), _("a NUL character cannot be stored"))
    return text


def _refuse_depth(raw: bytes, max_depth: int) -> int:
    """How deep it is at most. Counted before parsing, because the parser itself recurses."""
    opened = raw.count(b"[") + raw.count(b"{")
    if opened <= min(max_depth, DEEP):
        return opened
    brackets = _STRINGS.sub(b"", raw).translate(None, _ALL_BUT_BRACKETS)
    depth = max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)
    if depth > max_depth:
        raise InvalidJson(_("nested deeper than %(max_depth)s levels") % {"max_depth": max_depth})
    return depth


def _refuse_escapes(text: str) -> None:
    if not _SUSPECT_ESCAPE.search(text):
        return
    for match in _ESCAPES.finditer(text):
        if match["nul"]:
            raise _at(text, match.start(), _("a NUL character cannot be stored"))
        if match["lone"]:
            raise _at(text, match.start(), _("half of a surrogate pair is not a character"))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    counts = Counter(key for key, _ in pairs)
    twice = counts.most_common(1)[0][0]
    raise InvalidJson(_("the key %(twice)s stands twice in one object") % {"twice": _shown(twice)})


def _float(text: str) -> float:
    number = float(text)
    if len(text) > MAX_NUMBER_LENGTH:
        raise InvalidJson(
            _("a number of more than %(limit)s digits") % {"limit": f"{MAX_NUMBER_LENGTH:,}"}
        )
    if math.isinf(number):
        raise InvalidJson(_("the number %(text)s is too large") % {"text": text[:40]})
    # Not `number == 0 == Decimal(text)`: that would read the whole text again for each zero.
    if not number and re.match(r"-?[0.]*[1-9]", text):
        raise InvalidJson(
            _("the number %(text)s is too close to 0 to be kept") % {"text": text[:40]}
        )
    return number


def _constant(name: str) -> NoReturn:
    raise InvalidJson(
        _("%(name)s is not a JSON number; write null for a missing one") % {"name": name}
    )


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_float, parse_constant=_constant)


def _decoded_deep(text: str) -> object:
    return deep.decode(text, pairs=_unique, parse_float=_float)


def _long_number(text: str) -> InvalidJson:
    message = _("a number of more than %(limit)s digits") % {"limit": f"{MAX_NUMBER_LENGTH:,}"}
    match = _LONG_NUMBER.search(text)
    return _at(text, match.start(), message) if match else InvalidJson(message)


def _plain(error: json.JSONDecodeError) -> str:
    if not error.doc.strip(" \t\r\n"):
        return _("there is nothing here; a JSON value was expected")
    return _(_PLAIN_WORDS[error.msg]) if error.msg in _PLAIN_WORDS else error.msg


def _at(text: str, position: int, message: str) -> InvalidJson:
    line = text.count("\n", 0, position) + 1
    return InvalidJson(message, line=line, column=position - text.rfind("\n", 0, position))


def _shown(key: str) -> str:
    return f"`{key if len(key) <= 60 else key[:60] + '…'}`"
