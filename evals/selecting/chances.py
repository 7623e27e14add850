"""How much of the agreement chance alone explains, and how little the slice may tell."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.gaps import sentences
from evals.gaps.cautions import Chance
from evals.gaps.pool import Criterion
from evals.gaps.rule import Rule
from evals.queries.unit_counts import CriterionUnits, Unit
from evals.queries.value_counts import counts_of
from evals.reliability import UnitCounts
from evals.reliability.chance import ChanceUnanimity, permutation

# More generators than this, and some write too few responses to be shuffled on their own.
GENERATORS_MAX = 12


class Chances:
    """Shuffled answers beside the unanimous units that a rule counts."""

    def __init__(
        self, rule: Rule, criteria: Sequence[CriterionUnits], known: Mapping[str, Criterion]
    ) -> None:
        self.rule = rule
        self.known = known
        self.criteria = [each for each in criteria if rule.considers(each.criterion.key)]
        self.unanimous = self._permuted(self._tables(lambda unit: True), lowest=False)
        of_kinds = self._tables(self._of_kinds)
        self.lowest = self._permuted(of_kinds, lowest=True)
        self.within = self._within_generators()

    def for_funnel(self) -> Chance:
        """The numbers that stand beside the funnel's steps."""
        return Chance(
            unanimous=None if self.unanimous is None else self.unanimous.mean,
            lowest=None if self.lowest is None else self.lowest.mean,
            lowest_p_value=None if self.lowest is None else self.lowest.p_value,
        )

    def to_json(self) -> dict[str, Any]:
        """Every test with its method; null where there was nothing to shuffle."""
        return {
            "unanimous": _told(self.unanimous),
            "lowest": _told(self.lowest),
            "lowest_within_generators": _told(self.within),
        }

    def sentences(self) -> list[str]:
        """What shuffling within each generator adds, in words."""
        if self.lowest is None or self.within is None or not self.lowest.observed:
            return []
        is_excess = self.lowest.observed > self.lowest.mean
        is_away = is_excess and self.within.observed <= self.within.mean
        said = sentences.SHUFFLED_AWAY if is_away else sentences.SHUFFLED
        mean, p = f"{self.within.mean:.0f}", f"{self.within.p_value:.2g}"
        return [said(mean=mean, p=p, observed=self.lowest.observed)]

    def _of_kinds(self, unit: Unit) -> bool:
        return unit.generator_kind in self.rule.generator_kinds

    def _written_by(self, name: str) -> Callable[[Unit], bool]:
        return lambda unit: self._of_kinds(unit) and unit.generator == name

    def _tables(self, keep: Callable[[Unit], bool]) -> list[tuple[Criterion, UnitCounts]]:
        """The units that can be unanimous under the rule, criterion by criterion."""
        found = []
        for each in self.criteria:
            units = [unit for unit in each.units if self._can_agree(unit) and keep(unit)]
            if units:
                found.append((self.known[each.criterion.key], counts_of(each, units)))
        return found

    def _can_agree(self, unit: Unit) -> bool:
        return unit.n >= self.rule.raters_min and not unit.n_na and not unit.n_cannot_assess

    def _within_generators(self) -> ChanceUnanimity | None:
        units = [unit for each in self.criteria for unit in each.units if self._of_kinds(unit)]
        names = sorted({unit.generator for unit in units})
        if not 1 < len(names) <= GENERATORS_MAX:
            return None
        tables = [table for name in names for table in self._tables(self._written_by(name))]
        return self._permuted(tables, lowest=True)

    def _permuted(
        self, tables: Sequence[tuple[Criterion, UnitCounts]], *, lowest: bool
    ) -> ChanceUnanimity | None:
        asked = [
            (counts, float(criterion.lowest) if lowest and criterion.lowest is not None else None)
            for criterion, counts in tables
            if not lowest or _has_lowest(criterion, counts)
        ]
        if not asked:
            return None
        return permutation(
            [counts for counts, _ in asked],
            levels=[level for _, level in asked],
            seed=self.rule.seed,
        )


def _has_lowest(criterion: Criterion, counts: UnitCounts) -> bool:
    """On a continuous scale perhaps nobody has gone so low; no unit can be unanimous there then."""
    return criterion.lowest is not None and float(criterion.lowest) in counts.values


def _told(test: ChanceUnanimity | None) -> dict[str, Any] | None:
    if test is None:
        return None
    return {
        "observed": test.observed,
        "expected": test.mean,
        "sd": test.sd,
        "p_value": test.p_value,
        "method": test.method,
        "replicates": test.replicates,
        "seed": test.seed,
    }


def slice_alpha(kinds: Sequence[str], alphas: Sequence[float | None]) -> dict[str, Any]:
    """Alpha of the criteria on the generator kinds, in one line."""
    defined = [alpha for alpha in alphas if alpha is not None]
    return {
        "kinds": list(kinds),
        "criteria": len(alphas),
        "undefined": len(alphas) - len(defined),
        "alpha_median": statistics.median(defined) if defined else None,
        "alpha_min": min(defined, default=None),
        "alpha_max": max(defined, default=None),
    }


def slice_sentences(told: Mapping[str, Any]) -> list[str]:
    """The same to people; nothing when no alpha is defined."""
    if told["alpha_median"] is None:
        return []
    return [
        sentences.KIND_ALPHA(
            kinds=" and ".join(told["kinds"]),
            median=f"{told['alpha_median']:.3f}",
            n=told["criteria"] - told["undefined"],
            low=f"{told['alpha_min']:.2f}",
            high=f"{told['alpha_max']:.2f}",
        )
    ]
