"""Criteria that ask the same: their points then count twice.

Pairs are found without comparing every two. Of each text only its rarest shingles are looked up:
a pair with J > t shares one of the |S| - ceil(t |S|) + 1 rarest of either, in whichever order of
rarity all of them are put.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from labeling.language import gettext as _
from labeling.lint.findings import Remark, Rule, Severity
from labeling.lint.lexicon import word_set
from labeling.lint.shingles import NEAR, Shingle, jaccard, shingles, words
from labeling.spec.rubric import CriterionSpec

# Of many earlier texts that share a rare shingle, only so many are looked at.
_CANDIDATES = 64
# Words that a paraphrase exchanges or drops.
_IDLE = word_set(
    """the a an of to in on for with by at and or is are be it its that this answer response
    responses output model agent reply must should does do has have been user customer their his
    her states says mentions notes names tells indicates specifies includes explains points reports
    describes gives provides lists identifies contains"""
)
# Where one of these stands, the order of the words is part of what is asked.
_ORDERING = word_set("before after then than from not no never without into against only if unless")
_LEAST_CONTENT = 4
# Words by which two criteria that read alike ask for two things.
_OPPOSITES = word_set(
    """first second third last before after minimum maximum min max mean median upper lower left
    right input output start end increase decrease train training validation test credit debit
    buyer seller plaintiff defendant morning evening not no never"""
)
# Quotations, code, whatever has a digit, and capitals but the text's first.
_NAMES = re.compile(r"“[^”]*”|\"[^\"]*\"|`[^`]*`|\w*\d[\w.,-]*|\w+_\w+|\b[A-Z]\w*|\w+[A-Z]\w*")
_ENDINGS = ("ing", "ies", "ed", "es", "s")


def remarks(criteria: Sequence[CriterionSpec]) -> Iterator[tuple[int, Remark]]:
    """Each criterion that repeats an earlier one, by its position, with what to say of it."""
    earlier = _Earlier([_whole(one) for one in criteria])
    for at in range(len(criteria)):
        if (same := earlier.same(at)) is not None:
            yield at, _remark(criteria, same, at, Severity.ERROR)
        elif (near := earlier.near(at)) is not None:
            yield at, _remark(criteria, near, at, Severity.WARNING)
        else:
            earlier.add(at)


class _Earlier:
    """The texts met so far that repeat none before them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.words = [words(text) for text in texts]
        self.shingles = [shingles(text) for text in texts]
        self.often = Counter(shingle for one in self.shingles for shingle in one)
        self.places: dict[Shingle, list[int]] = {}
        self.by_words: dict[tuple[str, ...], int] = {}
        self.by_content: dict[frozenset[str], int] = {}

    def same(self, at: int) -> int | None:
        """The earlier text with the same words."""
        return self.by_words.get(self.words[at])

    def near(self, at: int) -> int | None:
        """The first earlier text with J above the threshold, or with the same content."""
        for one in self._candidates(at):
            alike = jaccard(self.shingles[one], self.shingles[at]) > NEAR
            if alike and not _is_parallel(self.texts[one], self.texts[at]):
                return one
        content = _content(self.words[at])
        same = self.by_content.get(content) if content else None
        parallel = same is not None and _is_parallel(self.texts[same], self.texts[at])
        return None if parallel else same

    def add(self, at: int) -> None:
        if not self.words[at]:
            return
        self.by_words[self.words[at]] = at
        if content := _content(self.words[at]):
            self.by_content.setdefault(content, at)
        for shingle in self._rarest(at):
            self.places.setdefault(shingle, []).append(at)

    def _candidates(self, at: int) -> list[int]:
        found: set[int] = set()
        for shingle in self._rarest(at):
            found.update(self.places.get(shingle, ())[:_CANDIDATES])
            if len(found) >= _CANDIDATES:
                break
        return sorted(found)

    def _rarest(self, at: int) -> list[Shingle]:
        own = sorted(self.shingles[at], key=lambda shingle: (self.often[shingle], shingle))
        return own[: len(own) - math.ceil(NEAR * len(own)) + 1]


def _whole(criterion: CriterionSpec) -> str:
    """The text with the headings it stands under: leaves of two branches may read alike."""
    return " ".join([*criterion.path, criterion.criterion])


@lru_cache(maxsize=8192)
def _content(key: tuple[str, ...]) -> frozenset[str] | None:
    """The words that carry the meaning, whatever their order; None where order is the meaning."""
    if not _ORDERING.isdisjoint(key):
        return None
    carrying = frozenset(_stem(word) for word in key if word not in _IDLE)
    return carrying if len(carrying) >= _LEAST_CONTENT else None


def _stem(word: str) -> str:
    ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) > len(one) + 2), "")
    return word.removesuffix(ending)


def _is_parallel(one: str, other: str) -> bool:
    """Whether two texts ask the same of different things: another number, name or quotation."""
    return _named(one) != _named(other)


@lru_cache(maxsize=8192)
def _named(text: str) -> tuple[list[str], frozenset[str]]:
    return _NAMES.findall(text, 1), _OPPOSITES.intersection(words(text))


def _remark(criteria: Sequence[CriterionSpec], first: int, at: int, severity: Severity) -> Remark:
    earlier, own = criteria[first], criteria[at]
    number, name = first + 1, earlier.name or earlier.criterion[:60]
    why = _(
        "This asks nearly the same as criterion %(number)s, “%(name)s”: one thing is paid twice."
    )
    if severity == Severity.ERROR:
        why = _("This asks the same as criterion %(number)s, “%(name)s”: one thing is paid twice.")
    why %= {"number": number, "name": name}
    mend = _("Drop one of the two, or say here what criterion %(number)s does not ask.") % {
        "number": number
    }
    spans, about = ((0, len(own.criterion)),), (own.criterion, earlier.criterion)
    return Remark(Rule.NEAR_DUPLICATE, severity, why, mend, spans=spans, about=about)
