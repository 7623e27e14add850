"""Alpha over the snapshots of a batch: small panels on the same axes, the table beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evals import charts_time, figures
from evals.charts_time import Panel
from evals.models import AgreementRun, AgreementSlice
from evals.queries import agreement as reads
from evals.queries.snapshots import alphas, snapshots
from evals.views.forest import criterion_url
from evals.views.inline_svg import inline
from evals.views.measured import page_url
from evals.views.measured_batch import chosen_batch
from evals.views.slices_shown import chosen_slice, slice_tabs, slice_within, slices
from labeling.access import MemberRequest, overseen_project
from labeling.models import Batch

PANELS = 24


@dataclass(frozen=True, slots=True)
class Series:
    """One criterion's panel as markup, and the same numbers as rows of a table."""

    name: str
    url: str
    svg: SafeString
    table: list[tuple[AgreementRun, str]]


@dataclass(frozen=True, slots=True)
class History:
    """Panels on shared axes; `runs` are the snapshots, oldest first."""

    runs: list[AgreementRun]
    panels: list[Panel]
    axes: charts_time.Scale
    ends: tuple[str, str]
    series: list[Series]


@require_safe
def agreement_time(request: MemberRequest, slug: str) -> HttpResponse:
    """Every criterion of the newest run over the batch's runs."""
    project = overseen_project(request.user, slug)
    chosen = chosen_batch(request, project)
    batch = chosen.batch
    context: dict[str, Any] = {
        "project": project,
        "batch": batch,
        "blind": chosen.is_blind,
        "batch_tabs": chosen.tabs(reverse("agreement_time", args=[project.slug])),
    }
    if batch is not None and not chosen.is_blind:
        context |= _shown(request, batch)
    return render(request, "evals/agreement_time.html", context)


def _shown(request: MemberRequest, batch: Batch) -> dict[str, Any]:
    run = reads.latest_run(batch)
    if run is None:
        return {}
    run.batch, run.project = batch, batch.project
    names = slices(run)
    slice_ = chosen_slice(run, names, request.GET.get("slice"))
    rows = Paginator(reads.rows(run, [slice_]), PANELS).get_page(request.GET.get("page"))
    return {
        "run": run,
        "slice": slice_ or "all",
        "where": slice_within(slice_),
        "tabs": slice_tabs(run, names, slice_, lambda name: _url(batch, name)),
        "page": rows,
        "query": f"batch={batch.pk}&slice={slice_ or 'all'}",
        "time": history(run, list(rows.object_list), slice_),
    }


def _url(batch: Batch, slice_: str) -> str:
    criteria = page_url(batch.project, batch=batch.pk, slice=slice_)
    return reverse("agreement_time", args=[batch.project.slug]) + criteria[criteria.index("?") :]


def history(run: AgreementRun, rows: Sequence[AgreementSlice], slice_: str | None) -> History:
    """The criteria of some rows over the snapshots of the run's batch."""
    runs = snapshots(run.batch)
    points = alphas(runs, slice_, [row.lineage_id for row in rows])
    panels = [Panel(row.criterion.name, points[row.lineage_id]) for row in rows]
    axes = charts_time.scale(panels)
    ends = _ends(runs)
    return History(
        runs,
        panels,
        axes,
        ends,
        [
            Series(
                panel.name,
                criterion_url(run, row),
                inline(charts_time.panel_drawing(panel, axes, ends)),
                _table(runs, panel),
            )
            for row, panel in zip(rows, panels, strict=True)
        ],
    )


def _table(runs: Sequence[AgreementRun], panel: Panel) -> list[tuple[AgreementRun, str]]:
    """Newest first, as people look for it."""
    pairs = zip(runs, panel.points, strict=True)
    return [(run, charts_time.point_text(point)) for run, point in reversed(list(pairs))]


def _ends(runs: Sequence[AgreementRun]) -> tuple[str, str]:
    """What stands under the first and the last snapshot: scores, or days where these are equal."""
    first, last = runs[0], runs[-1]
    if first.ratings_through == last.ratings_through:
        return f"{first.finished_at:%Y-%m-%d %H:%M}", f"{last.finished_at:%Y-%m-%d %H:%M}"
    before, now = figures.thousands(first.ratings_through), figures.thousands(last.ratings_through)
    said = _("%(n)s scores")
    return said % {"n": before}, said % {"n": now}
