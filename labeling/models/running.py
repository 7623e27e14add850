"""What is said while a batch runs: corrections of one's time, and reminders that were sent."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from labeling.models.batches import Batch
from labeling.models.people import Project, User

DAY_SECONDS = 24 * 3600


class TimeCorrectionQuerySet(models.QuerySet["TimeCorrection"]):
    def visible_to(self, user: User) -> Self:
        """One's own; and all of a project one runs, but for batches one is blind in."""
        blind = Batch.objects.hiding(user, "peers").values("pk")
        runs = Q(project__in=Project.objects.run_by(user)) & ~Q(batch__in=blind)
        return self.filter(Q(rater=user) | runs)


class TimeCorrection(models.Model):
    """Time that an expert adds to, or takes off, what the desk measured, and why."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False)
    rater = models.ForeignKey(User, models.PROTECT, related_name="+")
    seconds = models.IntegerField()
    note = models.CharField(max_length=500)
    created_at = models.DateTimeField(db_default=Now())

    objects = TimeCorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seconds__gte=-DAY_SECONDS, seconds__lte=DAY_SECONDS) & ~Q(seconds=0),
                name="timecorrection_within_a_day",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="timecorrection_says_why"),
        ]
        indexes = [
            # active time: the corrections of a batch, by expert
            models.Index(fields=["batch", "rater"], name="timecorrection_of_rater"),
        ]


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and all of a project one runs."""
        return self.filter(Q(rater=user) | Q(project__in=Project.objects.run_by(user)))


class Reminder(models.Model):
    """A mail to an expert for whom something is left in a batch."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="reminders", db_index=False)
    rater = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Null: the batch reminds by itself.
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    # Null until the mail server has taken it; what it said when it did not.
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        indexes = [
            # reminding: when this expert was last reminded of this batch
            models.Index(fields=["batch", "rater", "created_at"], name="reminder_last"),
        ]
