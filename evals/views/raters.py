"""The page about the raters of a batch: pairs, leniency, what to adjudicate, and the job behind."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evals import csv_cells, measuring, rater_csv
from evals.forms_raters import RaterChoice
from evals.heat_map import drawing
from evals.kept import in_words
from evals.measuring import due
from evals.measuring import raters as comparing
from evals.models import AgreementRun, RaterReport, RaterRun
from evals.queries import rater_runs as reads
from evals.queries.agreement import latest_run
from evals.tasks import compare_raters, measure_agreement
from evals.views.measured import expect_sight
from evals.views.measured_batch import asked_batch, progress
from evals.views.rater_parts import cast, pair_rows, pairs_map
from evals.views.rater_sections import criterion_parts
from evals.views.rater_whole import whole_parts
from labeling import runs
from labeling.access import MemberRequest, authored_project, overseen_project, roles
from labeling.models import Batch, Project, Role, RunState

PAIRS = 50


@require_safe
def raters(request: MemberRequest, slug: str) -> HttpResponse:
    """One batch and one criterion at a time; words instead of numbers for whoever rates in it."""
    project = overseen_project(request.user, slug)
    batches = reads.compared_batches(project)
    blind = set(Batch.objects.hiding(request.user, "peers").filter(project=project))
    batch = _chosen(batches, request.GET.get("batch"), blind)
    context = {
        "project": project,
        "batch": batch,
        "tabs": _batch_tabs(project, batches, batch),
        "blind": batch in blind,
    }
    if batch and not context["blind"]:
        context |= _shown(request, batch)
    return render(request, "evals/raters.html", context)


@require_POST
def raters_compare(request: MemberRequest, slug: str) -> HttpResponse:
    """Freeze the ratings as they are, measure them and compare who gave them."""
    project = authored_project(request.user, slug)
    batch = asked_batch(request, project)
    with transaction.atomic():
        measured, _joined = measuring.start(batch, by=request.user)
        run, _joined = comparing.start(measured, by=request.user)
        runs.enqueue(measure_agreement, measured)
        runs.enqueue(compare_raters, run)
    return redirect(_page(project, batch=batch.pk))


@require_safe
def raters_run(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """How far a run is, asked every two seconds; once finished, its results in place."""
    project = overseen_project(request.user, slug)
    readable = RaterRun.objects.filter(project=project).select_related("batch__project")
    run = get_object_or_404(readable, pk=pk)
    expect_sight(request.user, run.batch)
    if "HX-Request" not in request.headers:
        return redirect(_page(project, batch=run.batch_id))
    context = {"project": project, "batch": run.batch, **_shown(request, run.batch)}
    return progress(request, "evals/raters.html", run.state, context)


@require_safe
def raters_file(request: MemberRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """Every figure of the batch's newest comparison, as JSON or CSV."""
    run = _run_of(request, slug, pk)
    report = reads.report(run, request.user)
    if request.GET.get("names") == "hidden":
        report = rater_csv.renamed(report, cast(run, hidden=True).names)
    answer: HttpResponse
    if kind == "csv":
        text = csv_cells.document(rater_csv.HEADER, rater_csv.lines(report))
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    else:
        answer = JsonResponse(report, json_dumps_params={"indent": 2, "allow_nan": False})
    return _attached(answer, f"{slug}-raters-{pk}.{kind}")


