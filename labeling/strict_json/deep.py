"""Reading JSON that is nested deeper than Python's own reader can follow, without recursion."""

import json
import re
from collections.abc import Callable
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import NoReturn

_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None}

type Pairs = list[tuple[str, object]]


def decode(
    text: str,
    *,
    pairs: Callable[[Pairs], dict[str, object]],
    parse_float: Callable[[str], float],
) -> object:
    """The value, objects made by `pairs`; raises what `json.JSONDecoder` raises."""
    stack: list[tuple[list[object] | Pairs, str | None]] = []
    at, value = _skip(text, 0), _OPEN
    while True:
        if value is _OPEN:
            value, at = _begin(text, at, stack, parse_float)
            continue
        at = _skip(text, at)
        if not stack:
            if at != len(text):
                _fail("Extra data", text, at)
            return value
        value, at = _put(text, at, stack, value, pairs)


_OPEN = object()


def _begin(text: str, at: int, stack: list, parse_float: Callable[[str], float]) -> tuple:
    """The scalar here, or a list or an object opened on the stack."""
    sign = text[at : at + 1]
    if sign == '"':
        return scanstring(text, at + 1, True)
    if sign == "[":
        at = _skip(text, at + 1)
        if text[at : at + 1] == "]":
            return [], at + 1
        stack.append(([], None))
        return _OPEN, at
    if sign == "{":
        at = _skip(text, at + 1)
        if text[at : at + 1] == "}":
            return {}, at + 1
        key, at = _key(text, at)
        stack.append(([], key))
        return _OPEN, at
    return _scalar(text, at, parse_float)


def _put(text: str, at: int, stack: list, value: object, pairs: Callable[[Pairs], dict]) -> tuple:
    """The value in its place; then what comes next in it, or what it was when it ends here."""
    members, key = stack[-1]
    members.append(value if key is None else (key, value))
    closing = "]" if key is None else "}"
    sign = text[at : at + 1]
    if sign == closing:
        stack.pop()
        return (members if key is None else pairs(members)), at + 1
    if sign != ",":
        _fail("Expecting ',' delimiter", text, at)
    at = _skip(text, at + 1)
    if key is not None:
        key, at = _key(text, at)
        stack[-1] = members, key
    return _OPEN, at


def _key(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        _fail("Expecting property name enclosed in double quotes", text, at)
    key, at = scanstring(text, at + 1, True)
    at = _skip(text, at)
    if text[at : at + 1] != ":":
        _fail("Expecting ':' delimiter", text, at)
    return key, _skip(text, at + 1)


def _scalar(text: str, at: int, parse_float: Callable[[str], float]) -> tuple[object, int]:
    for word, value in _WORDS.items():
        if text.startswith(word, at):
            return value, at + len(word)
    found = _NUMBER.match(text, at)
    if not found:
        _fail("Expecting value", text, at)
    whole, fraction, exponent = found.groups()
    is_whole = fraction is None and exponent is None
    return (int(whole) if is_whole else parse_float(found[0])), found.end()


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _fail(message: str, text: str, at: int) -> NoReturn:
    raise json.JSONDecodeError(message, text, at)
