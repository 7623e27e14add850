"""The queue of disagreements, the worst first, and taking one of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from labeling import adjudicating
from labeling.access import MemberRequest, adjudicated_project
from labeling.adjudicating import Line
from labeling.errors import DomainError, Problems
from labeling.forms.adjudication import DisputeFilterForm, TakeForm
from labeling.models import Assignment, Batch, Project, User
from labeling.models.batches import ADJUDICATION_ROUND
from labeling.rating import JudgedCriterion, criteria_of
from labeling.views.scripted import form_problems


@require_safe
def adjudication(request: MemberRequest, slug: str) -> HttpResponse:
    """The disputes of one batch, and which batches have any."""
    project = adjudicated_project(request.user, slug)
    batches = list(
        Batch.objects.counting()
        .filter(project=project)
        .exclude(kind=Batch.Kind.ANSWER)
        .select_related("rubric_version__rubric")
        .order_by("-pk")
    )
    for one in batches:
        one.project = project
    waiting = adjudicating.waiting_in(project)
    batch = _chosen(request, batches, waiting)
    context: dict[str, Any] = {"project": project, "batch": batch, "batches": batches}
    if batch is not None:
        context |= _disputes(request, batch, batches)
    page = "labeling/adjudication.html" + ("#rows" if request.htmx else "")
    return render(request, page, context)


@require_POST
def adjudication_take(request: MemberRequest, slug: str) -> HttpResponse:
    """Take the worst response that waits, or the one that is asked for."""
    project = adjudicated_project(request.user, slug)
    form = TakeForm(request.POST)
    if not form.is_valid():
        raise Problems(form_problems(form))
    batches = Batch.objects.select_related("rubric_version")
    batch = get_object_or_404(batches, project=project, pk=form.cleaned_data["batch"])
    try:
        seat = adjudicating.claim(batch, by=request.user, response=form.cleaned_data["response"])
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(queue_url(project, batch))
    if seat is None:
        messages.info(request, gettext("Nothing in this batch waits for you just now."))
        return redirect(queue_url(project, batch))
    return redirect("adjudication_seat", seat.pk)


def queue_url(project: Project, batch: Batch) -> str:
    """The queue of a batch."""
    return f"{reverse('adjudication', args=[project.slug])}?batch={batch.pk}"


def _chosen(request: MemberRequest, batches: list[Batch], waiting: dict[int, int]) -> Batch | None:
    """The batch that is asked for, else the newest with something that waits, else the newest."""
    asked = request.GET.get("batch", "")
    named = [one for one in batches if str(one.pk) == asked]
    full = [one for one in batches if waiting.get(one.pk)]
    return next(iter([*named, *full, *batches]), None)


def _disputes(request: MemberRequest, batch: Batch, batches: list[Batch]) -> dict[str, Any]:
    criteria = criteria_of(batch.rubric_version)
    form = DisputeFilterForm(request.GET or None, batches=batches, criteria=criteria)
    form.initial = {"batch": batch.pk, "state": "waiting"}
    said = {"form": form, "closed": batch.state == Batch.State.CLOSED}
    if not said["closed"] and batch.pk in adjudicating.rates_in(request.user, batch.project_id):
        return said | {"rates_here": True}
    adjudicating.refresh(batch)
    narrowed = form.narrowed() if form.is_valid() else adjudicating.Narrowed()
    after = adjudicating.parse_key(request.GET.get("after", ""))
    limit = adjudicating.PAGE
    lines = adjudicating.disputed(batch, request.user, narrowed, after=after, limit=limit)
    shown = lines[:limit]
    total = adjudicating.count(batch, request.user, narrowed)
    kept = [
        (name, str(said))
        for name, said in request.GET.items()
        if name not in ("after", "batch") and said
    ]
    kept.append(("batch", str(batch.pk)))
    return said | {
        "state": narrowed.state,
        "lines": [_shown(line, criteria) for line in shown],
        "total": gettext("%(counted)s or more") % {"counted": f"{adjudicating.COUNTED:,}"}
        if total > adjudicating.COUNTED
        else total,
        "n": total,
        "first_query": urlencode(kept) if after else "",
        "next_query": _next(lines, shown, kept),
        "own": _own(request.user, batch),
    }


def _next(lines: list[Line], shown: list[Line], kept: list[tuple[str, str]]) -> str:
    if len(lines) == len(shown):
        return ""
    return urlencode([*kept, ("after", str(shown[-1].key))])


def _shown(line: Line, criteria: tuple[JudgedCriterion, ...]) -> dict[str, Any]:
    """What the list says of a response: on what experts differ, never what they said."""
    known = {one.lineage_id: one.spec for one in criteria}
    points = [
        {"name": known[one].name, "gate": known[one].gate, "minority": one in line.minority}
        for one in line.lineages
        if one in known
    ]
    return {
        "response": line.response,
        "gist": line.gist,
        "withheld": line.withheld,
        "apart": line.severity / 1_000_000,
        "points": points[:4],
        "more": max(len(points) - 4, 0),
        "held": line.held,
        "ruled": line.ruled,
    }


def _own(user: User, batch: Batch) -> Assignment | None:
    """What the person has in work here."""
    own = Assignment.objects.filter(batch=batch, rater=user, round=ADJUDICATION_ROUND, slot=1)
    return own.filter(lease_until__isnull=False).first()
