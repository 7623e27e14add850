"""The guidelines of a rubric's draft: written beside how experts will read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.errors import Conflict, Problems
from labeling.forms.guidelines import ExampleForm, GuidelinesForm
from labeling.forms.refusals import refused
from labeling.guidelines import examples_of, set_text
from labeling.models import Rubric


@require_http_methods(["GET", "HEAD", "POST"])
def guidelines(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The text with its preview, and the worked examples. The first change opens the draft."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    if request.method != "POST":
        return guidelines_page(request, rubric)
    form = GuidelinesForm(request.POST)
    if request.POST.get("do") == "preview" or not form.is_valid():
        return guidelines_page(request, rubric, form, status=200 if form.is_valid() else 422)
    said = form.cleaned_data
    try:
        authoring.change_guidelines(
            rubric,
            said["guidelines"],
            number=said["number"],
            seen=said["seen"],
            writer=authoring.Writer(request.user),
        )
    except Problems as error:
        refused(form, error, beside="guidelines")
        return guidelines_page(request, rubric, form, status=422)
    except Conflict as error:
        return _met(request, rubric, said["guidelines"], error)
    messages.success(request, _("Guidelines saved in the draft."))
    return redirect("guidelines", rubric.project.slug, rubric.slug)


@require_POST
def guidelines_preview(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The text as an expert will read it: a fragment for the page, nothing is kept."""
    authored_rubric(request.user, slug, rubric_slug)
    form = GuidelinesForm(request.POST)
    form.is_valid()
    context = _preview(form)
    status = 422 if "guidelines" in form.errors else 200
    return render(request, "labeling/guidelines_preview.html", context, status=status)


def _fresh(now: authoring.Standing, text: str | None = None) -> GuidelinesForm:
    stands = now.spec.guidelines
    seen = authoring.guidelines_token(stands)
    shown = stands if text is None else text
    return GuidelinesForm(initial={"guidelines": shown, "number": now.number, "seen": seen})


def _met(request: MemberRequest, rubric: Rubric, mine: str, error: Conflict) -> HttpResponse:
    """The author's own text in the form, what stands there now beside it."""
    now = authoring.standing(rubric)
    met = {"conflict": str(error), "theirs": now.spec.guidelines}
    return guidelines_page(request, rubric, _fresh(now, mine), status=409, met=met)


def guidelines_page(
    request: MemberRequest,
    rubric: Rubric,
    form: GuidelinesForm | None = None,
    *,
    typed: Mapping[int, ExampleForm] | None = None,
    met: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with what was typed, where something is wrong with it."""
    now = authoring.standing(rubric)
    form = form or _fresh(now)
    version = now.draft or now.latest
    examples = examples_of(version) if version else []
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "now": now,
        "examples": [(one, (typed or {}).get(one.pk) or _example_form(one)) for one in examples],
        **_preview(form),
        **(met or {}),
    }
    return render(request, "labeling/guidelines.html", context, status=status)


def _example_form(one: Any) -> ExampleForm:
    initial = {"extract": one.extract, "reason": one.reason}
    return ExampleForm(initial=initial, prefix=f"example-{one.pk}")


def _preview(form: GuidelinesForm) -> dict[str, Any]:
    value = form["guidelines"].value() or ""
    html, plain = set_text(str(value)[:100_000])
    return {"html": html, "plain": plain, "form": form}
