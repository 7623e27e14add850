"""Which item an expert answers next. What somebody has begun to write stays theirs."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from labeling.errors import Conflict
from labeling.models import AnswerPlace, Batch, Role, User

State = AnswerPlace.State


@transaction.atomic
def claim(batch: Batch, *, by: User) -> AnswerPlace | None:
    """The item the expert is writing at, else the next that nobody writes at; None for none.

    A place whose lease ended without a word written is free again.
    """
    own = AnswerPlace.objects.filter(batch=batch, expert=by, state=State.TAKEN).first()
    if own is not None:
        return own
    if batch.state != Batch.State.OPEN:
        raise Conflict(f"This batch is {batch.get_state_display().lower()}.")
    free = _free(AnswerPlace.objects.filter(batch=batch)).order_by("key")
    place = free.select_for_update(skip_locked=True).first()
    if place is None:
        return None
    place.expert, place.state = by, State.TAKEN
    place.lease_until = timezone.now() + timedelta(minutes=batch.lease_minutes)
    place.repairs, place.text, place.edit = None, "", 0
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError:
        # Another tab of the same person took one this moment.
        return AnswerPlace.objects.get(batch=batch, expert=by, state=State.TAKEN)
    return place


@transaction.atomic
def hand_back(place: AnswerPlace, *, by: User) -> None:
    """Leave the item to somebody else; what was written of it goes."""
    found = AnswerPlace.objects.select_for_update().get(pk=place.pk)
    if found.expert_id != by.pk or found.state != State.TAKEN:
        raise Conflict("You are not writing at this item any more.")
    AnswerPlace.objects.filter(pk=found.pk).update(
        state=State.FREE, expert=None, lease_until=None, repairs=None, text="", edit=0
    )


def left_for(user: User) -> QuerySet[Batch]:
    """Open answer tasks of the person's projects with an item to write at, or one in work."""
    places = AnswerPlace.objects.filter(Q(expert=user, state=State.TAKEN) | _is_free())
    return Batch.objects.filter(
        kind=Batch.Kind.ANSWER,
        state=Batch.State.OPEN,
        project__memberships__user=user,
        project__memberships__role=Role.EXPERT,
        pk__in=places.values("batch"),
    ).select_related("project")


def _free(places: QuerySet[AnswerPlace]) -> QuerySet[AnswerPlace]:
    return places.filter(_is_free())


def _is_free() -> Q:
    ended = Q(state=State.TAKEN, edit=0, lease_until__lte=timezone.now())
    return Q(state=State.FREE) | ended
