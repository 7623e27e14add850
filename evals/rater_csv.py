"""The comparison of raters as a flat table: one line a figure; and the same without names. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evals.csv_cells import Value

HEADER = [
    "batch",
    "run",
    "criterion",
    "figure",
    "expert",
    "other_expert",
    "n",
    "value",
    "ci_low",
    "ci_high",
    "method",
    "reason",
]
# Lists of figures by rater, as the documents name them.
BY_RATER = ("leniency", "gold", "repeats")
OWN = ("exact", "near", "distance", "soft")

type Document = Mapping[str, Any]


def lines(report: Document) -> Iterator[list[Value]]:
    """The rows under `HEADER`."""
    names = {one["rater"]: one["name"] for one in report["raters"]}
    for criterion, figure, expert, other, one in _figures(report):
        yield [
            report["batch"],
            report["run"],
            criterion,
            figure,
            names.get(expert, expert),
            names.get(other, other),
            one["n"],
            one["value"],
            one["low"],
            one["high"],
            one.get("method"),
            one["reason"],
        ]


def renamed(report: Document, names: Mapping[int, str]) -> dict[str, Any]:
    """The same report with numbered experts in place of people, in their drawn order."""
    numbers = {pk: at for at, pk in enumerate(names, start=1)}
    hidden = _replaced(report, numbers)
    hidden["raters"] = [{"rater": numbers[pk], "name": name} for pk, name in names.items()]
    return hidden


def _replaced(told: Any, numbers: Mapping[int, int]) -> Any:
    if isinstance(told, list | tuple):
        return [_replaced(one, numbers) for one in told]
    if not isinstance(told, Mapping):
        return told
    replaced: dict[str, Any] = {}
    for key, value in told.items():
        if key in ("rater", "a", "b"):
            replaced[key] = None if value is None else numbers[value]
        elif key in ("own", "pace"):
            replaced[key] = {str(numbers[int(pk)]): part for pk, part in value.items()}
        else:
            replaced[key] = _replaced(value, numbers)
    return replaced


def _figures(report: Document) -> Iterator[tuple[str | None, str, Any, Any, Document]]:
    for criterion in report["criteria"]:
        key = criterion["key"]
        for pair in criterion["pairs"]:
            yield key, pair["statistic"], pair["a"], pair["b"], pair
        for figure in BY_RATER:
            for one in criterion[figure]:
                yield key, figure, one["rater"], None, one
        for rater, own in criterion["own"].items():
            for figure in OWN:
                yield key, f"settled answer, {figure}", int(rater), None, own[figure]
        for one in criterion["routing"].get("beliefs", []):
            said = {"value": one["right"], "low": None, "high": None}
            yield key, "believed right", one["rater"], None, {**one, **said}
        yield key, "carry-over", None, None, criterion["carry_over"]
    yield from _of_batch(report["whole"])


def _of_batch(whole: Document) -> Iterator[tuple[str | None, str, Any, Any, Document]]:
    for rater, one in whole["pace"].items():
        low, high = one["quartiles"] or (None, None)
        said = {"value": one["median"], "low": low, "high": high, "method": "quartiles"}
        yield None, "seconds per criterion", int(rater), None, {**one, **said}
    for one in whole["minutes"].get("stretches", []):
        end = "on" if one["end"] is None else f"{one['end']:g}"
        yield None, f"agreement in minutes {one['start']:g} to {end}", None, None, one
    if "trend" in whole["minutes"]:
        yield None, "agreement, change in ten minutes", None, None, whole["minutes"]["trend"]
    for pair in whole["halo"].get("pairs", []):
        about = f"{pair['first']} and {pair['second']}"
        for figure in ("within", "between", "excess"):
            yield about, f"correlation, {figure}", None, None, pair[figure]
    for one in whole["halo"].get("raters", []):
        yield None, "halo", one["rater"], None, one
