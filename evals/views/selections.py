"""Selections: the list, the rule as a form, and what one selection froze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evals import figures, selecting
from evals.forms_selection import RuleForm
from evals.gaps.rule import parse_rule
from evals.kept import in_words
from evals.models import Selection
from evals.queries import releases as reads
from evals.queries.selection import notes
from evals.tasks import select_items
from evals.views.jobs import job, polled
from labeling import runs
from labeling.access import MemberRequest, overseen_project, roles, run_project
from labeling.errors import Problems
from labeling.models import Project, Role, RunState

LISTED = 25
WHOLES = {
    "units": gettext_noop("All units"),
    "responses": gettext_noop("All responses"),
    "items": gettext_noop("All items"),
}
VERDICTS = {
    "": gettext_noop("All"),
    "in": gettext_noop("In"),
    "held": gettext_noop("Held"),
    "out": gettext_noop("Out"),
}


@require_safe
def selections(request: MemberRequest, slug: str) -> HttpResponse:
    """Every selection of the project, the newest first."""
    project = overseen_project(request.user, slug)
    found = reads.selections_for(request.user, project)
    page = Paginator(found, LISTED).get_page(request.GET.get("page"))
    lines = [(each, each.funnel[-1]["count"] if each.funnel else None) for each in page]
    context = {"project": project, "page": page, "lines": lines, "may_run": _may(request, project)}
    return render(request, "evals/selections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def selection_new(request: MemberRequest, slug: str) -> HttpResponse:
    """The rule in words, with the usual one filled in."""
    project = run_project(request.user, slug)
    form = RuleForm(request.POST or None, project=project, user=request.user)
    if form.is_valid():
        try:
            made, _ = selecting.start(
                project,
                form.cleaned_data["rule"],
                batch=form.cleaned_data["batch"],
                by=request.user,
            )
        except Problems as refusal:
            form.refuse(refusal)
        else:
            runs.enqueue(select_items, made)
            return redirect(made)
    measured = form.batches.exists()
    context = {"project": project, "form": form, "measured": measured}
    status = 422 if form.is_bound else 200
    return render(request, "evals/selection_new.html", context, status=status)


@require_safe
def selection(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """One selection: how far it is, then its funnel, its warnings and every item's verdict."""
    project = overseen_project(request.user, slug)
    chosen = _selection(project, pk)
    context = {
        "project": project,
        "selection": chosen,
        "job": _job(chosen),
        "may_run": _may(request, project),
    }
    if reads.is_blind(request.user, chosen.agreement_run.batch):
        return render(request, "evals/selection.html", {**context, "blind": True})
    if request.htmx and "job" in request.GET:
        return polled(request, chosen, "evals/selection.html", context)
    if chosen.state == RunState.FINISHED:
        context |= _shown(request, chosen)
    part = "#rows" if request.headers.get("HX-Target") == "rows" else ""
    return render(request, f"evals/selection.html{part}", context)


