"""Criteria in which there is nothing that one could point at in a response."""

from __future__ import annotations

import re

from labeling.lint.findings import Span
from labeling.lint.judging import JUDGEMENTS
from labeling.lint.lexicon import word_set
from labeling.lint.pins import has_quantity, is_explained
from labeling.lint.reading import RESPONSES, Sentence
from labeling.lint.roles import Role, is_adverb
from labeling.lint.tokens import Kind
from labeling.lint.verbs import BASE_OF, COPULAS, SEEMING

# What goes on in a head, and leaves no trace in a text unless the criterion names the trace.
INWARD = word_set(
    """understand know think consider realise realize appreciate believe feel care try aim want
    intend hope wish grasp comprehend engage relate strive endeavour endeavor empathise empathize
    sympathise sympathize"""
)
SHOWING = word_set(
    """show demonstrate display exhibit convey reflect evince possess have express embody radiate
    project exude inspire evoke create leave build give"""
)
_INWARD_THINGS = word_set(
    """understanding knowledge insight insights empathy care awareness competence expertise
    professionalism creativity depth sensitivity compassion respect concern warmth confidence
    enthusiasm interest intelligence mastery maturity thoughtfulness attention grasp appreciation
    sense feeling impression commitment willingness effort trust rapport originality wisdom
    kindness patience curiosity helpfulness honesty humility attitude mindset sincerity"""
)
_MANNERLY = word_set(
    """professionalism care empathy sensitivity respect compassion kindness patience warmth
    enthusiasm honesty humility tact courtesy attention confidence"""
)
# Endings of what somebody has: musicality, assertiveness, showmanship.
_TRAITS = ("ality", "ivity", "iveness", "fulness", "ousness", "manship")
_ABSTRACT = word_set(
    """accuracy tone quality helpfulness clarity coherence fluency relevance completeness politeness
    professionalism creativity structure formatting style conciseness empathy depth correctness
    readability grammar originality usefulness engagement consistency faithfulness groundedness
    safety harmlessness honesty efficiency effectiveness organisation organization presentation
    brevity factuality thoroughness logic insight nuance flow language content reasoning
    understanding precision specificity friendliness warmth"""
)
_PEOPLE = word_set(
    """user users customer customers reader readers patient patients client clients student
    students audience person caller people learner recipient"""
)
_FELT = word_set("satisfied happy convinced reassured impressed pleased delighted")
_LIKED = word_set("enjoy like love trust remember agree find")
_WILL = word_set("will would can should")
_HELPED = word_set("help helps helping let lets make makes so")
_UNDERSTOOD = re.compile(
    r"\bthat (?:it|the (?:model|agent|assistant|writer|author|student|response|answer))"
    r" (?:\w+ ){0,2}?(?:underst(?:ands?|ood)|knows?|known|grasp(?:s|ed)|cares?|thought)\b"
)
_WHOLE = RESPONSES | word_set(
    """everything quality tone style writing content language work job format overall structure
    wording grammar layout presentation"""
)
# A reader with the means at hand settles these without a further word.
_DECIDABLE = word_set("valid well-formed grammatical structured formal informal")
_FILLERS = word_set(
    """the a an of and or , ; & both in it its very quite all generally should must does do to for
    user users customer reader written has have use uses given provides gives"""
)


def unobservable(text: str, read: list[Sentence]) -> tuple[list[Span], bool]:
    """The words that name nothing visible, and whether there is nothing else in the criterion."""
    spans = [span for sentence in read if (span := _inward(read, sentence))]
    spans += [match.span() for match in _UNDERSTOOD.finditer(text)] if not spans else []
    if spans or len(read) != 1:
        return spans, False
    only = _heading(read[0]) or _only_judges(read[0])
    return ([only] if only else []), only is not None


def _inward(read: list[Sentence], sentence: Sentence) -> Span | None:
    if has_quantity(sentence):
        return None
    for at, role in enumerate(sentence.roles):
        end = _inward_until(sentence, at) if role == Role.MAIN else 0
        if end and not is_explained(read, sentence, at):
            return sentence.span(at, end)
    return None


