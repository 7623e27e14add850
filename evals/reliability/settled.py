"""What a settled answer is, where it comes from, and why a unit has none."""

from dataclasses import dataclass
from enum import StrEnum

from evals.reliability.counts import Floats, Mask, UnitCounts
from evals.reliability.scientific import sparse

LEGITIMATE = "legitimate"


class Source(StrEnum):
    """Where a settled answer comes from."""

    CONSENSUS = "consensus"
    RULING = "ruling"


class Open(StrEnum):
    """Why a unit is not settled; `sentence` says it to people."""

    LEGITIMATE = "legitimate"
    RULED_OPEN = "ruled_open"
    NO_RATINGS = "no_ratings"
    FEW_RATINGS = "few_ratings"
    APPLICABILITY = "applicability"
    CANNOT_ASSESS = "cannot_assess"
    BIMODAL = "bimodal"
    TIE = "tie"
    SCATTERED = "scattered"
    NOT_KNOWN = "not_known"

    @property
    def sentence(self) -> str:
        """Say it to people."""
        return _SENTENCES[self]

    @property
    def adjudicate(self) -> bool:
        """Whether a third person's ruling is what is missing."""
        return self in _FOR_ADJUDICATION


_SENTENCES = {
    Open.LEGITIMATE: "Several answers are right here: the distribution is kept, without reference.",
    Open.RULED_OPEN: "The adjudicator gave a reason and no answer.",
    Open.NO_RATINGS: "Nobody has rated it.",
    Open.FEW_RATINGS: "Too few experts rated it.",
    Open.APPLICABILITY: "Some experts say that the criterion does not apply, and others rated it.",
    Open.CANNOT_ASSESS: "As many experts could not assess it as could.",
    Open.BIMODAL: "The answers fall into two groups; their middle would be nobody's answer.",
    Open.TIE: "No answer leads.",
    Open.SCATTERED: "The answers lie too far apart for a median to stand for them.",
    Open.NOT_KNOWN: "Too few experts agree to be sure what most experts would say.",
}
_FOR_ADJUDICATION = {
    Open.APPLICABILITY,
    Open.BIMODAL,
    Open.TIE,
    Open.SCATTERED,
    Open.NOT_KNOWN,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """The latest ruling on a unit: its value, or none, and the adjudicator's reason code."""

    value: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """One unit. `value` and `open` are never both there; NA settles with neither.

    `distribution` is (value, ratings) as the experts gave them, whatever was ruled. `reference`
    says whether the answer may stand as the right one.
    """

    value: float | None
    not_applicable: bool
    source: Source | None
    open: Open | None
    distribution: tuple[tuple[float, int], ...]

    @property
    def reference(self) -> bool:
        """A value that may stand as the right answer."""
        return self.value is not None


@dataclass(frozen=True, eq=False)
class Settlement:
    """One entry a unit, in the order of the counts; `of` answers for one unit in plain values.

    `values` is NaN, inside the array only, where `settled` is False. `why` has the reasons of the
    open units, each unit under exactly one.
    """

    counts: UnitCounts
    values: Floats
    settled: Mask
    ruled: Mask
    not_applicable: Mask
    why: dict[Open, Mask]

    def of(self, unit: int) -> Settled:
        """The answer of one unit."""
        row = self.counts.counts[[unit]]
        numbers = (row.toarray() if isinstance(row, sparse.csr_array) else row)[0]
        given = [(v, int(n)) for v, n in zip(self.counts.values, numbers, strict=True) if n]
        na = bool(self.not_applicable[unit])
        source = Source.RULING if self.ruled[unit] else Source.CONSENSUS
        return Settled(
            value=float(self.values[unit]) if self.settled[unit] else None,
            not_applicable=na,
            source=source if na or self.settled[unit] else None,
            open=next((reason for reason, mask in self.why.items() if mask[unit]), None),
            distribution=tuple(given),
        )
