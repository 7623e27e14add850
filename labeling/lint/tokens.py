"""A text cut into words, numbers, quoted and code pieces, with the places they stand at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    WORD = "word"
    NUMBER = "number"
    # What is quoted or code stands for itself: no rule looks into it.
    QUOTE = "quote"
    CODE = "code"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text from `start` to `end`; `low` is the piece in lower case."""

    text: str
    low: str
    start: int
    end: int
    kind: Kind

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


_LONGEST_QUOTE = 400
_PIECES = re.compile(
    rf"""
    # Most pieces are plain words: they are tried first.
    (?P<plain>[A-Z]?[a-z]+(?:['’‑-][a-z]+)*(?![\w(./\\'’‑-]))
    |(?P<quote>```.{{0,4000}}?```|`[^`\n]{{0,{_LONGEST_QUOTE}}}`|"[^"\n]{{0,{_LONGEST_QUOTE}}}"
      |“[^”\n]{{0,{_LONGEST_QUOTE}}}”|„[^“”\n]{{0,{_LONGEST_QUOTE}}}[“”]|«[^»\n]{{0,{_LONGEST_QUOTE}}}»
      |(?<!\w)'[^'\n]{{1,{_LONGEST_QUOTE}}}'(?!\w)|(?<!\w)‘[^’\n]{{1,{_LONGEST_QUOTE}}}’(?!\w)
      |\$[^$\n]{{1,{_LONGEST_QUOTE}}}\$)
    |(?P<short>\b(?:e\.\s?g|i\.\s?e)\.?|\b(?:etc|cf|vs|approx|ca|Mr|Ms|Mrs|Dr|Prof|St|Art|Nos?|Fig|Sec)\.)
    |(?P<code>https?://\S+|[A-Za-z]\w*\((?!e?s\))[^()\n]{{0,200}}\)|\w*[A-Za-z]\w*_\w+|_\w+
      |\w+(?:[./\\]\w+)*\.(?:py|js|ts|json|csv|md|txt|sql|html|ya?ml|pdf)\b
      |[A-Za-z]+\d(?:[\w.-]*\w)?|[a-z]+[A-Z]\w*|[{{}}\[\]<>=|&^]{{2,}})
    |(?P<number>\d+(?:[.,:/]\d+)*%?)
    |(?P<word>[^\W\d_]+(?:['’‑-][^\W\d_]+)*)
    |(?P<sign>[^\w\s])
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {"quote": Kind.QUOTE, "code": Kind.CODE, "number": Kind.NUMBER, "sign": Kind.SIGN}


def tokens(text: str) -> list[Token]:
    """Every piece of the text in order; blanks are left out."""
    found = []
    for match in _PIECES.finditer(text):
        piece = match.group()
        kind = _KINDS.get(match.lastgroup or "", Kind.WORD)
        low = piece.lower().replace("’", "'").replace("‑", "-").replace(" ", "")
        found.append(Token(piece, low, match.start(), match.end(), kind))
    return found


def word_count(text: str) -> int:
    """How many words a reader counts; a quotation, a formula, a piece of code is one."""
    joined = _PIECES.sub(lambda match: "x" if match["quote"] else match.group(), text)
    return sum(any(map(str.isalnum, piece)) for piece in joined.split())
