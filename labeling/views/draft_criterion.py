"""One criterion of a draft: its form on a page of its own or within the draft, saved by itself.

Script sends the form on every change and gets JSON: 200 with the token of what stands now, 422
with what is wrong beside each field, 409 with both texts. A plain form gets pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.authoring import NoSuchCriterion, Saved, Stage, Writer
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.forms.criterion import CriterionEditor
from labeling.forms.criterion_fields import CriterionFields
from labeling.forms.criterion_levels import focus_after, rearrange
from labeling.forms.draft import WriterForm
from labeling.models import Rubric
from labeling.spec import CriterionSpec
from labeling.triage.drafting import taken
from labeling.views.draft_conflicts import Clash, clash, removed_clash
from labeling.views.draft_page import draft_card, headings, page_of
from labeling.views.draft_places import place_json
from labeling.views.sent import problem_json, sent_fields, wants_json


@dataclass(frozen=True, slots=True)
class Opened:
    """A criterion with what its form needs to know of the draft."""

    rubric: Rubric
    here: Stage
    pk: int
    stored: CriterionSpec
    is_gone: bool = False

    @property
    def seen(self) -> str:
        return "" if self.is_gone else authoring.token(self.stored)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_criterion(request: MemberRequest, slug: str, rubric_slug: str, pk: int) -> HttpResponse:
    """The form of one criterion, and its saves."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    opened = _opened(rubric, pk)
    if request.method != "POST":
        if opened.is_gone:
            raise Http404
        fields = CriterionFields.of(opened.stored, is_published=_is_published(opened))
        return form_page(request, opened, CriterionEditor(fields, opened.stored))
    sent = sent_fields(request)
    editor = CriterionEditor(CriterionFields.posted(sent), opened.stored)
    if rearrange(editor.fields, sent.get("do", ""), sent.get("type_was", "")):
        met = removed_clash(rubric, pk) if opened.is_gone else None
        focus = focus_after(editor.fields, sent.get("do", ""))
        seen = sent.get("seen", "")
        return form_page(request, opened, editor, met=met, seen=seen, focus=focus)
    return _save(request, opened, editor, sent)


