"""What a plain scalar means: text, number, true, false or nothing."""

import math
import re

from labeling.strict_json.reading import MAX_NUMBER_LENGTH

# YAML 1.2's core schema, without other bases; a leading zero is a sign of an id, not of a number.
NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?")
WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}


def plain(text: str) -> object:
    """The value of an unquoted scalar; raises ValueError in words where there is none."""
    if text in WORDS:
        return WORDS[text]
    if NO_NUMBER.fullmatch(text):
        raise ValueError(f"{text} is not a JSON number; write null for a missing one")
    if DATE.fullmatch(text):
        raise ValueError(f"{text[:40]} is a date; put it in quotes to keep it as a text")
    return _number(text) if NUMBER.fullmatch(text) else text


def is_plain_text(text: str) -> bool:
    """Whether the unquoted scalar reads as this very text."""
    return not (
        text in WORDS
        or text == "<<"
        or any(pattern.fullmatch(text) for pattern in (NUMBER, NO_NUMBER, DATE))
    )


def _number(text: str) -> int | float:
    if len(text) > MAX_NUMBER_LENGTH:
        raise ValueError(f"a number of more than {MAX_NUMBER_LENGTH:,} digits")
    if _WHOLE.fullmatch(text):
        return int(text)
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is too large")
    if not number and re.search(r"[1-9]", re.split("[eE]", text)[0]):
        raise ValueError(f"the number {text[:40]} is too close to 0 to be kept")
    return number
