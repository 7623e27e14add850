"""A project's first page: the path for those who oversee it, their batches for experts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evals.queries import overview, recent_runs
from evals.views.decisions import decisions
from evals.views.measured import measured, page_url
from evals.views.stations import stations
from labeling.access import MemberRequest, roles, visible_project
from labeling.models import Project, Role
from labeling.models.people import ADJUDICATING
from labeling.people import projects_of

OVERSEERS = {Role.ADMIN.value, Role.AUTHOR.value, Role.VIEWER.value}

PAGES = {"Import": "import", "Selection": "selection", "Release": "release"}


@require_safe
def project(request: MemberRequest, slug: str) -> HttpResponse:
    """What stands, what is to be decided, what ran; an expert sees their own work alone."""
    found = visible_project(request.user, slug)
    held = roles(request.user, found)
    if not held & OVERSEERS:
        return _for_expert(request, found)
    writes = bool(held & {Role.ADMIN, Role.AUTHOR})
    rules = bool(held & ADJUDICATING)
    path = overview.path(found, request.user)
    run = path.measuring
    shown = measured(run.batch, run) if run else None
    context = {
        "project": found,
        "stations": stations(found, path, shown, held),
        "measured": shown,
        "decisions": decisions(found, request.user, rules=rules) if writes else [],
        "recent": [_recent(found, one) for one in recent_runs.recent_runs(found)],
        "runs_it": Role.ADMIN in held,
        "writes": writes,
    }
    return render(request, "evals/overview.html", context)


def _for_expert(request: MemberRequest, found: Project) -> HttpResponse:
    card = next(card for card in projects_of(request.user) if card.project == found)
    rules = bool(roles(request.user, found) & ADJUDICATING)
    context = {"project": found, "desks": card.desks, "rules": rules}
    return render(request, "evals/overview_expert.html", context)


def _recent(found: Project, one: recent_runs.RecentRun) -> dict[str, Any]:
    name = f"{_(one.kind)} {one.pk}"
    if one.batch:
        url = page_url(found, batch=one.batch)
    else:
        url = reverse(PAGES[one.kind], args=[found.slug, one.pk]) if one.kind in PAGES else ""
    return {"name": f"{name} · {one.batch_name}" if one.batch else name, "run": one, "url": url}
