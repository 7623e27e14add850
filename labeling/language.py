"""The words of pure modules in the language of whoever reads them.

Pure modules do not know Django; what they say goes through `gettext` here, which hands every
text back as it is until `speak` has told it who translates. Texts are translated when they are
made, in the language of the request that makes them; workers make theirs in the server's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class _Tongue:
    """Who translates; without anybody the texts of the code stand as they are."""

    def __init__(self) -> None:
        self.one: Callable[[str], str] = lambda text: text
        self.many: Callable[[str, str, int], str] = lambda one, many, n: one if n == 1 else many
        self.name: Callable[[], str | None] = lambda: None


_tongue = _Tongue()


def speak(
    one: Callable[[str], str],
    many: Callable[[str, str, int], str],
    name: Callable[[], str | None],
) -> None:
    """Let these translate from now on: a text, a text by a number, and the language's code."""
    _tongue.one, _tongue.many, _tongue.name = one, many, name


class Told(str):
    """A text made under `remembering`: it knows its message, so it can be said again elsewhere.

    `put_in` has what was put in by name, if anything was; `many` and `n` are there with a plural.
    What is `joined` has no message, and its parts for what is put in.
    """

    __slots__ = ("many", "message", "n", "put_in")

    def __new__(cls, text: str, message: str, many: str | None = None, n: int = 0) -> Told:
        told = super().__new__(cls, text)
        told.message, told.many, told.n, told.put_in = message, many, n, None
        return told

    message: str
    many: str | None
    n: int
    put_in: Mapping[Any, object] | None

    def __mod__(self, values: Any) -> Told:
        told = Told(super().__mod__(values), self.message, self.many, self.n)
        told.put_in = values
        return told

    def __str__(self) -> str:
        return self

    def document(self) -> dict[str, Any]:
        """What `say` needs, as JSON."""
        put_in = {name: _plain(one) for name, one in (self.put_in or {}).items()}
        if not self.message:
            return {"parts": list(put_in.values())}
        told: dict[str, Any] = {"text": self.message}
        if self.many is not None:
            told |= {"many": self.many, "n": self.n}
        return told | ({"values": put_in} if self.put_in is not None else {})


def _plain(value: object) -> object:
    if isinstance(value, Told):
        return value.document()
    return value if isinstance(value, int | float) else str(value)


def say(told: Mapping[str, Any]) -> str:
    """A `Told` of any time in the language of now."""
    if "parts" in told:
        return "".join(map(_said, told["parts"]))
    if "many" in told:
        text = _tongue.many(told["text"], told["many"], told["n"])
    else:
        text = _tongue.one(told["text"])
    if "values" not in told:
        return text
    return text % {name: _said(one) for name, one in told["values"].items()}


def _said(value: Any) -> Any:
    return say(value) if isinstance(value, dict) else value


_remembers: ContextVar[bool] = ContextVar("remembers", default=False)


@contextmanager
def remembering() -> Iterator[None]:
    """Let texts know their messages: those made here are kept for readers of other languages."""
    token = _remembers.set(True)
    try:
        yield
    finally:
        _remembers.reset(token)


def joined(between: str, parts: Iterable[str]) -> str:
    """As `between.join(parts)`, and known to be made of these where they know their messages."""
    pieces = [piece for part in parts for piece in (between, part)][1:]
    if not any(isinstance(piece, Told) for piece in pieces):
        return "".join(pieces)
    told = Told("".join(pieces), "")
    told.put_in = dict(enumerate(pieces))
    return told


def gettext(text: str) -> str:
    said = _tongue.one(text)
    return Told(said, text) if _remembers.get() else said


def ngettext(one: str, many: str, n: int) -> str:
    said = _tongue.many(one, many, n)
    return Told(said, one, many, n) if _remembers.get() else said


def gettext_noop(text: str) -> str:
    """Marks a text of a table; `gettext` translates it where it is said."""
    return text


def current() -> str | None:
    """The language of now: what is kept with words in it is kept by language."""
    return _tongue.name()
