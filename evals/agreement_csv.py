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
    "expected_p",
    "alpha_below_667",
    "alpha_below_800",
)
# These stand first, whether measured or not; every other stored statistic follows.
STATISTICS = ("alpha", "ac1", "ac2", "within_items")
PARTS = ("value", "ci_low", "ci_high", "undefined_reason")
SHRUNK = ("value", "ci_low", "ci_high", "weight")
TAIL = ("ci_method", "ci_level", "resamples", "resamples_undefined", "seed")


def header(report: Mapping[str, Any]) -> list[str]:
    """The names of the columns of `lines`."""
    return [
        *RUN,
        *COUNTS,
        *(
            name if part == "value" else f"{name}_{part}"
            for name in _found(report)
            for part in PARTS
        ),
        "within_items_n_items",
        *("alpha_shrunk" if part == "value" else f"alpha_shrunk_{part}" for part in SHRUNK),
        *TAIL,
        "warnings",
    ]


def lines(report: Mapping[str, Any]) -> Iterator[list[Value]]:
    """The rows under `header`; what does not apply (AC2 of a binary scale) stays empty."""
    statistics = _found(report)
    for result in report["results"]:
        for criterion in result["criteria"]:
            shrunk = criterion["alpha_shrunk"] or {}
            yield [
                *(result[name] for name in RUN),
                *(criterion[name] for name in COUNTS),
                *(criterion.get(name, {}).get(part) for name in statistics for part in PARTS),
                criterion.get("within_items", {}).get("n_items"),
                *(shrunk.get(part) for part in SHRUNK),
                *(criterion[name] for name in TAIL),
                " | ".join(criterion["warnings"]),
            ]


def _found(report: Mapping[str, Any]) -> list[str]:
    """Every statistic of the report: what has a value or the reason why there is none."""
    found = {
        name
        for result in report["results"]
        for criterion in result["criteria"]
        for name, one in criterion.items()
        if isinstance(one, dict) and "undefined_reason" in one
    }
    return [*STATISTICS, *sorted(found - set(STATISTICS))]
