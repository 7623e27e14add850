"""What a selection is made from: criteria, items, responses, and how raters answered each unit."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal

Value = Hashable


class Special(Enum):
    """Answers that are no value of the scale."""

    NA = "NA"
    CANNOT_ASSESS = "cannot assess"


NA: Final = Special.NA


@dataclass(frozen=True)
class Criterion:
    """One criterion as the selection sees it.

    `credits` maps each value to its credit 0..1; for negative points credit is the amount of
    fault. `points` None keeps it out of the reward. `usable` says that its agreement was measured;
    `slice_alpha_low` is the lower bound of alpha on the generator kinds, None when undefined.
    """

    key: str
    points: Fraction | None
    credits: Mapping[Value, Fraction] = field(default_factory=dict)
    gate: bool = False
    pass_credit: Fraction | None = None
    usable: bool = True
    slice_alpha_low: float | None = None

    @property
    def is_negative(self) -> bool:
        """Met means that the bad thing happened."""
        return self.points is not None and self.points < 0

    @cached_property
    def lowest(self) -> Value | None:
        """The level that pays least: no credit, or the whole fault of a negative criterion."""
        if not self.credits:
            return None
        worth = {value: -paid if self.is_negative else paid for value, paid in self.credits.items()}
        return min(worth, key=lambda value: worth[value])

    @property
    def is_rewarded(self) -> bool:
        """Whether the reward depends on it; what it does not depend on is never released."""
        return self.points is not None or self.gate

    @property
    def weight(self) -> Fraction:
        """Its share in the points of an item, counted without the sign."""
        return abs(self.points) if self.points is not None else Fraction(0)


@dataclass(frozen=True, slots=True)
class Item:
    """A prompt; `criteria` None means that every criterion of the rubric is asked of it."""

    id: str
    group: str | None = None
    criteria: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One output for an item. Withheld responses count like others: they can be rated."""

    id: str
    item: str
    generator: str
    kind: Literal["model", "expert", "probe"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A response under a criterion: how many raters gave each answer."""

    response: str
    criterion: str
    counts: Mapping[Value, int]
    na: int = 0
    cannot_assess: int = 0

    @property
    def raters(self) -> int:
        """Everyone who answered, whatever the answer."""
        return sum(self.counts.values()) + self.na + self.cannot_assess

    @property
    def values(self) -> list[Value]:
        """The different values that were given."""
        return [value for value, count in self.counts.items() if count]


@dataclass(frozen=True)
class Pool:
    """Everything one selection decides on.

    `grades` holds the mean reward of the rule's grader per response, None where it failed; a
    response without an entry has not been graded.
    """

    criteria: Sequence[Criterion]
    items: Sequence[Item]
    responses: Sequence[Response]
    units: Sequence[Unit]
    grades: Mapping[str, float | Fraction | None] = field(default_factory=dict)

    @cached_property
    def responses_of(self) -> dict[str, list[Response]]:
        """The responses of each item, in the order given."""
        found: dict[str, list[Response]] = {item.id: [] for item in self.items}
        for response in self.responses:
            found[response.item].append(response)
        return found

    @cached_property
    def response(self) -> dict[str, Response]:
        """Responses by id."""
        return {response.id: response for response in self.responses}

    @cached_property
    def criterion(self) -> dict[str, Criterion]:
        """Criteria by key."""
        return {criterion.key: criterion for criterion in self.criteria}

    @cached_property
    def unit(self) -> dict[tuple[str, str], Unit]:
        """Units by response and criterion."""
        return {(unit.response, unit.criterion): unit for unit in self.units}


def exact(number: float | Fraction) -> Fraction:
    """The decimal a person wrote: 0.3 is 3/10 here, not the nearest binary fraction."""
    return number if isinstance(number, Fraction) else Fraction(str(number))
