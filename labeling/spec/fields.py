"""Reading the fields of a JSON object while collecting every fault with its place."""

import difflib
import math
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import TypeGuard

from labeling.errors import Problem
from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.strict_json import number_text

# The database keeps these numbers as numeric(14,6).
DECIMALS = 6
WHOLE_DIGITS = 8
LIMIT = Decimal(10) ** WHOLE_DIGITS
# Points of a flattened tree are whole numbers of any size. At 300 digits a sum of ten thousand
# of them is still a finite float, which is what graders' formulas compute in.
POINTS_DIGITS = 300

TITLE_LENGTH = 200
TEXT_LENGTH = 20_000
HINTS = 100

_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {
    type(None): gettext_noop("nothing"),
    bool: gettext_noop("true or false"),
    int: gettext_noop("a number"),
    float: gettext_noop("a number"),
    Decimal: gettext_noop("a number"),
    str: gettext_noop("a text"),
    list: gettext_noop("a list"),
    dict: gettext_noop("an object"),
}


class Fields:
    """One JSON object at one place; what is wrong goes to `problems`, reading goes on."""

    def __init__(self, data: dict[str, object], where: str, problems: list[Problem]) -> None:
        self.data, self.where, self.problems = data, where, problems

    def place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def problem(self, key: str, message: str) -> None:
        self.problems.append(Problem(self.place(key), message))

    def expect_only(self, known: Collection[str]) -> None:
        """Name the keys that mean nothing here, so that a slip of the pen loses no content."""
        for key in [key for key in self.data if key not in known]:
            self.problem(key[:60], self._unknown(key, known))

    def _unknown(self, key: str, known: Collection[str]) -> str:
        # Likeness is slow to find; nobody reads the hundredth hint.
        if len(self.problems) >= HINTS or len(key) > 60:
            return _("is not a known key")
        near = difflib.get_close_matches(key, known, n=1)
        if not near:
            return _("is not a known key")
        return _("is not a known key; did you mean `%(near)s`?") % {"near": near[0]}

    def line(self, key: str, *, required: bool = False) -> str:
        """A short text on one line, without the blanks around it."""
        return self._text(key, TITLE_LENGTH, required=required).strip()

    def text(self, key: str, *, required: bool = False) -> str:
        """A long text, kept exactly as written."""
        return self._text(key, TEXT_LENGTH, required=required)

    def number(self, key: str, *, required: bool = False) -> Decimal | None:
        """A number the database can hold; None where absent, null or faulty."""
        value = self.data.get(key)
        if value is None:
            if required:
                self.problem(key, _("is missing; a number is needed here"))
            return None
        if not is_number(value):
            self.problem(key, _("must be a number, not %(value)s") % {"value": kind_of(value)})
            return None
        if fault := number_fault(value):
            self.problem(key, fault)
            return None
        return as_decimal(value)

    def points(self, key: str) -> Decimal | None:
        """A number as above, or a whole one of up to `POINTS_DIGITS` digits."""
        value = self.data.get(key)
        if not is_number(value) or not is_finite(value) or value != int(value):
            return self.number(key)
        whole = int(value)
        if abs(whole) < 10**POINTS_DIGITS:
            return Decimal(whole)
        self.problem(key, _("has more than %(limit)s digits") % {"limit": POINTS_DIGITS})
        return None

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.problem(key, _("must be true or false, not %(value)s") % {"value": kind_of(value)})
        return default

    def lines(self, key: str, *, length: int = TITLE_LENGTH) -> tuple[str, ...]:
        """A list of short texts."""
        entries = self.array(key)
        texts = [entry for entry in entries if isinstance(entry, str)]
        if len(texts) < len(entries):
            self.problem(key, _("must be a list of texts only"))
        faults = (text_fault(text, length) for text in texts)
        if fault := next(filter(None, faults), None):
            self.problem(key, _("one of its texts %(fault)s") % {"fault": fault})
        return tuple(texts)

    def array(self, key: str, *, required: bool = False) -> list[object]:
        value = self.data.get(key)
        if value is None:
            if required:
                self.problem(key, _("is missing; a list is needed here"))
            return []
        if isinstance(value, list | tuple):
            return list(value)
        self.problem(key, _("must be a list, not %(value)s") % {"value": kind_of(value)})
        return []

    def mapping(self, key: str) -> dict[str, object] | None:
        value = self.data.get(key)
        if value is None or isinstance(value, dict):
            return value
        self.problem(key, _("must be an object, not %(value)s") % {"value": kind_of(value)})
        return None

    def each[T](
        self, key: str, read: "Callable[[Fields], T]", *, required: bool = False
    ) -> list[tuple[int, T]]:
        """What `read` makes of each object in a list, with its position there."""
        made = []
        for index, entry in enumerate(self.array(key, required=required)):
            where = f"{self.place(key)}[{index}]"
            if isinstance(entry, dict):
                made.append((index, read(Fields(entry, where, self.problems))))
            else:
                self.problems.append(
                    Problem(
                        where, _("must be an object, not %(entry)s") % {"entry": kind_of(entry)}
                    )
                )
        return made

    def _text(self, key: str, length: int, *, required: bool) -> str:
        value = self.data.get(key)
        if value is not None and not isinstance(value, str):
            self.problem(key, _("must be a text, not %(value)s") % {"value": kind_of(value)})
            return ""
        if required and value is None:
            self.problem(key, _("is missing; a text is needed here"))
        elif required and not str(value).strip():
            self.problem(key, _("is empty; a text is needed here"))
        elif value and (fault := text_fault(value, length)):
            self.problem(key, fault)
        return value or ""


def text_fault(text: str, length: int) -> str | None:
    """Why a text cannot be kept, None when it can."""
    if len(text) > length:
        return _("has %(count)s characters, at most %(length)s are accepted") % {
            "count": f"{len(text):,}",
            "length": f"{length:,}",
        }
    if "\0" in text:
        return _("holds a NUL character, which cannot be stored")
    if _SURROGATE.search(text):
        return _("holds half of a surrogate pair, which is not a character")
    return None


def number_fault(number: int | float | Decimal) -> str | None:
    """Why a number cannot be kept, None when it can."""
    if not is_finite(number) or not -LIMIT < number < LIMIT:
        return _("must be a number of at most %(limit)s digits before the point") % {
            "limit": WHOLE_DIGITS
        }
    value = as_decimal(number)
    if value != round(value, DECIMALS):
        return _("is %(value)s, at most %(decimals)s decimals are kept") % {
            "value": number_text(value),
            "decimals": DECIMALS,
        }
    return None


def as_decimal(number: int | float | Decimal) -> Decimal:
    """The number with one spelling, so that 2.50 and 2.5 are the same in every hash and text."""
    return Decimal(number_text(number))


def is_finite(number: int | float | Decimal) -> bool:
    """Whether it is a number at all; an int too large for a float is one."""
    if isinstance(number, Decimal):
        return number.is_finite()
    return isinstance(number, int) or math.isfinite(number)


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def kind_of(value: object) -> str:
    """The JSON kind of a value in words."""
    kind = _KINDS.get(type(value))
    return _(kind) if kind else type(value).__name__
