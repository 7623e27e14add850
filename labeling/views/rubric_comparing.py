"""Two versions of a rubric side by side: what changed, of what kind, word by word."""

from __future__ import annotations

from collections import Counter

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from labeling import authoring
from labeling.access import MemberRequest, visible_project
from labeling.forms.rubrics import CompareForm
from labeling.models import RubricVersion
from labeling.revising import Change, CriterionDifference, compare
from labeling.views.rubrics import readable_versions, writes_in

CRITERIA = 50


@require_safe
def rubric_compare(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """What changed from one version to another; the newest two when none are named."""
    project = visible_project(request.user, slug)
    rubric = get_object_or_404(project.rubrics, slug=rubric_slug)
    writes = writes_in(request.user, project)
    versions = list(readable_versions(rubric.versions.order_by("-number"), writes=writes))
    form = CompareForm(request.GET or None, versions=versions)
    context = {"project": project, "rubric": rubric, "versions": versions, "form": form}
    if form.is_bound and not form.is_valid():
        return render(request, "labeling/rubric_compare.html", context, status=422)
    old, new = form.chosen()
    if old and new:
        context |= _compared(request, old, new)
    return render(request, "labeling/rubric_compare.html", context)


def _compared(request: MemberRequest, old: RubricVersion, new: RubricVersion) -> dict[str, object]:
    found = compare(authoring.spec_of(old), authoring.spec_of(new))
    changed = [one for one in found.criteria if not one.is_unchanged]
    return {
        "old": old,
        "new": new,
        "query": f"from={old.number}&to={new.number}",
        "found": found,
        "unchanged": len(found.criteria) - len(changed),
        "page": Paginator(changed, CRITERIA).get_page(request.GET.get("page")),
        "counts": _counts(changed),
    }


def _counts(changed: list[CriterionDifference]) -> list[tuple[str, int]]:
    """How many criteria changed in each way."""
    counted = Counter(change for one in changed for change in one.changes)
    return [(gettext(change.value), counted[change]) for change in Change if counted[change]]
