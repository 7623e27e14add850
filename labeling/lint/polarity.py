"""Does a claim describe something good, a fault, or that something is left undone?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeling.lint.findings import Span
from labeling.lint.lexicon import word_set
from labeling.lint.reading import Sentence
from labeling.lint.roles import ADVERBS, Role, is_adverb
from labeling.lint.tokens import Kind
from labeling.lint.verbs import BASE_OF, COPULAS, ING

# Each of these is a fault by itself.
FAULT_VERBS = word_set(
    """fail lack forget invent fabricate hallucinate misstate misidentify misrepresent misquote
    misspell misread misinterpret misunderstand crash plagiarise plagiarize neglect violate mislead
    overlook insult offend"""
)
# What nobody asks of a response: to be denied these is good.
_HARMS = word_set("reveal disclose leak expose threaten discriminate swear harm ridicule blame")
_FAULTY_WAYS = word_set(
    """incorrectly wrongly falsely erroneously mistakenly inaccurately improperly rudely
    unnecessarily needlessly"""
)
_FAULTS = word_set(
    """wrong incorrect false erroneous invented fabricated made-up fictitious misleading irrelevant
    unnecessary offensive insulting rude inaccurate unsupported hallucinated harmful unsafe error
    errors mistake mistakes hallucination hallucinations typo typos inaccuracies contradictions
    contradiction fabrications falsehoods profanity slurs insults misinformation bug bugs
    misspelling misspellings"""
)
_CARRIERS = word_set(
    """contain include have make give use provide state cite recommend suggest call offer return
    introduce show present produce"""
)
_AVOIDS = word_set("avoid refrain abstain")
_OMITS = word_set("omit exclude")
_EVADED = word_set("question answering answer topic issue responsibility committing")
_OWED = word_set("question request complaint concern concerns questions problem")
NOT = word_set("not never doesn't don't isn't aren't didn't won't cannot can't shouldn't")
_NONE = word_set("no without nothing")
# Not to do these is a fault of any response, whatever they are about.
_DUTIES = word_set(
    """answer address explain follow comply apologise apologize acknowledge verify confirm justify
    respond adhere warn clarify"""
)
_LIMITS = word_set("exceed more longer fewer less later than over beyond only until unless")
_PRAISE = word_set(
    """correctly accurately properly helpfully politely clearly appropriately successfully
    precisely truthfully"""
)
_GOOD = word_set(
    """correct accurate polite helpful clear appropriate friendly concise complete relevant
    professional respectful coherent truthful factual safe error-free"""
)
_RIGHT = word_set(
    "correct right accurate required requested specified prescribed helpful relevant appropriate"
)
_GOOD_ACTS = word_set("cite apologise apologize thank greet comply adhere acknowledge")
# Any of these turns a good act into a fault.
_TURNS = _FAULTS | word_set(
    """no not without instead before other another than too more never only even despite although
    though twice every each repeatedly again unasked private personal internal different outdated
    out-of-date old any anyone somebody excessively overly unrelated nonexistent non-existent
    unverified secret confidential beyond after while when if nothing fails itself own
    unrequested"""
)


@dataclass(frozen=True, slots=True)
class Polarity:
    """What the words describe. An absence of a fault is both; `firm` leaves no other reading."""

    is_fault: bool = False
    is_absence: bool = False
    is_praise: bool = False
    span: Span | None = None
    firm: bool = True


def polarity(sentence: Sentence) -> Polarity:
    """Whether the claim's first verb is denied, is a fault, or is praised."""
    verb = sentence.verbs[0] if sentence.verbs else None
    denied = _denied(sentence, verb)
    if denied is not None or verb is None:
        return denied or Polarity()
    if fault := _fault(sentence, verb):
        return Polarity(is_fault=True, span=fault)
    praised = _praised(sentence, verb)
    words = {token.low for token in sentence.tokens if token.span == praised}
    firm = not words.isdisjoint(_PRAISE | _RIGHT)
    return Polarity(is_praise=praised is not None, span=praised, firm=firm)


