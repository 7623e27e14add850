"""Writing rubrics: the draft's form, its file, discarding."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.errors import Conflict
from labeling.forms.places import problems_in_words
from labeling.forms.rubric_editor import EDITABLE_CRITERIA, RubricEditor
from labeling.forms.rubrics import RubricFileForm
from labeling.models import Rubric
from labeling.spec import RubricSpec


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_edit(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The whole draft as one form. Looking changes nothing: the first save opens the draft."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
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
    rubric = authored_rubric(request.user, slug, rubric_slug)
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


@require_POST
def rubric_discard(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Throw the draft away."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    number = request.POST.get("number", "")
    version = get_object_or_404(rubric.versions, number=number if number.isdecimal() else 0)
    authoring.discard(version, by=request.user)
    messages.success(request, f"The draft of version {version.number} is discarded.")
    return redirect(rubric)
