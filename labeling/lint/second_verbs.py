"""Verbs after a joining word: is it a second one of the same subject, and of which kind?"""

from __future__ import annotations

from labeling.lint.lexicon import word_set
from labeling.lint.reading import Sentence
from labeling.lint.tokens import Kind
from labeling.lint.verbs import BASES, COPULAS, ING, ONLY_VERBS, PAST

ENDS = frozenset(".?!,;:)")
PREPOSITIONS = word_set(
    """in on at by to from for with of as into over under without within against through using
    before after during until per via"""
)
_NOT_FINITE = word_set("be been being")


def is_verb(sentence: Sentence, at: int) -> bool:
    if sentence.is_finite(at):
        return sentence.low(at) not in _NOT_FINITE
    plain = sentence.is_plain or infinitive_before(sentence, at)
    return bool(plain) and sentence.is_base(at)


def takes_object(sentence: Sentence, at: int) -> bool:
    """Whether a gerund stands here that acts on something."""
    base = ING.get(sentence.low(at), "")
    sure = base in ONLY_VERBS and sentence.low(at + 1) not in ENDS
    return bool(base) and (sentence.is_object_start(at + 1) or sure)


def infinitive_before(sentence: Sentence, at: int) -> int:
    """Where the nearest `to` + verb stands before here; 0 when there is none."""
    places = range(at - 1, 0, -1)
    return next((b for b in places if sentence.low(b - 1) == "to" and sentence.low(b) in BASES), 0)


def gerund_before(sentence: Sentence, at: int) -> int:
    """Where `by citing …` stands before here, with which a further gerund goes together."""
    begins = PREPOSITIONS | {"and", "not"}
    places = range(at - 1, 0, -1)
    return next((b for b in places if sentence.low(b) in ING and sentence.low(b - 1) in begins), 0)


def participle_before(sentence: Sentence, at: int, begin: int) -> int:
    """Where `is trained …` stands, with which `and evaluated on Y` goes together; 0 if nowhere."""
    if not _is_past(sentence.low(begin)) or sentence.kind(begin) != Kind.WORD:
        return 0
    after = sentence.low(sentence.after_adverbs(begin + 1))
    if after and after not in ENDS | PREPOSITIONS | {"and", "or"}:
        return 0
    passive = (
        back
        for back in range(1, at)
        if _is_past(sentence.low(back))
        and sentence.low(sentence.before_adverbs(back - 1)) in COPULAS
    )
    return next(passive, 0)


def _is_past(low: str) -> bool:
    return low in PAST or (len(low) > 4 and low.endswith("ed"))


def has_claim(sentence: Sentence, at: int) -> bool:
    return any(verb < at for verb in sentence.verbs) or bool(infinitive_before(sentence, at))
