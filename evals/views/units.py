"""Units behind a number: experts by criteria, the widest disagreement first, as of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evals.forms_units import UnitFilterForm
from evals.models import AgreementRun
from evals.queries.agreement import lowest
from evals.queries.grids import Grid
from evals.queries.unit_filter import UnitFilter
from evals.queries.units import JudgedResponse, UnitPage, judged, page, parse_key
from evals.views.measured import expect_sight, page_url
from evals.views.slices_shown import slice_in_words
from labeling.access import MemberRequest, overseen_project
from labeling.models import Criterion

# Rows of a grid that is not the whole rubric: the disputed ones come first.
ROWS = 8
# Scores beyond which the units of all criteria are not sorted in one request.
ONE_AT_A_TIME = 500_000
# As a part of another page, which links to the rest.
FEW = 3


@require_safe
def units(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """A page of responses with their grids; a fragment for htmx."""
    project = overseen_project(request.user, slug)
    finished = AgreementRun.objects.finished().filter(project=project)
    run = get_object_or_404(finished.select_related("batch", "rubric_version"), pk=pk)
    blind = expect_sight(request.user, run.batch)
    run.project = run.batch.project = project
    criteria = list(run.rubric_version.criteria.prefetch_related("levels"))
    form = UnitFilterForm(request.GET, run=run, criteria=criteria)
    if run.ratings_through > ONE_AT_A_TIME and not request.GET.get("criterion"):
        return _one_criterion(request, run, criteria)
    context: dict[str, Any] = {"project": project, "run": run, "batch": run.batch, "form": form}
    context["crumbs"] = [(_("Agreement"), page_url(project, batch=run.batch_id))]
    if form.is_valid():
        context |= _found(request, run, criteria, form, blind)
    part = "#rows" if request.headers.get("HX-Target") == "rows" else ""
    status = 200 if form.is_valid() else 422
    return render(request, f"evals/units.html{part}", context, status=status)


def _one_criterion(
    request: MemberRequest, run: AgreementRun, criteria: list[Criterion]
) -> HttpResponse:
    """The same question about the criterion with the lowest alpha: all at once take seconds."""
    asked = request.GET.copy()
    asked["criterion"] = lowest(run) or criteria[0].key
    return redirect(f"{request.path}?{asked.urlencode()}")


def _found(
    request: MemberRequest,
    run: AgreementRun,
    criteria: list[Criterion],
    form: UnitFilterForm,
    blind: list[int],
) -> dict[str, Any]:
    narrowed = form.narrowed()
    after, before = (parse_key(request.GET.get(name, "")) for name in ("after", "before"))
    found = page(run, criteria, narrowed, blind=blind, after=after, before=before)
    few = "few" in request.GET
    shown = found.responses[:FEW] if few else found.responses
    rows = 1 if few and narrowed.criterion else ROWS
    return {
        "found": found,
        "few": few,
        "entries": [_entry(one, run, narrowed, rows) for one in judged(run, shown)],
        "conditions": _in_words(narrowed, form),
        "one_at_a_time": run.ratings_through > ONE_AT_A_TIME,
        **_doors(request, found),
    }


def _entry(
    one: JudgedResponse, run: AgreementRun, narrowed: UnitFilter, rows: int
) -> dict[str, Any]:
    item = one.response.item
    grid, hidden = _shortened(one.grid, narrowed.criterion, rows)
    address = reverse("item", args=[run.project.slug, item.pk])
    return {
        "response": one.response,
        "generator": one.response.generator.name,
        "gist": one.gist,
        "withheld": one.response.withheld,
        "item": item.external_id,
        "url": f"{address}?{urlencode({'run': run.pk})}#response-{one.response.pk}",
        "grid": grid,
        "hidden": hidden,
    }


def _shortened(
    grid: Grid | None, criterion: Criterion | None, count: int
) -> tuple[Grid | None, int]:
    """The asked criterion first, then the disputed ones; and how many rows are not shown."""
    if grid is None:
        return None, 0
    key = criterion.key if criterion else ""
    rows = sorted(grid.rows, key=lambda row: row.key != key)
    return replace(grid, rows=rows[:count]), max(len(rows) - count, 0)


def _in_words(narrowed: UnitFilter, form: UnitFilterForm) -> list[str]:
    """The parts of the filter that no visible field shows."""
    words = []
    if narrowed.slice:
        words.append(slice_in_words(narrowed.slice))
    if narrowed.pair is not None:
        first, second = (_level(value, narrowed.criterion) for value in narrowed.pair)
        said = _("%(one)s twice") if first == second else _("%(one)s against %(other)s")
        words.append(said % {"one": first, "other": second})
    if len(narrowed.raters) == 1:
        words.append(_("%(one)s against the consensus") % {"one": form.people[0]})
    elif narrowed.raters:
        one, other = form.people
        words.append(_("%(one)s against %(other)s") % {"one": one, "other": other})
    return words


def _level(value: Any, criterion: Criterion | None) -> str:
    levels = criterion.levels.all() if criterion else []
    return next((level.label for level in levels if level.value == value), f"{value.normalize():f}")


def _doors(request: MemberRequest, found: UnitPage) -> dict[str, str]:
    """Addresses of the neighbouring pages with the same filters."""
    kept = [
        (key, value)
        for key, value in request.GET.items()
        if key not in ("after", "before") and value
    ]
    return {
        "next_query": urlencode([*kept, ("after", str(found.after))]) if found.after else "",
        "previous_query": urlencode([*kept, ("before", str(found.before))]) if found.before else "",
        "first_query": urlencode(kept),
    }
