"""Worked examples of a draft: the settled units they are taken from, and what is said of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.authoring.settled_units import PAGE, SettledUnit, closed_batches, settled_units
from labeling.errors import DomainError, Problem, Problems
from labeling.forms.guidelines import ExampleActForm, ExampleForm, TakeForm, UnitForm
from labeling.forms.refusals import refused
from labeling.models import Batch, Criterion, Rubric, RubricVersion, WorkedExample
from labeling.strict_json import number_text
from labeling.views.guidelines import guidelines_page


@require_safe
def examples(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Settled units of closed batches, criterion by criterion; one click makes an example."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    now = authoring.standing(rubric)
    version = now.draft or now.latest
    context: dict[str, Any] = {"project": rubric.project, "rubric": rubric, "now": now}
    criteria = _criteria(version)
    batches = closed_batches(version) if version else []
    if not criteria or not batches:
        return render(request, "labeling/examples.html", context)
    form = _unit_form(request, rubric, criteria, batches)
    context["form"] = form
    if form.is_valid() and version is not None:
        context |= _units(request, version, form, criteria)
    status = 200 if form.is_valid() else 422
    return render(request, "labeling/examples.html", context, status=status)


@require_POST
def example_take(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Make one settled unit a worked example."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    form = TakeForm(request.POST, batches=_batches(rubric))
    if not form.is_valid():
        raise Problems(
            [Problem(name, str(text)) for name, texts in form.errors.items() for text in texts]
        )
    said = form.cleaned_data
    made = authoring.take_example(
        rubric,
        said["response"],
        said["criterion"],
        said["batch"],
        number=said["number"],
        by=request.user,
    )
    messages.success(request, _("Taken into the draft. Say below why the answer holds."))
    page = reverse("guidelines", args=[rubric.project.slug, rubric.slug])
    return redirect(f"{page}#example-{made.pk}")


@require_POST
def example(request: MemberRequest, slug: str, rubric_slug: str, pk: int) -> HttpResponse:
    """Save what is quoted and said, move it, or take it out of the draft."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    rows = WorkedExample.objects.filter(version__rubric=rubric).select_related("version__rubric")
    found = get_object_or_404(rows, pk=pk)
    act = ExampleActForm(request.POST)
    if not act.is_valid():
        raise DomainError(_("Say what to do with the example: save, remove, up or down."))
    number, by = act.cleaned_data["number"], request.user
    match act.cleaned_data["do"]:
        case "remove":
            authoring.remove_example(found, number=number, by=by)
            messages.success(request, _("Taken out of the draft."))
        case "save":
            return _saved(request, rubric, found, number)
        case step:
            authoring.move_example(found, -1 if step == "up" else 1, number=number, by=by)
    return redirect("guidelines", rubric.project.slug, rubric.slug)


def _saved(
    request: MemberRequest, rubric: Rubric, found: WorkedExample, number: int
) -> HttpResponse:
    form = ExampleForm(request.POST, prefix=f"example-{found.pk}")
    if form.is_valid():
        try:
            authoring.change_example(found, **form.cleaned_data, number=number, by=request.user)
        except Problems as error:
            refused(form, error)
    if form.errors:
        return guidelines_page(request, rubric, status=422, typed={found.pk: form})
    messages.success(request, _("The example is saved."))
    return redirect("guidelines", rubric.project.slug, rubric.slug)


def _criteria(version: RubricVersion | None) -> list[Criterion]:
    """The criteria that have labels: a new one has none to show."""
    if version is None:
        return []
    rows = Criterion.objects.filter(
        version=version, lineage__version__status__in=["published", "retired"]
    )
    return list(rows.prefetch_related("levels").order_by("position"))


def _batches(rubric: Rubric) -> Any:
    return Batch.objects.filter(project=rubric.project_id, rubric_version__rubric=rubric)


def _unit_form(
    request: MemberRequest, rubric: Rubric, criteria: list[Criterion], batches: list[Batch]
) -> UnitForm:
    sent = request.GET.copy() if request.GET else QueryDict(mutable=True)
    first = {"criterion": criteria[0].key, "batch": str(batches[0].pk)}
    for name, value in first.items():
        if not sent.get(name):
            sent[name] = value
    chosen = next((one for one in criteria if one.key == sent["criterion"]), None)
    shown = _batches(rubric).filter(pk__in=[one.pk for one in batches]).order_by("-closed_at")
    return UnitForm(sent, criteria=criteria, batches=shown, chosen=chosen)


def _units(
    request: MemberRequest, version: RubricVersion, form: UnitForm, criteria: list[Criterion]
) -> dict[str, Any]:
    said = form.cleaned_data
    criterion = next(one for one in criteria if one.key == said["criterion"])
    found = settled_units(
        version,
        said["batch"],
        criterion,
        by=request.user,
        value=said["value"],
        after=said["after"] or 0,
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    labels = {one.value: one.label for one in criterion.levels.all()}
    kept = [(k, v) for k, v in request.GET.items() if k != "after" and v]
    more = urlencode([*kept, ("after", shown[-1].response)]) if len(found) > PAGE else ""
    return {
        "criterion": criterion,
        "batch": said["batch"],
        "units": [
            (one, labels.get(one.value) or number_text(one.value), _source(one)) for one in shown
        ],
        "more": more,
    }


def _source(unit: SettledUnit) -> str:
    if unit.source == WorkedExample.Source.RULING:
        return _("settled by a ruling")
    if unit.experts == 2:
        return _("both experts gave this answer")
    return _("all %(count)s experts gave this answer") % {"count": unit.experts}
