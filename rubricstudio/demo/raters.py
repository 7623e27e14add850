"""Four experts with ways of their own, so that they disagree where people would.

Each rating follows from the truth about the answer and from the expert's tendency; what is left
to chance is drawn from the names, so that the demo is the same on every machine.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from rubricstudio.demo.cases import Case
from rubricstudio.demo.truth import Truth
from rubricstudio.demo.writing import Answer, write

SEED = 11
# Answers of this many characters count as long: there one of the experts begins to skim.
LONG_FROM = 600
TOP_STEP = 3
WE = re.compile(r"\b[Ww]e\b")
# Where the policy leaves room, experts part on the decision.
CONTESTED_SLIPS = 0.4
Values = dict[str, int]
Hearing = Callable[[Answer], bool]


@dataclass(frozen=True, slots=True)
class Rater:
    """An expert: how often they slip, and where they lean. Shares are of the cases concerned."""

    name: str
    tendency: str
    warm: Hearing
    slips: float = 0.02
    step_slips: float = 0.25
    lenient_steps: float = 0.0
    harsh_steps: float = 0.0
    strict_citations: float = 0.0
    misses_promises: float = 0.0
    forgives_late_lookup: float = 0.0
    gives_reasons: bool = False
    characters_a_second: int = 12

    def reading_ms(self, characters: int) -> int:
        """How long the expert looked at an answer of this length."""
        return 20_000 + 1000 * characters // self.characters_a_second


def _thanks_or_apologises(answer: Answer) -> bool:
    return bool(answer.marks & {"sorry", "thanks"})


def _names_calmly(answer: Answer) -> bool:
    return "name" in answer.marks and "exclaims" not in answer.marks


def _says_we(answer: Answer) -> bool:
    return WE.search(answer.text) is not None


def _ends_kindly(answer: Answer) -> bool:
    return bool(answer.marks & {"wishes", "invites"})


RATERS = (
    Rater(
        "demo-expert-1",
        "Lenient on next steps: takes a hint for a step, and a step for a dated one.",
        _thanks_or_apologises,
        lenient_steps=0.65,
        forgives_late_lookup=0.3,
    ),
    Rater(
        "demo-expert-2",
        "Strict on citations: wants the number with its sign, and next steps to the letter.",
        _names_calmly,
        strict_citations=0.8,
        harsh_steps=0.35,
    ),
    Rater(
        "demo-expert-3",
        "Skims long answers, and misses promises in them.",
        _says_we,
        slips=0.03,
        step_slips=0.45,
        misses_promises=0.6,
        characters_a_second=30,
        forgives_late_lookup=0.3,
    ),
    Rater(
        "demo-expert-4",
        "Careful: checks every sentence, and says what is wrong.",
        _ends_kindly,
        slips=0.01,
        step_slips=0.18,
        gives_reasons=True,
        characters_a_second=8,
    ),
)


@dataclass(frozen=True, slots=True)
class _Chance:
    """Draws that depend on nothing but who rates what."""

    name: str
    drawn: dict[str, float] = field(default_factory=dict)

    def falls(self, place: str, share: float) -> bool:
        digest = hashlib.sha256(f"{SEED}/{self.name}/{place}".encode()).digest()
        return int.from_bytes(digest[:8]) / 2**64 < share


def rate(rater: Rater, case: Case, generator: str, truth: Truth) -> Values:
    """What this expert says of the answer, by criterion."""
    answer = write(case, generator, truth)
    chance = _Chance(f"{rater.name}/{case.id}/{generator}")

    def seen(key: str, fact: bool, slips: float = rater.slips) -> int:
        return int(fact != chance.falls(key, slips))

    decision_slips = CONTESTED_SLIPS if case.contested else rater.slips
    return {
        "correct_decision": seen("correct_decision", truth.decision, decision_slips),
        "cites_paragraph": seen("cites_paragraph", _sees_citation(rater, truth, chance)),
        "looks_up_order": seen("looks_up_order", _sees_lookup(rater, truth, chance)),
        "next_steps": _step(rater, truth.steps, chance),
        "promises_too_much": seen("promises_too_much", _sees_promise(rater, truth, answer, chance)),
        "sounds_warm": int(rater.warm(answer)),
    }


def _sees_citation(rater: Rater, truth: Truth, chance: _Chance) -> bool:
    too_loose = truth.cites == "loose" and chance.falls("strict", rater.strict_citations)
    return truth.names_paragraph and not too_loose


def _sees_lookup(rater: Rater, truth: Truth, chance: _Chance) -> bool:
    forgiven = truth.lookup == "late" and chance.falls("forgives", rater.forgives_late_lookup)
    return truth.looks_up or forgiven


def _sees_promise(rater: Rater, truth: Truth, answer: Answer, chance: _Chance) -> bool:
    skims = len(answer.text) >= LONG_FROM and chance.falls("skims", rater.misses_promises)
    return truth.promises and not skims


def _step(rater: Rater, step: int, chance: _Chance) -> int:
    if chance.falls("lenient", rater.lenient_steps):
        step += 1
    if chance.falls("harsh", rater.harsh_steps):
        step -= 1
    if chance.falls("step", rater.step_slips):
        step += 1 if chance.falls("up", 0.5) else -1
    return min(max(step, 0), TOP_STEP)
