"""Scoring of a rubric: how its rewards spread, what each criterion adds, what other weights do."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evals.views import scoring_parts, scoring_rows
from evals.views.inline_svg import inline
from evals.views.scoring_scene import Scene, scene
from evals.weighing import diagnose
from labeling.access import MemberRequest

PAGE = 25


@require_safe
def rubric_scoring(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The rewards of the labelled responses under one version, a draft too."""
    here = scene(request, slug, rubric_slug)
    context = here.context("rubric_scoring")
    if not context["empty"]:
        context |= _rewards(here) | _criteria(here) | scoring_rows.what_if(here)
    return render(request, "evals/scoring.html", context)


@require_safe
def rubric_scoring_responses(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """Every response with its reward and what each criterion adds to it, exactly."""
    here = scene(request, slug, rubric_slug)
    context = here.context("rubric_scoring_responses")
    if not context["empty"]:
        page = Paginator(range(len(here.weighed)), PAGE).get_page(request.GET.get("page"))
        query = here.url("rubric_scoring_responses").partition("?")[2]
        rows = scoring_rows.response_rows(here, list(page.object_list))
        context |= {"page": page, "query": query, "rows": rows}
        context |= {"undefined": scoring_parts.undefined(here)}
    return render(request, "evals/scoring_responses.html", context)


@require_safe
def rubric_scoring_preview(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The same in small, for the side of another page; without script one is led to the whole."""
    here = scene(request, slug, rubric_slug)
    if "HX-Request" not in request.headers:
        return redirect(here.url("rubric_scoring"))
    context = here.context("rubric_scoring") | {"url": here.url("rubric_scoring")}
    if not context["empty"]:
        context |= _rewards(here)
    return render(request, "evals/scoring_preview.html", context)


@require_safe
def rubric_scoring_chart(
    request: MemberRequest, slug: str, rubric_slug: str, chart: str
) -> HttpResponse:
    """A chart of the page as a file."""
    here = scene(request, slug, rubric_slug)
    drawings = {"rewards": scoring_parts.spread, "parts": scoring_parts.parts}
    if chart not in drawings or here.empty():
        raise Http404(_("There is no such chart."))
    answer = HttpResponse(drawings[chart](here).document(), content_type="image/svg+xml")
    number = here.version.number if here.version else 0
    name = f"{here.rubric.slug}-v{number}-{chart}.svg"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rewards(here: Scene) -> dict[str, Any]:
    return {
        "stats": scoring_parts.stats(here),
        "flat": scoring_parts.flat(here),
        "undefined": scoring_parts.undefined(here),
        "rewards": here.preview.n > 0,
        "spread": inline(scoring_parts.spread(here)),
        "added": scoring_parts.added(here),
        "hidden": scoring_parts.hidden(here),
    }


def _criteria(here: Scene) -> dict[str, Any]:
    found = diagnose(here.weighed)
    return {
        "tenths": scoring_parts.tenths(here),
        "parts": inline(scoring_parts.parts(here)),
        "criteria": scoring_parts.criterion_rows(here, found),
        "findings": scoring_parts.findings(here, found),
    }
