"""What a batch says about its raters, as of a watermark. Sealed once the run is finished."""

from __future__ import annotations

from django.db import models

from labeling.models import Batch, Criterion, RubricVersion, Run


class RaterRun(Run):
    """One comparison of the raters of a batch, over all ratings up to `watermark`."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="rater_runs")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    watermark = models.BigIntegerField(null=True)
    seed = models.PositiveIntegerField(default=0)
    # What concerns no single criterion: halo, pace, agreement by minute of work.
    document = models.JSONField(default=dict)

    class Meta(Run.Meta):
        abstract = False


class RaterReport(models.Model):
    """The raters under one criterion: pairs, leniency, routing, gold, repeats, carry-over; and
    `own`, by rater, what each of them may read."""

    run = models.ForeignKey(RaterRun, models.PROTECT, related_name="reports")
    lineage = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    document = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "lineage"], name="raterreport_once"),
        ]
