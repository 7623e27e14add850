"""Where a sentence goes on to a second claim, and what the two have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeling.lint.findings import Span
from labeling.lint.joining_words import is_fixed, joiner
from labeling.lint.judging import JUDGEMENTS
from labeling.lint.lexicon import word_set
from labeling.lint.reading import Sentence
from labeling.lint.roles import WH, Role
from labeling.lint.second_verbs import (
    ENDS,
    PREPOSITIONS,
    gerund_before,
    has_claim,
    infinitive_before,
    is_verb,
    participle_before,
    takes_object,
)
from labeling.lint.tokens import Kind
from labeling.lint.verbs import (
    AUXILIARIES,
    BASES,
    COPULAS,
    ING,
    ONLY_VERBS,
    SEEMING,
    is_act,
    third_person,
)

# Words that begin another clause: beyond them a verb has another subject.
_BREAKS = WH | word_set("that because so to . , :")
_ENDS_SUBJECT = word_set("and or it they he she we you i")
_PLURAL = word_set("are were have do aren't weren't haven't don't")
_NEXT = word_set("then also finally next")
_ADJECTIVES = ("able", "ible", "ful", "ous", "ive", "ical", "less", "ish", "istic")
# A subject of a second clause has at most so many words.
_SUBJECT = 8


@dataclass(frozen=True, slots=True)
class Join:
    """The joining words, where the second claim begins, and what is said again before it.

    `firm` is False for a choice (`or`). `as_verb` replaces the word at `verb`: `while keeping`
    becomes `keeps`. `shared` is where the object begins that both verbs have.
    """

    span: Span
    second: int
    prefix: Span
    firm: bool = True
    verb: Span = (0, 0)
    as_verb: str = ""
    shared: int = 0


def joins(sentence: Sentence) -> list[Join]:
    """Every place of the sentence at which another claim begins."""
    found = (_join_at(sentence, at) for at in range(1, len(sentence)))
    return [join for join in found if join]


def _join_at(sentence: Sentence, at: int) -> Join | None:
    role = sentence.roles[at]
    length, kind = joiner(sentence, at)
    if not length or role == Role.ASIDE:
        return None
    after = at + length
    begin = sentence.after_adverbs(after)
    if begin >= len(sentence) or is_fixed(sentence, at, after):
        return None
    if role in (Role.CONDITION, Role.RELATIVE) and _has_verb(sentence, at):
        # `that governs the case and names the sum`: the second verb may be the claim's own.
        act = sentence.is_finite(begin) and is_act(sentence.low(begin))
        if role == Role.CONDITION or kind != "and" or not act:
            return None
    match kind:
        case "gerund":
            return _join(sentence, at, begin)
        case "list":
            return _listed(sentence, at, begin)
        case "or":
            return _choice(sentence, at, after, begin)
    return _added(sentence, at, after, begin)


def _has_verb(sentence: Sentence, at: int) -> bool:
    """Whether the side clause in which `at` stands has its verb already."""
    back = at - 1
    while back >= 0 and sentence.roles[back] == sentence.roles[at]:
        if sentence.is_finite(back):
            return True
        back -= 1
    return False


def _added(sentence: Sentence, at: int, after: int, begin: int) -> Join | None:
    return (
        _verb(sentence, at, begin)
        or _clause(sentence, at, after)
        or _reported(sentence, at, after)
        or _judgement(sentence, at, begin)
    )


def _choice(sentence: Sentence, at: int, after: int, begin: int) -> Join | None:
    """`or` between two claims; `states or implies` and `good or useful` are one."""
    two = _added(sentence, at, after, begin)
    alone = at - 1 in sentence.verbs or sentence.low(at - 1) in JUDGEMENTS
    return replace(two, firm=False) if two and not alone else None


def _listed(sentence: Sentence, at: int, begin: int) -> Join | None:
    """`Greets the customer, offers a refund`: a comma joins as well as a word."""
    if sentence.low(at) == ";":
        claims = is_verb(sentence, begin) or _clause(sentence, at, at + 1)
        return _join(sentence, at, begin) if claims else None
    plain_noun = sentence.low(begin) in BASES - ONLY_VERBS
    if plain_noun or sentence.roles[begin] != Role.MAIN or not has_claim(sentence, at):
        return None
    goes_on = sentence.low(at + 1) in _NEXT or is_act(sentence.low(begin))
    return _join(sentence, at, begin) if goes_on and sentence.is_finite(begin) else None


def _verb(sentence: Sentence, at: int, begin: int) -> Join | None:
    """A second verb of the same subject: `and offers`, `and must offer`, `and offering`."""
    if not has_claim(sentence, at):
        return None
    if sentence.low(begin) == "to" and infinitive_before(sentence, at):
        begin += sentence.low(begin + 1) in BASES
    if is_verb(sentence, begin):
        return _join(sentence, at, begin)
    if passive := participle_before(sentence, at, begin):
        return _join(sentence, at, begin, passive)
    alike = gerund_before(sentence, at) if takes_object(sentence, begin) else 0
    return _join(sentence, at, begin, alike) if alike else None


def _clause(sentence: Sentence, at: int, begin: int) -> Join | None:
    """A second subject with its own verb: `and the tone is calm`."""
    last = at - 2 if sentence.low(at - 1) == "," else at - 1
    start = next((b for b in range(last, -1, -1) if sentence.low(b) in _BREAKS), -1)
    has_verb = any(sentence.is_finite(back) for back in range(start + 1, at))
    if not has_verb or sentence.low(begin) in _BREAKS or sentence.kind(begin) == Kind.SIGN:
        return None
    for place in range(begin + 1, min(begin + _SUBJECT, len(sentence))):
        low = sentence.low(place)
        # `and the date it holds` is one thing: a pronoun after a noun begins a clause about it.
        if low in _BREAKS or low in _ENDS_SUBJECT:
            return None
        if sentence.is_finite(place) and not _is_of_both(sentence, place):
            return Join(_words(sentence, at, begin), sentence.tokens[begin].start, (0, 0))
    return None


def _is_of_both(sentence: Sentence, verb: int) -> bool:
    """`the fee and the deposit are due`: a plural verb after a singular noun has two subjects."""
    return sentence.low(verb) in _PLURAL and not sentence.low(verb - 1).endswith("s")


def _reported(sentence: Sentence, at: int, begin: int) -> Join | None:
    """`that the fee is 5 and that it is due`: two things said."""
    opens = WH | {"that"}
    if sentence.low(begin) not in opens or begin + 3 > len(sentence):
        return None
    if sentence.low(at - 1) in opens or sentence.low(begin + 1) in ("of", "and", "or"):
        return None
    said = [
        back
        for back in range(at)
        if sentence.low(back) in opens and sentence.roles[back] == Role.CONTENT
    ]
    if not said or sentence.roles[at] != Role.CONTENT:
        return None
    prefix = (sentence.tokens[0].start, sentence.tokens[said[0]].start)
    return Join(_words(sentence, at, begin), sentence.tokens[begin].start, prefix)


def _judgement(sentence: Sentence, at: int, begin: int) -> Join | None:
    """`is polite and correct`, `clearly and correctly`: two judgements of one thing."""
    second = begin if sentence.low(begin) in JUDGEMENTS else at + 1
    one, two = sentence.low(at - 1), sentence.low(second)
    known = one in JUDGEMENTS or two in JUDGEMENTS
    both = _judges(sentence, at - 1) and _judges(sentence, second)
    if not (known and both) or one.endswith("ly") != two.endswith("ly"):
        return None
    heads = [b for b in range(at - 1, max(at - 7, -1), -1) if sentence.low(b) in COPULAS | SEEMING]
    if not two.endswith("ly") and not (heads and _ends_predicate(sentence, second)):
        return None
    end = heads[0] + 1 if heads else at - 1
    prefix = (sentence.tokens[0].start, sentence.tokens[end - 1].end if end else 0)
    return Join(_words(sentence, at, second), sentence.tokens[second].start, prefix)


def _judges(sentence: Sentence, at: int) -> bool:
    """A judgement by its word, or an adjective by its ending as last word of a predicate."""
    low = sentence.low(at)
    before = sentence.low(sentence.before_adverbs(at - 1))
    predicate = before in COPULAS | SEEMING | {"and", "or"}
    return low in JUDGEMENTS or (low.endswith(_ADJECTIVES) and predicate)


def _ends_predicate(sentence: Sentence, at: int) -> bool:
    after = sentence.low(at + 1)
    return not after or after in ENDS | PREPOSITIONS | {"and", "or", "enough", "throughout"}


def _join(sentence: Sentence, at: int, begin: int, alike: int = 0) -> Join:
    """What stands before the first verb is said again before the second."""
    first = alike or _first_alike(sentence, at, begin)
    start, second = sentence.tokens[0].start, sentence.tokens[begin]
    prefix = (start, sentence.tokens[first].start if first else start)
    gerund = "" if alike else ING.get(second.low, "")
    as_verb = gerund if sentence.is_plain or not gerund else third_person(gerund)
    # A verb right before the joining word has its object after the second verb.
    shares = at - 1 in sentence.verbs and sentence.low(at - 1) not in AUXILIARIES
    shared = second.end if shares and begin + 1 < len(sentence) else 0
    words = _words(sentence, at, begin)
    return Join(words, second.start, prefix, True, second.span, as_verb, shared)


def _first_alike(sentence: Sentence, at: int, begin: int) -> int:
    """The verb before the join that the second one goes with: both finite, or both plain."""
    verbs = [verb for verb in sentence.verbs if verb < at]
    if sentence.is_finite(begin) or sentence.low(begin) in ING:
        finite = (verb for verb in verbs if sentence.is_finite(verb))
        return next(finite, 0)
    if sentence.is_plain:
        return next((verb for verb in verbs if sentence.low(verb) in BASES), 0)
    return infinitive_before(sentence, at)


def _words(sentence: Sentence, at: int, begin: int) -> Span:
    return sentence.tokens[at].start, sentence.tokens[begin].end
