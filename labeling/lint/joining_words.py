"""The words that may join two claims, and the pairs of words that they join to one thing."""

from __future__ import annotations

from labeling.lint.lexicon import phrase_file, word_set
from labeling.lint.reading import Sentence
from labeling.lint.roles import WH, is_second_act
from labeling.lint.tokens import Kind
from labeling.lint.verbs import ING

_FIXED_PAIRS = phrase_file("fixed_pairs")
_JOINERS = word_set("and but & plus")


def joiner(sentence: Sentence, at: int) -> tuple[int, str]:
    """How many tokens join, and how: they add, offer a choice, list, or lead to a gerund."""
    low, following, third = (sentence.low(at + more) for more in range(3))
    if low == "and" and following == "/" and third == "or":
        return 3, "and"
    if low in _JOINERS:
        return 1, "and"
    if low == "or":
        return 1, "or"
    if low in (",", ";") and following not in _JOINERS | {"or", "nor", "while", "as"}:
        return 1, "list"
    length = _before_gerund(sentence.lows, at)
    gerund = bool(length) and sentence.low(sentence.after_adverbs(at + length)) in ING
    return (length, "gerund") if gerund else (0, "")


def _before_gerund(lows: list[str], at: int) -> int:
    """How many words make `while`, `as well as`, `in addition to`, `besides`, `along with`."""
    if is_second_act(lows, at) or lows[at] in ("besides", "alongside"):
        return 1
    if lows[at : at + 3] in (["as", "well", "as"], ["in", "addition", "to"]):
        return 3
    return 2 if lows[at : at + 2] == ["along", "with"] else 0


def is_fixed(sentence: Sentence, at: int, after: int) -> bool:
    """Whether the joined words name one thing, or the limits of a range."""
    before, following = sentence.low(at - 1), sentence.low(after)
    if f"{before} {following}" in _FIXED_PAIRS or (before in WH and following in WH):
        return True
    return sentence.kind(at - 1) == Kind.NUMBER and sentence.kind(after) == Kind.NUMBER
