"""Which batch a page of agreement is about, and the pages beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import reswap, retarget

from evals.forms import NO_BATCH, BatchChoice
from evals.models import AgreementRun
from evals.queries import agreement as reads
from labeling.access import MemberRequest
from labeling.errors import DomainError
from labeling.models import Batch, Project, Rating, RunState


@dataclass(frozen=True, slots=True)
class Chosen:
    """The batch that was asked for, else the newest that the person may see."""

    batches: list[Batch]
    batch: Batch | None
    is_blind: bool

    def tabs(self, address: str) -> list[dict[str, Any]]:
        """One tab a batch where there are several, on the page `address`."""
        if len(self.batches) < 2:
            return []
        return [
            {
                "text": one.name,
                "url": f"{address}?{urlencode({'batch': one.pk})}",
                "current": one == self.batch,
                "count": None,
            }
            for one in self.batches
        ]


def chosen_batch(request: MemberRequest, project: Project) -> Chosen:
    """Batches with ratings, the newest first, and the one the page is about."""
    batches = list(_rated(project).select_related("project").order_by("-pk"))
    blind = set(
        Batch.objects.hiding(request.user, "peers")
        .filter(project=project)
        .values_list("pk", flat=True)
    )
    asked = request.GET.get("batch")
    named = next((one for one in batches if str(one.pk) == asked), None)
    seen = next((one for one in batches if one.pk not in blind), None)
    batch = named or seen or (batches[0] if batches else None)
    return Chosen(batches, batch, batch is not None and batch.pk in blind)


def _rated(project: Project) -> QuerySet[Batch]:
    """Batches that count with ratings or runs, asked one by one of the index.

    Two EXISTS joined by OR are hashed: the planner then reads every rating there is.
    """
    of_batch = {"batch": OuterRef("pk")}
    ratings = Rating.objects.filter(**of_batch).order_by("batch", "pk").values("pk")
    runs = AgreementRun.objects.filter(**of_batch).values("pk")
    found = Batch.objects.counting().filter(project=project)
    asked = found.alias(rating=Subquery(ratings[:1]), run=Subquery(runs[:1]))
    return asked.filter(Q(rating__isnull=False) | Q(run__isnull=False))


def asked_batch(request: MemberRequest, project: Project) -> Batch:
    """The batch to measure, from the form or the address; DomainError where none is named."""
    asked = request.POST if "batch" in request.POST else request.GET
    form = BatchChoice(asked, project=project, user=request.user)
    batch = form.cleaned_data["batch"] if form.is_valid() else None
    if batch is None:
        raise DomainError(str(NO_BATCH))
    return batch


def progress(
    request: MemberRequest, template: str, state: str, context: dict[str, Any]
) -> HttpResponse:
    """How far a run of the page is; once it has ended, its results in place."""
    if state in (RunState.PENDING, RunState.RUNNING):
        return render(request, f"{template}#job", context)
    return retarget(
        reswap(render(request, f"{template}#results", context), "outerHTML"), "#results"
    )


def measured_run(batch: Batch) -> AgreementRun:
    """The batch's newest finished run; 404 where nothing was measured yet."""
    run = reads.latest_run(batch)
    if run is None:
        raise Http404(_("Nothing has been measured in this batch yet."))
    run.batch, run.project = batch, batch.project
    return run
