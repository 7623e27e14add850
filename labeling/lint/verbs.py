"""The verbs that criteria are written with, in all their forms, and what each kind tells."""

from __future__ import annotations

from labeling.lint.lexicon import word_file, word_set

_PAST = {
    "become": "became become", "begin": "began begun", "break": "broke broken",
    "bring": "brought", "build": "built", "choose": "chose chosen", "cut": "cut",
    "deal": "dealt", "draw": "drew drawn", "feel": "felt", "find": "found",
    "forbid": "forbade forbidden", "forget": "forgot forgotten", "get": "got",
    "give": "gave given", "go": "went gone", "have": "had", "hear": "heard", "hide": "hid hidden",
    "hold": "held", "keep": "kept", "know": "knew known", "lead": "led", "leave": "left",
    "make": "made", "mean": "meant", "meet": "met", "pay": "paid", "read": "read",
    "rewrite": "rewrote rewritten", "run": "ran run", "say": "said", "see": "saw seen",
    "seek": "sought", "send": "sent", "set": "set", "show": "showed shown", "speak": "spoke spoken",
    "spell": "spelt", "split": "split", "stand": "stood", "take": "took taken", "teach": "taught",
    "tell": "told", "think": "thought", "understand": "understood", "withhold": "withheld",
    "write": "wrote written",
}  # fmt: skip
_DOUBLED = word_set(
    """plan stop get set put cut run drop skip flag tag log cap ban pad ship omit permit submit
    commit admit transmit refer infer prefer transfer cancel label begin forget format map wrap
    let win hit chat swap trim"""
)


def third_person(base: str) -> str:
    """The form that goes with `it`: cite -> cites, apply -> applies, pass -> passes."""
    if base == "have":
        return "has"
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"


def _ing(base: str) -> str:
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return base[:-1] + "ing"
    return base + base[-1] * (base in _DOUBLED) + "ing"


def _past(base: str) -> list[str]:
    if base in _PAST:
        return _PAST[base].split()
    if base.endswith("e"):
        return [base + "d"]
    if base.endswith("y") and base[-2] not in "aeiou":
        return [base[:-1] + "ied"]
    return [base + base[-1] * (base in _DOUBLED) + "ed"]


ONLY_VERBS = word_file("verbs")
_ALSO_NOUNS = word_file("verbs_and_nouns")
BASES = ONLY_VERBS | _ALSO_NOUNS
# Nouns in -s whose singular is none, or is spelt like a verb that is seldom meant.
_NOUNS_IN_S = word_set("states uses updates labels supplies supports replies visits owns")
SURE_S = frozenset(map(third_person, ONLY_VERBS)) - _NOUNS_IN_S
MAYBE_S = frozenset(map(third_person, _ALSO_NOUNS)) | _NOUNS_IN_S
BASE_OF = {third_person(base): base for base in BASES}
ING = {_ing(base): base for base in BASES}
PAST = {form: base for base in BASES for form in _past(base)}

# What says a fact: what comes after `that` or `whether` is then what is said, not who says it.
REPORTING = word_set(
    """acknowledge admit affirm agree announce argue ask assert assure check claim clarify
    conclude confirm declare deduce demonstrate deny determine emphasise emphasize establish explain
    highlight illustrate imply indicate infer inform insist instruct know mention note observe point
    predict prove realise realize reassure recognise recognize remark remember remind repeat reply
    report respond restate reveal say show specify state stress suggest tell understand verify
    warn write"""
)
# These name whom they tell: `reminds the tenant that …`.
TELLING = word_set("tell inform ask show remind warn instruct reassure assure teach")
# What a response does before the reader's eyes; of these a criterion is usually made.
ACTS = word_set(
    """acknowledge address advise answer apologise apologize ask cite clarify compare conclude
    confirm decline define describe discuss emphasise emphasize encourage explain express give
    greet highlight identify include inform instruct invite justify list mention name note offer
    outline point propose provide quote recommend refer refuse reject remind reply request say
    show specify state suggest summarise summarize tell thank warn"""
)
COPULAS = word_set("is are was were be been being isn't aren't wasn't")
MODALS = word_set(
    """do does did must should shall can could may might will would cannot doesn't don't didn't
    won't shouldn't mustn't can't to"""
)
AUXILIARIES = (COPULAS | MODALS | word_set("has have had hasn't haven't")) - {"to"}
SEEMING = word_set(
    """sounds sound feels feel seems seem remains remain stays stay looks look appears appear
    reads read keeps keep becomes become"""
)


def base_of(low: str) -> str:
    """The plain form of a verb in -s or -ing; any other word as it is."""
    return BASE_OF.get(low) or ING.get(low) or low


def is_act(low: str) -> bool:
    """Whether the verb is something that a response does before the reader's eyes."""
    return BASE_OF.get(low, low) in ACTS
