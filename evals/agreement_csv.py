"""The agreement report as a flat table: one line a criterion and slice. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evals.csv_cells import Value

RUN = ("batch", "rubric_version", "ratings_through", "stale_by")
COUNTS = (
    "key",
    "slice",
    "measurement",
    "n_items",
    "n_units",
    "n_pairable_units",
    "n_raters",
    "n_ratings",
    "n_na",
    "n_cannot_assess",
    "percent",
    "unanimous",
    "expected_unanimous",
)
STATISTICS = ("alpha", "ac1", "ac2")
PARTS = ("value", "ci_low", "ci_high", "undefined_reason")
TAIL = ("ci_method", "ci_level")
HEADER = [
    *RUN,
    *COUNTS,
    *(name if part == "value" else f"{name}_{part}" for name in STATISTICS for part in PARTS),
    *TAIL,
    "warnings",
]


def lines(report: Mapping[str, Any]) -> Iterator[list[Value]]:
    """The rows under `HEADER`; what does not apply (AC2 of a binary scale) stays empty."""
    for result in report["results"]:
        for criterion in result["criteria"]:
            yield [
                *(result[name] for name in RUN),
                *(criterion[name] for name in COUNTS),
                *(criterion.get(name, {}).get(part) for name in STATISTICS for part in PARTS),
                *(criterion[name] for name in TAIL),
                " | ".join(criterion["warnings"]),
            ]