@require_safe
def draft_card_view(request: MemberRequest, slug: str, rubric_slug: str, pk: int) -> HttpResponse:
    """The criterion as a card again, for the place where its form stood."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    text = authoring.stage(rubric).text
    row = authoring.find(text, pk) if text else None
    if row is None:
        raise Http404
    edit_url = reverse("rubric_edit", args=[rubric.project.slug, rubric.slug])
    context = {"one": draft_card(row), "edit_url": edit_url}
    return render(request, "labeling/draft_card.html", context)


def form_page(
    request: MemberRequest,
    opened: Opened,
    editor: CriterionEditor,
    *,
    status: int = 200,
    met: Clash | None = None,
    seen: str | None = None,
    focus: str = "",
) -> HttpResponse:
    """The form as it was typed, as a page or as the fragment that htmx asks for."""
    text = opened.here.text
    is_fragment = bool(request.htmx)
    context = {
        "project": opened.rubric.project,
        "rubric": opened.rubric,
        "here": opened.here,
        "pk": opened.pk,
        "name": opened.stored.name,
        "form": editor.form(f"c{opened.pk}"),
        "levels": editor.levels(f"c{opened.pk}"),
        "kind": editor.fields.texts["type"],
        "seen": opened.seen if seen is None else seen,
        "met": met,
        "focus": f"c{opened.pk}-{focus}" if focus else "",
        "flags": taken(opened.here.draft, request.user, key=opened.stored.key),
        "headings": [] if is_fragment or text is None else headings(authoring.places(text)),
    }
    part = "#form" if is_fragment else ""
    return render(request, f"labeling/draft_criterion.html{part}", context, status=status)


def _save(
    request: MemberRequest, opened: Opened, editor: CriterionEditor, sent: dict[str, str]
) -> HttpResponse:
    form = WriterForm(sent)
    if not form.is_valid():
        raise DomainError(_("The form did not arrive whole; reload the page and send it again."))
    said, text = form.cleaned_data, opened.here.text
    spec = editor.spec(lambda: authoring.places(text) if text else [])
    if spec is None:
        return _refused(request, opened, editor)
    try:
        saved = authoring.change(
            opened.rubric,
            opened.pk,
            spec,
            # Who has seen both texts and keeps their own says so with the other one's token.
            number=said["number"],
            seen=sent.get("keep", said["seen"]),
            writer=Writer(request.user, said["writer"], said["seq"] or 0),
            key_is_typed=bool(editor.fields.texts["key"].strip()),
        )
    except NoSuchCriterion as error:
        raise Http404 from error
    except Problems as error:
        editor.refuse(error.problems)
        return _refused(request, opened, editor)
    except Conflict as error:
        return _clashed(request, opened, editor, spec, error)
    return _saved(request, opened, saved)


def _saved(request: MemberRequest, opened: Opened, saved: Saved) -> HttpResponse:
    if not wants_json(request):
        messages.success(request, _("“%(name)s” is saved.") % {"name": saved.spec.name})
        return redirect(page_of(opened.rubric, saved.pk))
    told = {
        "pk": saved.pk,
        "number": saved.draft.number,
        "edit": saved.draft.edit,
        "seen": saved.token,
        "name": saved.spec.name,
        "saved_at": saved.at,
        "undo": _("changed “%(name)s”") % {"name": saved.spec.name},
    }
    if saved.moved:
        told["place"] = place_json(saved.draft, saved.pk)
    return JsonResponse(told)


def _refused(request: MemberRequest, opened: Opened, editor: CriterionEditor) -> HttpResponse:
    if wants_json(request):
        error = Problems(
            editor.problems,
            _("Not saved yet: %(problems)s") % {"problems": _first(editor.problems)},
        )
        return JsonResponse(problem_json(error), status=422)
    return form_page(request, opened, editor, status=422)


def _clashed(
    request: MemberRequest,
    opened: Opened,
    editor: CriterionEditor,
    mine: CriterionSpec,
    error: Conflict,
) -> HttpResponse:
    here = authoring.stage(opened.rubric)
    met = clash(here, opened.pk, mine, error)
    if not wants_json(request):
        again = Opened(opened.rubric, here, opened.pk, opened.stored, is_gone=met.is_gone)
        return form_page(request, again, editor, status=409, met=met, seen=met.seen)
    context = {"met": met, "pk": opened.pk, "project": opened.rubric.project}
    panel = render_to_string("labeling/draft_clash.html", context | {"rubric": opened.rubric})
    told = {"title": str(error), "panel": panel, "seen": met.seen, "number": here.number}
    return JsonResponse(told, status=409)


def _opened(rubric: Rubric, pk: int) -> Opened:
    """The criterion as it stands, or as it stood when somebody removed it; 404 for others."""
    here = authoring.stage(rubric)
    row = authoring.find(here.text, pk) if here.text else None
    if row is not None:
        return Opened(rubric, here, row.pk, authoring.criterion_of(row))
    removed = authoring.removed_text(rubric, pk)
    if removed is None:
        raise Http404
    return Opened(rubric, here, pk, removed, is_gone=True)


def _is_published(opened: Opened) -> bool:
    latest = opened.here.latest
    return latest is not None and latest.criteria.filter(key=opened.stored.key).exists()


def _first(problems: list[Problem]) -> str:
    if not problems:
        return _("something is wrong")
    where = problems[0].where.replace("_", " ")
    level = where.split("-")
    if level[0] == "levels" and len(level) == 3:
        where = _("level %(number)s, %(field)s") % {"number": int(level[1]) + 1, "field": level[2]}
    return f"{where} {problems[0].message}".strip()
