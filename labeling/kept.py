"""Sentences that rows keep in English, and that people read in their own language.

What is frozen, proved or read by machines holds a sentence as it was written. Whoever writes one
takes it from a table here; by the same table a page knows it again, whenever it was written, and
says it in the reader's language. To an English reader it is the kept text itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

from labeling import language

ENGLISH = "en"
# What stands between two sentences is in no value, or both would be taken for one.
JOINED = "; "
LISTED = ", "
# An entry of a list may hold commas itself, but no more than these.
COMMAS = 3
COUNT = "n"
_SLOT = re.compile(r"%\((\w+)\)s|%%")
_VALUE = rf"(?:(?!{JOINED}).)+?"
# What is told by its form: a number, a criterion's key.
_SHAPES = {COUNT: r"\d[\d,]*", "key": r"[\w-]+"}


class Kept:
    """One sentence with named values: called with them, it is the text that is kept.

    Values in `held` are kept sentences of the same table, one or several with commas between.
    """

    def __init__(self, text: str, *, held: Collection[str] = ()) -> None:
        self.text, self.held = text, held

    def __call__(self, **values: object) -> str:
        return self.text % values

    @property
    def texts(self) -> tuple[str, ...]:
        """All forms it is written in."""
        return (self.text,)

    def said(self, values: Mapping[str, str]) -> str:
        """In the reader's language."""
        return language.gettext(self.text) % values


class Counted(Kept):
    """A sentence whose form goes by the number in it, `n`, which may be grouped by commas."""

    def __init__(self, one: str, many: str, *, held: Collection[str] = ()) -> None:
        super().__init__(many, held=held)
        self.one = one

    def __call__(self, **values: object) -> str:
        return (self.one if _count(values) == 1 else self.text) % values

    @property
    def texts(self) -> tuple[str, ...]:
        return self.one, self.text

    def said(self, values: Mapping[str, str]) -> str:
        told = {COUNT: "1", **values}
        return language.ngettext(self.one, self.text, _count(told)) % told


def _count(values: Mapping[str, object]) -> int:
    return int(str(values[COUNT]).replace(",", ""))


def _is_whole(value: str) -> bool:
    """Half of what stands in brackets is no value."""
    return value.count("(") == value.count(")")


@dataclass(frozen=True)
class Form:
    """One text of a sentence, and how it is told from others."""

    kept: Kept
    text: str

    @cached_property
    def literals(self) -> list[str]:
        """What stands before, between and behind the values."""
        return [part.replace("%%", "%") for part in re.split(r"%\(\w+\)s", self.text)]

    @cached_property
    def names(self) -> set[str]:
        """Of the values."""
        return {slot[1] for slot in _SLOT.finditer(self.text)} - {None}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("".join(self._parts()), re.DOTALL)

    def _parts(self) -> Iterator[str]:
        at, met = 0, set[str]()
        for slot in _SLOT.finditer(self.text):
            yield re.escape(self.text[at : slot.start()])
            at, name = slot.end(), slot[1]
            if name is None:
                yield "%"
            elif name in met:
                yield f"(?P={name})"
            else:
                met.add(name)
                yield f"(?P<{name}>{_SHAPES.get(name, _VALUE)})"
        yield re.escape(self.text[at:])

    def values(self, text: str) -> dict[str, str] | None:
        """What was put in, if this is the form of the text."""
        if not text.startswith(self.literals[0]):
            return None
        found = self.pattern.fullmatch(text)
        values = found.groupdict() if found else None
        return values if values is None or all(map(_is_whole, values.values())) else None


class Sentences:
    """A table of all sentences of some modules, those with the most words of their own first."""

    def __init__(self, *modules: ModuleType) -> None:
        kept = [one for each in modules for one in vars(each).values() if isinstance(one, Kept)]
        forms = [Form(one, text) for one in kept for text in one.texts]
        self.forms = sorted(forms, key=lambda form: -len("".join(form.literals)))

    def in_words(self, text: str) -> str:
        """In the reader's language. What is of another making stays as it is."""
        if language.current() in (None, ENGLISH):
            return text
        return self._said(text) or JOINED.join(
            self._said(part) or part for part in text.split(JOINED)
        )

    def _said(self, text: str) -> str | None:
        for form in self.forms:
            values = form.values(text)
            filled = None if values is None else self._filled(form.kept, values)
            if filled is not None:
                return form.kept.said(filled)
        return None

    def _filled(self, kept: Kept, values: dict[str, str]) -> dict[str, str] | None:
        """With the sentences among the values said, too; None where one of them is none."""
        for name in kept.held:
            said = list(self._listed(values[name]))
            if None in said:
                return None
            values[name] = LISTED.join(filter(None, said))
        return values

    def _listed(self, text: str) -> Iterator[str | None]:
        """Each sentence of a list; None, and no more, where something else stands there."""
        pieces = text.split(LISTED)
        while pieces:
            for taken in range(1, min(len(pieces), COMMAS + 1) + 1):
                if said := self._said(LISTED.join(pieces[:taken])):
                    yield said
                    del pieces[:taken]
                    break
            else:
                yield None
                return
