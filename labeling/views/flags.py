"""The triage of a rubric's flags: the list, one flag with its response, and what is decided."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from labeling import authoring, triage
from labeling.access import MemberRequest, authored_rubric
from labeling.errors import DomainError, Problem, Problems
from labeling.forms.flags import ALL, DecisionForm, FlagFilterForm, ManyForm
from labeling.forms.refusals import refused
from labeling.models import Flag, FlagState, Rubric, RubricVersion
from labeling.triage import listing
from labeling.triage.coverage import coverage, rated_outputs
from labeling.triage.drafting import taken
from labeling.triage.mapping import criterion_keys
from labeling.turns import turns
from labeling.views.appealed import appealed
from labeling.views.draft_page import page_of

PAGE = 25
DONE = {
    "answer": gettext_lazy("Answered. The expert reads it at the desk."),
    "map": gettext_lazy("Mapped."),
    "scope": gettext_lazy("Put out of scope; the expert reads why."),
    "revise": gettext_lazy("The known answer is revised; the expert reads why."),
    "reopen": gettext_lazy("The flag is open again."),
}


@require_safe
def flags(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """What experts found wrong with the rubric, by criterion, what is open first."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    criteria = listing.flagged_criteria(rubric)
    form = FlagFilterForm(request.GET, rubric=rubric, criteria=criteria)
    readable = form.is_valid()
    covered = coverage(rubric)
    narrowed = form.narrowed() if readable else listing.Narrowed(state="none")
    page = Paginator(listing.flags_of(rubric, narrowed), PAGE).get_page(request.GET.get("page"))
    context = {
        **_frame(rubric),
        "form": form,
        "readable": readable,
        "page": page,
        "rows": listing.shown(list(page.object_list), request.user),
        "tabs": _tabs(request, rubric, narrowed),
        "names": {key: name for key, name, _ in criteria},
        "query": urlencode([(k, v) for k, v in request.GET.items() if k != "page" and v]),
        "coverage": covered,
        "sentences": covered.in_words(rated_outputs(rubric)) if covered.notes else [],
    }
    return render(request, "labeling/flags.html", context, status=200 if readable else 422)


@require_safe
def flag(request: MemberRequest, slug: str, rubric_slug: str, pk: int) -> HttpResponse:
    """One flag beside the response it is about, and all that can be decided."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    return _flag_page(request, rubric, _flag(rubric, pk), DecisionForm())


@require_POST
def flag_decide(request: MemberRequest, slug: str, rubric_slug: str, pk: int) -> HttpResponse:
    """Answer, map, put out of scope, take into the draft, or open again."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    found = _flag(rubric, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _flag_page(request, rubric, found, form, status=422)
    said = dict(form.cleaned_data)
    try:
        triage.decide(found, said.pop("do"), by=request.user, **said)
    except DomainError as error:
        refused(form, error)
        return _flag_page(request, rubric, found, form, status=error.status)
    act = form.cleaned_data["do"]
    if act == "take" or (act == "map" and form.cleaned_data["name"]):
        return _to_draft(request, rubric, found)
    messages.success(request, DONE[act])
    return redirect("flag", rubric.project.slug, rubric.slug, pk)


@require_POST
def flags_decide(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Merge the chosen flags, or take them into the draft."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    form = ManyForm(request.POST, rubric=rubric)
    if not form.is_valid():
        raise Problems([Problem("", str(text)) for texts in form.errors.values() for text in texts])
    chosen = list(_flags(rubric).filter(pk__in=form.cleaned_data["flag"]))
    if form.cleaned_data["do"] == "take":
        triage.take(chosen, by=request.user)
        return _to_draft(request, rubric, chosen[0])
    first = triage.merge(chosen, by=request.user)
    messages.success(
        request, _("Merged into flag %(pk)s; what you decide holds for all.") % {"pk": first.pk}
    )
    return redirect("flag", rubric.project.slug, rubric.slug, first.pk)


def _to_draft(request: MemberRequest, rubric: Rubric, found: Flag) -> HttpResponse:
    """To the draft, at the criterion that the flag is about; its words stand there beside it."""
    now = authoring.standing(rubric)
    rows = taken(now.draft, request.user)
    about = next((one for one in rows if one.one.flag.pk == found.pk), None)
    messages.success(
        request, _("Taken into the draft of version %(number)s.") % {"number": now.number}
    )
    if about is not None and about.pk is not None:
        return redirect(page_of(rubric, about.pk))
    return redirect("rubric_edit", rubric.project.slug, rubric.slug)


def _flag_page(
    request: MemberRequest, rubric: Rubric, found: Flag, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    (one,) = listing.shown([found], request.user)
    response = found.response if one.sight.response else None
    context = {
        **_frame(rubric),
        "one": one,
        "response": response,
        "turns": turns(response.messages or [], judged=True, names=False) if response else [],
        "prompt": turns(response.item.messages, names=False) if response else [],
        "form": form,
        "criteria": criterion_keys(rubric),
        "crumbs": [(_("Flags"), reverse("flags", args=[rubric.project.slug, rubric.slug]))],
        "opens": found.state not in (FlagState.OPEN, FlagState.SETTLED, FlagState.REVISED),
        "appealed": appealed(found) if one.sight.response else None,
    }
    return render(request, "labeling/flag.html", context, status=status)


def _tabs(
    request: MemberRequest, rubric: Rubric, narrowed: listing.Narrowed
) -> list[dict[str, Any]]:
    counted = listing.counts(rubric)
    kept = [(k, v) for k, v in request.GET.items() if k not in ("page", "state") and v]
    here = narrowed.state or ALL
    whole = sum(n for state, n in counted.items() if state != FlagState.MERGED)
    tabs = [*((state, label, counted[state]) for state, label in FlagState.choices)]
    return [
        {
            "text": label,
            "count": n,
            "current": state == here,
            "url": f"?{urlencode([*kept, ('state', state)])}",
        }
        for state, label, n in [*tabs, (ALL, _("All"), whole)]
        if n or state in (here, FlagState.OPEN)
    ]


def _frame(rubric: Rubric) -> dict[str, Any]:
    draft = rubric.versions.filter(status=RubricVersion.Status.DRAFT).first()
    return {"project": rubric.project, "rubric": rubric, "draft": draft}


def _flags(rubric: Rubric) -> Any:
    flags = Flag.objects.of_rubric(rubric).with_state()
    return flags.select_related(
        "criterion", "rubric_version__rubric", "response__item", "by", "batch", "gold"
    )


def _flag(rubric: Rubric, pk: int) -> Flag:
    return get_object_or_404(_flags(rubric), pk=pk)
