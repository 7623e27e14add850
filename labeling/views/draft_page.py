"""The editor: a draft's criteria as cards in their sections, each opened and saved by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labeling import authoring
from labeling.access import MemberRequest, authored_rubric
from labeling.authoring import Place
from labeling.forms.draft import HeadForm
from labeling.models import Criterion, Rubric
from labeling.triage.drafting import taken
from labeling.views.criterion_cards import CriterionCard, card

# Longer drafts are turned over like pages.
PAGE = 250
# Up to so many criteria are shown with all their levels; more of them in short.
IN_FULL = 40
# More headings than this are no help in a list of suggestions.
SUGGESTIONS = 300


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A criterion on the page of the draft."""

    pk: int
    card: CriterionCard
    in_full: bool


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A heading with its cards; `first` names it to the buttons."""

    first: int
    heading: str
    count: int
    cards: list[DraftCard]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section as the index of a long draft has it."""

    heading: str
    count: int
    page: int
    first: int


@require_safe
def rubric_edit(request: MemberRequest, slug: str, rubric_slug: str) -> HttpResponse:
    """The draft. Looking changes nothing: the first change opens it."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    here = authoring.stage(rubric)
    standing = authoring.places(here.text) if here.text else []
    page = Paginator(standing, PAGE).get_page(request.GET.get("page"))
    context = {
        "project": rubric.project,
        "rubric": rubric,
        "here": here,
        "steps": authoring.steps(here.draft, request.user),
        "page": page,
        "count": len(standing),
        "sections": sections(list(page.object_list), in_full=len(standing) <= IN_FULL),
        "headings": headings(standing),
        "chapters": _chapters(standing) if page.paginator.num_pages > 1 else [],
        "head": HeadForm.of(rubric, here.text),
        "flags": taken(here.draft, request.user),
    }
    part = "#outline" if request.headers.get("HX-Target") == "outline" else ""
    return render(request, f"labeling/rubric_edit.html{part}", context)


def sections(standing: Sequence[Place], *, in_full: bool) -> list[DraftSection]:
    """The sections of one page with their cards, in two queries."""
    pks = [one.pk for one in standing]
    rows = {row.pk: row for row in Criterion.objects.filter(pk__in=pks).prefetch_related("levels")}
    return [
        DraftSection(
            one.first,
            authoring.heading(one.path),
            len(one.pks),
            [draft_card(rows[pk], in_full=in_full) for pk in one.pks if pk in rows],
        )
        for one in authoring.sections(standing)
    ]


def draft_card(row: Criterion, *, in_full: bool = True) -> DraftCard:
    """One card; the levels of its row are best prefetched."""
    return DraftCard(row.pk, card(row), in_full)


def headings(standing: Sequence[Place]) -> list[str]:
    """The sections there are, as suggestions for others."""
    found = dict.fromkeys(authoring.heading(one.path) for one in standing if one.path)
    return list(found)[:SUGGESTIONS]


def page_of(rubric: Rubric, pk: int) -> str:
    """The address of the card on the page of the draft."""
    text = authoring.stage(rubric).text
    order = [one.pk for one in authoring.places(text)] if text else []
    at = order.index(pk) if pk in order else 0
    query = f"?page={at // PAGE + 1}" if len(order) > PAGE else ""
    return f"{rubric.get_absolute_url()}edit{query}#c-{pk}"


def _chapters(standing: Sequence[Place]) -> list[Chapter]:
    at, found = 0, []
    for one in authoring.sections(standing):
        found.append(Chapter(authoring.heading(one.path), len(one.pks), at // PAGE + 1, one.first))
        at += len(one.pks)
    return found
