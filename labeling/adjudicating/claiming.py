"""Taking a response for adjudication: one adjudicator has it at a time, and finds it again.

The seat lies in the adjudicators' round, whose slot 1 is held by whoever has the response. A lease
that ended loses the slot to the next who asks; the draft and the blind rating stay.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from labeling import locks
from labeling.adjudicating.disputes import refresh
from labeling.adjudicating.waiting import next_response
from labeling.errors import Conflict, Problem, Problems
from labeling.models import Assignment, Batch, Dispute, QueueEntry, Rating, User
from labeling.models.batches import ADJUDICATION_ROUND
from labeling.rating.judgements import text_problem

log = logging.getLogger(__name__)

CHAIR = 1
IN_WORK = (Assignment.State.LEASED, Assignment.State.SUBMITTED)
REFUSALS = {
    "assignment_adjudicator_rates_here": (
        gettext_lazy(
            "You rate in this batch. While it is open nobody both rates and rules in it; "
            "once it is closed you can rule on responses that you have not judged."
        )
    ),
    "assignment_adjudicator_judged_it": (
        gettext_lazy("You have judged this response yourself, so somebody else has to rule on it.")
    ),
    "assignment_adjudicator_may_rate_it": (
        gettext_lazy(
            "You may be asked to rate a response to the same item in an open batch, so "
            "somebody else has to rule on this one."
        )
    ),
    "assignment_not_own_answer": (
        gettext_lazy("You wrote this answer yourself, so somebody else has to rule on it.")
    ),
    "assignment_slot_once": gettext_lazy("Another adjudicator has this response in work."),
    "adjudication_after_blind_rating": (
        gettext_lazy(
            "Your own rating of this response was left out of what is counted, so "
            "somebody else has to rule on it."
        )
    ),
    "adjudication_by_a_third": (
        gettext_lazy(
            "You have judged this response in another batch, so somebody else has to rule on it."
        )
    ),
}


@transaction.atomic
def claim(batch: Batch, *, by: User, response: int | None = None) -> Assignment | None:
    """The adjudicator's response in work, else the one asked for, else the worst that waits.

    None when nothing waits for this person. Raises Conflict where somebody else has the response,
    where the person rates in the batch or has judged the response.
    """
    _one_at_a_time(batch)
    held = list(_held(batch, by).order_by("pk"))
    for one in held:
        if response in (None, one.response_id):
            return extend(one)
    # Others may wait for rulings meanwhile; only one is rated at a time.
    if any(one.state == Assignment.State.LEASED for one in held):
        raise Conflict(
            gettext("You have another response of this batch in work: rate it or hand it back.")
        )
    refresh(batch)
    _expect_no_rater(batch, by)
    wanted = next_response(batch, by) if response is None else _asked_for(batch, response, by)
    if wanted is None:
        return None
    _empty_chair(batch, wanted)
    seat = _seated(batch, wanted, by)
    log.info("response %s of batch %s taken for adjudication by %s", wanted, batch.pk, by.pk)
    return seat


@transaction.atomic
def hand_back(assignment: Assignment, reason: str, *, by: User) -> Assignment:
    """Leave the response to another adjudicator, saying why; what was written stays."""
    problem = text_problem("reason", reason)
    if problem or not reason.strip():
        raise Problems([problem or Problem("reason", gettext("say in a few words why"))])
    _one_at_a_time(assignment.batch)
    seat = Assignment.objects.select_for_update().get(pk=assignment.pk)
    expect_chair(seat, by)
    Assignment.objects.filter(pk=seat.pk).update(
        state=Assignment.State.SKIPPED, slot=None, lease_until=None, skip_reason=reason.strip()
    )
    seat.refresh_from_db()
    return seat


def extend(seat: Assignment) -> Assignment:
    """Keep the response for another lease, from its owner's last sign of work on."""
    until = timezone.now() + timedelta(minutes=seat.batch.lease_minutes)
    Assignment.objects.filter(pk=seat.pk, slot=CHAIR, lease_until__isnull=False).update(
        lease_until=until
    )
    return seat


