"""The canonical reward as a formula of + - * / min max, exact at every level of every criterion."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from evals.graders.formula import FUNCTIONS
from evals.graders.registry import is_runnable
from evals.rft.judging import decimal, judged_credits
from labeling.errors import Problem, Problems
from labeling.scoring import credit
from labeling.spec import CriterionSpec, ScaleType
from labeling.strict_json import number_text

_NOT_IN_NAMES = re.compile(r"\W", re.ASCII)
Grader = dict[str, object]


@dataclass(frozen=True)
class Switches:
    """The criteria of a dataset, the variables they go by, and the rows they count on."""

    criteria: tuple[CriterionSpec, ...]
    released: frozenset[frozenset[str]]

    @cached_property
    def names(self) -> dict[str, str]:
        """A variable for each criterion: its key, made an identifier and unique."""
        found: dict[str, str] = {}
        for spec in self.criteria:
            stem = _NOT_IN_NAMES.sub("_", spec.key)
            if not stem or stem[0].isdigit() or stem in FUNCTIONS or stem.startswith(_PREFIXES):
                stem = f"c_{stem}"
            name, number = stem, 2
            while name in found.values():
                name, number = f"{stem}_{number}", number + 1
            found[spec.key] = name
        return found

    @cached_property
    def points(self) -> dict[str, int]:
        """Whole-number points in the proportions of the rubric."""
        given = {spec.key: Fraction(spec.points or 0) for spec in self.criteria}
        scale = math.lcm(*(points.denominator for points in given.values()))
        return {key: int(points * scale) for key, points in given.items()}

    @cached_property
    def totals(self) -> tuple[int, ...]:
        """Every sum of positive points that some row has."""
        return tuple(sorted({self.total(keys) for keys in self.released}))

    def total(self, released: frozenset[str]) -> int:
        """The sum of positive points of a row with these criteria."""
        return sum(max(0, points) for key, points in self.points.items() if key in released)

    def is_switched(self, key: str) -> bool:
        """Whether the criterion counts on some rows only."""
        return not all(key in keys for keys in self.released)

    def row_fields(self, released: frozenset[str]) -> dict[str, str]:
        """The switches of one row; nothing where every row is graded alike."""
        switched = [spec.key for spec in self.criteria if self.is_switched(spec.key)]
        fields = {f"uses_{self.names[key]}": str(int(key in released)) for key in switched}
        return fields | {"max_points": str(self.total(released))} if switched else {}

    def field_names(self) -> frozenset[str]:
        """The row fields that `row_fields` gives."""
        return frozenset(self.row_fields(frozenset()))

    def variables(self) -> list[str]:
        """The variables of the switches, as the formula reads them."""
        return list(self.graders())

    def graders(self) -> dict[str, Grader]:
        """A string_check for each switch: the only way for a row to reach the formula."""
        switched = [self.names[spec.key] for spec in self.criteria if self.is_switched(spec.key)]
        found = {f"uses_{name}": _equals(f"uses_{name}", "1") for name in switched}
        if len(self.totals) > 1:
            for total in self.totals:
                found[f"max_{total}"] = _equals("max_points", str(total), f"max_{total}")
        return found


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Writes the formula over the variables of the switches."""

    switches: Switches

    def formula(self) -> str:
        """max(0, min(1, sum of points x credit / positive points x gates))."""
        if 0 in self.switches.totals:
            raise Problems([Problem("points", "A row has no criterion with positive points.")])
        gates = "".join(f"*{self._gate(spec)}" for spec in self.switches.criteria if spec.gate)
        return f"max(0, min(1, {self._sum()}{self._per_total()}{gates}))"

    def _sum(self) -> str:
        points = self.switches.points
        positive = [spec for spec in self.switches.criteria if points[spec.key] > 0]
        negative = [spec for spec in self.switches.criteria if points[spec.key] < 0]
        gains = "+".join(self._term(spec) for spec in positive)
        return f"({gains}{''.join(f'-{self._term(spec)}' for spec in negative)})"

    def _term(self, spec: CriterionSpec) -> str:
        points = abs(self.switches.points[spec.key])
        return f"({points}*{self._switched(spec, self._credit(spec))})"

    def _per_total(self) -> str:
        totals = self.switches.totals
        if len(totals) == 1:
            return f"/{totals[0]}"
        return f"*({'+'.join(f'(max_{total}/{total})' for total in totals)})"

    def _switched(self, spec: CriterionSpec, value: str) -> str:
        if not self.switches.is_switched(spec.key):
            return value
        return f"uses_{self.switches.names[spec.key]}*{value}"

    def _credit(self, spec: CriterionSpec) -> str:
        name = self.switches.names[spec.key]
        if not _is_interval(spec):
            return name
        low, high = spec.scale.bounds
        return f"({_minus(name, low)}/{number_text(high - low)})"

    def _gate(self, spec: CriterionSpec) -> str:
        """1 where the gate is passed and where it does not count, 0 where it fails."""
        passed = self._reached(spec)
        failed = passed if spec.is_pitfall else f"(1-{passed})"
        if self.switches.is_switched(spec.key):
            return f"(1-({self._switched(spec, failed)}))"
        return f"(1-{failed})" if spec.is_pitfall else passed

    def _reached(self, spec: CriterionSpec) -> str:
        """1 from the pass value upwards, 0 at every value below it."""
        name = self.switches.names[spec.key]
        needed = Decimal(1) if spec.pass_at is None else decimal(credit(spec, spec.pass_at))
        if _is_interval(spec):
            low, high = spec.scale.bounds
            at = high if spec.pass_at is None else spec.pass_at
            _refuse_idle(spec, [low] if low < at else [])
            return f"floor(min(1, {_minus(name, low)}/{number_text(at - low)}))"
        below = [paid for paid in _credits(spec) if paid < needed]
        _refuse_idle(spec, below)
        # A straight line between the two levels: a judge that rounds a third still passes.
        step = f"({number_text(needed)}-{number_text(max(below))})"
        line = name if (max(below), needed) == (0, 1) else f"{_minus(name, max(below))}/{step}"
        return f"max(0, min(1, {line}))"


def _credits(spec: CriterionSpec) -> Sequence[Decimal]:
    if spec.check is not None and is_runnable(spec.check):
        return [Decimal(0), Decimal(1)]
    return list(judged_credits(spec).values())


def _is_interval(spec: CriterionSpec) -> bool:
    """A check gives credit at once, whatever the scale."""
    is_code = spec.check is not None and is_runnable(spec.check)
    return spec.scale.type == ScaleType.INTERVAL and not is_code


def _minus(name: str, number: Decimal) -> str:
    if number == 0:
        return name
    return f"({name}{'-' if number > 0 else '+'}{number_text(abs(number))})"


def _refuse_idle(spec: CriterionSpec, below: Sequence[Decimal]) -> None:
    if not below:
        message = "No value lies below the pass value, so the gate decides nothing."
        raise Problems([Problem(spec.key, message)])


def _equals(field: str, text: str, name: str = "") -> Grader:
    return {
        "type": "string_check",
        "name": name or field,
        "input": f"{{{{item.{field}}}}}",
        "reference": text,
        "operation": "eq",
    }


_PREFIXES = ("uses_", "max_")
