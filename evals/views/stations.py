"""The path as five figures with doors: rubric, ratings, agreement, selection, releases."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from statistics import median

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        return Station(_("Rubric"), url, undefined=_("none published"), action=_("Write a rubric"))
    url = reverse("rubric", args=[project.slug, version.rubric.slug])
    note = ngettext("%(n)s criteria · %(rubric)s", "%(n)s criteria · %(rubric)s", path.criteria) % {
        "n": path.criteria,
        "rubric": version.rubric,
    }
    value = _("Version %(number)s") % {"number": version.number}
    return Station(_("Rubric"), url, value=value, note=note)


def _rated(project: Project, path: Path) -> Station:
    rated = path.rated
    return Station(
        _("Responses rated"),
        reverse("batches", args=[project.slug]),
        value=figures.thousands(rated.begun),
        unit=_("of %(total)s") % {"total": figures.thousands(rated.total)},
        note=_("%(n)s with all their experts") % {"n": figures.thousands(rated.complete)}
        if rated.begun
        else "",
        action="" if rated.begun else _("Open a batch"),
    )


def _agreement(project: Project, path: Path, measured: Measured | None) -> Station:
    url = reverse("agreement", args=[project.slug])
    if measured is None:
        if path.blind:
            return Station(_("Agreement"), url, undefined=_("hidden while you rate"))
        return Station(_("Agreement"), url, undefined=_("not measured"), action=_("Measure it"))
    if not measured.alphas:
        count = len(measured.forest.rows)
        why = ngettext("on each of %(n)s criteria", "on each of %(n)s criteria", count)
        return Station(_("Agreement"), url, undefined=_("undefined"), note=why % {"n": count})
    count = len(measured.alphas)
    note = ngettext(
        "median alpha of %(n)s criteria, %(slice)s",
        "median alpha of %(n)s criteria, %(slice)s",
        count,
    ) % {"n": count, "slice": slice_within(measured.slice)}
    if measured.newer:
        newer = ngettext("%(n)s ratings newer", "%(n)s ratings newer", measured.newer)
        note = f"{note}; {newer % {'n': figures.thousands(measured.newer)}}"
    return Station(_("Agreement"), url, value=figures.decimal(median(measured.alphas)), note=note)


def _selection(project: Project, path: Path) -> Station:
    chosen = path.chosen
    if chosen is None:
        url = reverse("selections", args=[project.slug])
        if path.blind:
            return Station(_("Selected"), url, undefined=_("hidden while you rate"))
        return Station(_("Selected"), url, undefined=_("no selection"), action=_("Select items"))
    return Station(
        _("Selected"),
        reverse("selection", args=[project.slug, chosen.selection.pk]),
        value=figures.thousands(chosen.count),
        unit=ngettext("of %(total)s items", "of %(total)s items", chosen.total)
        % {"total": figures.thousands(chosen.total)},
        note=_("where experts agree and models score low"),
    )


def _releases(project: Project, path: Path) -> Station:
    total = path.productions + path.drafts
    return Station(
        _("Releases"),
        reverse("releases", args=[project.slug]),
        value=figures.thousands(total),
        note=_("%(productions)s production, %(drafts)s draft")
        % {"productions": path.productions, "drafts": path.drafts}
        if total
        else "",
        action="" if total else _("Make a release"),
    )
