"""What a seat is asked: the whole rubric, or the few criteria that it is asked again."""

from __future__ import annotations

from django.utils.translation import gettext

from labeling.errors import Conflict
from labeling.models import Assignment, Reask


class NothingAsked(Conflict):
    """A seat that was to answer again, of which nothing is asked any more."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Nothing is asked of you here any more: the question went to somebody else, "
                "or the rubric has moved on. What you wrote is kept as a draft."
            )
        )


def answers_again(seat: Assignment) -> bool:
    """Whether the seat was made to answer again, in a place that was judged before."""
    return seat.round > 1 and seat.purpose in (
        Assignment.Purpose.FIXED,
        Assignment.Purpose.ADAPTIVE,
    )


def standing(seat: Assignment) -> Reask | None:
    """What the seat is asked again; None for a seat that is asked the whole rubric."""
    if not answers_again(seat):
        return None
    return Reask.objects.standing().filter(assignment=seat).first()


def asked_meanwhile(seat: Assignment) -> Reask | None:
    """What the rater of a judged seat is asked again and has not answered yet."""
    asked = Reask.objects.standing().filter(batch=seat.batch_id, response=seat.response_id)
    mine = asked.filter(rater=seat.rater_id).exclude(assignment__state="submitted")
    return mine.exclude(assignment=seat).first()
