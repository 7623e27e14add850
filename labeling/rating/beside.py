"""What a batch asks beside the criteria, and the order in which it shows them.

An overall 0 to 5 is asked before the criteria, on responses drawn from the batch's seed, the same
for every expert; side by side it is asked of all responses of an item or of none, so that columns
have the same rows. The criteria are shuffled on a share of places, drawn by expert and response.
Both follow from the seed, so a page, a script and the record of a rating agree about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from labeling.asking_again import answers_again
from labeling.errors import Problem, Problems
from labeling.lots import is_drawn, shuffled
from labeling.models import Assignment, Way
from labeling.rating.judgements import OVERALL, JudgedCriterion

OVERALL_MOST = 5


def asks_overall(seat: Assignment) -> bool:
    """Whether an overall belongs to the judgement; never where only a part is asked again."""
    batch = seat.batch
    if not batch.overall_share or answers_again(seat):
        return False
    return is_drawn(batch.overall_share, batch.seed, "overall", *_shown_once(seat))


def in_shown_order(
    seat: Assignment, criteria: Sequence[JudgedCriterion]
) -> tuple[JudgedCriterion, ...]:
    """The criteria as this expert is shown them at this response."""
    batch = seat.batch
    if not batch.shuffled_share:
        return tuple(criteria)
    names = ("criteria", seat.rater_id, *_ordered_once(seat))
    if not is_drawn(batch.shuffled_share, batch.seed, *names):
        return tuple(criteria)
    place = {one.spec.key: one for one in criteria}
    return tuple(place[key] for key in shuffled(place, batch.seed, *names))


def _ordered_once(seat: Assignment) -> tuple[str, ...]:
    """What has the criteria in one order: all that was handed out together, step after step."""
    if seat.batch.way == Way.BY_CRITERION:
        return ("sitting", str(seat.ord))
    return _shown_once(seat)


def _shown_once(seat: Assignment) -> tuple[str, ...]:
    """What is shown in one way: a response, in a grid the rows of an item."""
    if seat.batch.way == Way.GRID:
        return ("item", seat.response.item.external_id)
    return (seat.response.external_id,)


def read_order(
    seat: Assignment, criteria: Sequence[JudgedCriterion], said: Sequence[str] | None
) -> list[str]:
    """The order that was shown: as said by whoever showed it, else as the desk shows it."""
    if said is None:
        return [one.spec.key for one in in_shown_order(seat, criteria)]
    if sorted(said) != sorted(one.spec.key for one in criteria):
        message = gettext("must name every criterion that is asked, each once, in the order shown")
        raise Problems([Problem("shown_order", message)])
    return list(said)


def said_overall(raw: object) -> object:
    """What stands among the answers as the overall; None where nothing does."""
    given = raw.get(OVERALL) if isinstance(raw, Mapping) else None
    value = given.get("value") if isinstance(given, Mapping) else given
    return None if value == "" else value


def read_overall(seat: Assignment, raw: object) -> int | None:
    """The overall among the answers; raises Problems where it is missing, amiss or not asked."""
    value, asked = said_overall(raw), asks_overall(seat)
    if value is None and not asked:
        return None
    if value is None:
        raise _problem(
            gettext("say how good the response is on the whole, 0 to %(overall_most)s")
            % {"overall_most": OVERALL_MOST}
        )
    if not asked:
        raise _problem(gettext("is not asked of this response"))
    return _whole(value)


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= OVERALL_MOST:
        return value
    if isinstance(value, str) and value in map(str, range(OVERALL_MOST + 1)):
        return int(value)
    raise _problem(
        gettext("must be a whole number from 0 to %(overall_most)s")
        % {"overall_most": OVERALL_MOST}
    )


def _problem(message: str) -> Problems:
    return Problems([Problem(OVERALL, message)])
