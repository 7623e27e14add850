"""What an expert reads before judging: the conversation, its sources, and more of both on demand.

What of it the expert may see is the batch's policy (`labeling.models.blindness`): nothing about
peers, grades or, under full blindness, the generator ever reaches the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from labeling import showing
from labeling.access import MemberRequest, own_seat
from labeling.models import Assignment
from labeling.turns import PAGE, RICH, Gap, Reading, conversation, missing_calls
from labeling.views.conversations import more_turns, sources

# Characters of one response that are set as Markdown, however many stand on the page.
LEAST_RICH = 6_000


def shown(seat: Assignment, *, plain: bool = False) -> dict[str, Any]:
    """The response with what was asked, as far as the batch lets the expert see."""
    item, response, sight = seat.response.item, seat.response, seat.batch.sight_at_desk
    reading = reading_of(seat, plain=plain)
    missing = missing_calls(response.messages or [], reading)
    messages = _messages(seat)
    turns = conversation(messages, reading, judged=bool(response.messages))
    for turn in turns:
        if isinstance(turn, dict) and turn.get("judged"):
            turn["anchor"] = "judged"
    return {
        "seat": seat,
        "batch": seat.batch,
        "project": seat.batch.project,
        "turns": turns,
        "turn_count": len(messages),
        "asked_turns": len(item.messages),
        "more": reverse("seat_turns", args=[seat.pk]),
        "plain": plain,
        "missing": missing,
        "withheld": response.withheld,
        "generator": response.generator.name if sight.generators else "",
        "sources": sources(item),
    }


def shared(seat: Assignment, count: int) -> tuple[list[Any], list[Any], Sequence[Any]]:
    """The prompt, the response and calls not made, where so many share the bounds of a page."""
    reading = reading_of(seat)
    reading.page, reading.rich = PAGE // count, max(RICH // count, LEAST_RICH)
    messages, asked = seat.response.messages or [], seat.response.item.messages
    missing = missing_calls(messages, reading)
    turns = [
        Gap(turn.start + len(asked), turn.count)
        if isinstance(turn, Gap)
        else {**turn, "at": turn["at"] + len(asked)}
        for turn in conversation(messages, reading, judged=bool(messages))
    ]
    return conversation(asked, reading), turns, missing


def reading_of(seat: Assignment, *, plain: bool = False) -> Reading:
    """How the seat's conversation is shown; who wrote it stays hidden unless the batch says so."""
    return Reading(
        names=seat.batch.sight_at_desk.generators,
        plain=plain,
        expected=showing.expected_calls(seat.response.item.reference),
    )


@require_safe
def seat_turns(request: MemberRequest, pk: int) -> HttpResponse:
    """The turns of a gap from `start` on, or the rest of the long text of one `turn`."""
    seat = own_seat(request.user, pk)
    reading = reading_of(seat)
    missing_calls(seat.response.messages or [], reading)
    return more_turns(request, _messages(seat), reading, reverse("seat_turns", args=[seat.pk]))


def _messages(seat: Assignment) -> list[dict[str, Any]]:
    return [*seat.response.item.messages, *(seat.response.messages or [])]
