"""Numbers that leave open which values pass, and examples that stand for a test."""

from __future__ import annotations

import re

from labeling.lint.findings import Span
from labeling.lint.lexicon import word_set
from labeling.lint.pins import is_quantity
from labeling.lint.reading import Sentence
from labeling.lint.roles import Role
from labeling.lint.tokens import Kind
from labeling.lint.verbs import COPULAS, SEEMING

_NEARLY = word_set(
    "about approximately around roughly circa nearly almost ca. approx. approx ~ ≈ some near"
)
_TOLERANCE = re.compile(
    r"±|\+/-|[<>≤≥]|\b(?:plus or minus|give or take|within|toleran\w*|between|at least|at most"
    r"|range|no (?:more|less|fewer|longer|later) than|rounded|rounding|exact\w*|decimals?|up to"
    r"|margin|significant (?:figures|digits)|accuracy of|places|nearest"
    r"|or (?:more|less|fewer|above|below|under|over)|\d+(?:[.,]\d+)?\s*(?:-|–|to)\s*\d+)\b",
    re.IGNORECASE,
)
_PHYSICAL = word_set(
    """dose dosage temperature weight distance height width length mass speed pressure volume
    duration concentration voltage"""
)
_MEASURES = _PHYSICAL | word_set(
    """result results answer value total average mean median sum ratio probability estimate area
    rate energy force price cost score variance deviation coefficient slope density current power
    time yield integral root roots correlation p-value error accuracy loss velocity acceleration
    frequency interest return computed calculated measured estimated observed predicted"""
)
# What was set beforehand is exact as it stands; what was found out is not.
_SETTINGS = word_set(
    """parameter parameters hyperparameter hyperparameters hyper-parameter hyper-parameters setting
    settings set sets threshold argument learning configured uses using"""
)
_IS = word_set("is as of equals at gives returns reports was are be")
_NAMED_NUMBERS = word_set(
    """clause section paragraph article chapter version step figure table rule page point item line
    question python level equation option no nos. no. § $ € £"""
)
_NO_UNITS = word_set("and for in when if as")
_LISTS = frozenset(
    tuple(one.split())
    for one in (
        "e.g.", "e.g", "for example", "for instance", "such as", "etc.", "etc", "and so on",
        "and so forth", "and the like", "among others", "amongst others", "or similar",
        "and others", "including but not limited to", "or something similar", "and more",
        "things like", "something like", "stuff like",
    )
)  # fmt: skip
_LONGEST_LIST = max(map(len, _LISTS))


def loose_numbers(text: str, read: list[Sentence]) -> list[Span]:
    """`about 5` without a tolerance, and measured numbers without unit or rounding."""
    if _TOLERANCE.search(text):
        return []
    return [
        sentence.span(at, end)
        for sentence in read
        for at in range(len(sentence))
        if (end := _nearly(sentence, at) or _measured(sentence, at))
    ]


def _nearly(sentence: Sentence, at: int) -> int:
    """The end of `about 5` or `close to 5`; 0 when no such number begins here."""
    if sentence.lows[at : at + 2] == ["close", "to"]:
        return _number(sentence, at + 2)
    low, following = sentence.low(at), sentence.low(at + 1)
    if low not in _NEARLY or following == "one":
        return 0
    return _number(sentence, at + 1)


def _number(sentence: Sentence, at: int) -> int:
    """The end of the number here, also after a currency's sign."""
    at += sentence.low(at) in ("$", "€", "£", "a", "an")
    return at + 1 if at < len(sentence) and is_quantity(sentence.tokens[at]) else 0


def _measured(sentence: Sentence, at: int) -> int:
    """The end of a number that is somebody's result, said without unit or rounding."""
    token = sentence.tokens[at]
    if token.kind != Kind.NUMBER or not re.fullmatch(r"\d+(?:[.,]\d+)?", token.text):
        return 0
    before, after = sentence.low(at - 1), sentence.low(at + 1)
    # Whatever word or sign of a unit follows says what is counted.
    has_unit = sentence.kind(at + 1) == Kind.WORD and after not in _NO_UNITS
    if has_unit or (after and after in "€$£°%") or before not in _IS:
        return 0
    # Counts are whole; a whole number of a thing that is measured lacks its unit.
    nouns = _PHYSICAL if token.text.isdigit() else _MEASURES
    so_far = sentence.lows[:at]
    found_out = not nouns.isdisjoint(so_far) and _SETTINGS.isdisjoint(sentence.lows)
    return at + 1 if found_out and before not in _NAMED_NUMBERS else 0


def example_lists(read: list[Sentence]) -> list[Span]:
    """`e.g. …`, `such as …`, `etc.` where the examples are all that says what is meant."""
    return [
        sentence.span(at, at + length)
        for sentence in read
        # A number says how many are needed: `at least two side effects, e.g. nausea`.
        if not any(map(is_quantity, sentence.tokens))
        for at, role in enumerate(sentence.roles)
        if role != Role.CONTENT and (length := _list(sentence, at))
    ]


def _list(sentence: Sentence, at: int) -> int:
    return sentence.phrase(at, _LISTS, _LONGEST_LIST) or int(_is_like(sentence, at))


def _is_like(sentence: Sentence, at: int) -> bool:
    """`topics like rent, deposit or repairs`; not `sounds like`."""
    if sentence.low(at) != "like":
        return False
    compares = sentence.low(at - 1) in SEEMING | COPULAS | {"would", "should"}
    return not compares and not {",", "and", "or"}.isdisjoint(sentence.lows[at + 2 : at + 7])
