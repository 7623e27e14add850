"""Responses whose experts differ: the adjudicators' queue. Made anew from scores, never a fact."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from labeling.models.batches import Batch
from labeling.models.items import Response
from labeling.models.people import Project


class Dispute(models.Model):
    """A response that waits for a ruling on `lineages`, the widest disagreement of them first.

    `severity` is in parts of a million (labeling/adjudicating/disputes.py says of what);
    `minority` are those of the lineages where an expert alone differs and gave a reason.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="disputes", db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    severity = models.BigIntegerField()
    lineages = ArrayField(models.BigIntegerField())
    minority = ArrayField(models.BigIntegerField(), default=list)
    # Whether each of the lineages has a ruling.
    ruled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "response"], name="dispute_once"),
            models.CheckConstraint(
                condition=Q(lineages__len__gt=0), name="dispute_is_about_something"
            ),
        ]
        indexes = [
            # adjudication: the worst first, of those that wait and of those that are ruled on
            models.Index(
                fields=["batch", "-severity", "response"],
                condition=Q(ruled=False),
                name="dispute_waiting",
            ),
            models.Index(
                fields=["batch", "-severity", "response"],
                condition=Q(ruled=True),
                name="dispute_ruled",
            ),
        ]


class DisputeMark(models.Model):
    """Up to which rating, and under which version, the disputes of a batch were read."""

    batch = models.OneToOneField(
        Batch, models.PROTECT, related_name="dispute_mark", primary_key=True
    )
    through = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
