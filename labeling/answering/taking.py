"""Which item an expert answers next. What somebody has begun to write stays theirs.

For some days they keep the item too; then another may answer it, and the text waits for them.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from labeling.errors import Conflict, Problem, Problems
from labeling.models import AnswerPlace, AnswerReturn, Batch, Membership, Role, User
from labeling.spec.fields import text_fault

State = AnswerPlace.State
# Beyond the lease, how long an item with a text waits for who began it.
HELD = timedelta(days=3)
REASON_LENGTH = 500


@transaction.atomic
def claim(batch: Batch, *, by: User) -> AnswerPlace | None:
    """The item the expert is writing at, else the next that nobody writes at; None for none.

    A place whose lease ended without a word written is free again, one with a text after HELD.
    What the expert handed back is offered to others only.
    """
    own = AnswerPlace.objects.filter(batch=batch, expert=by, state=State.TAKEN).first()
    if own is not None:
        return own
    if batch.state != Batch.State.OPEN:
        raise Conflict(
            gettext("This batch is %(state)s.") % {"state": batch.get_state_display().lower()}
        )
    places = AnswerPlace.objects.filter(_is_free(by), batch=batch)
    free = places.order_by("key").select_for_update(skip_locked=True)
    place = free.filter(left__has_key=str(by.pk)).first() or free.first()
    if place is None:
        return None
    _pass_on(place, by)
    place.lease_until = timezone.now() + timedelta(minutes=batch.lease_minutes)
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError:
        # Another tab of the same person took one this moment.
        return AnswerPlace.objects.get(batch=batch, expert=by, state=State.TAKEN)
    return place


def left_text(place: AnswerPlace, user: User) -> str | None:
    """What the person had begun when the item went to another; None for who began nothing."""
    kept = place.left.get(str(user.pk))
    return str(kept["text"]) if kept else None


def begun_by(user: User) -> QuerySet[AnswerPlace]:
    """Items that went to another when the person, still an expert there, had begun a text."""
    there = Membership.objects.filter(user=user, role=Role.EXPERT).values("project")
    places = AnswerPlace.objects.left_by(user).filter(project__in=there)
    return places.select_related("batch__project").order_by("-pk")


def _pass_on(place: AnswerPlace, by: User) -> None:
    """What another had begun is put aside for them, and one's own taken up again."""
    if place.state == State.TAKEN and place.text and place.expert_id != by.pk:
        place.left[str(place.expert_id)] = {"text": place.text, "repairs": place.repairs_id}
    own = place.left.pop(str(by.pk), {})
    place.expert, place.state = by, State.TAKEN
    place.text, place.repairs_id = own.get("text", ""), own.get("repairs")
    # Every save counts on, so that an old tab of whoever wrote here is told.
    place.edit = place.edit + 1 if own else 0


@transaction.atomic
def hand_back(place: AnswerPlace, reason: str, *, by: User) -> None:
    """Leave the item to somebody else, saying why; what was written of it goes."""
    fault = text_fault(reason, REASON_LENGTH)
    if fault or not reason.strip():
        raise Problems([Problem("reason", fault or gettext("say in a few words why"))])
    found = AnswerPlace.objects.select_for_update().get(pk=place.pk)
    if found.expert_id != by.pk or found.state != State.TAKEN:
        raise Conflict(gettext("You are not writing at this item any more."))
    AnswerReturn.objects.create(
        project_id=found.project_id, place=found, by=by, reason=reason.strip()
    )
    AnswerPlace.objects.filter(pk=found.pk).update(
        state=State.FREE, expert=None, lease_until=None, repairs=None, text="", edit=0
    )


def left_for(user: User) -> QuerySet[Batch]:
    """Open answer tasks of the person's projects with an item to write at, or one in work."""
    places = AnswerPlace.objects.filter(Q(expert=user, state=State.TAKEN) | _is_free(user))
    return Batch.objects.filter(
        kind=Batch.Kind.ANSWER,
        state=Batch.State.OPEN,
        project__memberships__user=user,
        project__memberships__role=Role.EXPERT,
        pk__in=places.values("batch"),
    ).select_related("project")


def _is_free(user: User) -> Q:
    """Where nobody writes, of what the person has not handed back."""
    now = timezone.now()
    ended = Q(state=State.TAKEN, edit=0, lease_until__lte=now)
    free = Q(state=State.FREE) | ended | Q(state=State.TAKEN, lease_until__lte=now - HELD)
    return free & Q(~Exists(AnswerReturn.objects.filter(place=OuterRef("pk"), by=user)))
