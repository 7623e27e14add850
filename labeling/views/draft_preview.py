"""What an expert will see of a draft's criterion: beside a real response, in the desk's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from labeling import authoring, showing
from labeling.access import MemberRequest, authored_rubric
from labeling.models import Response, Rubric, User
from labeling.rating import JudgedCriterion
from labeling.turns import Reading, conversation, missing_calls
from labeling.views.conversations import more_turns, sources
from labeling.views.seat_cards import answer_card

# As many responses as anybody turns over by hand, out of the first ones imported.
CHOICE = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """One response out of those to turn over, by its place among them (from 1)."""

    response: Response
    number: int
    count: int
    before: int | None
    after: int | None


@require_safe
def draft_preview(request: MemberRequest, slug: str, rubric_slug: str, pk: int) -> HttpResponse:
    """The criterion as the desk shows it; nobody's answer, and who wrote the response stays out."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    text = authoring.stage(rubric).text
    row = authoring.find(text, pk) if text else None
    if row is None and request.htmx and authoring.removed_text(rubric, pk):
        # A page may still ask for what somebody has just removed.
        return render(request, "labeling/draft_preview.html#gone", {"pk": pk})
    if row is None:
        raise Http404
    spec = authoring.criterion_of(row)
    judged = JudgedCriterion(row.pk, row.pk, spec, {})
    chosen = _chosen(rubric, request.user, request.GET.get("response", ""))
    context: dict[str, Any] = {
        "project": rubric.project,
        "rubric": rubric,
        # As the page calls it, which may have been opened before the draft was.
        "pk": pk,
        "name": spec.name,
        "card": answer_card(row.position + 1, judged, {}, {}),
        "chosen": chosen,
        **(_conversation(rubric, chosen.response) if chosen else {}),
    }
    part = "#preview" if request.htmx else ""
    return render(request, f"labeling/draft_preview.html{part}", context)


@require_safe
def draft_preview_turns(
    request: MemberRequest, slug: str, rubric_slug: str, response_pk: int
) -> HttpResponse:
    """The turns of a gap, or the rest of a long text."""
    rubric = authored_rubric(request.user, slug, rubric_slug)
    response = get_object_or_404(_responses(rubric, request.user), pk=response_pk)
    more = reverse("draft_preview_turns", args=[slug, rubric_slug, response.pk])
    return more_turns(request, _messages(response), _reading(response), more)


def _conversation(rubric: Rubric, response: Response) -> dict[str, Any]:
    reading = _reading(response)
    missing = missing_calls(response.messages or [], reading)
    more = reverse("draft_preview_turns", args=[rubric.project.slug, rubric.slug, response.pk])
    return {
        "turns": conversation(_messages(response), reading, judged=True),
        "missing": missing,
        "more": more,
        "sources": sources(response.item),
    }


def _reading(response: Response) -> Reading:
    # As in a batch that hides everything: an author may yet be asked to rate.
    return Reading(names=False, expected=showing.expected_calls(response.item.reference))


def _messages(response: Response) -> list[dict[str, Any]]:
    return [*response.item.messages, *(response.messages or [])]


def _responses(rubric: Rubric, user: User) -> QuerySet[Response]:
    """Responses with a text that the author may read; a rubric of one item is about its own."""
    seen = Response.objects.visible_to(user).filter(project=rubric.project, withheld=None)
    seen = seen.filter(item=rubric.item_id) if rubric.item_id else seen
    return seen.select_related("item")


def _chosen(rubric: Rubric, user: User, wanted: str) -> Chosen | None:
    """The response asked for, else the first; in an order that tells no generators apart."""
    seen = _responses(rubric, user)
    first = seen.order_by("pk").values_list("content_hash", "pk")[:CHOICE]
    order = [pk for _, pk in sorted(first)]
    if not order:
        return None
    asked = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
    at = order.index(asked) if asked in order else 0
    return Chosen(
        seen.get(pk=order[at]),
        at + 1,
        len(order),
        order[at - 1] if at else None,
        order[at + 1] if at + 1 < len(order) else None,
    )
