"""When the raters of a unit agree, and what their consensus is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evals.gaps import sentences
from evals.gaps.pool import Special, Unit, Value
from evals.gaps.rule import Rule

Clarity = Callable[[str, Mapping[Value, int]], float]
"""Criterion key and counts by value -> probability that the majority is known."""


@dataclass(frozen=True, slots=True)
class Consensus:
    """The settled answer of a unit, or in words why there is none."""

    answer: Value | Special | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Agreeing:
    """The agreement part of a rule, applied to single units."""

    rule: Rule
    clarity: Clarity | None = None

    def __post_init__(self) -> None:
        if self.rule.clarity is not None and self.clarity is None:
            raise ValueError("A rule that asks for clarity needs a function that computes it.")

    def has_enough_raters(self, unit: Unit) -> bool:
        """As many raters as the rule asks for."""
        return unit.raters >= self.rule.raters_min

    def is_unanimous(self, unit: Unit) -> bool:
        """Enough raters, all with the same value; NA and cannot assess are not values."""
        return self.has_enough_raters(unit) and _values_only(unit) and len(unit.values) == 1

    def is_clear(self, unit: Unit) -> bool:
        """Agreed enough for the rule: unanimous, or the majority known with the asked clarity.

        A ruling never makes a unit clear, it can only speak against it.
        """
        if _is_overruled(unit):
            return False
        if self.rule.clarity is None or self.clarity is None:
            return self.is_unanimous(unit)
        if not self.has_enough_raters(unit) or not _values_only(unit):
            return False
        if consensus(unit, self.rule.raters_min).missing:
            return False
        return self.clarity(unit.criterion, unit.counts) >= self.rule.clarity

    def may_become_clear(self, unit: Unit | None) -> bool:
        """Raters are still missing, and those who answered have not ruled agreement out."""
        if unit is None:
            return True
        if self.has_enough_raters(unit) or not _values_only(unit) or _is_overruled(unit):
            return False
        return self.rule.clarity is not None or len(unit.values) <= 1


def consensus(unit: Unit | None, raters_min: int) -> Consensus:
    """An adjudicator's ruling, else the most frequent answer.

    A tie, too few raters, cannot assess and a ruling without an answer settle nothing.
    """
    raters = unit.raters if unit else 0
    if unit is None or raters < raters_min:
        return Consensus(None, sentences.RATERS(raters=raters, least=raters_min))
    if unit.open_ruling:
        return Consensus(None, sentences.RULED_OPEN())
    if unit.ruling is not None:
        return Consensus(unit.ruling)
    return _most_frequent(unit)


def _most_frequent(unit: Unit) -> Consensus:
    tally: list[tuple[Value | Special, int]] = [
        *unit.counts.items(),
        (Special.NA, unit.na),
        (Special.CANNOT_ASSESS, unit.cannot_assess),
    ]
    most = max(count for _, count in tally)
    leaders = [answer for answer, count in tally if count == most]
    if len(leaders) > 1:
        return Consensus(None, sentences.TIE())
    if leaders[0] is Special.CANNOT_ASSESS:
        return Consensus(None, sentences.NOT_ASSESSED())
    return Consensus(leaders[0])


def _is_overruled(unit: Unit) -> bool:
    """An adjudicator saw another answer than the raters' most frequent one, or several."""
    if unit.open_ruling:
        return True
    return unit.ruling is not None and _most_frequent(unit).answer != unit.ruling


def _values_only(unit: Unit) -> bool:
    return unit.na == 0 and unit.cannot_assess == 0
