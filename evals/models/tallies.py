"""Counts kept between measurings, so that the next one counts only what changed.

Derived rows that change: each finished measuring replaces them in the transaction that stores its
snapshot. Losing them costs one full count.
"""

from __future__ import annotations

from django.db import models

from evals.models.agreement import AgreementRun
from labeling.models import Batch, Criterion, RubricVersion


class TallyState(models.Model):
    """What a batch's kept tallies stand for: all ratings up to `watermark`."""

    batch = models.OneToOneField(Batch, models.CASCADE, primary_key=True, related_name="tallies")
    rubric_version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="+")
    watermark = models.BigIntegerField()
    # Names of the slices, and how many items the project had when they were chosen.
    slices = models.JSONField(default=list)
    last_item = models.BigIntegerField(default=0)
    # Rubric versions that were rated; another one makes every tally another.
    versions = models.JSONField(default=list)


class KeptTally(models.Model):
    """The units of one criterion on one slice, packed, and how often each rater answered."""

    state = models.ForeignKey(TallyState, models.CASCADE, related_name="kept")
    lineage = models.ForeignKey(Criterion, models.CASCADE, related_name="+")
    slice = models.CharField(max_length=300, null=True)
    content = models.BinaryField()
    raters = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state", "lineage", "slice"],
                nulls_distinct=False,
                name="kepttally_once",
            ),
        ]


class AgreementChunk(models.Model):
    """A stretch of items of a large measuring, counted by whichever worker takes it."""

    run = models.ForeignKey(AgreementRun, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first_item = models.BigIntegerField()
    last_item = models.BigIntegerField()
    # Rises with every taking, so that a worker thought dead cannot write its count any more.
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    # The packed counts; null until the chunk is done, and again once they are merged.
    content = models.BinaryField(null=True)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="agreementchunk_once"),
        ]
