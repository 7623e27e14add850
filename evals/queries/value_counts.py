"""Units from the database as the value counts that statistics are computed from."""

from __future__ import annotations

from collections.abc import Sequence

from evals.queries.unit_counts import CriterionUnits, Unit
from evals.reliability import UnitCounts
from labeling.spec import ScaleType


def counts_of(units: CriterionUnits, chosen: Sequence[Unit]) -> UnitCounts:
    """Value counts of some units of a criterion on its declared scale."""
    declared = units.declared
    return UnitCounts.from_rows(
        (
            (unit.response, unit.item, float(value), n)
            for unit in chosen
            for value, n in unit.values
        ),
        values=None if declared is None else [float(value) for value in declared],
    )


def measurement_of(scale: str) -> str:
    """Binary scales are nominal; the others are named as they are measured."""
    return "nominal" if scale == ScaleType.BINARY else scale
