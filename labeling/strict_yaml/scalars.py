"""What a plain scalar means: text, number, true, false or nothing."""

import math
import re

from labeling.language import gettext as _
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
        raise ValueError(
            _("%(text)s is not a JSON number; write null for a missing one") % {"text": text}
        )
    if DATE.fullmatch(text):
        raise ValueError(
            _("%(text)s is a date; put it in quotes to keep it as a text") % {"text": text[:40]}
        )
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
        raise ValueError(
            _("a number of more than %(limit)s digits") % {"limit": f"{MAX_NUMBER_LENGTH:,}"}
        )
    if _WHOLE.fullmatch(text):
        return int(text)
    number = float(text)
    if math.isinf(number):
        raise ValueError(_("the number %(text)s is too large") % {"text": text[:40]})
    if not number and re.search(r"[1-9]", re.split("[eE]", text)[0]):
        raise ValueError(
            _("the number %(text)s is too close to 0 to be kept") % {"text": text[:40]}
        )
    return number
