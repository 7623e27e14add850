"""Appeals: an expert says why a known answer is wrong, once they have given their own."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from labeling.errors import Conflict, Problem, Problems
from labeling.formats.known import EXPLANATION_LENGTH
from labeling.models import Assignment, Flag, FlagState, Rating, User
from labeling.practice.seen import Known, known_at
from labeling.rating import current_rating
from labeling.rating.seats import locked
from labeling.spec.fields import text_fault


@transaction.atomic
def appeal(seat: Assignment, key: str, text: str, *, by: User) -> Flag:
    """Put it before the rubric's authors, among their flags; said again, it is the same appeal.

    Raises NotYours, Problems, or Conflict where nothing is known to the expert or the appeal of
    this revision stands already.
    """
    seat = locked(seat, by)
    rating = current_rating(seat)
    known = _known(seat, rating, key)
    fault = gettext("is missing: say why the known answer is wrong") if not text.strip() else None
    if fault := fault or text_fault(text, EXPLANATION_LENGTH):
        raise Problems([Problem("text", fault)])
    earlier = Flag.objects.filter(gold=known.answer, by=by).first()
    if earlier and earlier.text == text.strip():
        return earlier
    if earlier:
        raise Conflict(gettext("You have appealed against this known answer already."))
    assert rating is not None
    return Flag.objects.create(
        project_id=seat.project_id,
        batch_id=seat.batch_id,
        assignment=seat,
        rubric_version_id=rating.rubric_version_id,
        response_id=seat.response_id,
        criterion=rating.rubric_version.criteria.get(key=key),
        by=by,
        kind=Flag.Kind.GOLD,
        gold=known.answer,
        text=text.strip(),
    )


def own_appeals(seat: Assignment) -> dict[int, Any]:
    """One's appeals about this response with their state, the newest of each criterion's chain.

    One that was merged stands where the appeal does that it was merged into.
    """
    rows = Flag.objects.filter(by=seat.rater_id, response=seat.response_id, kind=Flag.Kind.GOLD)
    found = list(rows.with_state().select_related("gold").order_by("pk"))
    merged = [one for one in found if one.state == FlagState.MERGED]
    heads = Flag.objects.filter(pk__in=[one.head for one in merged]).with_state()
    states = dict(heads.values_list("pk", "state"))
    for one in merged:
        one.state = states[one.head]
    return {one.gold.lineage_id: one for one in found}


def state_in_words(flag: Flag) -> str:
    """Where an appeal stands, as its expert reads it."""
    told = {
        FlagState.OPEN: gettext("Your appeal waits for the authors."),
        FlagState.REVISED: gettext("Your appeal was accepted: the known answer was revised."),
    }
    return told.get(FlagState(flag.state), gettext("The authors have answered your appeal."))


def _known(seat: Assignment, rating: Rating | None, key: str) -> Known:
    known = known_at(seat, rating) if rating else []
    found = next((one for one in known if one.key == key), None)
    if found is None:
        raise Conflict(gettext("There is no known answer here that you could appeal against."))
    return found
