"""What an expert reads of the known answers once they have given their own."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from labeling import practice
from labeling.models import Assignment, Batch, Rating, Way
from labeling.practice.appeals import state_in_words
from labeling.views.seat_beside import LETTERS


def after_answering(seat: Assignment, last: Rating) -> dict[str, Any]:
    """The known answers beside one's own, and in practice how one stands; empty where unseen."""
    practising = seat.batch.kind == Batch.Kind.PRACTICE
    known = practice.known_at(seat, last)
    appeals = practice.own_appeals(seat) if known else {}
    standing = practice.results(seat.batch, [seat.rater])[0] if practising else None
    return {
        "known": [(one, _appeal(one, appeals)) for one in known],
        "known_right": sum(one.right for one in known),
        "standing": standing,
        # What was seen cannot be unseen: the first answer stands.
        "final": practising or bool(known),
        **_beside(seat, last, practising=practising),
    }


def _beside(seat: Assignment, last: Rating, *, practising: bool) -> dict[str, Any]:
    """The responses of a grid as tabs, and in practice the letter and page of the next of them."""
    shown = last.shown_beside or []
    if last.way != Way.GRID or len(shown) < 2 or seat.pk not in shown:
        return {"beside": []}
    tabs = [
        {
            "text": gettext("Response %(at)s") % {"at": letter},
            "url": reverse("seat", args=[pk]),
            "current": pk == seat.pk,
            "count": None,
        }
        for letter, pk in zip(LETTERS, shown, strict=False)
    ]
    following = shown.index(seat.pk) + 1
    if not practising or following == len(shown):
        return {"beside": tabs}
    explained = {"letter": LETTERS[following], "url": tabs[following]["url"]}
    return {"beside": tabs, "explained_next": explained}


def _appeal(one: practice.Known, appeals: dict[int, Any]) -> dict[str, Any]:
    """What became of one's appeal; whether the known answer as it stands can be appealed against.

    Accepted, the appeal was against an earlier revision, and the new one can be wrong as well.
    """
    made = appeals.get(one.answer.lineage_id)
    if made is None:
        return {"words": "", "open": True}
    return {"words": state_in_words(made), "open": made.gold_id != one.answer.pk}
