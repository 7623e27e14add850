"""What the pages of agreement show, and all they leave out, as files: JSON, CSV, SVG."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evals import charts_coincidences, charts_time, csv_cells
from evals.agreement_csv import header, lines
from evals.charts_forest import forest_drawing
from evals.csv_cells import Value
from evals.drawing import Drawing
from evals.models import AgreementRun, AgreementSlice
from evals.queries import agreement as reads
from evals.views import forest as plots
from evals.views.criterion import matrix, on_slice, side_by_side, slices_of
from evals.views.measured import expect_sight
from evals.views.measured_batch import measured_run
from evals.views.over_time import History, history
from evals.views.slices_shown import slice_within, slices
from labeling.access import MemberRequest, overseen_project
from labeling.models import Batch, Project

TIME = [
    "batch",
    "run",
    "finished_at",
    "scores",
    "rubric_version",
    "criterion",
    "slice",
    "alpha",
    "ci_low",
    "ci_high",
]


@require_safe
def agreement_file(request: MemberRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """The numbers of a batch's newest run on all its slices, as JSON or CSV."""
    project, batch = _seen(request, slug, pk)
    run = reads.latest_run(batch)
    report = reads.report(project, [run] if run else [], slices(run) if run else [])
    name = f"{project.slug}-agreement-{batch.pk}.{kind}"
    if kind == "csv":
        return _csv(csv_cells.document(header(report), lines(report)), name)
    answer = JsonResponse(report, json_dumps_params={"indent": 2, "allow_nan": False})
    return _named(answer, name)


@require_safe
def agreement_chart(request: MemberRequest, slug: str, pk: int, chart: str) -> HttpResponse:
    """A chart of the batch's newest run, on the slice (and of the criterion) that is asked for."""
    project, batch = _seen(request, slug, pk)
    run = measured_run(batch)
    drawing = _drawing(request, run, chart)
    answer = HttpResponse(drawing.document(), content_type="image/svg+xml; charset=utf-8")
    return _named(answer, f"{project.slug}-agreement-{batch.pk}-{chart}.svg")


@require_safe
def agreement_time_csv(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Alpha of every criterion in the snapshots that the page shows."""
    project, batch = _seen(request, slug, pk)
    run = measured_run(batch)
    slice_ = _slice(request, run)
    rows = list(reads.rows(run, [slice_]))
    text = csv_cells.document(TIME, _over_time(history(run, rows, slice_), rows, slice_))
    return _csv(text, f"{project.slug}-agreement-{batch.pk}-time.csv")


def _seen(request: MemberRequest, slug: str, pk: int) -> tuple[Project, Batch]:
    project = overseen_project(request.user, slug)
    batch = get_object_or_404(
        Batch.objects.filter(project=project).select_related("project"), pk=pk
    )
    expect_sight(request.user, batch)
    return project, batch


def _slice(request: MemberRequest, run: AgreementRun) -> str | None:
    asked = request.GET.get("slice", plots.WHOLE)
    return asked if asked in slices(run) else None


def _drawing(request: MemberRequest, run: AgreementRun, chart: str) -> Drawing:
    slice_ = _slice(request, run)
    where = _("%(batch)s, %(slice)s, as of %(scores)s scores") % {
        "batch": run.batch.name,
        "slice": slice_within(slice_),
        "scores": run.ratings_through,
    }
    if chart in ("forest", "time"):
        rows = list(reads.rows(run, [slice_]).prefetch_related("criterion__levels"))
        if chart == "forest":
            plot = plots.forest(run, rows)
            return forest_drawing(plot.axis, plot.rows, _("Alpha of %(what)s") % {"what": where})
        return _time_sheet(run, rows, slice_, where)
    return _of_criterion(request, run, chart, where)


def _of_criterion(request: MemberRequest, run: AgreementRun, chart: str, where: str) -> Drawing:
    rows = slices_of(run, request.GET.get("criterion", ""))
    row = on_slice(run, rows, request.GET.get("slice", plots.WHOLE))
    title = f"{row.criterion.name}: {where}"
    if chart == "slices":
        plot = side_by_side(run, rows)
        return forest_drawing(plot.axis, plot.rows, _("Alpha of %(what)s") % {"what": title})
    if chart == "criterion-time":
        return _time_sheet(run, [row], row.slice, where)
    heat = matrix(run, row) if chart == "coincidences" else None
    if heat is None:
        raise Http404(_("There is no such chart."))
    return charts_coincidences.heat(heat, title)


def _time_sheet(
    run: AgreementRun, rows: list[AgreementSlice], slice_: str | None, where: str
) -> Drawing:
    time = history(run, rows, slice_)
    return charts_time.sheet(
        time.panels, time.axes, time.ends, _("Alpha over time: %(where)s") % {"where": where}
    )


def _over_time(
    time: History, rows: list[AgreementSlice], slice_: str | None
) -> Iterator[list[Value]]:
    for row, panel in zip(rows, time.panels, strict=True):
        for run, point in zip(time.runs, panel.points, strict=True):
            yield [
                run.batch_id,
                run.pk,
                run.finished_at.isoformat() if run.finished_at else "",
                run.ratings_through,
                run.rubric_version.number,
                row.criterion.key,
                slice_ or "",
                point.value,
                point.low,
                point.high,
            ]


def _csv(text: str, name: str) -> HttpResponse:
    return _named(HttpResponse(text, content_type="text/csv; charset=utf-8"), name)


def _named(answer: HttpResponse, name: str) -> HttpResponse:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
