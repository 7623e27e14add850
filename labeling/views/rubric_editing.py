"""Writing rubrics: the draft's form, its file, publishing, discarding."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from labeling import authoring
from labeling.access import MemberRequest, authored_project
from labeling.errors import Conflict, DomainError
from labeling.forms.places import problems_in_words
from labeling.forms.rubric_editor import EDITABLE_CRITERIA, RubricEditor
from labeling.forms.rubrics import PublishForm, RubricFileForm
from labeling.models import Rubric, RubricVersion
from labeling.spec import RubricSpec, publishing_problems


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_edit(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The whole draft as one form. Looking changes nothing: the first save opens the draft."""
    rubric = _authored(request, slug, rubric_slug)
    if request.method != "POST":
        now = authoring.standing(rubric)
        return _form(request, rubric, RubricEditor.of(now.spec, number=now.number, edit=now.edit))
    editor = RubricEditor.posted(request.POST)
    if editor.rearrange():
        return _form(request, rubric, editor)
    spec = editor.spec()
    if spec is None:
        return _form(request, rubric, editor, status=422)
    return _save(request, rubric, editor, spec)


def _save(
    request: MemberRequest, rubric: Rubric, editor: RubricEditor, spec: RubricSpec
) -> HttpResponse:
    try:
        draft = authoring.save_as_draft(
            rubric, spec, number=editor.number, edit=editor.edit, by=request.user
        )
    except Conflict as error:
        now = authoring.standing(rubric)
        # What the author typed stays in the form; saved again, it replaces what stands now.
        editor.number, editor.edit = now.number, now.edit
        met = {"conflict": str(error), "differences": authoring.differences(now.spec, spec)}
        return _form(request, rubric, editor, status=409, **met)
    messages.success(request, f"Draft of version {draft.number} saved.")
    address = "rubric_publish" if editor.action == "publish" else "rubric_edit"
    return redirect(address, rubric.project.slug, rubric.slug)


def _form(
    request: MemberRequest,
    rubric: Rubric,
    editor: RubricEditor,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    too_long = len(editor.fields.criteria) > EDITABLE_CRITERIA
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "editor": editor,
        "head": editor.head(),
        "criteria": [] if too_long else editor.criteria(),
        "too_long": too_long,
        "problems": problems_in_words(editor.problems, editor.names()),
        **more,
    }
    part = "#editor" if request.headers.get("HX-Target") == "editor" else ""
    return render(request, f"labeling/rubric_edit.html{part}", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_import(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Replace the draft by what a file says."""
    rubric = _authored(request, slug, rubric_slug)
    now = authoring.standing(rubric)
    initial = {"number": now.number, "edit": now.edit}
    form = RubricFileForm(request.POST or None, request.FILES or None, initial=initial)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            authoring.save_as_draft(
                rubric,
                chosen["file"],
                number=chosen["number"],
                edit=chosen["edit"],
                by=request.user,
            )
        except Conflict as error:
            form = RubricFileForm(initial=initial)
            return _import_page(request, rubric, form, status=409, conflict=str(error))
        messages.success(request, f"The draft of version {now.number} now says what the file says.")
        return redirect("rubric_publish", rubric.project.slug, rubric.slug)
    return _import_page(request, rubric, form, status=status)


def _import_page(
    request: MemberRequest, rubric: Rubric, form: RubricFileForm, *, status: int, conflict: str = ""
) -> HttpResponse:
    context = {"project": rubric.project, "rubric": rubric, "form": form, "conflict": conflict}
    return render(request, "labeling/rubric_import.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_publish(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """What publishing would do, and the button that does it."""
    rubric = _authored(request, slug, rubric_slug)
    if request.method != "POST":
        now = authoring.standing(rubric)
        if now.draft is None:
            return redirect(rubric)
        form = PublishForm(initial={"number": now.number, "edit": now.edit})
        return _publish_page(request, rubric, form)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _publish_page(request, rubric, form, status=422)
    version = get_object_or_404(rubric.versions, number=form.cleaned_data["number"])
    return _publish(request, rubric, version, form)


def _publish(
    request: MemberRequest, rubric: Rubric, version: RubricVersion, form: PublishForm
) -> HttpResponse:
    try:
        authoring.publish(
            version,
            by=request.user,
            change_note=form.cleaned_data["change_note"],
            edit=form.cleaned_data["edit"],
        )
    except DomainError as error:
        now = authoring.standing(rubric)
        initial = {**form.cleaned_data, "number": now.number, "edit": now.edit}
        form = PublishForm(initial=initial)
        return _publish_page(request, rubric, form, status=error.status, error=str(error))
    messages.success(request, f"Version {version.number} is published.")
    return redirect(rubric)


def _publish_page(
    request: MemberRequest, rubric: Rubric, form: PublishForm, *, status: int = 200, error: str = ""
) -> HttpResponse:
    now = authoring.standing(rubric)
    before = authoring.spec_of(now.latest) if now.latest else None
    names = [criterion.name for criterion in now.spec.criteria]
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "now": now,
        "form": form,
        "error": error,
        "problems": problems_in_words(publishing_problems(now.spec), names),
        "succession": authoring.succession(before, now.spec) if before else None,
    }
    return render(request, "labeling/rubric_publish.html", context, status=status)


@require_POST
def rubric_discard(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Throw the draft away."""
    rubric = _authored(request, slug, rubric_slug)
    number = request.POST.get("number", "")
    version = get_object_or_404(rubric.versions, number=number if number.isdecimal() else 0)
    authoring.discard(version, by=request.user)
    messages.success(request, f"The draft of version {version.number} is discarded.")
    return redirect(rubric)


def _authored(request: MemberRequest, slug: str, rubric_slug: str) -> Rubric:
    project = authored_project(request.user, slug)
    return get_object_or_404(project.rubrics.select_related("project"), slug=rubric_slug)