@require_POST
def selection_again(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Try a failed selection again, as it was asked for."""
    project = run_project(request.user, slug)
    failed = _selection(project, pk)
    made, _ = selecting.start(
        project, parse_rule(failed.rule), batch=failed.agreement_run.batch, by=request.user
    )
    runs.enqueue(select_items, made)
    return redirect(made)


def _selection(project: Project, pk: int) -> Selection:
    found = Selection.objects.filter(project=project).select_related(
        "project", "created_by", "agreement_run__batch", "grading_run__grader"
    )
    return get_object_or_404(found, pk=pk)


def _may(request: MemberRequest, project: Project) -> bool:
    return Role.ADMIN in roles(request.user, project)


def _job(chosen: Selection) -> dict[str, Any]:
    again = reverse("selection_again", args=[chosen.project.slug, chosen.pk])
    return job(
        chosen,
        name=_("Selecting from %(batch)s") % {"batch": chosen.agreement_run.batch},
        url=f"{chosen.get_absolute_url()}?job",
        retry_url=again,
        said=_("%(done)s of %(total)s items decided."),
    )


def _shown(request: MemberRequest, chosen: Selection) -> dict[str, Any]:
    verdict = request.GET.get("verdict", "")
    verdict = verdict if verdict in VERDICTS else ""
    keys = {name: _number(request.GET.get(name, "")) for name in ("after", "before")}
    found = reads.verdicts(chosen, request.user, verdict=verdict, **keys)
    return {
        "found": found,
        "verdict": verdict,
        "tabs": _tabs(found, verdict),
        "steps": _steps(chosen),
        "warnings": [*map(in_words, chosen.warnings), *notes(chosen)],
        "facts": _facts(chosen),
    }


def _number(text: str) -> int:
    """A key of an item; what is none begins the list."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _tabs(found: reads.Verdicts, verdict: str) -> list[dict[str, Any]]:
    counts = {"": found.total, **found.counts}
    return [
        {
            "text": _(text),
            "url": f"?verdict={key}#items",
            "current": key == verdict,
            "count": counts[key],
        }
        for key, text in VERDICTS.items()
    ]


def _steps(chosen: Selection) -> list[dict[str, Any]]:
    """The funnel's steps; a bar's whole is the first step that counts the same thing."""
    wholes: dict[str, int] = {}
    shown = []
    for step in chosen.funnel:
        whole = wholes.setdefault(step["counts"], step["count"])
        expected = step.get("expected_by_chance")
        shown.append(
            {
                **step,
                "counts": _(step["counts"]),
                "step": _(WHOLES.get(step["counts"], step["step"]))
                if step["step"] == "all"
                else in_words(step["step"]),
                "percent": _percent(step["count"], whole),
                "expected": None if expected is None else figures.decimal(expected, 1),
                "expected_percent": None if expected is None else _percent(expected, whole),
                "note": _note(step),
                "url": _door(chosen, step),
            }
        )
    return shown


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0


def _note(step: dict[str, Any]) -> str:
    parts = [f"{name} {count:,}" for name, count in sorted(step.get("by_generator", {}).items())]
    if (p_value := step.get("p_value")) is not None:
        rare = _("below 0.001") if p_value < 0.001 else figures.decimal(p_value, 3)
        parts.append(_("chance of so many: %(p)s") % {"p": rare})
    return " · ".join(parts)


def _door(chosen: Selection, step: dict[str, Any]) -> str:
    """Where the counted things can be looked at."""
    if step["counts"] == "units":
        page = reverse("agreement", args=[chosen.project.slug])
        return f"{page}?batch={chosen.agreement_run.batch_id}"
    is_last = step is chosen.funnel[-1]
    return f"{chosen.get_absolute_url()}?verdict={'in' if is_last else ''}#items"


def _facts(chosen: Selection) -> list[tuple[str, str]]:
    run, rule = chosen.agreement_run, chosen.rule
    agreed = _agreed(rule)
    facts = [
        (_("Batch"), run.batch.name),
        (_("As of"), _("%(n)s scores") % {"n": figures.thousands(run.ratings_through)}),
        (_("Agreed"), agreed),
        (_("Low"), _low(rule["low"])),
        (_("Responses of"), ", ".join(rule["generator_kinds"])),
        (
            _("Released points"),
            _("%(share)s at least") % {"share": figures.percent(rule["released_points_min"])},
        ),
        (_("Rule"), chosen.rule_hash[:12]),
    ]
    if rule["target_generator"]:
        facts.insert(5, (_("Only generator"), rule["target_generator"]))
    return facts


def _agreed(rule: Mapping[str, Any]) -> str:
    known, least = rule["agreement"], rule["raters_min"]
    if known == "unanimous":
        return ngettext(
            "all raters alike, %(n)s raters at least",
            "all raters alike, %(n)s raters at least",
            least,
        ) % {"n": least}
    return ngettext(
        "clarity %(clarity)s, %(n)s raters at least",
        "clarity %(clarity)s, %(n)s raters at least",
        least,
    ) % {"clarity": f"{known['clarity']:g}", "n": least}


def _low(low: Mapping[str, Any]) -> str:
    by = _("experts’ consensus")
    if low["by"] != "consensus":
        by = _("grader %(grader)s") % {"grader": low["grader"]}
    if low.get("min") is None:
        return _("mean reward %(most)s at most, by %(by)s") % {"most": f"{low['max']:g}", "by": by}
    return _("mean reward above %(least)s, %(most)s at most, by %(by)s") % {
        "least": f"{low['min']:g}",
        "most": f"{low['max']:g}",
        "by": by,
    }
