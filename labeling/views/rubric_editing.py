"""A draft as a whole: its file, and discarding it. One criterion at a time: see draft_page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.errors import Conflict
from labeling.forms.rubric_files import RubricFileForm
from labeling.models import Rubric


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_import(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Replace the draft by what a file says."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    now = authoring.standing(rubric)
    initial = {"number": now.number, "edit": now.edit}
    form = RubricFileForm(
        request.POST or None, request.FILES or None, initial=initial, default_title=now.spec.title
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            authoring.save_as_draft(
                rubric,
                form.beside(now.spec),
                number=chosen["number"],
                edit=chosen["edit"],
                by=request.user,
            )
        except Conflict as error:
            form = RubricFileForm(initial=initial)
            return _import_page(request, rubric, form, status=409, conflict=str(error))
        told = gettext("The draft of version %(number)s now says what the file says.")
        messages.success(request, f"{told % {'number': now.number}} {form.message()}")
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
    messages.success(
        request,
        gettext("The draft of version %(number)s is discarded.") % {"number": version.number},
    )
    return redirect(rubric)
