"""Mails to experts for whom something is left in a batch: asked for by an admin, or by the batch.

A reminder is a row first and a mail afterwards, so that none is forgotten; one is sent twice only
where the process dies between the mail server's yes and the commit. Nothing of what others did
stands in it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPException

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from kombu.exceptions import OperationalError as BrokerError

from labeling import assigning
from labeling.errors import Conflict
from labeling.models import Batch, Membership, Rating, Reminder, Role, User

log = logging.getLogger(__name__)

# Known by its name only: tasks call this module, not the other way round.
SEND = "labeling.tasks.send_reminder"
# Nobody gets two mails about one batch within a day, whoever asks for it.
APART = timedelta(days=1)
# A mail that could not be sent for so long would come too late to be true.
GIVEN_UP = timedelta(days=1)


def remindable(batch: Batch, *, idle_days: int = 0) -> list[User]:
    """Experts with an address who want mails, have work left, and were not reminded today.

    With `idle_days`, only those who have submitted nothing here for so many days.
    """
    now = timezone.now()
    experts = User.objects.filter(
        Exists(Membership.objects.filter(user=OuterRef("pk"), **_expert_of(batch))),
        is_active=True,
        takes_reminders=True,
    ).exclude(email="")
    reminded = Reminder.objects.filter(rater=OuterRef("pk"), batch=batch)
    longest = max(APART, timedelta(days=idle_days))
    fresh = experts.exclude(Exists(reminded.filter(created_at__gt=now - longest)))
    if idle_days:
        since = now - timedelta(days=idle_days)
        if batch.created_at > since:
            return []
        fresh = fresh.exclude(Exists(_work_after(since, batch)))
    return list(fresh.filter(assigning.left_in(batch)).order_by("username"))


@transaction.atomic
def remind(batch: Batch, *, by: User | None, idle_days: int = 0) -> list[User]:
    """Send every expert for whom something is left a mail; returns whom. Raises Conflict."""
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if locked.state != Batch.State.OPEN or locked.kind not in assigning.KINDS:
        raise Conflict(gettext("Experts are reminded of open batches only."))
    told = remindable(locked, idle_days=idle_days)
    made = Reminder.objects.bulk_create(
        Reminder(project_id=locked.project_id, batch=locked, rater=expert, by=by) for expert in told
    )
    for one in made:
        transaction.on_commit(partial(_wake, one.pk))
    if told:
        log.info("%s experts reminded of batch %s by %s", len(told), batch.pk, by and by.pk)
    return told


def remind_all() -> int:
    """Every open batch that reminds by itself; beat's hour calls it. Returns how many mails."""
    open_ = Batch.objects.filter(state=Batch.State.OPEN, remind_after_days__isnull=False)
    batches = open_.filter(kind__in=assigning.KINDS).order_by("pk")
    return sum(len(_remind_by_itself(batch)) for batch in batches)


def _remind_by_itself(batch: Batch) -> list[User]:
    try:
        return remind(batch, by=None, idle_days=batch.remind_after_days or 0)
    except Conflict:
        # Closed since the batches were listed: the others do not wait for it.
        return []


def unsent() -> QuerySet[Reminder]:
    """Reminders whose mail is still to be sent, the first ones first."""
    waiting = Reminder.objects.filter(sent_at__isnull=True, created_at__gt=Now() - GIVEN_UP)
    return waiting.order_by("pk")


@transaction.atomic
def deliver(reminder_id: int) -> bool:
    """Send the mail of a reminder, unless it went out before or is no longer true."""
    found = Reminder.objects.select_for_update(of=("self",), skip_locked=True)
    one = found.select_related("rater", "batch__project").filter(pk=reminder_id).first()
    if one is None or one.sent_at is not None or not _still_true(one):
        return False
    try:
        _mail(one).send()
    except (OSError, SMTPException) as error:
        log.warning("reminder %s was not sent: %s", one.pk, error)
        Reminder.objects.filter(pk=one.pk).update(fault=str(error)[:300])
        return False
    Reminder.objects.filter(pk=one.pk).update(sent_at=Now(), fault="")
    return True


def _still_true(one: Reminder) -> bool:
    return (
        one.batch.state == Batch.State.OPEN
        and one.rater.is_active
        and one.rater.takes_reminders
        and bool(one.rater.email)
    )


def _mail(one: Reminder) -> EmailMessage:
    batch, desk = one.batch, reverse("desk", args=[one.batch_id])
    site = settings.SITE_URL.rstrip("/")
    where = f"{site}{desk}" if site else gettext("your desk")
    body = gettext(
        "Hello %(rater)s,\n\nresponses wait for your judgement in “%(name)s” "
        "(%(title)s).\n\nGo on here: %(where)s\n\nWhat you began is kept. You can switch "
        "these mails off under “Reminders” in the menu of your account.\n"
    ) % {"rater": one.rater, "name": batch.name, "title": batch.project.title, "where": where}
    subject = gettext("Responses wait for you: %(name)s") % {"name": " ".join(batch.name.split())}
    return EmailMessage(subject[:200], body, to=[one.rater.email])


def _work_after(since: datetime, batch: Batch) -> QuerySet[Rating]:
    """What an expert submitted here after that time."""
    own = Rating.objects.filter(assignment__batch=batch, assignment__rater=OuterRef("pk"))
    return own.filter(submitted_at__gt=since)


def _expert_of(batch: Batch) -> dict[str, object]:
    return {"project": batch.project_id, "role": Role.EXPERT}


def _wake(reminder: int) -> None:
    try:
        current_app.send_task(SEND, [reminder])
    except BrokerError as error:
        log.warning("broker away, reminder %s waits for beat's hour: %s", reminder, error)
