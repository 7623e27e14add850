"""Published and generated ratings that several tests of agreement read."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evals.reliability import UnitCounts

SHARED = Path(os.environ.get("RS_SHARED", Path(__file__).resolve().parents[3] / ".." / "shared"))
TTCW = SHARED / "data" / "ttcw"
REFERENCE = SHARED / "data" / "reliability_reference.json"
needs_ttcw = pytest.mark.skipif(not TTCW.is_dir(), reason="the TTCW ratings are not here")
needs_reference = pytest.mark.skipif(not REFERENCE.is_file(), reason="no published values here")

# Krippendorff (2011), data C: 4 observers, 12 units with gaps, the last rated once.
CANONICAL = (
    "111",
    "2232",
    "3333",
    "3333",
    "2222",
    "1234",
    "4444",
    "1121",
    "2222",
    "555",
    "11",
    "3",
)


def rated(*units: str, values: tuple[int, ...] = (0, 1), per_item: int = 1) -> UnitCounts:
    """Each string is a unit, each digit a rating; consecutive units share an item."""
    table = np.array([[unit.count(str(value)) for value in values] for unit in units])
    return UnitCounts.from_matrix(values, table, items=np.arange(len(units)) // per_item)


def canonical() -> UnitCounts:
    """The classic table on its five declared levels."""
    return rated(*CANONICAL, values=(1, 2, 3, 4, 5))


def two_by_two(both_yes: int, yes_no: int, no_yes: int, both_no: int) -> UnitCounts:
    """Two raters on a binary criterion."""
    return rated(*["11"] * both_yes, *["10"] * (yes_no + no_yes), *["00"] * both_no)


def simulated(
    rng: np.random.Generator, *, items: int, per_item: int, raters: int, levels: int
) -> UnitCounts:
    """Responses of an item resemble each other, and raters see the truth four times of five."""
    of_item = rng.integers(0, levels, items)
    noise = rng.random((items, per_item)) < 0.5
    truth = np.where(noise, rng.integers(0, levels, (items, per_item)), of_item[:, None]).ravel()
    counts = np.zeros((len(truth), levels), dtype=np.int64)
    for _ in range(raters):
        seen = np.where(rng.random(len(truth)) < 0.8, truth, rng.integers(0, levels, len(truth)))
        counts[np.arange(len(truth)), seen] += 1
    return UnitCounts.from_matrix(range(levels), counts, items=np.arange(len(truth)) // per_item)


def ttcw(*, models_only: bool = False) -> dict[str, UnitCounts]:
    """The 14 tests by key; unit = story, item = plot, 1 = Yes."""
    with (TTCW / "items.jsonl").open() as lines:
        stories = {story["item_id"]: story for story in map(json.loads, lines)}
    rows: dict[str, list[Any]] = {}
    with (TTCW / "ratings.csv").open(newline="") as file:
        for rating in csv.DictReader(file):
            story = stories[rating["item_id"]]
            if models_only and story["model"].startswith("human"):
                continue
            row = (rating["item_id"], story["plot_id"], float(rating["value"] == "Yes"), 1)
            rows.setdefault(rating["criterion_id"], []).append(row)
    return {key: UnitCounts.from_rows(rows[key], values=(0, 1)) for key in sorted(rows)}


def of_generator(counts: UnitCounts, generator: str) -> UnitCounts:
    """The TTCW stories that one generator wrote; their ids end with its name."""
    return counts.select(
        np.array([str(unit).endswith(f"_{generator}") for unit in counts.unit_ids])
    )


def published_counts(case: dict[str, Any]) -> UnitCounts:
    """Counts of one case of the reference file, whatever its layout."""
    if case["layout"] == "units_x_raters":
        found = {score for scores in case["matrix"] for score in scores if score is not None}
        code = {
            score: place if isinstance(score, str) else score
            for place, score in enumerate(sorted(found))
        }
        rows = [
            (unit, unit, code[score], 1)
            for unit, scores in enumerate(case["matrix"])
            for score in scores
            if score is not None
        ]
        return UnitCounts.from_rows(rows, values=sorted(code.values()))
    if case["layout"] == "counts_units_x_categories":
        counts = np.array(case["counts"])
        return UnitCounts.from_matrix(range(counts.shape[1]), counts)
    n = len(case["table"])
    units = [np.eye(n, dtype=int)[a] + np.eye(n, dtype=int)[b] for a in range(n) for b in range(n)]
    return UnitCounts.from_matrix(range(n), np.repeat(units, np.ravel(case["table"]), axis=0))
