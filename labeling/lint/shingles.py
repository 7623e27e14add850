"""How alike two texts are: runs of three words, compared by Jaccard's measure.

METHODS: words in lower case without punctuation; J = |A ∩ B| / |A ∪ B|, 1 for the same text.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Texts with a higher J are nearly the same.
NEAR = 0.6
_LENGTH = 3
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SPELT = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMERALS = {word: str(number) for number, word in enumerate(_SPELT)}

type Shingle = tuple[str, ...]


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """The words in lower case; a number spelt out is the number."""
    found = _WORD.findall(text.lower().replace("’", "'"))
    return tuple(NUMERALS.get(word, word) for word in found)


def shingles(text: str) -> frozenset[Shingle]:
    """Every run of three words; a shorter text is one run."""
    found = words(text)
    if len(found) <= _LENGTH:
        return frozenset([found] if found else [])
    return frozenset(zip(found, found[1:], found[2:], strict=False))


def jaccard(one: frozenset[Shingle], other: frozenset[Shingle]) -> float:
    """The shared part of all runs of both, 0 to 1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0
