"""The gallery: starting templates, whole or criterion by criterion, put into a draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from labeling import authoring, gallery
from labeling.access import MemberRequest, authored_rubric
from labeling.authoring import Writer
from labeling.errors import Conflict, DomainError
from labeling.forms.draft import NumberForm
from labeling.models import Rubric
from labeling.spec import CriterionSpec
from labeling.views.criterion_cards import CriterionCard, card_of
from labeling.views.draft_page import page_of

type Sections = list[tuple[str, list[CriterionCard]]]


@require_http_methods(["GET", "HEAD", "POST"])
def draft_gallery(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Every template with its criteria as experts would read them, and boxes to pick from."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    if request.method != "POST":
        return _page(request, rubric)
    form, specs = NumberForm(request.POST), _picked(request)
    if not form.is_valid():
        raise DomainError(_("The form did not arrive whole; reload the page and send it again."))
    if not specs:
        return _page(request, rubric, status=422, error=_("Pick at least one criterion."))
    number, writer = form.cleaned_data["number"], Writer(request.user)
    try:
        pks = authoring.add(rubric, specs, number=number, writer=writer)
    except Conflict as error:
        return _page(request, rubric, status=409, error=str(error))
    told = _("One criterion is in the draft now. Make them your own.")
    if len(pks) > 1:
        told = ngettext(
            "%(count)s criterion is in the draft now. Make them your own.",
            "%(count)s criteria are in the draft now. Make them your own.",
            len(pks),
        ) % {"count": len(pks)}
    messages.success(request, told)
    return redirect(page_of(rubric, pks[0]))


def _picked(request: HttpRequest) -> list[CriterionSpec]:
    """The criteria whose boxes are ticked, or all of the template whose button was pressed."""
    whole = request.POST.get("whole")
    if whole is None:
        return gallery.chosen(set(request.POST.getlist("pick")))
    return [
        one
        for template in gallery.templates()
        if template.slug == whole
        for one in template.criteria
    ]


def _page(
    request: MemberRequest, rubric: Rubric, *, status: int = 200, error: str = ""
) -> HttpResponse:
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "here": authoring.stage(rubric),
        "templates": [(one, _cards(one)) for one in gallery.templates()],
        "picked": set(request.POST.getlist("pick")),
        "error": error,
    }
    return render(request, "labeling/draft_gallery.html", context, status=status)


def _cards(template: gallery.Template) -> Sections:
    numbered = {one.key: at for at, one in enumerate(template.criteria, start=1)}
    return [
        (heading, [card_of(one, numbered[one.key]) for one in criteria])
        for heading, criteria in template.sections()
    ]
