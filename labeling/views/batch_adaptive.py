"""Adaptive overlap of a batch: where it is set, and how many units stand where."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import connection
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from labeling.access import MemberRequest, run_project
from labeling.adaptive import Adaptive, set_adaptive
from labeling.errors import Problems
from labeling.forms.adaptive import AdaptiveForm
from labeling.forms.refusals import refused
from labeling.models import Batch, QueueEntry, UnitStop

COMPLETE = """
    SELECT count(*) FROM labeling_queueentry q WHERE q.batch_id = %s AND q.taken >= q.overlap
        AND q.overlap <= (SELECT count(*) FROM labeling_assignment a
            WHERE a.batch_id = q.batch_id AND a.response_id = q.response_id AND a.round = 1
                AND a.state = 'submitted' AND a.slot IS NOT NULL)
"""


@require_http_methods(["GET", "HEAD", "POST"])
def adaptive(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Let a stopping rule decide how many experts judge a response; set once, before the first."""
    project = run_project(request.user, slug)
    batches = Batch.objects.filter(project=project).select_related("project", "rubric_version")
    batch = get_object_or_404(batches, pk=pk)
    form = AdaptiveForm(request.POST or None)
    if form.is_valid() and _set(request, batch, form):
        return redirect(batch)
    context = {
        "project": project,
        "batch": batch,
        "form": form,
        "rule": Adaptive.of(batch),
        "begun": batch.assignments.handed_out().exists(),
        "crumbs": [(batch.name, batch.get_absolute_url())],
    }
    status = 422 if form.errors else 200
    return render(request, "labeling/batch_adaptive.html", context, status=status)


def stopping(batch: Batch) -> dict[str, Any] | None:
    """The rule with how many units it accepted, asks for, and gave up; None without a rule."""
    rule = Adaptive.of(batch)
    if rule is None:
        return None
    rows = UnitStop.objects.filter(batch=batch).values_list("verdict").annotate(n=Count("pk"))
    counted = dict(rows.order_by("verdict"))
    return {
        "rule": rule,
        "fixed": QueueEntry.objects.filter(batch=batch, fixed=True).count(),
        "units": [(label, counted.get(name, 0)) for name, label in UnitStop.Verdict.choices],
    }


def complete(batch: Batch) -> int:
    """Responses whose places, as many as they have, are all judged."""
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE, [batch.pk])
        return cursor.fetchone()[0]


def _set(request: MemberRequest, batch: Batch, form: AdaptiveForm) -> bool:
    try:
        set_adaptive(batch, form.rule(), by=request.user)
    except Problems as error:
        refused(form, error)
        return False
    messages.success(
        request, gettext("The batch asks further experts where the first ones do not settle.")
    )
    return True
