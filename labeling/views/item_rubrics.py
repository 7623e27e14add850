"""Rubrics that belong to one item each: the list of them, and how one begins."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from labeling import authoring
from labeling.access import MemberRequest, authored_project, overseen_project
from labeling.forms.item_rubrics import OwnRubricsForm
from labeling.models import Item
from labeling.own_rubrics import stretch
from labeling.views.rubrics import writes_in


@require_safe
def item_rubrics(request: MemberRequest, slug: str) -> HttpResponse:
    """Items with a rubric of their own, found by item or criterion; a fragment for htmx."""
    project = overseen_project(request.user, slug)
    form = OwnRubricsForm(request.GET)
    writes = writes_in(request.user, project)
    context = {"project": project, "form": form, "writes": writes}
    if form.is_valid():
        said = form.cleaned_data
        found = stretch(
            project,
            drafts=writes,
            q=said["q"].strip(),
            after=said["after"] or 0,
            before=said["before"],
        )
        query = [("q", said["q"])] if said["q"] else []
        context |= {
            "found": found,
            "first_query": urlencode(query),
            "next_query": urlencode([*query, ("after", found.after)]) if found.after else "",
            "previous_query": urlencode([*query, ("before", found.before)]) if found.before else "",
        }
    part = "#rows" if request.headers.get("HX-Target") == "rows" else ""
    status = 200 if form.is_valid() else 422
    return render(request, f"labeling/item_rubrics.html{part}", context, status=status)


@require_POST
def item_rubric_new(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Begin a rubric for this item alone; it is written on the item's page."""
    project = authored_project(request.user, slug)
    item = get_object_or_404(Item.objects.filter(project=project), pk=pk)
    rubric = authoring.begin_item_rubric(item, by=request.user)
    messages.success(request, _("“%(rubric)s” begins as a draft.") % {"rubric": rubric})
    return redirect(f"{item.get_absolute_url()}#own-rubric")
