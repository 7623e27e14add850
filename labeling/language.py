"""The words of pure modules in the language of whoever reads them.

Pure modules do not know Django; what they say goes through `gettext` here, which hands every
text back as it is until `speak` has told it who translates. Texts are translated when they are
made, in the language of the request that makes them; workers make theirs in the server's.
"""

from collections.abc import Callable


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


def gettext(text: str) -> str:
    return _tongue.one(text)


def ngettext(one: str, many: str, n: int) -> str:
    return _tongue.many(one, many, n)


def gettext_noop(text: str) -> str:
    """Marks a text of a table; `gettext` translates it where it is said."""
    return text


def current() -> str | None:
    """The language of now: what is kept with words in it is kept by language."""
    return _tongue.name()
