"""Two texts word by word: whether they say the same, and where they part."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# Typographic signs and the plain ones that stand for them.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    }
)
# A number with its sign, points and ranges; a word with its apostrophes; a sign by itself.
_TOKENS = re.compile(r"(?<!\w)-?\d+(?:[.,:/-]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|\d+|!=|[^\w\s]|_")
# Punctuation that says something: a share, an alternative, a paragraph.
_TELLING = frozenset("%‰&@#/\\§") | {"!="}
# What typesetting uses and the wording does not: marks of code and emphasis.
_SETTING = frozenset("`_^~")
_DISPLAYED = re.compile(r"\s+|\w+|[^\w\s]")
TYPOS_MAX = 3
TYPO_LETTERS = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have, or one of them only."""

    kind: Literal["same", "removed", "added"]
    text: str


def is_cosmetic(before: str, after: str, *, typos: bool = False) -> bool:
    """Whether only blanks, punctuation, case and typographic signs differ.

    Numbers with their signs, ranges and decimals must be equal, and so must symbols such as < or %.
    With `typos`, up to three words may also differ by one letter each (one too many, too few,
    another one, or two swapped), if they have five letters at least and begin with the same one.
    """
    old, new = folded(before), folded(after)
    if old == new:
        return True
    if not typos or len(old) != len(new):
        return False
    differing = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    return len(differing) <= TYPOS_MAX and all(_is_typo(*pair) for pair in differing)


def folded(text: str) -> list[str]:
    """The words, numbers and telling signs of a text, in one spelling."""
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN).casefold()
    return [token for token in _TOKENS.findall(plain) if _says_something(token)]


def word_differences(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as one: what they share, what was taken out, what was put in."""
    old, new = _DISPLAYED.findall(before), _DISPLAYED.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    pieces = [Piece("same", "".join(old[:head]))]
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, inner_old, inner_new)
    for kind, i, j, k, m in matcher.get_opcodes():
        removed, added = "".join(inner_old[i:j]), "".join(inner_new[k:m])
        # A blank between two changes would only tear them apart.
        if kind == "equal" and removed.strip():
            pieces.append(Piece("same", removed))
        else:
            pieces += [Piece("removed", removed), Piece("added", added)]
    pieces.append(Piece("same", "".join(old[len(old) - tail :])))
    return tuple(_joined(pieces))


def _says_something(token: str) -> bool:
    if token in _TELLING or len(token) > 1 or token.isalnum():
        return True
    return token not in _SETTING and not unicodedata.category(token).startswith("P")


def _is_typo(one: str, other: str) -> bool:
    longer, shorter = sorted((one, other), key=len, reverse=True)
    if len(shorter) < TYPO_LETTERS or not (one + other).isalpha() or one[0] != other[0]:
        return False
    at = _common(longer, shorter)
    if len(longer) > len(shorter):
        return longer[at + 1 :] == shorter[at:]
    swapped = longer[at + 1 : at + 2] + longer[at : at + 1] == shorter[at : at + 2]
    return longer[at + 1 :] == shorter[at + 1 :] or (
        swapped and longer[at + 2 :] == shorter[at + 2 :]
    )


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many entries both begin with."""
    for place, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return place
    return min(len(one), len(other))


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of a kind as one, what was taken out before what was put in."""
    joined: list[Piece] = []
    removed = added = ""
    for piece in [*pieces, Piece("same", "")]:
        if piece.kind == "removed":
            removed += piece.text
        elif piece.kind == "added":
            added += piece.text
        elif piece.text or piece is pieces[-1]:
            joined += [Piece("removed", removed), Piece("added", added), piece]
            removed = added = ""
    joined += [Piece("removed", removed), Piece("added", added)]
    return [piece for piece in joined if piece.text]
