"""Jobs as rows: the truth about a job is here, the broker only wakes a worker."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from labeling.models.people import Project, User


class RunState(models.TextChoices):
    PENDING = "pending", gettext_lazy("Waiting for a worker")
    RUNNING = "running", gettext_lazy("Running")
    WAITING = "waiting", gettext_lazy("Waiting for you")
    FINISHED = "finished", gettext_lazy("Finished")
    FAILED = "failed", gettext_lazy("Failed")


class RunQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.overseen_by(user))

    def finished(self) -> Self:
        return self.filter(state=RunState.FINISHED)

    def unfinished(self) -> Self:
        return self.filter(state__in=[RunState.PENDING, RunState.RUNNING])


class Run(models.Model):
    """State, attempts and progress of one job. `fence` rises with every attempt, so that a
    worker that was thought dead and wakes up again cannot write any more."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=RunState, default=RunState.PENDING)
    attempt = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    enqueued_at = models.DateTimeField(db_default=Now())
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    error = models.TextField(blank=True)
    input_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            # A second start of the same work joins the first.
            models.UniqueConstraint(
                fields=["input_hash", "code_version"],
                condition=~Q(state="failed"),
                name="%(class)s_joins_same_work",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""), name="%(class)s_failed_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(finished_at__isnull=False),
                name="%(class)s_finished_has_time",
            ),
        ]
        indexes = [
            # sweeper: runs nobody works on
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["pending", "running"]),
                name="%(class)s_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk} ({self.state})"


class Heartbeat(models.Model):
    """The last sign of life of a part of the stack, written by a worker when beat asks it."""

    name = models.CharField(max_length=40, primary_key=True)
    heard_at = models.DateTimeField(db_default=Now())
