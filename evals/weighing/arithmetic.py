"""The sum that shows a contradiction, written out so that it can be checked by hand.

Suppose there were weights. For each pair the better response would get more than the worse one, so
the weights times the differences of their credits would be above 0; also after multiplying pairs by
positive numbers and adding them up. But criterion by criterion the sum leaves nothing to pay: no
criterion with points is above 0, and no pitfall below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from evals.weighing.conflicts import Conflict, Kind
from evals.weighing.judgements import Judgements
from evals.weighing.sums import Weighed
from labeling.scoring import worth
from labeling.spec import AnswerKind, CriterionSpec


@dataclass(frozen=True, slots=True)
class Standing:
    """A response as the sum has it: credits by criterion key, and whether a gate fails."""

    credits: dict[str, Fraction]
    gated: bool


@dataclass(frozen=True, slots=True)
class Term:
    """times x (better - worse); `worse` is 0 where the worse response fails a gate."""

    times: int
    better: Fraction
    worse: Fraction

    @property
    def value(self) -> Fraction:
        return self.times * (self.better - self.worse)

    def __str__(self) -> str:
        times = "" if self.times == 1 else f"{self.times} × "
        return f"{times}({number(self.better)} − {number(self.worse)})"


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion's part of the sum."""

    criterion: CriterionSpec
    terms: tuple[Term, ...]

    @property
    def total(self) -> Fraction:
        return sum((term.value for term in self.terms), Fraction(0))

    @property
    def leaves_nothing(self) -> bool:
        """Whatever the criterion weighs, this part cannot lift the sum above 0."""
        return self.total >= 0 if self.criterion.is_pitfall else self.total <= 0

    @property
    def differs(self) -> bool:
        """Whether the responses of some pair differ here."""
        return any(term.better != term.worse for term in self.terms)

    def __str__(self) -> str:
        return f"{' + '.join(map(str, self.terms))} = {number(self.total)}"


def standing(weighed: Weighed, response: str) -> Standing:
    """The response's credits in fractions, read anew from its answers."""
    return standings(weighed, [response])[response]


def standings(weighed: Weighed, responses: list[str]) -> dict[str, Standing]:
    """The same for several responses."""
    judgements = weighed.judgements
    places = {name: at for at, name in enumerate(judgements.responses)}
    return {name: _standing(weighed, judgements, places[name]) for name in responses}


def lines(weighed: Weighed, conflict: Conflict) -> list[Line]:
    """A line for every criterion with points, in the rubric's order."""
    names = [name for pair in conflict.pairs for name in (pair.better, pair.worse)]
    stand = standings(weighed, names)
    return [
        Line(
            criterion,
            tuple(
                Term(
                    times,
                    stand[pair.better].credits[criterion.key],
                    Fraction(0)
                    if stand[pair.worse].gated
                    else stand[pair.worse].credits[criterion.key],
                )
                for pair, times in zip(conflict.pairs, conflict.multipliers, strict=True)
            ),
        )
        for criterion in weighed.criteria
    ]


def holds(weighed: Weighed, conflict: Conflict) -> bool:
    """Whether the conflict proves what it says, worked out in fractions from the answers alone."""
    stand = standings(weighed, [pair.better for pair in conflict.pairs])
    fails = [stand[pair.better].gated for pair in conflict.pairs]
    if conflict.kind == Kind.GATE:
        return all(fails)
    positive = all(times > 0 for times in conflict.multipliers)
    return (
        positive and not any(fails) and all(one.leaves_nothing for one in lines(weighed, conflict))
    )


def number(value: Fraction) -> str:
    """A whole number or a fraction, with a true minus."""
    return str(value).replace("-", "−")


def _standing(weighed: Weighed, judgements: Judgements, at: int) -> Standing:
    barred = judgements.nowhere.get(judgements.items[at], frozenset())
    credits, gated = {}, False
    for criterion in (*weighed.criteria, *weighed.gates):
        answer = judgements.answer(criterion.key, at)
        if criterion.key in barred or answer is None:
            credits[criterion.key] = Fraction(0)
            continue
        if answer.kind not in (AnswerKind.SCORED, AnswerKind.NA):
            raise ValueError(f"{judgements.responses[at]} has no credit for {criterion.key}.")
        credits[criterion.key], fails = worth(criterion, answer)
        gated |= fails
    return Standing(credits, gated)
