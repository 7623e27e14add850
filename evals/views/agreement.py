"""The agreement page: criteria on a forest plot, how fresh it is, and the run that renews it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from evals import measuring
from evals.models import AgreementRun
from evals.queries import agreement as reads
from evals.tasks import measure_agreement
from evals.views.measured import expect_sight, measured, page_url
from evals.views.measured import job as job_of
from evals.views.measured_batch import asked_batch, chosen_batch, progress
from labeling import runs
from labeling.access import MemberRequest, authored_project, overseen_project, roles
from labeling.models import Batch, Role, RunState


@require_safe
def agreement(request: MemberRequest, slug: str) -> HttpResponse:
    """One batch at a time; words instead of numbers for whoever rates in it."""
    project = overseen_project(request.user, slug)
    chosen = chosen_batch(request, project)
    batch = chosen.batch
    context = {
        "project": project,
        "batch": batch,
        "tabs": chosen.tabs(reverse("agreement", args=[project.slug])),
        "blind": chosen.is_blind,
    }
    if batch and not chosen.is_blind:
        context |= _shown(request, batch)
    return render(request, "evals/agreement.html", context)


@require_POST
def agreement_measure(request: MemberRequest, slug: str) -> HttpResponse:
    """Start measuring (or join who does); the page then shows how far it is."""
    project = authored_project(request.user, slug)
    batch = asked_batch(request, project)
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
    return progress(request, "evals/agreement.html", run.state, context)


def _shown(request: MemberRequest, batch: Batch) -> dict[str, Any]:
    finished = reads.latest_run(batch)
    newest = reads.newest_run(batch)
    shown_job = None
    if newest and newest.state != RunState.FINISHED and (not finished or newest.pk > finished.pk):
        shown_job = job_of(newest)
    held = roles(request.user, batch.project)
    return {
        "measured": measured(batch, finished, request.GET.get("slice")) if finished else None,
        "job": shown_job,
        "may_measure": bool(held & {Role.ADMIN, Role.AUTHOR}),
    }
