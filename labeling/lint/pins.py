"""What makes a vague word definite: a number, an explanation, guidance, anchors, a check."""

from __future__ import annotations

from labeling.lint.judging import DEFINITE_PAIRS, VAGUE
from labeling.lint.lexicon import word_set
from labeling.lint.reading import Sentence
from labeling.lint.tokens import Kind, Token, tokens, word_count
from labeling.lint.verbs import ING
from labeling.spec.rubric import CriterionSpec

NUMBER_WORDS = word_set(
    """zero one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty
    forty fifty hundred thousand half once twice"""
)
_ENOUGH_WORDS = 5
_ENOUGH_WORDS_OF_AN_ANCHOR = 3
_EXPLAINS = word_set("i.e. i.e namely meaning viz")
# Guidance of this kind passes the question on.
_PASSES_ON = word_set("judgement judgment feeling gut opinion discretion impression")


def is_pinned(criterion: CriterionSpec) -> bool:
    """Whether something beside the text says how its words are meant."""
    if criterion.check is not None or is_definite(criterion.guidance, _ENOUGH_WORDS):
        return True
    levels = criterion.scale.levels
    anchored = [one for one in levels if is_definite(one.anchor, _ENOUGH_WORDS_OF_AN_ANCHOR)]
    needed = 1 if len(levels) <= 2 else len(levels) - 1
    return len(anchored) >= needed


def is_definite(text: str, enough: int) -> bool:
    """Whether a text says something that two readers read alike."""
    if word_count(text) < enough:
        return False
    found = tokens(text)
    if any(token.low in _PASSES_ON for token in found):
        return False
    concrete = any(token.kind in (Kind.NUMBER, Kind.QUOTE, Kind.CODE) for token in found)
    return concrete or not any(is_vague(found, at) for at in range(len(found)))


def is_vague(found: list[Token], at: int) -> bool:
    low = found[at].low
    return low in VAGUE and not is_in_definite_pair(found, at)


def is_in_definite_pair(found: list[Token], at: int) -> bool:
    """Whether the word and a neighbour name something definite: `good faith`, `clear the`."""
    low = found[at].low
    after = found[at + 1].low if at + 1 < len(found) else ""
    before = found[at - 1].low if at else ""
    return f"{low} {after}" in DEFINITE_PAIRS or f"{before} {low}" in DEFINITE_PAIRS


def is_quantity(token: Token) -> bool:
    return token.kind == Kind.NUMBER or token.low in NUMBER_WORDS


def has_quantity(sentence: Sentence) -> bool:
    return any(is_quantity(token) for token in sentence.tokens)


def is_explained(read: list[Sentence], sentence: Sentence, at: int) -> bool:
    """Whether the text goes on to say what the word at this place means."""
    for place in range(at + 1, len(sentence)):
        low = sentence.low(place)
        if low in _EXPLAINS or (low == ":" and len(sentence) - place > 2):
            return True
        if low == "(" and _says_something(sentence, place):
            return True
        if low == "by" and sentence.low(sentence.after_adverbs(place + 1)) in ING:
            return True
    return _says_when(read[read.index(sentence) + 1 :])


def _says_something(sentence: Sentence, opening: int) -> bool:
    inside = sentence.tokens[opening + 1 : opening + 12]
    exemplary = inside and inside[0].low in ("e.g.", "e.g", "for", "such", "like", "including")
    definite = any(one.kind in (Kind.NUMBER, Kind.QUOTE, Kind.CODE) for one in inside)
    return definite or (len(inside) >= 3 and not exemplary)


def _says_when(following: list[Sentence]) -> bool:
    """A further sentence that says what counts."""
    says = ("counts", "count", "means", "mean", "when", "if", "must", "only", "needs")
    return any(
        any(token.low in says or is_quantity(token) for token in one.tokens)
        for one in following
        if len(one) > 3
    )
