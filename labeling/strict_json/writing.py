"""Writing canonical JSON: one value, one text."""

import math
from decimal import Decimal
from json.encoder import encode_basestring

from labeling.strict_json.reading import InvalidJson


def dumps(value: object) -> str:
    """Canonical text: sorted keys, no spaces, one way to write each number.

    Numbers are written without exponent and without trailing zeros, as they come back from jsonb,
    so that a hash taken before storing still holds after reading.
    """
    parts: list[str] = []
    try:
        _write(value, parts)
    except RecursionError:
        raise InvalidJson("nested too deeply to be written") from None
    return "".join(parts)


def dumps_line(value: object) -> bytes:
    """One line of a JSONL file, line feed included."""
    return dumps(value).encode() + b"\n"


def number_text(number: int | float | Decimal) -> str:
    """The shortest positional text of a number: 2.50 -> 2.5, 1E+2 -> 100, -0.0 -> 0."""
    if isinstance(number, float):
        if not math.isfinite(number):
            raise InvalidJson(f"{number} cannot be written as JSON")
        # Beyond 2**53 the shortest digits of a float are not its exact value.
        number = int(number) if number.is_integer() else Decimal(repr(number))
    if isinstance(number, int):
        return int.__repr__(number)
    if not number.is_finite():
        raise InvalidJson(f"{number} cannot be written as JSON")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _write(value: object, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif value is None:
        parts.append("null")
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif isinstance(value, int | float | Decimal):
        parts.append(number_text(value))
    elif isinstance(value, dict):
        _write_object(value, parts)
    elif isinstance(value, list | tuple):
        _write_array(value, parts)
    else:
        raise TypeError(f"{type(value).__name__} has no JSON form")


def _write_object(members: dict[str, object], parts: list[str]) -> None:
    opener = "{"
    for key in sorted(members):
        parts.append(f"{opener}{encode_basestring(key)}:")
        _write(members[key], parts)
        opener = ","
    parts.append("}" if members else "{}")


def _write_array(elements: list[object] | tuple[object, ...], parts: list[str]) -> None:
    opener = "["
    for element in elements:
        parts.append(opener)
        _write(element, parts)
        opener = ","
    parts.append("]" if elements else "[]")
