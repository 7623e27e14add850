"""Words that carry the judgement without saying by what one judges."""

from __future__ import annotations

from collections.abc import Iterator

from labeling.lint.findings import Span
from labeling.lint.judging import MANNERS, OF_AMOUNT, ONLY_OF_MANNER, SAYINGS, VAGUE
from labeling.lint.lexicon import word_set
from labeling.lint.pins import has_quantity, is_explained, is_in_definite_pair
from labeling.lint.reading import Sentence
from labeling.lint.roles import Role
from labeling.lint.tokens import Kind
from labeling.lint.verbs import BASE_OF, BASES, COPULAS, PAST, SEEMING, base_of

_SAYINGS = frozenset(tuple(saying.split()) for saying in SAYINGS)
_LONGEST_SAYING = max(map(len, _SAYINGS))
_SAYING_HEADS = frozenset(saying[0] for saying in _SAYINGS)
# What is classified gets its label after `as`: the word is the answer, not the judgement of it.
_CLASSIFIES = word_set(
    """classify label rate mark flag tag categorise categorize describe grade rank treat return
    output report identify"""
)
_PLAIN_ACTS = word_set("state say name indicate specify mention list identify")
_CONDITIONAL = word_set("as if when where")
_ENDS = word_set(". , ? ! ; and but or in to for")
_BETWEEN = word_set("and or , very too so also not")
_DONE = word_set("the a an all any its out")


def vague_places(read: list[Sentence]) -> Iterator[Span]:
    """The words and sayings that judge, each with its place in the text."""
    for sentence in read:
        at = 0
        while at < len(sentence):
            length = _saying(sentence, at) or int(_is_vague(sentence, at))
            if length and _carries(read, sentence, at):
                yield sentence.span(at, at + length)
            at += length or 1


def _saying(sentence: Sentence, at: int) -> int:
    """How many words the saying has that begins here."""
    heads = sentence.low(at) in _SAYING_HEADS
    return sentence.phrase(at, _SAYINGS, _LONGEST_SAYING) if heads else 0


def _is_vague(sentence: Sentence, at: int) -> bool:
    token = sentence.tokens[at]
    if token.kind != Kind.WORD or token.low not in VAGUE:
        return False
    # A capital inside a sentence begins a name.
    named = at > 0 and token.text[0].isupper() and sentence.low(at - 1) != ":"
    if named or is_in_definite_pair(sentence.tokens, at):
        return False
    if token.low in ONLY_OF_MANNER:
        return _is_of_manner(sentence, at)
    # `to clear the cache`: the word is what is done.
    return not (token.low in ("clear", "complete") and sentence.low(at + 1) in _DONE)


def _is_of_manner(sentence: Sentence, at: int) -> bool:
    """`sounds warm`, `a warm tone`, `is well written`; not `warm water`."""
    low, after = sentence.low(at), sentence.low(at + 1)
    if low == "well":
        predicate = sentence.low(at - 1) in SEEMING | COPULAS
        return predicate or after in PAST or not after or after in ".,?!;"
    if low.endswith("ly"):
        before = sentence.low(at - 1)
        return after in PAST or after in BASES or after in BASE_OF or before in PAST
    return after in MANNERS or (_is_predicate(sentence, at) and (not after or after in _ENDS))


def _is_predicate(sentence: Sentence, at: int) -> bool:
    back = at - 1
    while back > 0 and (sentence.low(back) in _BETWEEN or sentence.low(back) in VAGUE):
        back -= 1
    return sentence.low(back) in COPULAS | SEEMING


def _carries(read: list[Sentence], sentence: Sentence, at: int) -> bool:
    """Whether the judgement hangs on the word, and nothing in the text makes it definite."""
    role, low = sentence.roles[at], sentence.low(at)
    if role in (Role.CONTENT, Role.ASIDE):
        return False
    if role == Role.CONDITION and low not in _CONDITIONAL:
        return False
    if _is_an_answer(sentence, at) or _is_plainly_said(sentence, at):
        return False
    counted = low in OF_AMOUNT and has_quantity(sentence)
    return not counted and not is_explained(read, sentence, at)


def _is_an_answer(sentence: Sentence, at: int) -> bool:
    """`classifies the review as helpful`: the word is quoted in all but the marks."""
    classified = any(base_of(low) in _CLASSIFIES for low in sentence.lows[:at])
    return classified and "as" in sentence.lows[max(at - 3, 0) : at]


def _is_plainly_said(sentence: Sentence, at: int) -> bool:
    """`clearly states that …`, `makes clear that …`: what counts is whether it is stated."""
    back, low, after, third = (sentence.low(at + more) for more in (-1, 0, 1, 2))
    opens = ("that", "whether")
    if low == "clear":
        return back in ("makes", "make", "it") and after in (*opens, "which", "to")
    stated = base_of(after) in _PLAIN_ACTS or base_of(back) in _PLAIN_ACTS
    return low == "clearly" and stated and (after == "that" or third in opens)
