"""Agreement as measured at a watermark. Once a run is finished its rows never change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from labeling.models import Batch, Criterion, RubricVersion, Run


class AgreementRun(Run):
    """One measuring of one batch, over all ratings up to `watermark`."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="agreement_runs")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    watermark = models.BigIntegerField(null=True)
    ratings_through = models.PositiveBigIntegerField(default=0)
    slices = models.JSONField(default=list)
    # What is measured, so that every worker of a run, and whoever verifies it, measures the same.
    plan = models.JSONField(default=dict)
    seed = models.PositiveIntegerField(default=0)
    resamples = models.PositiveIntegerField(default=1000)

    class Meta(Run.Meta):
        abstract = False


class AgreementSlice(models.Model):
    """One criterion on one slice of a batch: what was counted."""

    run = models.ForeignKey(AgreementRun, models.PROTECT, related_name="criteria")
    lineage = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    # Null: the whole batch. Otherwise "generator_kind=model" and the like.
    slice = models.CharField(max_length=300, null=True)
    measurement = models.CharField(max_length=8)
    n_items = models.PositiveIntegerField()
    n_units = models.PositiveIntegerField()
    n_pairable_units = models.PositiveIntegerField()
    n_raters = models.PositiveIntegerField()
    n_ratings = models.PositiveBigIntegerField()
    n_na = models.PositiveIntegerField()
    n_cannot_assess = models.PositiveIntegerField()
    n_excluded = models.JSONField(default=dict)
    prevalence = models.JSONField(default=dict)
    unanimous = models.PositiveIntegerField()
    expected_unanimous = models.FloatField(null=True)
    # One-sided: how often a random dealing of the same ratings gives as many unanimous units.
    expected_p = models.FloatField(null=True)
    # Shares of resamples in which alpha lies under .667 and under .8.
    alpha_below_667 = models.FloatField(null=True)
    alpha_below_800 = models.FloatField(null=True)
    ci_method = models.CharField(max_length=200)
    ci_level = models.FloatField()
    resamples = models.PositiveIntegerField()
    resamples_undefined = models.PositiveIntegerField()
    warnings = models.JSONField(default=list)
    # What charts are drawn from, such as the coincidences of the levels.
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "lineage", "slice"],
                nulls_distinct=False,
                name="agreementslice_once",
            ),
        ]


class Agreement(models.Model):
    """One statistic of one criterion on one slice: a value, or the reason why there is none."""

    criterion_slice = models.ForeignKey(AgreementSlice, models.PROTECT, related_name="statistics")
    statistic = models.CharField(max_length=20)
    value = models.FloatField(null=True)
    undefined_reason = models.TextField(null=True)
    ci_low = models.FloatField(null=True)
    ci_high = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["criterion_slice", "statistic"], name="agreement_statistic_once"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, undefined_reason__isnull=True)
                | Q(value__isnull=True, undefined_reason__isnull=False),
                name="agreement_value_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(ci_low__isnull=True, ci_high__isnull=True)
                | Q(ci_low__isnull=False, ci_high__isnull=False, value__isnull=False),
                name="agreement_whole_interval",
            ),
        ]
