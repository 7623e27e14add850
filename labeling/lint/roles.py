"""What a word of a criterion is for: the claim itself, what is said in it, what it depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from labeling.lint.lexicon import word_set
from labeling.lint.tokens import Kind, Token
from labeling.lint.verbs import BASES, ING, REPORTING, TELLING, base_of


class Role(StrEnum):
    """The part of a sentence in which a word stands."""

    MAIN = "main"
    # After `states that …`, `asks whether …`: what is said there is not judged of the response.
    CONTENT = "content"
    CONDITION = "condition"
    RELATIVE = "relative"
    ASIDE = "aside"


WH = word_set("whether how why what which who whom whose where when if")
ADVERBS = word_set(
    """also then not never always only just even still thus therefore so instead too first next
    finally again further both either explicitly else must should additionally hence well
    subsequently"""
)
_CONDITIONERS = word_set(
    """if unless because since although though whenever until before after whereas once when where
    while whilst despite"""
)
_RELATIVES = word_set("which who whom whose")
# Whom something is told, between the verb and its `that`.
_TOLD = word_set(
    """to for the a an user users customer customers patient patients reader readers client clients
    caller them him her it you people person student employee tenant applicant agent buyer guest
    about clearly explicitly correctly briefly also very out up sure if clear"""
)
_BEGIN_A_NAME = word_set("the a an his her their each")
# `makes sure that the tone is calm` asks for the calm tone itself.
_ASSURED = word_set("sure ensure ensures ensuring")
_SAID = word_set("fact idea claim point rule")
# How far back from a `that` the verb may stand to which it belongs, and how many words between
# the two may be strangers.
_REACH, _STRANGERS = 6, 2
_NOT_ADVERBS = word_set("reply apply supply imply family comply multiply rely july")


def is_adverb(low: str) -> bool:
    return low in ADVERBS or (low.endswith("ly") and low not in _NOT_ADVERBS)


def roles(tokens: Sequence[Token]) -> Iterator[Role]:
    """The role of each token of a sentence, in order."""
    lows = [token.low for token in tokens]
    role, depth = Role.MAIN, 0
    for at, low in enumerate(lows):
        depth += low in ("(", "[")
        if depth:
            depth -= low in (")", "]")
            yield Role.ASIDE
        else:
            role = _next(tokens, lows, at, role)
            yield role


def _next(tokens: Sequence[Token], lows: list[str], at: int, role: Role) -> Role:
    low = lows[at]
    if low == ";" or (low in (",", ":") and role in (Role.CONDITION, Role.RELATIVE)):
        return Role.MAIN
    if role in (Role.CONTENT, Role.CONDITION, Role.ASIDE):
        return role
    # `…, where x is the width, and t is the time`: explanations of signs, up to the end.
    if low == "where" and at > 0 and lows[at - 1] == ",":
        return Role.ASIDE
    if low in WH | {"that"} and _is_reported(tokens, lows, at):
        return Role.CONTENT
    if low == "that" and lows[at - 1] in _ASSURED:
        return role
    if low in _CONDITIONERS and not is_second_act(lows, at):
        return Role.CONDITION
    after_noun = low == "that" and at > 0 and tokens[at - 1].kind != Kind.SIGN
    return Role.RELATIVE if low in _RELATIVES or after_noun else role


def is_second_act(lows: list[str], at: int) -> bool:
    """`while naming the fee` is a second claim, `while the user waits` a condition."""
    after = at + 1
    while after < len(lows) and is_adverb(lows[after]):
        after += 1
    gerund = after < len(lows) and lows[after] in ING
    return at > 0 and lows[at] in ("while", "whilst") and gerund


def _is_reported(tokens: Sequence[Token], lows: list[str], at: int) -> bool:
    """Whether `that`, `whether`, `how` … begins what a reporting verb before it says."""
    strangers = 0
    for back in range(at - 1, max(at - 1 - _REACH, -1), -1):
        low, base = lows[back], base_of(lows[back])
        if base in REPORTING and (low in BASES or base != low):
            told = lows[back + 1] in _BEGIN_A_NAME
            return not strangers or (told and base in TELLING)
        if low in _SAID and lows[at] == "that":
            return back == at - 1
        if low not in _TOLD and not is_adverb(low):
            strangers += 1
            if strangers > _STRANGERS or tokens[back].kind != Kind.WORD:
                return False
    return False
