"""Where the stopping rule of an adaptive batch stands, unit by unit."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from labeling.models.batches import Batch
from labeling.models.items import Response
from labeling.models.people import Project, User
from labeling.models.rubrics import Criterion


class UnitStopQuerySet(models.QuerySet["UnitStop"]):
    def visible_to(self, user: User) -> Self:
        """Of projects one oversees, but for batches one is blind in."""
        blind = Batch.objects.hiding(user, "peers").values("pk")
        overseen = Project.objects.overseen_by(user)
        return self.filter(project__in=overseen).exclude(batch__in=blind)


class UnitStop(models.Model):
    """What the stopping rule last said of a unit, by how many labels. Derived: it may change."""

    class Verdict(models.TextChoices):
        ASKED = "asked", gettext_lazy("Another expert is asked")
        ACCEPTED = "accepted", gettext_lazy("Accepted")
        ADJUDICATE = "adjudicate", gettext_lazy("To be adjudicated")
        AMBIGUOUS = "ambiguous", gettext_lazy("Ambiguous")

    # Written in bulk by one job that reads all three from the batch's own scores.
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="stops", db_index=False)
    response = models.ForeignKey(
        Response, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    lineage = models.ForeignKey(
        Criterion, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    n = models.PositiveSmallIntegerField()
    clarity = models.FloatField()
    decided_at = models.DateTimeField(db_default=Now())

    objects = UnitStopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "response", "lineage"], name="unitstop_unit_once"
            ),
        ]
        indexes = [
            # the batch's page: how many units stand where; adjudication: those that wait for it
            models.Index(fields=["batch", "verdict"], name="unitstop_verdict"),
        ]
