"""Writing canonical JSON: one value, one text."""

import math
from decimal import Decimal
from json.encoder import encode_basestring

from labeling.language import gettext as _
from labeling.strict_json.reading import InvalidJson


def dumps(value: object) -> str:
    """Canonical text: sorted keys, no spaces, one way to write each number.

    Numbers are written without exponent and without trailing zeros, as they come back from jsonb,
    so that a hash taken before storing still holds after reading.
    """
    try:
        return _text(value)
    except RecursionError:
        raise InvalidJson(_("nested too deeply to be written")) from None


def dumps_line(value: object) -> bytes:
    """One line of a JSONL file, line feed included."""
    return dumps(value).encode() + b"\n"


def number_text(number: int | float | Decimal) -> str:
    """The shortest positional text of a number: 2.50 -> 2.5, 1E+2 -> 100, -0.0 -> 0."""
    if isinstance(number, float):
        if not math.isfinite(number):
            raise InvalidJson(_("%(number)s cannot be written as JSON") % {"number": number})
        # Beyond 2**53 the shortest digits of a float are not its exact value.
        number = int(number) if number.is_integer() else Decimal(repr(number))
    if isinstance(number, int):
        return int.__repr__(number)
    if not number.is_finite():
        raise InvalidJson(_("%(number)s cannot be written as JSON") % {"number": number})
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        parts = [f"{encode_basestring(key)}:{_text(value[key])}" for key in sorted(value)]
        return "{" + ",".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([_text(element) for element in value]) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return number_text(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