def expect_chair(seat: Assignment, by: User) -> None:
    """Only whoever has the response rates and rules on it. Raises Conflict."""
    if seat.rater_id != by.pk or seat.slot != CHAIR:
        raise Conflict(
            gettext(
                "You no longer have this response: it was handed back, or another "
                "adjudicator has taken it. What you wrote is kept."
            )
        )


def own_rating(seat: Assignment) -> Rating | None:
    """The adjudicator's blind rating, None before it is given."""
    return seat.ratings.order_by("pk").first()


def refused(error: IntegrityError) -> Conflict | None:
    """A rule of the database in words, None when it is none of these."""
    diagnostics = getattr(error.__cause__, "diag", None)
    said = REFUSALS.get(getattr(diagnostics, "constraint_name", None) or "")
    return Conflict(said) if said else None


def _held(batch: Batch, by: User) -> QuerySet[Assignment]:
    """What the person has in work: not yet rated blind, or not yet ruled on."""
    own = Assignment.objects.filter(batch=batch, rater=by, round=ADJUDICATION_ROUND, slot=CHAIR)
    return own.filter(lease_until__isnull=False, state__in=IN_WORK).select_related("batch")


def _one_at_a_time(batch: Batch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [locks.ADJUDICATING, batch.pk])


def _expect_no_rater(batch: Batch, by: User) -> None:
    seats = Assignment.objects.handed_out().filter(batch=batch, rater=by)
    rates = seats.filter(round__gt=ADJUDICATION_ROUND)
    if batch.state != Batch.State.CLOSED and rates.exists():
        raise Conflict(REFUSALS["assignment_adjudicator_rates_here"])


def _asked_for(batch: Batch, response: int, by: User) -> int:
    """A certain response, ruled on before or not."""
    if not Dispute.objects.filter(batch=batch, response=response).exists():
        raise Conflict(
            gettext("Experts do not differ on this response, so there is nothing to rule on.")
        )
    if batch.state != Batch.State.CLOSED and _still_rated(batch, response):
        raise Conflict(
            gettext("Experts are still rating this response; it can be ruled on after them.")
        )
    return response


def _still_rated(batch: Batch, response: int) -> bool:
    here = {"batch": batch, "response": response}
    rated = Assignment.objects.filter(**here, round__gt=0, state=Assignment.State.LEASED)
    return rated.exists() or QueueEntry.objects.filter(**here, taken__lt=F("overlap")).exists()


def _empty_chair(batch: Batch, response: int) -> None:
    """Whoever had the response has let the lease end, or has ruled on all of it."""
    ended = Q(lease_until__isnull=True) | Q(lease_until__lte=timezone.now())
    chair = Assignment.objects.filter(
        ended, batch=batch, response=response, round=ADJUDICATION_ROUND, slot=CHAIR
    )
    chair.filter(state=Assignment.State.LEASED).update(
        state=Assignment.State.EXPIRED, slot=None, lease_until=None
    )
    chair.update(slot=None, lease_until=None)


def _seated(batch: Batch, response: int, by: User) -> Assignment:
    place: dict[str, Any] = {"batch": batch, "response_id": response, "round": ADJUDICATION_ROUND}
    known = Assignment.objects.filter(**place, rater=by).first()
    rated = known is not None and own_rating(known) is not None
    has = {
        "slot": CHAIR,
        "state": Assignment.State.SUBMITTED if rated else Assignment.State.LEASED,
        "lease_until": timezone.now() + timedelta(minutes=batch.lease_minutes),
        "skip_reason": "",
    }
    try:
        with transaction.atomic():
            if known is None:
                purpose = Assignment.Purpose.ADJUDICATION
                return Assignment.objects.create(
                    project_id=batch.project_id, rater=by, purpose=purpose, **place, **has
                )
            Assignment.objects.filter(pk=known.pk).update(**has)
    except IntegrityError as error:
        raise refused(error) or error from error
    known.refresh_from_db()
    return known
