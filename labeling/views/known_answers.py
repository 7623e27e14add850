"""Known answers: set at a response, listed by rubric, taken from settled units, read from files."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from labeling import authoring, practice
from labeling.access import MemberRequest, authored_project, authored_rubric
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.forms.guidelines import TakeForm
from labeling.forms.known import KnownFileForm, KnownForm, WithdrawForm
from labeling.forms.refusals import refused
from labeling.models import Batch, GoldAnswer, Project, QueueEntry, Response, Rubric, RubricVersion
from labeling.practice.known import newest, waits_for
from labeling.practice.seen import value_text
from labeling.rating import JudgedCriterion, criteria_of
from labeling.turns import turns

PAGE = 25


@dataclass(frozen=True, slots=True)
class KnownRow:
    """One criterion at the response: its form, what stands, and what was said before."""

    criterion: JudgedCriterion
    form: KnownForm
    withdraw: WithdrawForm
    now: GoldAnswer | None
    history: list[tuple[GoldAnswer, str]]


@require_http_methods(["GET", "HEAD", "POST"])
def response_known(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """What is right for one response, criterion by criterion of a rubric."""
    project = authored_project(request.user, slug)
    responses = Response.objects.filter(project=project).select_related("item", "generator")
    response = get_object_or_404(responses, pk=pk)
    version = _version(project, response, request.GET.get("rubric", ""))
    if request.method != "POST":
        return _response_page(request, project, response, version)
    if version is None:
        raise Conflict(gettext("No rubric of this project is published yet."))
    return _saved(request, project, response, version)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_known(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """All known answers of a rubric; posted, those of a file are added."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    version = authoring.latest_published(rubric)
    form = KnownFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _imported(request, version, form):
        return redirect("rubric_known", slug, rubric_slug)
    known = GoldAnswer.objects.of_rubric(rubric).standing().visible_to(request.user)
    rows = (
        known.named_for(request.user)
        .select_related("response__item", "lineage", "by")
        .order_by("-pk")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names = {one.lineage_id: one for one in criteria_of(version)} if version else {}
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "version": version,
        "form": form,
        "page": page,
        "rows": [_listed(one, names.get(one.lineage_id)) for one in page.object_list],
        "crumbs": [(str(rubric), rubric.get_absolute_url())],
    }
    status = 422 if form.errors else 200
    return render(request, "labeling/rubric_known.html", context, status=status)