def _inward_until(sentence: Sentence, at: int) -> int:
    """The end of the words about a mind that begin here; 0 when there are none."""
    low = sentence.low(at)
    base = BASE_OF.get(low, low)
    if base in ("recognise", "recognize"):
        return at + 3 if sentence.low(at + 2) in ("importance", "value", "need") else 0
    if at in sentence.verbs and base in INWARD and not _is_outward(sentence, at, base):
        return at + 1
    if at in sentence.verbs and base in SHOWING:
        return _shown(sentence, at)
    if low in ("aware", "mindful") and sentence.low(at - 1) in COPULAS | SEEMING | {"being"}:
        return at + 1
    if low == "with" and sentence.low(at + 1) in _MANNERLY:
        return at + 2
    if base == "take":
        return _into_account(sentence, at)
    return _of_people(sentence, at)


def _is_outward(sentence: Sentence, at: int, base: str) -> bool:
    """`feels natural` is for the vague words, `engages with the objection` can be seen."""
    if not _HELPED.isdisjoint(sentence.lows[max(at - 5, 0) : at]):
        return True
    if base == "feel":
        return not _person_before(sentence, at, 3)
    if base in ("engage", "relate"):
        return _PEOPLE.isdisjoint(sentence.lows[at + 1 : at + 4])
    return sentence.low(at + 1) in ("whether", "how", "both")


def _shown(sentence: Sentence, at: int) -> int:
    """`shows a deep understanding of the topic`, `demonstrates musicality`."""
    for place in range(at + 1, min(at + 6, len(sentence))):
        low = sentence.low(place)
        if low in _INWARD_THINGS or (place == at + 1 and low.endswith(_TRAITS)):
            return place + 1
        if low in ("of", "for", "to", "that", "how", "in", ","):
            return 0
    return 0


def _into_account(sentence: Sentence, at: int) -> int:
    for place in range(at + 1, min(at + 7, len(sentence) - 1)):
        if sentence.lows[place : place + 2] == ["into", "account"]:
            return place + 2
    return 0


def _of_people(sentence: Sentence, at: int) -> int:
    """`the customer will be satisfied`: what people will feel stands in no response."""
    low = sentence.low(at)
    feels = low in ("feels", "feel") and _person_before(sentence, at, 3)
    likes = low in _LIKED and sentence.low(at - 1) in _WILL and _person_before(sentence, at, 6)
    satisfied = low in _FELT and _person_before(sentence, at, 6)
    return at + 1 if feels or likes or satisfied else 0


def _person_before(sentence: Sentence, at: int, reach: int) -> bool:
    return not _PEOPLE.isdisjoint(sentence.lows[max(at - reach, 0) : at])


def _heading(sentence: Sentence) -> Span | None:
    """`Tone`, `Accuracy of the answer`: a topic, not a thing to see."""
    words = [one for one in sentence.tokens if one.kind != Kind.SIGN]
    if len(words) > 6 or any(one.kind != Kind.WORD for one in words):
        return None
    named_first = words[0].low in _ABSTRACT
    claims = any(sentence.is_finite(at) or not named_first for at in sentence.verbs)
    named = any(one.low in _ABSTRACT for one in words)
    return (words[0].start, words[-1].end) if named and not claims else None


def _only_judges(sentence: Sentence) -> Span | None:
    """`The response is good and clear.`: only judgements and the thing judged."""
    words = [at for at in range(len(sentence)) if sentence.low(at) not in (".", "?", "!")]
    judged = [at for at in words if _judges(sentence, at)]
    rest = [at for at in words if at not in judged and not _says_nothing(sentence.low(at))]
    return sentence.span(judged[0], judged[-1] + 1) if judged and not rest else None


def _judges(sentence: Sentence, at: int) -> bool:
    low = sentence.low(at)
    praise = low == "high" and sentence.low(at + 1) == "quality"
    return praise or (low in JUDGEMENTS and low not in _DECIDABLE)


def _says_nothing(low: str) -> bool:
    empty = low in _FILLERS or low in _WHOLE or low in COPULAS or low in SEEMING
    return empty or is_adverb(low)
