"""Which patterns of answers settle a unit, by the posterior that the majority is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import numpy as np

from evals.gaps import sentences
from evals.gaps.agreeing import Clarity
from evals.gaps.pool import Criterion
from evals.gaps.rule import Rule
from evals.queries.unit_counts import CriterionUnits
from evals.queries.value_counts import counts_of, measurement_of
from evals.reliability.consensus import judge
from labeling.spec import ScaleType

Pattern = frozenset[tuple[Decimal, int]]


def clarity_of(
    rule: Rule, criteria: Sequence[CriterionUnits], known: Mapping[str, Criterion]
) -> Clarity | None:
    """1 for the patterns that are clear under the rule, else 0; None when it asks unanimity.

    The prior is fitted on every unit of the batch, never on units chosen for their ratings.
    """
    if rule.clarity is None:
        return None
    clear = {
        each.criterion.key: _clear_patterns(each, known[each.criterion.key], rule)
        for each in criteria
        if rule.considers(each.criterion.key) and each.declared is not None
    }

    def clarity(key: str, counts: Mapping[Decimal, int]) -> float:
        return float(_pattern(counts.items()) in clear.get(key, ()))

    return clarity


def continuous(rule: Rule, criteria: Sequence[CriterionUnits]) -> list[str]:
    """A warning where clarity is asked of scales that have no levels."""
    keys = [
        each.criterion.key
        for each in criteria
        if rule.considers(each.criterion.key) and each.declared is None
    ]
    if rule.clarity is None or not keys:
        return []
    return [sentences.CONTINUOUS(criteria=", ".join(keys))]


def _clear_patterns(units: CriterionUnits, criterion: Criterion, rule: Rule) -> set[Pattern]:
    if rule.clarity is None or not units.units:
        return set()
    at = criterion.spec.pass_at if criterion.spec.scale.type == ScaleType.ORDINAL else None
    rated = [unit for unit in units.units if unit.values]
    if not rated:
        return set()
    verdicts = judge(
        counts_of(units, rated),
        measurement_of(units.criterion.scale),
        threshold=rule.clarity,
        raters_min=rule.raters_min,
        pass_at=None if at is None else float(at),
    )
    return {_pattern(rated[place].values) for place in np.flatnonzero(verdicts.clear)}


def _pattern(counts: Iterable[tuple[Decimal, int]]) -> Pattern:
    return frozenset(counts)
