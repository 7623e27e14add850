"""What the lint finds in a draft, as it stands or is being typed, and what authors let stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.authoring import Stage
from labeling.errors import DomainError
from labeling.forms.criterion import CriterionEditor
from labeling.forms.criterion_fields import CriterionFields
from labeling.models import Rubric
from labeling.spec import RubricSpec
from labeling.views.draft_page import PAGE
from labeling.views.findings import FindingList, finding_list
from labeling.views.sent import sent_fields

# So many criteria with findings stand on one page of the list.
GROUPS = 100


@dataclass(frozen=True, slots=True)
class DraftText:
    """What the draft says, with the rows of its criteria."""

    here: Stage
    spec: RubricSpec
    pks: list[int]

    def findings(self, rubric: Rubric) -> FindingList:
        return finding_list(authoring.judged(rubric, self.spec), self.spec, self.pks)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_lint(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The list of findings; a POST sends one criterion's form and has it read as typed.

    The editor gets the findings of the criterion that is typed, or of all on its own page; with
    those of the whole rubric, and how many there are in all.
    """
    rubric = authored_rubric(request.user, slug, rubric_slug)
    text = draft_text(rubric)
    if not request.htmx:
        return _page(request, rubric, text)
    sent = sent_fields(request)
    at = _place(text, sent.get("pk", ""))
    if at is not None:
        text = _as_typed(text, at, sent)
    wanted = _page_of(sent) if at is None else range(at, at + 1)
    return _fragment(request, rubric, text, wanted)


def draft_text(rubric: Rubric) -> DraftText:
    """The open draft, or what the next one would begin with."""
    here = authoring.stage(rubric)
    if here.text is None:
        return DraftText(here, RubricSpec(rubric.title), [])
    spec = authoring.spec_of(here.text)
    return DraftText(here, spec, [row.pk for row in here.text.criteria.all()])


def _page_of(sent: Mapping[str, str]) -> range:
    """The criteria that stand on the editor's page."""
    page = sent.get("page", "")
    first = max(int(page) - 1, 0) * PAGE if page.isdecimal() and len(page) < 6 else 0
    return range(first, first + PAGE)


def _place(text: DraftText, pk: str) -> int | None:
    """Where the criterion of that row stands, or the one that has come in its place."""
    if not pk.isdecimal() or len(pk) > 18 or text.here.text is None:
        return None
    row = authoring.find(text.here.text, int(pk))
    return text.pks.index(row.pk) if row is not None and row.pk in text.pks else None


def _as_typed(text: DraftText, at: int, sent: dict[str, str]) -> DraftText:
    """The draft with one criterion as it is typed; while it is no criterion, as it was saved."""
    criteria = list(text.spec.criteria)
    editor = CriterionEditor(CriterionFields.posted(sent), criteria[at])
    typed = editor.spec(lambda: authoring.places(text.here.text) if text.here.text else [])
    if typed is None:
        return text
    criteria[at] = replace(typed, key=criteria[at].key)
    return replace(text, spec=replace(text.spec, criteria=tuple(criteria)))


@require_POST
def rubric_waive(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Let a finding stand, with a reason."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    name, reason = request.POST.get("finding", ""), request.POST.get("reason", "")
    text = draft_text(rubric)
    try:
        authoring.waive(rubric, text.spec, name, reason=reason, by=request.user)
    except DomainError as error:
        refused = {"name": name, "reason": reason, "error": _sentence(error)}
        return _answer(request, rubric, text, status=error.status, refused=refused)
    return _done(request, rubric, text, _("The finding stands with your reason."))


@require_POST
def rubric_unwaive(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """No longer let a finding stand."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    authoring.unwaive(rubric, request.POST.get("finding", ""), by=request.user)
    return _done(request, rubric, draft_text(rubric), _("The finding is open again."))


def _done(request: MemberRequest, rubric: Rubric, text: DraftText, said: str) -> HttpResponse:
    if request.htmx:
        return _fragment(request, rubric, text, _page_of(request.POST.dict()))
    messages.success(request, said)
    publishing = request.POST.get("back") == "publish"
    return redirect(
        "rubric_publish" if publishing else "rubric_lint", rubric.project.slug, rubric.slug
    )


def _answer(
    request: MemberRequest,
    rubric: Rubric,
    text: DraftText,
    *,
    status: int,
    refused: dict[str, str],
) -> HttpResponse:
    if request.htmx:
        wanted = _page_of(request.POST.dict())
        return _fragment(request, rubric, text, wanted, status=status, refused=refused)
    return _page(request, rubric, text, status=status, refused=refused)


def _fragment(
    request: MemberRequest,
    rubric: Rubric,
    text: DraftText,
    wanted: range,
    *,
    status: int = 200,
    refused: dict[str, str] | None = None,
) -> HttpResponse:
    """The findings of the wanted criteria, by position, and of the whole rubric."""
    found = text.findings(rubric)
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "found": found,
        "groups": [one for one in found.groups if not one.number or one.number - 1 in wanted],
        "refused": refused,
    }
    return render(request, "labeling/rubric_findings.html", context, status=status)


def _page(
    request: MemberRequest,
    rubric: Rubric,
    text: DraftText,
    *,
    status: int = 200,
    refused: dict[str, str] | None = None,
) -> HttpResponse:
    found = text.findings(rubric)
    page = Paginator(found.groups, GROUPS).get_page(request.GET.get("page"))
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "here": text.here,
        "found": found,
        "groups": page.object_list,
        "page": page,
        "refused": refused,
    }
    return render(request, "labeling/rubric_lint.html", context, status=status)


def _sentence(error: DomainError) -> str:
    text = str(error)
    return text.removeprefix("reason: ").capitalize() if text.startswith("reason: ") else text
