"""A criterion's text read as sentences, each knowing which of its words are verbs."""

from __future__ import annotations

from collections.abc import Iterator

from labeling.lint.findings import Span
from labeling.lint.lexicon import word_set
from labeling.lint.roles import Role, is_adverb, roles
from labeling.lint.tokens import Kind, Token, tokens
from labeling.lint.verbs import (
    AUXILIARIES,
    BASES,
    ING,
    MAYBE_S,
    MODALS,
    ONLY_VERBS,
    PAST,
    SURE_S,
)

# What a response, or what makes one, is called: a word in -s after it is its verb.
RESPONSES = word_set(
    """answer answers response responses output outputs reply replies model models agent agents
    assistant text message email letter summary report story essay poem code function query script
    program solution explanation translation it review article paragraph section list table
    document note recommendation plan proof result call system memo description"""
)
_THINGS = (Kind.QUOTE, Kind.NUMBER, Kind.CODE)
_OBJECT_STARTS = word_set(
    """to that at with into the a an this these those its his her their your our my any all each
    every both no some either neither which what how why whether who when where it them him itself
    themselves us you me everything nothing anything something someone anyone only exactly one two
    three another"""
)
_ARTICLES = word_set("the a an its his her their that how why whether")
_BEFORE_NOUNS = word_set("the a an of its their his her any no each this")
_CONNECTING = word_set(
    """of in on at by to from for with as into over under without within against through during
    before after until per via and or but than if when while because since about between among
    above below across along around behind beside beyond despite except inside near off onto out
    outside toward towards up upon i.e. e.g. such like so correct"""
)
_ALSO_NAMES = word_set("may will might can")
_PLAIN_AFTER = MODALS - {"to"}
_NOT_VERBS = ("ss", "us", "is", "ness", "ics", "'s", "ers", "ors", "ments", "ions", "ings")
_NOUNS_IN_ISES = word_set(
    """exercises promises premises franchises enterprises compromises surprises prizes sizes crises
    noises rises"""
)


class Sentence:
    """Some tokens up to a full stop; `verbs` are the places of the claim's own verbs."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.lows = [token.low for token in found]
        self.roles = list(roles(found))
        # Verbs stand in their plain form after `must`, in questions and in commands.
        first = self.low(self.after_adverbs(0))
        self.is_plain = first in MODALS or first in BASES or not _PLAIN_AFTER.isdisjoint(self.lows)
        self.verbs = list(self._verbs())

    def __len__(self) -> int:
        return len(self.tokens)

    def low(self, at: int) -> str:
        """The word there in lower case; empty beyond both ends."""
        return self.lows[at] if 0 <= at < len(self.lows) else ""

    def kind(self, at: int) -> Kind | None:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else None

    def span(self, start: int, end: int) -> Span:
        """The characters from one token up to before another."""
        return self.tokens[start].start, self.tokens[end - 1].end

    def phrase(self, at: int, phrases: frozenset[tuple[str, ...]], longest: int) -> int:
        """How many words the longest of the phrases has that begins here; 0 for none."""
        lengths = range(min(longest, len(self) - at), 0, -1)
        return next((one for one in lengths if tuple(self.lows[at : at + one]) in phrases), 0)

    def is_object_start(self, at: int) -> bool:
        """Whether something begins here that only a verb before it can take."""
        return self.low(at) in _OBJECT_STARTS or self.kind(at) in _THINGS

    def is_finite(self, at: int) -> bool:
        """Whether the word is a verb that goes with a subject: `cites`, `is`, `must`."""
        low = self.low(at)
        if self.kind(at) != Kind.WORD or self._is_name(at):
            return False
        if low in AUXILIARIES or low in SURE_S or _ends_as_verb(low):
            return True
        if low in MAYBE_S:
            after = self.after_adverbs(at + 1)
            after_subject = at == 0 or self.low(at - 1) in RESPONSES
            return after_subject or self.is_object_start(after) or self._is_noun(after)
        unknown = len(low) > 3 and low.endswith("s") and not low.endswith(_NOT_VERBS)
        return unknown and self.low(at + 1) in _ARTICLES

    def is_base(self, at: int) -> bool:
        """Whether the word may be a verb in its plain form."""
        low = self.low(at)
        if low in ONLY_VERBS:
            return True
        return low in BASES and self.is_object_start(self.after_adverbs(at + 1))

    def after_adverbs(self, at: int, but: frozenset[str] = frozenset()) -> int:
        """The first place from here that is no adverb, or one of those wanted."""
        while self.low(at) not in but and is_adverb(self.low(at)):
            at += 1
        return at

    def before_adverbs(self, at: int) -> int:
        """The last place up to here that is no adverb in -ly."""
        while at > 0 and self.low(at).endswith("ly"):
            at -= 1
        return at

    def _is_name(self, at: int) -> bool:
        return at > 0 and self.low(at) in _ALSO_NAMES and self.tokens[at].text[0].isupper()

    def _is_noun(self, at: int) -> bool:
        """Whether a noun is sure to stand here: `offers compensation`, not `offers made by`."""
        low = self.low(at)
        other = low in _CONNECTING or low in AUXILIARIES or low in PAST or low in ING
        return self.kind(at) == Kind.WORD and not other and low not in ONLY_VERBS | SURE_S

    def _verbs(self) -> Iterator[int]:
        """Every verb of the claim itself, not of what it says or depends on."""
        for at, role in enumerate(self.roles):
            if role != Role.MAIN:
                continue
            plain = self.is_plain and self.is_base(at) and self.low(at - 1) not in _BEFORE_NOUNS
            if plain or self.is_finite(at):
                yield at


def sentences(text: str) -> list[Sentence]:
    """The text's sentences; a line break ends one as a full stop does."""
    found: list[list[Token]] = [[]]
    for token in tokens(text):
        if found[-1] and "\n" in text[found[-1][-1].end : token.start]:
            found.append([])
        found[-1].append(token)
        if token.low in (".", "?", "!"):
            found.append([])
    said = [one for one in found if any(token.kind != Kind.SIGN for token in one)]
    return [Sentence(one) for one in said]


def _ends_as_verb(low: str) -> bool:
    return low.endswith(("ises", "izes", "ifies")) and low not in _NOUNS_IN_ISES