def _denied(sentence: Sentence, verb: int | None) -> Polarity | None:
    """`does not …`, `avoids …`, `contains no …`, `no …`, `is free of …`, `leaves out …`."""
    begin = next((at for at, role in enumerate(sentence.roles) if role == Role.MAIN), 0)
    if sentence.low(begin) in _NONE and begin + 1 < len(sentence):
        return _absence(sentence, begin, begin + 1)
    if verb is None:
        return None
    low, following = sentence.low(verb), sentence.lows[verb + 1 : verb + 3]
    base = BASE_OF.get(low, low)
    if base in _AVOIDS:
        said = _absence(sentence, verb, verb + 1)
        evades = not _EVADED.isdisjoint(sentence.lows[verb + 1 : verb + 5])
        return replace(said, is_fault=True) if said and not evades else said
    if following in (["free", "of"], ["free", "from"]):
        return _absence(sentence, verb + 1, verb + 3)
    if base in _OMITS or low.endswith("n't") or low == "cannot":
        return _absence(sentence, verb, verb + 1)
    if (base == "leave" and following[:1] == ["out"]) or (
        base in _CARRIERS and following[:1] == ["no"]
    ):
        return _absence(sentence, verb, verb + 2)
    if sentence.low(verb - 1) in ("never", "no", "none") and verb > begin:
        return _absence(sentence, verb - 1, verb)
    after = sentence.after_adverbs(verb + 1, but=NOT)
    return _absence(sentence, verb, after + 1) if sentence.low(after) in NOT else None


def _absence(sentence: Sentence, begin: int, after: int) -> Polarity | None:
    """A denial, unless it is a limit: `does not exceed 100 words`, `no more than two`."""
    nearby = sentence.lows[after : after + 4]
    if not _LIMITS.isdisjoint(nearby) or sentence.kind(after) == Kind.NUMBER:
        return None
    act = next((low for low in nearby if low not in ADVERBS and not is_adverb(low)), "")
    act = ING.get(act, act)
    is_fault = act in FAULT_VERBS | _HARMS or not _FAULTS.isdisjoint(sentence.lows[after:])
    span = sentence.span(begin, min(after, len(sentence)))
    return Polarity(is_fault, True, False, span, firm=is_fault or act in _DUTIES)


def _fault(sentence: Sentence, verb: int) -> Span | None:
    low, following = sentence.low(verb), sentence.low(verb + 1)
    base = BASE_OF.get(low, low)
    if base == "make" and following == "up":
        return sentence.span(verb, verb + 2)
    ignores = base in ("ignore", "dismiss")
    if ignores and not _OWED.isdisjoint(sentence.lows[verb + 1 : verb + 5]):
        return sentence.tokens[verb].span
    # A program that fails with an error may do just what it should.
    if base in FAULT_VERBS and (base != "fail" or following in ("to", "in", "at")):
        return sentence.tokens[verb].span
    for place in (verb - 1, verb + 1):
        if sentence.low(place) in _FAULTY_WAYS:
            return sentence.tokens[place].span
    carries = base in _CARRIERS or (low in COPULAS and following in _FAULTS)
    return _carried(sentence, verb) if carries else None


def _carried(sentence: Sentence, verb: int) -> Span | None:
    """`contains a factual error`, `gives the wrong dose`."""
    for place in range(verb + 1, min(verb + 5, len(sentence))):
        if sentence.low(place) in _FAULTS:
            return sentence.span(verb, place + 1)
        if sentence.roles[place] != Role.MAIN or sentence.low(place) in ("of", "for", "to"):
            return None
    return None


def _praised(sentence: Sentence, verb: int) -> Span | None:
    """`correctly states`, `is polite`, `cites the paragraph` with nothing that spoils it."""
    if not _TURNS.isdisjoint(sentence.lows):
        return None
    for place in (verb - 1, verb + 1):
        if sentence.low(place) in _PRAISE:
            return sentence.tokens[place].span
    if sentence.low(verb) in COPULAS and sentence.low(verb + 1) in _GOOD:
        return sentence.span(verb, verb + 2)
    for place in range(verb + 1, min(verb + 4, len(sentence))):
        if sentence.low(place) in _RIGHT and sentence.roles[place] == Role.MAIN:
            return sentence.tokens[place].span
    base = BASE_OF.get(sentence.low(verb), sentence.low(verb))
    return sentence.tokens[verb].span if base in _GOOD_ACTS else None
