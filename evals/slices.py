"""Slices of a batch: the units that a statistic is repeated on, named as `field=value`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from evals.queries.unit_counts import CriterionUnits, Unit
from labeling.errors import DomainError

FIELDS: dict[str, Callable[[Unit], tuple[str, ...]]] = {
    "generator_kind": lambda unit: (unit.generator_kind,),
    "generator": lambda unit: (unit.generator,),
    "tag": lambda unit: unit.tags,
}
# More generators than this are measured on request only.
GENERATORS_MAX = 12


@dataclass(frozen=True, slots=True)
class Slice:
    """The units whose `field` has `value`; the whole batch when `field` is empty."""

    field: str = ""
    value: str = ""

    @property
    def name(self) -> str | None:
        return f"{self.field}={self.value}" if self.field else None

    def keeps(self, unit: Unit) -> bool:
        return not self.field or self.value in FIELDS[self.field](unit)

    def keeps_generator(self, kind: str, name: str) -> bool:
        """Whether raters of this generator's responses count; tags do not tell."""
        return {"generator_kind": kind, "generator": name}.get(self.field, self.value) == self.value


def parse_slice(text: str) -> Slice:
    """Read `field=value`; raises DomainError naming the fields there are."""
    name, equals, value = text.partition("=")
    if not equals or name not in FIELDS or not value:
        known = ", ".join(FIELDS)
        raise DomainError(f"--slice {text}: write field=value with one of the fields {known}.")
    return Slice(name, value)


def usual_slices(criteria: Iterable[CriterionUnits]) -> list[Slice]:
    """Whole batch, then each kind and each generator where there are several."""
    units = [unit for criterion in criteria for unit in criterion.units]
    kinds = sorted({unit.generator_kind for unit in units})
    names = sorted({unit.generator for unit in units})
    slices = [Slice()]
    if len(kinds) > 1:
        slices += [Slice("generator_kind", kind) for kind in kinds]
    if 1 < len(names) <= GENERATORS_MAX:
        slices += [Slice("generator", name) for name in names]
    return slices
