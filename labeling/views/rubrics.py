"""Reading rubrics: the list, a version as an expert reads it, its file."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from labeling import authoring
from labeling.access import MemberRequest, authored_project, roles, visible_project
from labeling.forms.rubric_files import NewRubricForm
from labeling.guidelines import guidelines_of
from labeling.models import Criterion, FlagState, Project, Role, Rubric, RubricVersion, User
from labeling.triage.coverage import coverage
from labeling.triage.listing import counts
from labeling.views.criterion_cards import card

AUTHORS = {Role.ADMIN.value, Role.AUTHOR.value}


@require_safe
def rubrics(request: MemberRequest, slug: str) -> HttpResponse:
    """The project's rubrics with the newest version that the person may see."""
    project = visible_project(request.user, slug)
    writes = writes_in(request.user, project)
    page = Paginator(_listed(project, writes=writes), 25).get_page(request.GET.get("page"))
    oversees = oversees_in(request.user, project)
    context = {"project": project, "page": page, "writes": writes, "oversees": oversees}
    part = "#rows" if request.headers.get("HX-Target") == "rows" else ""
    return render(request, f"labeling/rubrics.html{part}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_new(request: MemberRequest, slug: str) -> HttpResponse:
    """An empty draft under a title, or a draft of what a file says."""
    project = authored_project(request.user, slug)
    form = NewRubricForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        spec, title = form.cleaned_data["file"], form.cleaned_data["title"]
        rubric = authoring.create_rubric(project, title or spec.title, by=request.user, spec=spec)
        told = gettext("The rubric “%(rubric)s” begins as a draft.") % {"rubric": rubric}
        messages.success(request, f"{told} {form.message()}" if spec else told)
        return redirect("rubric_edit", project.slug, rubric.slug)
    status = 422 if form.is_bound else 200
    context = {"project": project, "form": form}
    return render(request, "labeling/rubric_new.html", context, status=status)


@require_safe
def rubric(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """One version, its criteria as an expert will read them."""
    project = visible_project(request.user, slug)
    found = get_object_or_404(project.rubrics.select_related("item"), slug=rubric_slug)
    found.project = project
    writes = writes_in(request.user, project)
    versions = list(readable_versions(found.versions.order_by("-number"), writes=writes))
    version = _chosen(versions, request.GET.get("version"))
    rows = Criterion.objects.filter(version=version).prefetch_related("levels")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "project": project,
        "rubric": found,
        "versions": versions,
        "version": version,
        "draft": next((one for one in versions if one.status == "draft"), None),
        "writes": writes,
        "page": page,
        "number": str(version.number) if version else "",
        "cards": [card(row) for row in page.object_list],
        "guidelines": guidelines_of(version) if version else None,
        "flags": _flags(found) if writes else None,
        "item_url": _item_url(request.user, found),
    }
    return render(request, "labeling/rubric.html", context)


def _item_url(user: User, rubric: Rubric) -> str:
    """The page of the item that the rubric belongs to, for those who may read items."""
    if rubric.item is None or not oversees_in(user, rubric.project):
        return ""
    return f"{reverse('item', args=[rubric.project.slug, rubric.item_id])}#own-rubric"


def _flags(rubric: Rubric) -> dict[str, object] | None:
    """How many flags wait, and which problems no criterion asks for; None without a flag."""
    counted = counts(rubric)
    if not counted:
        return None
    covered = coverage(rubric)
    opened = counted[FlagState.OPEN]
    return {"open": opened, "coverage": covered, "sentences": covered.in_words()}


def oversees_in(user: User, project: Project) -> bool:
    """Whether the person reads the project's items and results."""
    return bool(roles(user, project) - {Role.EXPERT.value})


def writes_in(user: User, project: Project) -> bool:
    """Whether the person writes the project's rubrics."""
    return bool(roles(user, project) & AUTHORS)


def readable_versions(
    versions: QuerySet[RubricVersion], *, writes: bool
) -> QuerySet[RubricVersion]:
    """Drafts are for those who write them."""
    return versions if writes else versions.exclude(status=RubricVersion.Status.DRAFT)


def _listed(project: Project, *, writes: bool) -> QuerySet[Rubric]:
    """Rubrics of the project with `shown` versions, newest first; single items' ones apart."""
    versions = readable_versions(RubricVersion.objects.all(), writes=writes)
    counted = versions.annotate(criteria_count=Count("criteria")).order_by("-number")
    seen = project.rubrics.filter(item=None)
    return (
        (seen if writes else seen.filter(pk__in=versions.values("rubric")))
        .prefetch_related(Prefetch("versions", counted, to_attr="shown"))
        .order_by("title", "pk")
    )


def _chosen(versions: list[RubricVersion], number: str | None) -> RubricVersion | None:
    """The version asked for, else the one in force, else the draft."""
    if number is None:
        published = [one for one in versions if one.status != RubricVersion.Status.DRAFT]
        return next(iter(published or versions), None)
    for version in versions:
        if str(version.number) == number:
            return version
    raise Http404
