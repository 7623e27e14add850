"""Two texts side by side, line by line, the words that differ marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

# The comparing of lines is quadratic at worst; longer texts are compared in their beginning.
LINES = 800
# Words are compared only where a person could still see them.
WORDS = 400

type Pieces = tuple[tuple[str, bool], ...]
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of each side as pieces of (text, differs); None where a side has no such line."""

    left: Pieces | None
    right: Pieces | None

    @property
    def is_same(self) -> bool:
        return self.left == self.right


def side_by_side(left: str, right: str) -> tuple[tuple[Row, ...], bool]:
    """The rows, and whether a side was too long to be compared to its end."""
    lines = left.splitlines(), right.splitlines()
    cut = any(len(side) > LINES for side in lines)
    one, other = (side[:LINES] for side in lines)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    rows = [
        row
        for kind, a, b, c, d in matcher.get_opcodes()
        for row in _rows(kind, one[a:b], other[c:d])
    ]
    return tuple(rows), cut


def _rows(kind: str, one: Sequence[str], other: Sequence[str]) -> Iterator[Row]:
    for left, right in zip_longest(one, other):
        if kind == "equal":
            yield Row(((left, False),), ((right, False),))
        elif left is None or right is None:
            yield Row(
                None if left is None else ((left, True),),
                None if right is None else ((right, True),),
            )
        else:
            yield Row(*_pieces(left, right))


def _pieces(left: str, right: str) -> tuple[Pieces, Pieces]:
    one, other = _WORD.findall(left), _WORD.findall(right)
    if max(len(one), len(other)) > WORDS:
        return ((left, True),), ((right, True),)
    sides: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        for side, words in zip(sides, (one[a:b], other[c:d]), strict=True):
            if words:
                side.append(("".join(words), kind != "equal"))
    return tuple(sides[0]), tuple(sides[1])
