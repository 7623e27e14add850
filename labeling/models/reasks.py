"""Asking again: judged places of which a newer version asks something else."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from labeling.models.batches import Assignment, Batch, unblinded
from labeling.models.items import Response
from labeling.models.people import Project, User
from labeling.models.rubrics import RubricVersion


class ReaskQuerySet(models.QuerySet["Reask"]):
    def visible_to(self, user: User) -> Self:
        """What one is asked oneself; and all of a batch one runs, unless blind there."""
        return self.filter(Q(rater=user) | unblinded(user, Project.objects.run_by(user)))

    def standing(self) -> Self:
        """Waiting, in work or answered: not replaced by a later one, nor passed on."""
        return self.filter(ended_at__isnull=True)

    def waiting(self) -> Self:
        """Nobody has begun to answer it."""
        return self.standing().filter(assignment__isnull=True)


class Reask(models.Model):
    """One judged place at a response that is asked again, for some criteria of a newer version.

    The seat that answers it has the same slot in a later round. The row is a fact: it is taken
    once, ended once, and never changes otherwise. A trigger for each statement checks what it
    refers to, since a million places are asked again at once; hence no foreign keys.
    """

    class Ending(models.TextChoices):
        ANSWERED = "answered", gettext_lazy("Answered before the batch moved on again")
        MOVED = "moved", gettext_lazy("Replaced when the batch moved on")
        PASSED_ON = "passed_on", gettext_lazy("Passed on to somebody else")
        WITHDRAWN = "withdrawn", gettext_lazy("The first judgement was withdrawn")

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="reasks", db_constraint=False, db_index=False
    )
    response = models.ForeignKey(
        Response, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    # Null: anybody who has not seen the response yet.
    rater = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    slot = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=12, choices=Assignment.Purpose)
    version = models.ForeignKey(
        RubricVersion, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    # Criteria of the version, by id.
    criteria = ArrayField(models.BigIntegerField())
    # The seat that was judged before, and the one that answers.
    judged = models.ForeignKey(
        Assignment, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    assignment = models.ForeignKey(
        Assignment,
        models.PROTECT,
        null=True,
        related_name="reasks",
        db_constraint=False,
        db_index=False,
    )
    # The row that this one replaces: moved on with the batch, or passed on.
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=9, choices=Ending, blank=True, db_default="")

    objects = ReaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "response", "slot"],
                condition=Q(ended_at__isnull=True),
                name="reask_place_once",
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(assignment__isnull=False, ended_at__isnull=True),
                name="reask_seat_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="")
                | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="reask_ending_has_time",
            ),
        ]
        indexes = [
            # desk: what this expert is asked again (or, without a rater, anybody)
            models.Index(
                fields=["batch", "rater", "id"],
                condition=Q(assignment__isnull=True, ended_at__isnull=True),
                name="reask_waiting",
            ),
            # desk: one's own count of what was asked again
            models.Index(
                fields=["batch", "rater"],
                condition=Q(ended_at__isnull=True) | Q(ending="answered"),
                name="reask_own",
            ),
        ]
