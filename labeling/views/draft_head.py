"""The texts above a draft's criteria: title and description."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.authoring import HeadChanged, Writer
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.forms.draft import HeadForm, WriterForm
from labeling.models import Rubric, RubricVersion
from labeling.revising import FieldChange, compare
from labeling.spec import RubricSpec
from labeling.views.draft_conflicts import Clash
from labeling.views.sent import problem_json, sent_fields, wants_json


@require_http_methods(["GET", "HEAD", "POST"])
def draft_head(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The form on a page of its own, and its saves; script gets JSON as from a criterion."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    text = authoring.stage(rubric).text
    if request.method != "POST":
        return _page(request, rubric, HeadForm.of(rubric, text))
    sent = sent_fields(request)
    form, writer = HeadForm.posted(sent), WriterForm(sent)
    if not writer.is_valid():
        raise DomainError(_("The form did not arrive whole; reload the page and send it again."))
    spec = form.spec()
    if spec is None:
        return _refused(request, rubric, form)
    said = writer.cleaned_data
    try:
        draft, at = authoring.change_head(
            rubric,
            spec,
            number=said["number"],
            seen=sent.get("keep", said["seen"]),
            writer=Writer(request.user, said["writer"], said["seq"] or 0),
        )
    except Conflict as error:
        return _clashed(request, rubric, form, spec, error)
    if wants_json(request):
        told = {
            "number": draft.number,
            "edit": draft.edit,
            "seen": authoring.head_token(draft),
            "saved_at": at,
            "undo": _("changed title or description"),
        }
        return JsonResponse(told)
    messages.success(request, _("Title and description are saved."))
    return redirect("rubric_edit", rubric.project.slug, rubric.slug)


def _page(
    request: MemberRequest,
    rubric: Rubric,
    form: HeadForm,
    *,
    status: int = 200,
    met: Clash | None = None,
) -> HttpResponse:
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "here": authoring.stage(rubric),
        "head": form,
        "seen": met.seen if met else form["seen"].value(),
        "met": met,
    }
    return render(request, "labeling/draft_head.html", context, status=status)


def _refused(request: MemberRequest, rubric: Rubric, form: HeadForm) -> HttpResponse:
    if not wants_json(request):
        return _page(request, rubric, form, status=422)
    found = [
        Problem("" if field == "__all__" else field, str(words[0]))
        for field, words in form.errors.items()
    ]
    error = Problems(
        found, (_("Not saved yet: %(found)s") % {"found": found[0]}).replace(": :", ":")
    )
    return JsonResponse(problem_json(error), status=422)


def _clashed(
    request: MemberRequest, rubric: Rubric, form: HeadForm, mine: RubricSpec, error: Conflict
) -> HttpResponse:
    here = authoring.stage(rubric)
    theirs = error.theirs if isinstance(error, HeadChanged) else here.text
    seen = authoring.head_token(theirs) if theirs else ""
    met = Clash(str(error), _fields(theirs, mine), seen)
    if not wants_json(request):
        return _page(request, rubric, form, status=409, met=met)
    panel = render_to_string("labeling/draft_clash.html", {"met": met})
    told = {"title": str(error), "panel": panel, "seen": seen, "number": here.number}
    return JsonResponse(told, status=409)


def _fields(theirs: RubricVersion | None, mine: RubricSpec) -> tuple[FieldChange, ...]:
    if theirs is None:
        return ()
    said = RubricSpec(theirs.title, theirs.description)
    return compare(said, mine).fields
