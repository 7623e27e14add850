"""The words that the rules know: short lists beside the rules, long ones in files."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "words"


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def word_file(name: str) -> frozenset[str]:
    """The words of a file."""
    return word_set(" ".join(lines(name)))


def phrase_file(name: str) -> frozenset[str]:
    """The lines of a file of phrases."""
    return frozenset(lines(name))


def lines(name: str) -> list[str]:
    """The lines of a file, in order, without comments."""
    read = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in read if line and not line.startswith("#")]
