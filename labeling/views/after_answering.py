"""What an expert reads of the known answers once they have given their own."""

from __future__ import annotations

from typing import Any

from labeling import practice
from labeling.models import Assignment, Batch, Rating


def after_answering(seat: Assignment, last: Rating) -> dict[str, Any]:
    """The known answers beside one's own, and in practice how one stands; empty where unseen."""
    practising = seat.batch.kind == Batch.Kind.PRACTICE
    known = practice.known_at(seat, last)
    standing = practice.results(seat.batch, [seat.rater])[0] if practising else None
    return {
        "known": known,
        "known_right": sum(one.right for one in known),
        "standing": standing,
        # What was seen cannot be unseen: the first answer stands.
        "final": practising or bool(known),
    }
