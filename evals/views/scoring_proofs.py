"""Certificates in words and sums that an expert can check by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from evals.queries.labelled_rows import LabelledResponse
from evals.views.scoring_scene import Scene
from evals.weighing import Certificate, Conflict, Kind, Line, Standing, lines, standings

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TITLES = {
    Kind.SAME: gettext_noop("The criteria cannot tell these two apart"),
    Kind.OUTDONE: gettext_noop("Every criterion speaks for the other one"),
    Kind.UNPAID: gettext_noop("The better one earns nothing, as the one behind a failed gate"),
    Kind.GATE: gettext_noop("The better one fails a gate"),
    Kind.SUM: gettext_noop("Together, these pairs stand against every weighting"),
    Kind.CIRCLE: gettext_noop("The experts’ own order goes in a circle"),
}
WHY = {
    Kind.SAME: gettext_noop(
        "Both have the same credits, so they get the same reward whatever the weights."
    ),
    Kind.OUTDONE: gettext_noop(
        "The worse one has at least the same of everything that pays, and at most the same of "
        "every fault, so no weights put the better one above it."
    ),
    Kind.UNPAID: gettext_noop(
        "Its reward is 0 whatever the weights, and so is that of the one behind the failed gate."
    ),
    Kind.GATE: gettext_noop("A failed gate makes its reward 0, and no reward is below that."),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A response by a letter, as it stands in sums."""

    letter: str
    response: LabelledResponse
    overall: str
    gated: bool


@dataclass(frozen=True, slots=True)
class ShownPair:
    """Experts put one letter above another; so many times in the sum."""

    better: Letter
    worse: Letter
    times: int


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A criterion: the credits of the letters, the sum, and what it leaves."""

    name: str
    is_pitfall: bool
    credits: list[str]
    terms: str
    total: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A conflict as the page has it."""

    title: str
    why: str
    letters: list[Letter]
    pairs: list[ShownPair]
    formula: str
    lines: list[ShownLine]
    equal: int
    size: str
    is_sum: bool


@dataclass(frozen=True, slots=True)
class AlonePairs:
    """Pairs of one kind that no weights help: how many, and the first of them."""

    title: str
    why: str
    count: int
    pairs: list[ShownPair]
    first: Proof | None

    @property
    def more(self) -> int:
        return self.count - len(self.pairs)


class Proofs:
    """Conflicts of one scene, with the experts' overall scores beside the responses."""

    def __init__(self, here: Scene, overall: Mapping[str, Fraction]) -> None:
        self.here, self.overall = here, overall
        self.responses = {one.id: one for one in here.labelled.responses}

    def shown(self, conflict: Conflict) -> Proof:
        """One conflict with its sum, line by line."""
        letters = self._letters(conflict)
        order = list(letters)
        stand = standings(self.here.weighed, order)
        found = lines(self.here.weighed, conflict)
        return Proof(
            title=_(TITLES[conflict.kind]),
            why=_(WHY[conflict.kind]) if conflict.kind in WHY else "",
            letters=list(letters.values()),
            pairs=self._pairs(conflict, letters),
            formula=_formula(conflict, letters),
            lines=[
                _line(one, [_credit(stand[name], one) for name in order])
                for one in found
                if one.differs
            ],
            equal=sum(not one.differs for one in found),
            size=_size(conflict),
            is_sum=conflict.kind in (Kind.SUM, Kind.CIRCLE),
        )

    def alone(self, made: Certificate) -> list[AlonePairs]:
        """The pairs that stand against every weighting alone, kind by kind."""
        return [self._alone(made, kind, count) for kind, count in made.alone.items()]

    def _alone(self, made: Certificate, kind: Kind, count: int) -> AlonePairs:
        told = [one for one in made.conflicts if one.kind == kind]
        pairs = [pair for one in told for pair in self._pairs(one, self._letters(one))]
        first = self.shown(told[0]) if kind != Kind.GATE else None
        return AlonePairs(_(TITLES[kind]), _(WHY[kind]), count, pairs, first)

    def _letters(self, conflict: Conflict) -> dict[str, Letter]:
        names = dict.fromkeys(name for pair in conflict.pairs for name in (pair.better, pair.worse))
        stand = standings(self.here.weighed, list(names))
        return {
            name: Letter(
                _letter(at),
                self.responses[name],
                _number(self.overall.get(name, Fraction(0))),
                stand[name].gated,
            )
            for at, name in enumerate(names)
        }

    def _pairs(self, conflict: Conflict, letters: Mapping[str, Letter]) -> list[ShownPair]:
        return [
            ShownPair(letters[pair.better], letters[pair.worse], times)
            for pair, times in zip(conflict.pairs, conflict.multipliers, strict=True)
        ]


def _line(line: Line, credits: list[str]) -> ShownLine:
    text, _, total = str(line).rpartition(" = ")
    return ShownLine(line.criterion.name, line.criterion.is_pitfall, credits, text, total)


def _credit(standing: Standing, line: Line) -> str:
    """A response behind a failed gate counts as 0 in every sum."""
    return "0" if standing.gated else _number(standing.credits[line.criterion.key])


def _formula(conflict: Conflict, letters: Mapping[str, Letter]) -> str:
    """`2 × (A − B) + (C − D)`"""
    parts = []
    for pair, times in zip(conflict.pairs, conflict.multipliers, strict=True):
        apart = f"({letters[pair.better].letter} − {letters[pair.worse].letter})"
        parts.append(apart if times == 1 else f"{times} × {apart}")
    return " + ".join(parts)


def _size(conflict: Conflict) -> str:
    n = len(conflict.pairs)
    if conflict.is_smallest:
        return ngettext(
            "%(n)s pairs, and no fewer do it: this is proved.",
            "%(n)s pairs, and no fewer do it: this is proved.",
            n,
        ) % {"n": n}
    return ngettext(
        "%(n)s pairs, each of them needed; no smaller set was found, and it takes at least "
        "%(least)s.",
        "%(n)s pairs, each of them needed; no smaller set was found, and it takes at least "
        "%(least)s.",
        n,
    ) % {"n": n, "least": conflict.at_least}


def _letter(at: int) -> str:
    """A to Z, then AA, AB and so on."""
    first, second = divmod(at, len(LETTERS))
    return (LETTERS[first - 1] if first else "") + LETTERS[second]


def _number(value: Fraction) -> str:
    return str(value).replace("-", "−")
