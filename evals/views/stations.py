"""The path as five figures with doors: rubric, ratings, agreement, selection, releases."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from statistics import median

from django.urls import reverse

from evals import figures
from evals.queries.overview import Path
from evals.views.measured import Measured
from evals.views.slices_shown import slice_within
from labeling.models import Project, Role

WRITERS = {Role.ADMIN.value, Role.AUTHOR.value}


@dataclass(frozen=True, slots=True)
class Station:
    """A figure, what it means, its door, and what to do when its turn has come."""

    label: str
    url: str
    value: str = ""
    unit: str = ""
    note: str = ""
    undefined: str = ""
    action: str = ""
    is_next: bool = False


def stations(
    project: Project, path: Path, measured: Measured | None, held: Set[str]
) -> list[Station]:
    """The five figures; the first empty one is next, with a button for who may act on it."""
    five = [
        _rubric(project, path),
        _rated(project, path),
        _agreement(project, path, measured),
        _selection(project, path),
        _releases(project, path),
    ]
    turn = next((index for index, one in enumerate(five) if one.action), None)
    may_act = bool(held & WRITERS)
    return [
        replace(one, is_next=index == turn, action=one.action if index == turn and may_act else "")
        for index, one in enumerate(five)
    ]


def _rubric(project: Project, path: Path) -> Station:
    version = path.version
    if version is None:
        url = reverse("rubrics", args=[project.slug])
        return Station("Rubric", url, undefined="none published", action="Write a rubric")
    url = reverse("rubric", args=[project.slug, version.rubric.slug])
    note = f"{path.criteria} criteria · {version.rubric}"
    return Station("Rubric", url, value=f"Version {version.number}", note=note)


def _rated(project: Project, path: Path) -> Station:
    rated = path.rated
    return Station(
        "Responses rated",
        reverse("batches", args=[project.slug]),
        value=figures.thousands(rated.begun),
        unit=f"of {figures.thousands(rated.total)}",
        note=f"{figures.thousands(rated.complete)} with all their experts" if rated.begun else "",
        action="" if rated.begun else "Open a batch",
    )


def _agreement(project: Project, path: Path, measured: Measured | None) -> Station:
    url = reverse("agreement", args=[project.slug])
    if measured is None:
        if path.blind:
            return Station("Agreement", url, undefined="hidden while you rate")
        return Station("Agreement", url, undefined="not measured", action="Measure it")
    if not measured.alphas:
        why = f"on each of {len(measured.forest.rows)} criteria"
        return Station("Agreement", url, undefined="undefined", note=why)
    whose = slice_within(measured.slice)
    note = f"median alpha of {len(measured.alphas)} criteria, {whose}"
    if measured.newer:
        note += f"; {figures.thousands(measured.newer)} ratings newer"
    return Station("Agreement", url, value=figures.decimal(median(measured.alphas)), note=note)


def _selection(project: Project, path: Path) -> Station:
    chosen = path.chosen
    if chosen is None:
        url = reverse("selections", args=[project.slug])
        if path.blind:
            return Station("Selected", url, undefined="hidden while you rate")
        return Station("Selected", url, undefined="no selection", action="Select items")
    return Station(
        "Selected",
        reverse("selection", args=[project.slug, chosen.selection.pk]),
        value=figures.thousands(chosen.count),
        unit=f"of {figures.thousands(chosen.total)} items",
        note="where experts agree and models score low",
    )


def _releases(project: Project, path: Path) -> Station:
    total = path.productions + path.drafts
    return Station(
        "Releases",
        reverse("releases", args=[project.slug]),
        value=figures.thousands(total),
        note=f"{path.productions} production, {path.drafts} draft" if total else "",
        action="" if total else "Make a release",
    )