@require_POST
def known_take(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Make a settled answer of a closed batch the known one."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    batches = Batch.objects.filter(project=rubric.project_id, rubric_version__rubric=rubric)
    form = TakeForm(request.POST, batches=batches)
    if not form.is_valid():
        raise Problems(
            [Problem(name, str(text)) for name, texts in form.errors.items() for text in texts]
        )
    said, now = form.cleaned_data, authoring.standing(rubric)
    version = now.draft or now.latest
    if version is None:
        raise Http404
    made = practice.take_settled(
        version, said["response"], said["criterion"], said["batch"], by=request.user
    )
    messages.success(
        request, gettext("Kept as a known answer. Say here why it holds, if more is to say.")
    )
    page = reverse("response_known", args=[rubric.project.slug, made.response_id])
    return redirect(f"{page}?rubric={rubric.slug}")


def _saved(
    request: MemberRequest, project: Project, response: Response, version: RubricVersion
) -> HttpResponse:
    key = request.POST.get("criterion", "")
    criterion = next((one for one in criteria_of(version) if one.spec.key == key), None)
    if criterion is None:
        raise Problems([Problem("criterion", gettext("is no criterion of this rubric"))])
    withdraws = request.POST.get("do") == "withdraw"
    form = KnownForm(request.POST, criterion=criterion)
    now = newest(response, criterion.lineage_id)
    withdraw = WithdrawForm(request.POST) if withdraws else WithdrawForm.of(now)
    if withdraws:
        form = KnownForm.of(criterion, now)
    done, status = False, 422
    try:
        if withdraws:
            done = _withdrawn(request, response, criterion, withdraw)
        else:
            done = form.is_valid() and _set(request, response, version, criterion, form)
    except DomainError as error:
        status = error.status
        if isinstance(error, practice.KnownAnswerChanged):
            form, withdraw = _knowing(request, criterion, error.now, form, withdraw)
        refused(withdraw if withdraws else form, error)
    if done:
        page = reverse("response_known", args=[project.slug, response.pk])
        return redirect(f"{page}?rubric={version.rubric.slug}#known-{criterion.id}")
    typed = {criterion.id: (form, withdraw)}
    return _response_page(request, project, response, version, typed, status=status)


def _knowing(
    request: MemberRequest,
    criterion: JudgedCriterion,
    now: GoldAnswer | None,
    form: KnownForm,
    withdraw: WithdrawForm,
) -> tuple[KnownForm, WithdrawForm]:
    """The forms as they were sent, but that what stands now is before the author's eyes."""
    sent, revision = request.POST.copy(), str(now.revision if now else 0)
    if withdraw.is_bound:
        sent["seen"] = revision
        return form, WithdrawForm(sent)
    sent[form.add_prefix("seen")] = revision
    return KnownForm(sent, criterion=criterion), withdraw


def _set(
    request: MemberRequest,
    response: Response,
    version: RubricVersion,
    criterion: JudgedCriterion,
    form: KnownForm,
) -> bool:
    said = form.cleaned_data
    practice.set_known(
        response,
        version,
        criterion.spec.key,
        said["value"],
        said["explanation"],
        seen=said["seen"],
        by=request.user,
    )
    messages.success(
        request,
        gettext("The known answer for “%(name)s” is saved.") % {"name": criterion.spec.name},
    )
    return True


def _withdrawn(
    request: MemberRequest, response: Response, criterion: JudgedCriterion, form: WithdrawForm
) -> bool:
    now = newest(response, criterion.lineage_id)
    if now is None or waits_for(response, request.user):
        raise Conflict(gettext("There is no known answer to withdraw here."))
    if not form.is_valid():
        return False
    said = form.cleaned_data
    practice.withdraw_known(now, said["why"], seen=said["seen"], by=request.user)
    messages.success(
        request,
        gettext("Nothing is known for “%(name)s” any more.") % {"name": criterion.spec.name},
    )
    return True


def _imported(request: MemberRequest, version: RubricVersion | None, form: KnownFileForm) -> bool:
    try:
        if version is None:
            raise Conflict(gettext("Publish the rubric first: known answers are of its criteria."))
        new, same = practice.import_known(version, form.cleaned_data["file"], by=request.user)
    except DomainError as error:
        texts = error.problems[:50] if isinstance(error, Problems) else [error]
        form.add_error("file", [str(one) for one in texts])
        return False
    messages.success(
        request,
        gettext("%(new)s known answers are new, %(same)s were there already.")
        % {"new": f"{new:,}", "same": f"{same:,}"},
    )
    return True


def _response_page(
    request: MemberRequest,
    project: Project,
    response: Response,
    version: RubricVersion | None,
    typed: dict[int, tuple[KnownForm, WithdrawForm]] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    hidden = waits_for(response, request.user)
    context = {
        "project": project,
        "response": response,
        "version": version,
        "rubrics": _rubrics(project, response),
        "hidden": hidden,
        # Ids may name generators, and whoever rates responses of the item is not to know those.
        "named": not hidden and not _rates(request, response),
        "rows": [] if hidden or version is None else _rows(response, version, typed or {}),
        "turns": turns(response.messages or [], judged=True, names=False),
        "prompt": turns(response.item.messages, names=False),
        "crumbs": [(gettext("Items"), reverse("items", args=[project.slug]))],
    }
    return render(request, "labeling/response_known.html", context, status=status)


def _rates(request: MemberRequest, response: Response) -> bool:
    """Whether the person rates the item in a batch that is not closed."""
    blind = Batch.objects.hiding(request.user, "ids").filter(project=response.project_id)
    return QueueEntry.objects.filter(batch__in=blind, response__item=response.item_id).exists()


def _rows(
    response: Response, version: RubricVersion, typed: dict[int, tuple[KnownForm, WithdrawForm]]
) -> list[KnownRow]:
    said: dict[int, list[GoldAnswer]] = {}
    rows = GoldAnswer.objects.filter(response=response).select_related("by")
    for one in rows.order_by("-revision"):
        said.setdefault(one.lineage_id, []).append(one)
    found = []
    for criterion in criteria_of(version):
        history = said.get(criterion.lineage_id, [])
        now = history[0] if history else None
        forms = typed.get(criterion.id) or (KnownForm.of(criterion, now), WithdrawForm.of(now))
        told = [(one, value_text(criterion, one.value)) for one in history]
        found.append(KnownRow(criterion, *forms, now=now, history=told))
    return found


def _rubrics(project: Project, response: Response) -> list[Rubric]:
    """Those that judge the response: the item's own one first, then the project's."""
    rows = project.rubrics.filter(versions__status="published").distinct()
    own = list(rows.filter(item=response.item_id))
    return [*own, *rows.filter(item=None).order_by("title", "pk")]


def _version(project: Project, response: Response, slug: str) -> RubricVersion | None:
    found = _rubrics(project, response)
    if slug:
        rubric = next((one for one in found if one.slug == slug), None)
        if rubric is None:
            raise Http404
    else:
        rubric = found[0] if found else None
    return authoring.latest_published(rubric) if rubric else None


def _listed(one: GoldAnswer, criterion: JudgedCriterion | None) -> tuple[GoldAnswer, str, str]:
    name = criterion.spec.name if criterion else one.lineage.name
    return one, name, value_text(criterion, one.value) if criterion else str(one.value)
