"""What lines of data hold beyond a rubric's fields: ids, chats, counts, times."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import Decimal

from labeling.errors import Problem
from labeling.language import gettext
from labeling.spec.fields import Fields, as_decimal, is_number, kind_of

ID_LENGTH = 500
LARGEST = 2_147_483_647

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WHOLE = re.compile(r"[0-9]{1,12}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,3})?")


class LineFields(Fields):
    """The fields of one line of a data file. NUL and surrogates were refused before."""

    def __init__(self, data: dict[str, object], problems: list[Problem]) -> None:
        super().__init__(data, "", problems)

    def identifier(self, key: str, *, required: bool = True, length: int = ID_LENGTH) -> str:
        """An id: 1 to `length` characters on one line, kept to the letter."""
        value = self.data.get(key)
        if value is None:
            if required:
                self.problem(key, gettext("is missing"))
        elif not isinstance(value, str):
            self.problem(key, gettext("must be a text, not %(value)s") % {"value": kind_of(value)})
        elif not value.strip():
            self.problem(key, gettext("is empty"))
        elif len(value) > length:
            self.problem(
                key,
                gettext("has %(count)s characters, at most %(length)s are accepted")
                % {"count": f"{len(value):,}", "length": length},
            )
        elif _CONTROL.search(value):
            self.problem(key, gettext("holds a control character or a line break"))
        else:
            return value
        return ""

    def passage(self, key: str, length: int) -> str | None:
        """A text of any shape up to `length`; None where absent."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.problem(key, gettext("must be a text, not %(value)s") % {"value": kind_of(value)})
            return None
        if len(value) > length:
            self.problem(
                key,
                gettext("has %(count)s characters, at most %(length)s are accepted")
                % {"count": f"{len(value):,}", "length": f"{length:,}"},
            )
        return value

    def whole(self, key: str, *, least: int = 0, most: int = LARGEST) -> int | None:
        """A whole number, also written as a text (CSV knows nothing else)."""
        value = self.data.get(key)
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            value = int(value)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            shown = f"`{value[:40]}`" if isinstance(value, str) else kind_of(value)
            shown = str(value) if isinstance(value, float) else shown
            self.problem(key, gettext("must be a whole number, not %(shown)s") % {"shown": shown})
        elif not least <= value <= most:
            self.problem(
                key,
                gettext("must lie between %(least)s and %(most)s")
                % {"least": least, "most": f"{most:,}"},
            )
        else:
            return value
        return None

    def amount(self, key: str, *, most: int, decimals: int) -> Decimal | None:
        """A number of at least 0, rounded to the decimals that are kept."""
        value = self.real(key)
        if value is None:
            return None
        if not 0 <= value <= most:
            self.problem(key, gettext("must lie between 0 and %(most)s") % {"most": f"{most:,}"})
            return None
        return as_decimal(round(as_decimal(value), decimals))

    def real(self, key: str) -> int | float | Decimal | None:
        """A finite number, also written as a text."""
        value = self.data.get(key)
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            value = Decimal(value.strip())
        if value is None:
            return None
        if not is_number(value):
            shown = f"`{value[:40]}`" if isinstance(value, str) else kind_of(value)
            self.problem(key, gettext("must be a number, not %(shown)s") % {"shown": shown})
            return None
        try:
            if math.isfinite(float(value)):
                return value
        except OverflowError:
            pass
        self.problem(key, gettext("must be a finite number"))
        return None

    def moment(self, key: str) -> datetime | None:
        """A time by ISO 8601; without a zone it is UTC."""
        value = self.data.get(key)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value.strip())  # type: ignore[attr-defined]
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (AttributeError, ValueError):
            self.problem(key, gettext("must be a time such as 2026-11-23T10:00:00Z"))
            return None
