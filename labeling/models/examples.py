"""Worked examples: settled units that the guidelines of a rubric show and explain."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from labeling.models.batches import Batch
from labeling.models.items import Response
from labeling.models.people import Project, User
from labeling.models.rubrics import Criterion, RubricVersion


class WorkedExample(models.Model):
    """A response, what was settled on it under one criterion, and why. Sealed with its version."""

    class Source(models.TextChoices):
        RULING = "ruling", gettext_lazy("Settled by a ruling")
        AGREEMENT = "agreement", gettext_lazy("All experts gave this answer")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(
        RubricVersion, models.CASCADE, related_name="examples", db_index=False
    )
    response = models.ForeignKey(Response, models.PROTECT, related_name="examples")
    # The chain of the criterion through the versions: a draft's own rows come and go.
    lineage = models.ForeignKey(Criterion, models.PROTECT, related_name="examples")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    source = models.CharField(max_length=9, choices=Source)
    value = models.DecimalField(max_digits=14, decimal_places=6)
    # Word for word from the response.
    extract = models.TextField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "response", "lineage"], name="workedexample_unit_once"
            ),
            models.CheckConstraint(condition=~Q(extract=""), name="workedexample_has_extract"),
        ]
