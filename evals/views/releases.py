"""Releases: datasets written from selections, with their proof and their files."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evals import exporting, figures
from evals.forms_selection import ReleaseForm
from evals.models import Export
from evals.queries import releases as reads
from evals.tasks import write_export
from evals.views.jobs import job, polled
from labeling import runs
from labeling.access import MemberRequest, overseen_project, roles, run_project
from labeling.errors import DomainError
from labeling.models import Project, Role, RunState

LISTED = 25
EXCLUDED_SHOWN = 100
BYTES = "application/octet-stream"
NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}


@require_safe
def releases(request: MemberRequest, slug: str) -> HttpResponse:
    """Every release of the project, the newest first."""
    project = overseen_project(request.user, slug)
    found = reads.releases_for(request.user, project).defer("manifest", "selection__funnel")
    page = Paginator(found, LISTED).get_page(request.GET.get("page"))
    context = {"project": project, "page": page, "may_run": _may(request, project)}
    return render(request, "evals/releases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def release_new(request: MemberRequest, slug: str) -> HttpResponse:
    """Which selection, under which name, for which trainer."""
    project = run_project(request.user, slug)
    chosen = {"selection": request.GET.get("selection")}
    form = ReleaseForm(request.POST or None, project=project, user=request.user, initial=chosen)
    if form.is_valid():
        try:
            made, _ = exporting.start(by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            runs.enqueue(write_export, made)
            return redirect(made)
    has_selection = form.selections.exists()
    context = {"project": project, "form": form, "has_selection": has_selection}
    status = 422 if form.is_bound else 200
    return render(request, "evals/release_new.html", context, status=status)


@require_safe
def release(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """One release: how far it is, then what it holds, what nobody measured, and its files."""
    project = overseen_project(request.user, slug)
    export = _release(project, pk)
    context = {
        "project": project,
        "export": export,
        "job": _job(export),
        "may_run": _may(request, project),
    }
    if reads.is_shut(request.user, export):
        telling = not reads.is_blind(request.user, export.selection.agreement_run.batch)
        return render(request, "evals/release.html", {**context, "blind": True, "telling": telling})
    if request.htmx and "job" in request.GET:
        return polled(request, export, "evals/release.html", context)
    if export.state == RunState.FINISHED:
        context |= _shown(export)
    return render(request, "evals/release.html", context)


@require_POST
def release_again(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Write a release anew that failed or whose files are gone."""
    project = run_project(request.user, slug)
    failed = _release(project, pk)
    made, _ = exporting.start(
        failed.selection,
        name=failed.name,
        targets=failed.targets,
        judge_model=failed.judge_model,
        kind=failed.kind,
        by=request.user,
    )
    runs.enqueue(write_export, made)
    return redirect(made)


@require_safe
def release_file(request: MemberRequest, slug: str, pk: int, name: str) -> FileResponse:
    """One file of a release, always as a download."""
    export = _readable(request, slug, pk)
    path = exporting.file_of(export, name)
    if path is None:
        raise Http404(_("This release has no such file."))
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=exporting.download_name(export, name),
        content_type=BYTES,
        headers=NO_SNIFFING,
    )


@require_safe
def release_zip(request: MemberRequest, slug: str, pk: int) -> StreamingHttpResponse:
    """All files of a release in one folder, packed while they are sent."""
    export = _readable(request, slug, pk)
    if not exporting.is_there(export):
        raise Http404(_("The files of this release are gone."))
    disposition = f'attachment; filename="{exporting.folder_name(export)}.zip"'
    headers = {**NO_SNIFFING, "Content-Disposition": disposition}
    return StreamingHttpResponse(exporting.zipped(export), content_type=BYTES, headers=headers)


def _readable(request: MemberRequest, slug: str, pk: int) -> Export:
    """A finished release whose files the person may take away."""
    export = _release(overseen_project(request.user, slug), pk)
    if reads.is_shut(request.user, export):
        raise PermissionDenied(
            _("You rate what this release tells of: it opens for you when the batch is closed.")
        )
    if export.state != RunState.FINISHED:
        raise Http404(_("This release has no files yet."))
    return export


def _release(project: Project, pk: int) -> Export:
    found = Export.objects.filter(project=project).select_related(
        "project", "created_by", "selection__agreement_run__batch", "selection__project"
    )
    return get_object_or_404(found, pk=pk)


def _may(request: MemberRequest, project: Project) -> bool:
    return Role.ADMIN in roles(request.user, project)


def _job(export: Export) -> dict[str, Any]:
    return job(
        export,
        name=_("Writing %(name)s") % {"name": export.name},
        url=f"{export.get_absolute_url()}?job",
        retry_url=reverse("release_again", args=[export.project.slug, export.pk]),
        said=_("%(done)s of %(total)s items written."),
    )


def _shown(export: Export) -> dict[str, Any]:
    manifest = export.manifest or {}
    counts = manifest["counts"]
    splits = counts["splits"]
    shown = manifest.get("demonstrations")
    tuned = [
        (_("Training"), _split(splits["train"])),
        (_("Validation"), _split(splits["valid"])),
        (_("Judge model"), export.judge_model),
    ]
    return {
        "demonstrations": shown and _demonstrations(shown),
        "is_there": exporting.is_there(export),
        "files": exporting.files_of(export),
        "not_measured": [
            f"{_(each['what']).capitalize()}: {_(each['why'])}" for each in manifest["not_measured"]
        ],
        "warnings": manifest["warnings"],
        "excluded": manifest["excluded"][:EXCLUDED_SHOWN],
        "excluded_count": counts["excluded"],
        "facts": [
            (_("Rows"), figures.thousands(export.rows)),
            *(tuned if "openai" in export.targets else []),
            (_("Targets"), ", ".join(export.targets)),
            (
                _("Selection"),
                _("%(pk)s of %(batch)s")
                % {"pk": export.selection_id, "batch": export.selection.agreement_run.batch},
            ),
        ],
    }


def _demonstrations(told: dict[str, Any]) -> dict[str, Any]:
    splits = told["counts"]["splits"]
    return {
        "rule": _(told["rule"]),
        "train": _split(splits["train"]),
        "valid": _split(splits["valid"]),
        "excluded": told["excluded"][:EXCLUDED_SHOWN],
        "excluded_count": told["counts"]["excluded"],
    }


def _split(split: dict[str, int]) -> str:
    rows, groups = split["rows"], split["groups"]
    of_rows = ngettext("%(n)s row", "%(n)s rows", rows) % {"n": figures.thousands(rows)}
    of_groups = ngettext("%(n)s group", "%(n)s groups", groups) % {"n": figures.thousands(groups)}
    return _("%(rows)s in %(groups)s") % {"rows": of_rows, "groups": of_groups}
