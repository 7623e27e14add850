"""The agreement page: criteria on a forest plot, how fresh it is, and the run that renews it."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from evals import csv_cells, measuring
from evals.agreement_csv import HEADER, lines
from evals.forms import NO_BATCH, BatchChoice
from evals.models import AgreementRun
from evals.queries import agreement as reads
from evals.tasks import measure_agreement
from evals.views.measured import TRAINING, expect_sight, measured, page_url, slices
from evals.views.measured import job as job_of
from labeling import runs
from labeling.access import MemberRequest, authored_project, overseen_project, roles
from labeling.errors import DomainError
from labeling.models import Batch, Project, Rating, Role, RunState


@require_safe
def agreement(request: MemberRequest, slug: str) -> HttpResponse:
    """One batch at a time; words instead of numbers for whoever rates in it."""
    project = overseen_project(request.user, slug)
    batches = _batches(project)
    blind = set(Batch.objects.blind_to(request.user).filter(project=project).values_list("pk"))
    batch = _chosen(batches, request.GET.get("batch"), {pk for (pk,) in blind})
    context = {
        "project": project,
        "batch": batch,
        "tabs": _batch_tabs(project, batches, batch),
        "blind": bool(batch and (batch.pk,) in blind),
    }
    if batch and not context["blind"]:
        context |= _shown(request, batch)
    return render(request, "evals/agreement.html", context)


@require_POST
def agreement_measure(request: MemberRequest, slug: str) -> HttpResponse:
    """Start measuring (or join who does); the page then shows how far it is."""
    project = authored_project(request.user, slug)
    asked = request.POST if "batch" in request.POST else request.GET
    form = BatchChoice(asked, project=project, user=request.user)
    batch = form.cleaned_data["batch"] if form.is_valid() else None
    if batch is None:
        raise DomainError(NO_BATCH)
    run, _ = measuring.start(batch, by=request.user)
    runs.enqueue(measure_agreement, run)
    return redirect(page_url(project, batch=batch.pk))


@require_safe
def agreement_run(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """How far a run is, asked every two seconds; once finished, its results in place."""
    project = overseen_project(request.user, slug)
    readable = AgreementRun.objects.filter(project=project).select_related("batch__project")
    run = get_object_or_404(readable, pk=pk)
    expect_sight(request.user, run.batch)
    if "HX-Request" not in request.headers:
        return redirect(page_url(project, batch=run.batch_id))
    context = {"project": project, "batch": run.batch, **_shown(request, run.batch)}
    if run.state in (RunState.PENDING, RunState.RUNNING):
        return render(request, "evals/agreement.html#job", context)
    answer = render(request, "evals/agreement.html#results", context)
    return retarget(reswap(answer, "outerHTML"), "#results")


@require_safe
def agreement_file(request: MemberRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """The numbers of a batch's newest run on all its slices, as JSON or CSV."""
    project = overseen_project(request.user, slug)
    batch = get_object_or_404(Batch.objects.filter(project=project), pk=pk)
    expect_sight(request.user, batch)
    run = reads.latest_run(batch)
    report = reads.report(project, [run] if run else [], slices(run) if run else [])
    name = f"{project.slug}-agreement-{batch.pk}.{kind}"
    answer: HttpResponse
    if kind == "csv":
        text = csv_cells.document(HEADER, lines(report))
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    else:
        answer = JsonResponse(report, json_dumps_params={"indent": 2, "allow_nan": False})
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _batches(project: Project) -> list[Batch]:
    """Batches with ratings, the newest first."""
    rated = Exists(Rating.objects.filter(batch=OuterRef("pk")))
    measured = Exists(AgreementRun.objects.filter(batch=OuterRef("pk")))
    found = Batch.objects.filter(Q(rated) | Q(measured), project=project)
    return list(found.select_related("project").order_by("-pk"))


def _chosen(batches: list[Batch], asked: str | None, blind: set[int]) -> Batch | None:
    for batch in batches:
        if str(batch.pk) == asked:
            return batch
    return next((one for one in batches if one.pk not in blind), batches[0] if batches else None)


def _shown(request: MemberRequest, batch: Batch) -> dict[str, Any]:
    finished = reads.latest_run(batch)
    newest = reads.newest_run(batch)
    shown_job = None
    if newest and newest.state != RunState.FINISHED and (not finished or newest.pk > finished.pk):
        shown_job = job_of(newest)
    held = roles(request.user, batch.project)
    return {
        "measured": measured(batch, finished, request.GET.get("slice", TRAINING))
        if finished
        else None,
        "job": shown_job,
        "may_measure": bool(held & {Role.ADMIN, Role.AUTHOR}),
    }


def _batch_tabs(project: Project, batches: list[Batch], chosen: Batch | None) -> list[dict]:
    if len(batches) < 2:
        return []
    return [
        {
            "text": one.name,
            "url": page_url(project, batch=one.pk),
            "current": one == chosen,
            "count": None,
        }
        for one in batches
    ]
