"""Practice: who has passed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from labeling.models.batches import Batch
from labeling.models.people import Project, User


class PracticePassQuerySet(models.QuerySet["PracticePass"]):
    def visible_to(self, user: User) -> Self:
        """One's own; and all of a project one runs."""
        return self.filter(Q(rater=user) | Q(project__in=Project.objects.run_by(user)))


class PracticePass(models.Model):
    """An expert has passed a practice batch: a fact, whatever becomes of its known answers."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="passes", db_index=False)
    rater = models.ForeignKey(User, models.PROTECT, related_name="practice_passes")
    n_right = models.PositiveIntegerField()
    n_asked = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    objects = PracticePassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "rater"], name="practicepass_once"),
            models.CheckConstraint(
                condition=Q(n_right__lte=F("n_asked")), name="practicepass_right_of_asked"
            ),
        ]
