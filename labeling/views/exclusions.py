"""Judgements left out of what is counted: which ones there are, and leaving out more of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from labeling import rating
from labeling.access import MemberRequest, expect_unblinded, run_project
from labeling.errors import Problems
from labeling.forms.exclusions import ExclusionForm, JudgedForm
from labeling.forms.refusals import refused
from labeling.models import Batch, Rating
from labeling.views.batches import batches_of

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def exclusions(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Looking counts the judgements that are meant; posted, they are left out for good."""
    project = run_project(request.user, slug)
    batch = get_object_or_404(batches_of(project), pk=pk)
    if request.method == "POST":
        expect_unblinded(request.user, batch)
        return _exclude(request, batch)
    if not Batch.objects.sight_of(request.user, batch).peers:
        context = {"project": project, "batch": batch, "blind": True}
        return render(request, "labeling/exclusions.html", context)
    asked = "rater" in request.GET or "response" in request.GET
    form = JudgedForm(request.GET if asked else None, batch=batch)
    return _page(request, batch, form, status=422 if asked and not form.is_valid() else 200)


def _exclude(request: MemberRequest, batch: Batch) -> HttpResponse:
    form = ExclusionForm(request.POST, batch=batch)
    if not form.is_valid():
        return _page(request, batch, form, status=422)
    try:
        done = rating.exclude(form.judged(), form.cleaned_data["reason"], by=request.user)
    except Problems as error:
        refused(form, error)
        return _page(request, batch, form, status=error.status)
    text = ngettext(
        "%(n)s judgement is left out of what is counted from now on.",
        "%(n)s judgements are left out of what is counted from now on.",
        done,
    )
    messages.success(request, text % {"n": f"{done:,}"})
    return redirect("exclusions", batch.project.slug, batch.pk)


def _page(request: MemberRequest, batch: Batch, form: JudgedForm, *, status: int) -> HttpResponse:
    known = form.is_bound and not {"rater", "response", "__all__"} & set(form.errors)
    reason = form if isinstance(form, ExclusionForm) else ExclusionForm(None, batch=batch)
    excluded = Rating.objects.filter(batch=batch, excluded_seq__isnull=False)
    rows = excluded.select_related("assignment__rater", "assignment__response__item")
    context = {
        "project": batch.project,
        "batch": batch,
        "form": form,
        "reason": reason["reason"],
        "count": form.judged().standing().count() if known else None,
        "page": Paginator(rows.order_by("-excluded_seq"), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "labeling/exclusions.html", context, status=status)