@require_safe
def raters_map(request: MemberRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """The heat map of one criterion as a file."""
    run = _run_of(request, slug, pk)
    report = get_object_or_404(reads.whole(run), criterion__key=key)
    people = cast(run, hidden=request.GET.get("names") == "hidden")
    rows = pair_rows(report, people, lambda a, b: "")
    chart = pairs_map(rows, people)
    if chart is None:
        raise Http404
    title = _("%(criterion)s: agreement of pairs in %(batch)s") % {
        "criterion": report.criterion.name,
        "batch": run.batch.name,
    }
    answer = HttpResponse(drawing(chart, title=title), content_type="image/svg+xml")
    return _attached(answer, f"{slug}-raters-{pk}-{key}.svg")


def _run_of(request: MemberRequest, slug: str, pk: int) -> RaterRun:
    project = overseen_project(request.user, slug)
    found = Batch.objects.filter(project=project).select_related("project")
    batch = get_object_or_404(found, pk=pk)
    expect_sight(request.user, batch)
    run = reads.latest_comparison(batch)
    if run is None:
        raise Http404
    return run


def _attached(answer: HttpResponse, name: str) -> HttpResponse:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _chosen(batches: list[Batch], asked: str | None, blind: set[Batch]) -> Batch | None:
    for batch in batches:
        if str(batch.pk) == asked:
            return batch
    return next((one for one in batches if one not in blind), batches[0] if batches else None)


def _page(project: Project, **query: object) -> str:
    return f"{reverse('raters', args=[project.slug])}?{urlencode(query)}"


def _batch_tabs(project: Project, batches: list[Batch], chosen: Batch | None) -> list[dict]:
    if len(batches) < 2:
        return []
    return [
        {"text": one.name, "url": _page(project, batch=one.pk), "current": one == chosen}
        for one in batches
    ]


def _shown(request: MemberRequest, batch: Batch) -> dict[str, Any]:
    run, newest = reads.latest_comparison(batch), reads.newest_comparison(batch)
    under_way = newest if newest and newest.state != RunState.FINISHED else None
    if under_way and run and run.pk > under_way.pk:
        under_way = None
    measured = latest_run(batch)
    held = roles(request.user, batch.project)
    return {
        "measured": measured,
        "large": bool(measured and measured.ratings_through > due.SCORES_MAX),
        "stale": bool(run and measured and (measured.watermark or 0) > (run.watermark or 0)),
        "job": _job(under_way, batch) if under_way else None,
        "may_compare": bool(held & {Role.ADMIN, Role.AUTHOR}),
        **(_compared(request, run) if run else {"run": None}),
    }


def _compared(request: MemberRequest, run: RaterRun) -> dict[str, Any]:
    criteria = reads.criteria_of(run)
    form = RaterChoice(request.GET, criteria=[one.criterion for one in criteria])
    hidden, key = form.chosen()
    people = cast(run, hidden=hidden)
    beside = reads.measuring_beside(run)
    names = {one.criterion.key: one.criterion.name for one in criteria}
    context: dict[str, Any] = {"run": run, "choice": form, "names_hidden": hidden, "part": None}
    context |= {"whole": whole_parts(run.document, people, names), "cast": people}
    report = next((one for one in criteria if one.criterion.key == key), None)
    if report is not None:
        context |= _criterion(request, run, report, people, beside)
    return context


def _criterion(
    request: MemberRequest,
    run: RaterRun,
    report: RaterReport,
    people: Any,
    beside: AgreementRun | None,
) -> dict[str, Any]:
    found = reads.whole(run).get(pk=report.pk)
    shut = reads.still_judged(request.user, reads.named_responses([found.document]))
    found.document = reads.without(found.document, shut)
    part = criterion_parts(run, found, people, beside)
    page = Paginator(part.pairs, PAIRS).get_page(request.GET.get("page"))
    query = {"batch": run.batch_id, "criterion": part.criterion.key}
    if people.hidden:
        query["names"] = "hidden"
    return {"part": part, "page": page, "query": urlencode(query)}


def _job(run: RaterRun, batch: Batch) -> dict[str, Any]:
    """The run as components/job.html shows it."""
    slug = batch.project.slug
    running = run.state == RunState.RUNNING and run.total
    return {
        "name": _("Comparing the experts of %(batch)s") % {"batch": batch},
        "state": run.state,
        "done": run.done,
        "total": run.total,
        "error": in_words(run.error) if run.state == RunState.FAILED else "",
        "detail": _("%(done)s of %(total)s parts compared.")
        % {"done": run.done, "total": run.total}
        if running
        else "",
        "url": reverse("raters_run", args=[slug, run.pk]),
        "retry_url": f"{reverse('raters_compare', args=[slug])}?batch={batch.pk}",
    }
