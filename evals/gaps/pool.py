"""What a selection is made from: criteria, items, responses, and how raters answered each unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Final, Literal

from labeling.scoring import credit
from labeling.spec import CriterionSpec, ScaleType
from labeling.spec.rubric import level_credits

Value = Decimal


class Special(Enum):
    """Answers that are no value of the scale."""

    NA = "NA"
    CANNOT_ASSESS = "cannot assess"


NA: Final = Special.NA


@dataclass(frozen=True)
class Criterion:
    """A criterion of the rubric and what its agreement run said.

    `usable` says that its agreement was measured; `slice_alpha_low` is the lower bound of alpha
    on the generator kinds, None when undefined.
    """

    spec: CriterionSpec
    usable: bool = True
    slice_alpha_low: float | None = None

    @property
    def key(self) -> str:
        """The criterion's key in its rubric."""
        return self.spec.key

    @property
    def is_rewarded(self) -> bool:
        """Whether the reward depends on it; what it does not depend on is never released."""
        return bool(self.spec.points) or self.spec.gate

    @cached_property
    def lowest(self) -> Decimal | None:
        """The value that pays least: no credit, or the whole fault of a pitfall."""
        scale = self.spec.scale
        if scale.type == ScaleType.INTERVAL:
            return scale.bounds[1 if self.spec.is_pitfall else 0]
        paid = {
            value: credit for value, credit in level_credits(scale).items() if credit is not None
        }
        if not paid:
            return None
        return (max if self.spec.is_pitfall else min)(paid, key=lambda value: paid[value])

    def is_met(self, answer: Value | Special | None) -> bool | None:
        """Whether an answer reaches the pass value (full credit where none is named)."""
        if not isinstance(answer, Decimal) or self.lowest is None:
            return None
        pass_at = self.spec.pass_at
        needed = Fraction(1) if pass_at is None else credit(self.spec, pass_at)
        return credit(self.spec, answer) >= needed


@dataclass(frozen=True, slots=True)
class Item:
    """A prompt; `criteria` None means that every criterion of the rubric is asked of it.

    `is_example`: the rubric's guidelines show one of its responses with the settled answer.
    """

    id: str
    group: str | None = None
    criteria: frozenset[str] | None = None
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """One output for an item. Withheld responses count like others: they can be rated."""

    id: str
    item: str
    generator: str
    kind: Literal["model", "expert", "probe"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A response under a criterion: how many raters gave each answer.

    `ruling` is an adjudicator's answer; it stands beside the ratings and never among them.
    `open_ruling` says that the adjudicator left the unit without one right answer, as where
    experts disagree legitimately.
    """

    response: str
    criterion: str
    counts: Mapping[Value, int]
    na: int = 0
    cannot_assess: int = 0
    ruling: Value | None = None
    open_ruling: bool = False

    @property
    def raters(self) -> int:
        """Everyone who answered, whatever the answer."""
        return sum(self.counts.values()) + self.na + self.cannot_assess

    @property
    def values(self) -> list[Value]:
        """The different values that were given."""
        return [value for value, count in self.counts.items() if count]


@dataclass(frozen=True, slots=True)
class Asking:
    """Which units of a batch that moved to a version are asked again, and at how many places.

    `places` counts, by response and criterion key, the judged places that were asked, answered or
    not; `open` says that they still can be answered.
    """

    version: int = 0
    open: bool = False
    places: Mapping[tuple[str, str], int] = field(default_factory=dict)


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
    asking: Asking = field(default_factory=Asking)

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
    def rewards(self) -> dict[tuple[object, ...], Fraction | None]:
        """Rewards worked out before, by criteria and answers: few patterns, many responses."""
        return {}

    @cached_property
    def unit(self) -> dict[tuple[str, str], Unit]:
        """Units by response and criterion."""
        return {(unit.response, unit.criterion): unit for unit in self.units}


@lru_cache(maxsize=65_536)
def exact(number: float | Fraction) -> Fraction:
    """The decimal a person wrote: 0.3 is 3/10 here, not the nearest binary fraction."""
    return number if isinstance(number, Fraction) else Fraction(str(number))
