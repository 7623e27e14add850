"""Rubrics as files: a version in a format of choice, what that cannot carry said before."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from labeling import authoring
from labeling.access import MemberRequest, authored_project, visible_project
from labeling.forms.rubric_files import ExportForm, ItemsExportForm
from labeling.models import Project, Rubric, RubricVersion
from labeling.own_rubrics import published_lines, published_rubrics
from labeling.rubric_formats import (
    FORMATS,
    Format,
    ItemRubric,
    format_of,
    losses,
    same_reward,
    write,
    write_items,
    written,
    written_lines,
)
from labeling.spec import to_json
from labeling.strict_json import dumps
from labeling.views.rubrics import readable_versions, writes_in

TYPES = {"json": "application/json", "yaml": "application/yaml", "jsonl": "application/jsonl"}
PAGE = 50


@require_safe
def rubric_export(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Choose a version and a format, read what is lost, download."""
    project = visible_project(request.user, slug)
    rubric = get_object_or_404(project.rubrics, slug=rubric_slug)
    versions = list(_versions(request, project, rubric).order_by("-number"))
    form = ExportForm(request.GET or None, versions=versions)
    context = {"project": project, "rubric": rubric, "form": form, "formats": FORMATS}
    if form.is_bound and not form.is_valid():
        return render(request, "labeling/rubric_export.html", context, status=422)
    if versions:
        version, chosen = form.chosen()
        context |= {"version": version, "chosen": chosen, **_told(version, chosen)}
    return render(request, "labeling/rubric_export.html", context)


def _told(version: RubricVersion, form: Format) -> dict[str, object]:
    spec = authoring.spec_of(version)
    refused = form.refuses(spec)
    return {
        "refused": refused,
        "losses": [] if refused else [_parted(one.message) for one in losses(spec, form)],
        "same_reward": not refused and same_reward(spec, form),
    }


def _parted(message: str) -> tuple[str, str]:
    """What is lost, and of which criteria."""
    what, _, told = message.partition(": ")
    return what, told


@require_safe
def rubric_file(request: MemberRequest, slug: str, rubric_slug: str, number: int) -> HttpResponse:
    """The version as a file of ours that imports as the same version."""
    version = _version(request, slug, rubric_slug, number)
    text = dumps(to_json(authoring.spec_of(version))) + "\n"
    return _file(text.encode(), f"{version.rubric.slug}-v{number}.json", "json")


@require_safe
def rubric_file_as(
    request: MemberRequest, slug: str, rubric_slug: str, number: int, form: str
) -> HttpResponse:
    """The version in another format; what that cannot carry stands on the export page."""
    version, chosen = _version(request, slug, rubric_slug, number), format_of(form)
    text = written(write(authoring.spec_of(version), chosen), chosen)
    name = f"{version.rubric.slug}-v{number}.{chosen.slug}.{chosen.syntax}"
    return _file(text, name, chosen.syntax)


@require_safe
def item_rubrics(request: MemberRequest, slug: str) -> HttpResponse:
    """The items that have rubrics of their own, and all of these as one file."""
    project = authored_project(request.user, slug)
    form = ItemsExportForm(request.GET or None)
    if form.is_bound and not form.is_valid() and "format" in request.GET:
        return _items_page(request, project, form, status=422)
    return _items_page(request, project, form)


def _items_page(
    request: MemberRequest, project: Project, form: ItemsExportForm, *, status: int = 200
) -> HttpResponse:
    said = form.cleaned_data.get("format") if form.is_bound and not form.errors else ""
    chosen = format_of(said or FORMATS[0].slug)
    rubrics = published_rubrics(project).select_related("project")
    page = Paginator(rubrics, PAGE).get_page(request.GET.get("page"))
    rows = published_lines(list(page.object_list))
    first = list(islice(authoring.rubrics_of_items(project), PAGE)) if rows else []
    refused = next((one for each in first for one in chosen.refuses(each.spec)), None)
    context = {
        "project": project,
        "form": form,
        "chosen": chosen,
        "page": page,
        "query": f"format={chosen.slug}",
        "rows": rows,
        "refused": refused.message if refused else "",
        "losses": [] if refused else _losses_of(first, chosen),
    }
    return render(request, "labeling/item_rubrics_files.html", context, status=status)


def _losses_of(first: list[ItemRubric], form: Format) -> list[str]:
    """What the first rubrics lose, each thing once: looking at thousands would take long."""
    lost = [
        {_parted(problem.message)[0]: None for problem in losses(one.spec, form)} for one in first
    ]
    counted = Counter(what for each in lost for what in each)
    words = ngettext(
        "%(what)s: %(count)s of the first %(first)s items",
        "%(what)s: %(count)s of the first %(first)s items",
        len(first),
    )
    return [
        words % {"what": what, "count": count, "first": len(first)}
        for what, count in counted.items()
    ]


@require_safe
def item_rubrics_file(request: MemberRequest, slug: str, form: str) -> HttpResponse:
    """The rubrics of all items, one a line."""
    project, chosen = authored_project(request.user, slug), format_of(form)
    lines = written_lines(write_items(authoring.rubrics_of_items(project), chosen))
    return _file(b"".join(lines), f"{project.slug}-item-rubrics.{chosen.slug}.jsonl", "jsonl")


def _version(request: MemberRequest, slug: str, rubric_slug: str, number: int) -> RubricVersion:
    project = visible_project(request.user, slug)
    rubric = get_object_or_404(project.rubrics, slug=rubric_slug)
    versions = _versions(request, project, rubric).select_related("rubric")
    return get_object_or_404(versions, number=number)


def _versions(request: MemberRequest, project: Project, rubric: Rubric) -> QuerySet[RubricVersion]:
    return readable_versions(rubric.versions.all(), writes=writes_in(request.user, project))


def _file(text: bytes, name: str, syntax: str) -> HttpResponse:
    response = HttpResponse(text, content_type=TYPES[syntax])
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
