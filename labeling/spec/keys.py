"""Keys for criteria that come without one: readable, unique, and the same at every import."""

import hashlib
import re
import unicodedata

KEY_PATTERN = re.compile(r"[a-z][a-z0-9_-]{0,62}")

_LENGTH = 40
_NAME_LENGTH = 80


def derived_key(text: str, taken: dict[str, int]) -> str:
    """A key made of the text alone, entered among those taken, which count their namesakes.

    A text that does not fit gets a piece of its hash, so that a criterion put before a similar
    one does not take over its key, and with it its ratings.
    """
    words = re.findall(r"[a-z0-9]+", _ascii(text.casefold()))
    slug = "-".join(words)
    if not slug or not slug[0].isalpha():
        slug = f"criterion-{slug}".rstrip("-")
    if len(slug) > _LENGTH or not words:
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        slug = f"{_cut(slug, _LENGTH, '-')}-{digest}"
    key = slug
    while key in taken:
        taken[slug] += 1
        key = f"{slug}-{taken[slug]}"
    taken[key] = 1
    return key


def derived_name(text: str) -> str:
    """The beginning of a criterion's text, to call it by."""
    line = " ".join(text.split())
    return line if len(line) <= _NAME_LENGTH else _cut(line, _NAME_LENGTH - 1, " ") + "…"


def _cut(text: str, length: int, between: str) -> str:
    """The text up to the last word that fits, or cut within the first one."""
    if len(text) <= length:
        return text
    return (
        text[: text.rfind(between, 1, length + 1)] if between in text[1:length] else text[:length]
    )


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
