"""Importing in the browser: files, what would happen, done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from labeling import runs
from labeling.access import MemberRequest, run_project
from labeling.errors import DomainError
from labeling.forms.imports import ImportForm
from labeling.importing import Fault, uploads
from labeling.kept import Sentences
from labeling.language import say
from labeling.models import Import, Project, RunState
from labeling.tasks import run_import

RECENT = 20
PROBLEMS_A_PAGE = 50
STEPS = (
    gettext_lazy("Files"),
    gettext_lazy("Check"),
    gettext_lazy("What would happen"),
    gettext_lazy("Done"),
)
KINDS = {
    "rubric": gettext_lazy("rubric"),
    "items": gettext_lazy("items"),
    "responses": gettext_lazy("responses"),
    "ratings": gettext_lazy("ratings"),
    "grades": gettext_lazy("grades"),
}
MEGABYTE = 1024 * 1024
# Why imports fail.
SENTENCES = Sentences(runs, uploads)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One uploaded file with what would become, or became, of its lines."""

    kind: str
    name: str
    bytes: int
    counts: dict[str, int]
    sample: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: MemberRequest, slug: str) -> HttpResponse:
    """The files are kept and checked by a worker; nothing is written before the confirmation."""
    project = run_project(request.user, slug)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        run, new = uploads.start(
            project,
            form.files_by_kind(),
            key=form.submission,
            renaming=form.cleaned_data["map"],
            by=request.user,
        )
        if new:
            runs.enqueue(run_import, run)
        return redirect("import", project.slug, run.pk)
    recent = Import.objects.filter(project=project).select_related("created_by")
    context = {
        "project": project,
        "form": form,
        "imports": [_recent(one) for one in recent.order_by("-pk")[:RECENT]],
        "steps": _marked(0),
    }
    status = 422 if form.is_bound else 200
    return render(request, "labeling/import_new.html", context, status=status)


@require_safe
def import_detail(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """One import at whatever step it is; its progress asks for itself again."""
    project = run_project(request.user, slug)
    run = get_object_or_404(Import.objects.visible_to(request.user), pk=pk, project=project)
    part = "#progress" if request.htmx else ""
    context = _context(project, run, request.GET.get("page"))
    return render(request, f"labeling/import.html{part}", context)


@require_POST
def import_confirm(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Carry it out. Pressed twice, it is carried out once."""
    project = run_project(request.user, slug)
    run = get_object_or_404(Import.objects.visible_to(request.user), pk=pk, project=project)
    try:
        run = uploads.confirm(run, skip_invalid="skip_invalid" in request.POST, by=request.user)
    except DomainError as error:
        context = _context(project, run, None) | {"refusal": str(error)}
        return render(request, "labeling/import.html", context, status=error.status)
    if run.state == RunState.PENDING:
        runs.enqueue(run_import, run)
        messages.success(request, _("The import is under way."))
    return redirect("import", project.slug, run.pk)


def _context(project: Project, run: Import, page: str | None) -> dict[str, Any]:
    preview = run.preview or {}
    step, word = _steps(run)
    problems = Paginator(run.problems, PROBLEMS_A_PAGE).get_page(page)
    problems.object_list = [_problem(run, Fault(**one).spoken()) for one in problems]
    counted = run.result or preview.get("counts", {})
    return {
        "project": project,
        "run": run,
        "steps": _marked(step),
        "word": word,
        "working": run.state in (RunState.PENDING, RunState.RUNNING),
        "waiting": run.state == RunState.WAITING,
        "finished": run.state == RunState.FINISHED,
        "fatal": preview.get("fatal", False),
        "faults": preview.get("faults", 0),
        "notes": _notes(preview),
        "error": SENTENCES.in_words(run.error),
        "problems": problems,
        "rows": [_file(run, kind, counted.get(kind, {}), preview) for kind in uploads.paths(run)],
        "detail": _progress(run),
        "counted": bool(counted),
        "good": sum(counts.get("new", 0) for counts in counted.values()),
        "url": reverse("import", args=[project.slug, run.pk]),
    }


def _recent(run: Import) -> tuple[Import, str, str]:
    """An import with the kinds of its files and its state in words."""
    return run, ", ".join(str(KINDS[kind]) for kind in run.files), _steps(run)[1]


def _steps(run: Import) -> tuple[int, str]:
    """The step the import stands at, and its state in words."""
    match run.state:
        case RunState.FINISHED:
            return 3, _("Imported")
        case RunState.FAILED:
            return 3 if run.confirmed else 1, _("Failed")
        case RunState.WAITING:
            return 2, _("Waiting for you")
    return (3, _("Importing")) if run.confirmed else (1, _("Checking"))


def _marked(current: int) -> list[tuple[str, str]]:
    """Each step with `done`, `current` or nothing."""
    states = {-1: "done", 0: "current", 1: ""}
    return [
        (str(name), states[(number > current) - (number < current)])
        for number, name in enumerate(STEPS)
    ]


def _problem(run: Import, fault: Fault) -> tuple[str, str]:
    """Where and what, as on the shell, by the name the file was uploaded under."""
    return (
        f"{run.files[fault.kind]['name']}{f':{fault.line}' if fault.line else ''}",
        f"{fault.field}: {fault.message}" if fault.field else fault.message,
    )


def _notes(preview: dict[str, Any]) -> list[str]:
    """What a person should know of the files; as it was written, where it was before."""
    return [say(told) for told in preview.get("said", [])] or preview.get("notes", [])


def _file(run: Import, kind: str, counts: dict[str, int], preview: dict[str, Any]) -> FileRow:
    entry = run.files[kind]
    sample = preview.get("samples", {}).get(kind, [])
    return FileRow(str(KINDS[kind]), entry["name"], entry["bytes"], counts, sample)


def _progress(run: Import) -> str:
    """How far, of the bytes that were uploaded."""
    if not run.total or run.state != RunState.RUNNING:
        return ""
    if run.done >= run.total:
        return _("Every line is read; the rows are being written.")
    return _("%(done)s of %(total)s MB read") % {
        "done": f"{run.done / MEGABYTE:,.1f}",
        "total": f"{run.total / MEGABYTE:,.1f}",
    }
