"""Items: the list with its filters, and everything known about one of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evals.forms import ItemFilterForm
from evals.models import AgreementRun
from evals.queries import item as reads
from evals.queries.items import ItemFilter, page, readable_runs
from evals.queries.solved import solved
from evals.views.slices_shown import slice_in_words
from labeling import showing
from labeling.access import MemberRequest, overseen_project
from labeling.models import Item, Project, Response
from labeling.own_rubrics import own_rubric
from labeling.turns import Reading, conversation, missing_calls, pretty
from labeling.views.conversations import more_turns, sources
from labeling.views.criterion_cards import card
from labeling.views.rubrics import writes_in

RESPONSES = 20


@require_safe
def items(request: MemberRequest, slug: str) -> HttpResponse:
    """Found by a part of the id or by what the experts said; a fragment for htmx."""
    project = overseen_project(request.user, slug)
    form = ItemFilterForm(request.GET, project=project, user=request.user)
    context: dict[str, Any] = {"project": project, "form": form}
    if form.is_valid():
        narrowed = form.narrowed()
        keys = {key: _key(request.GET.get(key, "")) for key in ("after", "before")}
        found = page(project, narrowed, list(form.batches), blind=form.blind, **keys)
        context |= {"found": found, "narrowed": narrowed, **_doors(request, found)}
        context["conditions"] = _in_words(narrowed)
    part = "#rows" if request.headers.get("HX-Target") == "rows" else ""
    status = 200 if form.is_valid() else 422
    return render(request, f"evals/items.html{part}", context, status=status)


@require_safe
def item(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """One item; what people and machines said of it stays hidden from who rates it."""
    project = overseen_project(request.user, slug)
    found = get_object_or_404(Item.objects.filter(project=project), pk=pk)
    found.project = project
    blind = reads.is_blind(found, request.user)
    run = None if blind else _run(request, project)
    responses = found.responses.select_related("generator").order_by("pk")
    if blind:
        # The order of import could tell the generators apart.
        responses = responses.order_by("content_hash", "pk")
    pages = Paginator(responses, RESPONSES).get_page(request.GET.get("page"))
    context = {
        "project": project,
        "item": found,
        "blind": blind,
        "page": pages,
        "prompt": conversation(found.messages, Reading()),
        "prompt_more": reverse("item_turns", args=[project.slug, found.pk]),
        "sources": sources(found),
        "parts": _parts(found, list(pages.object_list), pages.start_index(), blind=blind, run=run),
        "run": run,
        "facts": _facts(found),
        **_own_rubric(request, found),
        "crumbs": [(_("Items"), reverse("items", args=[project.slug]))],
    }
    if not blind:
        context["solved"] = [one for one in solved(found) if one.is_proof]
        context["verdicts"] = reads.verdicts(found, request.user)
        context["history"] = reads.history(found, list(pages.object_list))
    return render(request, "evals/item.html", context)


def _own_rubric(request: MemberRequest, found: Item) -> dict[str, Any]:
    """The rubric that belongs to this item alone: no judgement, so nobody is blind to it."""
    writes = writes_in(request.user, found.project)
    own = own_rubric(found, drafts=writes)
    return {
        "own": own,
        "own_cards": [card(row) for row in own.criteria] if own else [],
        "writes": writes,
    }


def _run(request: MemberRequest, project: Project) -> AgreementRun | None:
    """The measuring that the person comes from: its scores are shown as they were then."""
    asked = request.GET.get("run", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    readable = readable_runs(project, request.user).select_related("batch__project")
    return get_object_or_404(readable, pk=int(asked))


def _parts(
    found: Item,
    responses: list[Response],
    first: int,
    *,
    blind: bool,
    run: AgreementRun | None = None,
) -> list[dict[str, Any]]:
    shown = reads.parts(found, responses, blind=blind, first=first, run=run)
    return [{"part": part, **_transcript(found, part.response, blind=blind)} for part in shown]


def _transcript(found: Item, response: Response, *, blind: bool) -> dict[str, Any]:
    messages, reading = response.messages or [], _reading(found, blind=blind)
    missing = missing_calls(messages, reading)
    return {
        "missing": missing,
        "turns": conversation(messages, reading, judged=True),
        "more": reverse("response_turns", args=[found.project.slug, response.pk]),
    }


def _reading(found: Item, *, blind: bool) -> Reading:
    return Reading(names=not blind, expected=showing.expected_calls(found.reference))


@require_safe
def item_turns(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """More of a long prompt."""
    project = overseen_project(request.user, slug)
    found = get_object_or_404(Item.objects.filter(project=project), pk=pk)
    more = reverse("item_turns", args=[project.slug, found.pk])
    return more_turns(request, found.messages, Reading(), more)


@require_safe
def response_turns(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """More of a long response."""
    project = overseen_project(request.user, slug)
    responses = Response.objects.filter(project=project).select_related("item")
    found = get_object_or_404(responses, pk=pk)
    reading = _reading(found.item, blind=reads.is_blind(found.item, request.user))
    messages = found.messages or []
    missing_calls(messages, reading)
    more = reverse("response_turns", args=[project.slug, found.pk])
    return more_turns(request, messages, reading, more)


def _facts(found: Item) -> list[tuple[str, str]]:
    facts = [(_("Group"), found.group_key), (_("Tags"), ", ".join(found.tags))]
    facts += [
        (key, value if isinstance(value, str) else pretty(value))
        for key, value in found.metadata.items()
        if key != "documents"
    ]
    facts.append((_("Imported"), f"{found.created_at:%Y-%m-%d %H:%M} UTC"))
    facts.append((_("Hash"), found.content_hash[:12]))
    return [(name, value) for name, value in facts if value]


def _key(text: str) -> str:
    """An id as it may stand in the database, which keeps no NUL."""
    return text.replace("\0", "")[:500]


def _doors(request: MemberRequest, found: Any) -> dict[str, str]:
    """Addresses of the neighbouring pages with the same filters."""
    kept = [
        (key, value)
        for key, value in request.GET.items()
        if key not in ("after", "before") and value
    ]
    return {
        "next_query": urlencode([*kept, ("after", found.after)]) if found.after else "",
        "previous_query": urlencode([*kept, ("before", found.before)]) if found.before else "",
        "first_query": urlencode(kept),
    }


def _in_words(narrowed: ItemFilter) -> list[str]:
    """The parts of the filter that no visible field shows."""
    words = []
    if narrowed.slice:
        words.append(slice_in_words(narrowed.slice))
    if narrowed.run:
        words.append(_("As of run %(run)s") % {"run": narrowed.run.pk})
    if narrowed.selection:
        words.append(_("Selection %(pk)s") % {"pk": narrowed.selection.pk})
    return words
