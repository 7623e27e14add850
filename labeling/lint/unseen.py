"""Comparisons with what no expert at the desk can see."""

from __future__ import annotations

import re

from labeling.lint.findings import Span
from labeling.lint.lexicon import lines, word_set
from labeling.lint.pins import is_explained, is_quantity
from labeling.lint.reading import Sentence
from labeling.lint.roles import Role
from labeling.lint.tokens import Kind

_OTHERS = (
    "(?:answers?|responses?|outputs?|versions?|drafts?|models?|candidates?|submissions?|attempts?"
    "|repl(?:y|ies)|completions?|systems?|assistants?|runs?|iterations?|solutions?|essays?"
    "|reviewers?|competitors?)"
)


def _patterns(name: str) -> list[re.Pattern[str]]:
    return [re.compile(one.replace("OTHERS", _OTHERS), re.IGNORECASE) for one in lines(name)]


_COMPARISONS = _patterns("unseen_comparisons")
_MINDS = _patterns("unseen_minds")
_VENDOR = re.compile(r"gpt|chatgpt|claude|gemini|llama", re.IGNORECASE)
_SEEN = re.compile(
    r"\b(?:shown|given|attached|provided|quoted|stated|listed|below|above|in the (?:reference"
    r"|prompt|policy|conversation|document|passage|text|message|thread|transcript|guidance|task"
    r"|ticket))\b",
    re.IGNORECASE,
)
_NEVER_SEEN = re.compile(r"\b(?:other|competing|average|baseline|than)\b", re.IGNORECASE)
_RIGHT = word_set("correct right expected ideal true desired intended gold golden proper best")
_RESULTS = word_set(
    """answer answers result results output solution response value option conclusion diagnosis
    outcome decision"""
)
_STATES = word_set("is equals namely as : = of")


def unseen_places(text: str, read: list[Sentence], *, has_guidance: bool) -> list[Span]:
    """The words that send the expert to something that is not on the desk.

    What the right answer is may stand in the guidance; nobody sees another response there.
    """
    said = [range(*one) for one in _said(read)]
    compared = [
        span for span in _found(_COMPARISONS, text) if not any(span[0] in one for one in said)
    ]
    right = [] if has_guidance else [_right_answer(text, read, one) for one in read]
    spans = [*compared, *_found(_MINDS, text), *filter(None, right)]
    return _without_overlaps(spans)


def _found(patterns: list[re.Pattern[str]], text: str) -> list[Span]:
    shown = _SEEN.search(text) is not None
    matches = [match for pattern in patterns for match in pattern.finditer(text)]
    return [
        match.span()
        for match in matches
        if not (shown and not _NEVER_SEEN.search(match.group())) and not _is_named(match.group())
    ]


def _is_named(words: str) -> bool:
    """Against a system with a name something was measured: that stands in the work itself."""
    return any(word[0].isupper() and not _VENDOR.match(word) for word in words.split()[1:])


def _said(read: list[Sentence]) -> list[Span]:
    """What the response is to say may compare with whatever it likes."""
    return [
        token.span
        for sentence in read
        for token, role in zip(sentence.tokens, sentence.roles, strict=True)
        if role == Role.CONTENT or token.kind in (Kind.QUOTE, Kind.CODE)
    ]


def _right_answer(text: str, read: list[Sentence], sentence: Sentence) -> Span | None:
    """`gives the correct answer`, `the result is correct`, and nothing says what that is."""
    if _SEEN.search(text) or "reference" in text.lower():
        return None
    for at in range(len(sentence) - 1):
        low, following = sentence.low(at), sentence.low(at + 1)
        is_right = low in _RESULTS and sentence.lows[at + 1 : at + 3] == ["is", "correct"]
        if not (is_right or (low in _RIGHT and following in _RESULTS)):
            continue
        end = at + 2 + is_right
        known = is_explained(read, sentence, at) or _is_stated(sentence, end)
        if sentence.roles[at] == Role.MAIN and not known:
            return sentence.span(at, end)
    return None


def _is_stated(sentence: Sentence, after: int) -> bool:
    """Whether the answer itself follows: a number, a quotation, a name."""
    rest = sentence.tokens[after:]
    concrete = any(one.kind in (Kind.QUOTE, Kind.CODE) or is_quantity(one) for one in rest)
    named = any(one.text[0].isupper() for one in rest)
    stated = bool(rest) and (rest[0].low in _STATES or (rest[0].low == "," and len(rest) > 2))
    return concrete or named or stated


def _without_overlaps(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
