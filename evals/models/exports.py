"""Frozen choices of items, and the datasets written from them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from evals.models.agreement import AgreementRun
from evals.models.grading import GradingRun
from labeling.models import Item, Run


class Selection(Run):
    """A rule applied to one measuring (and one grading): a verdict for every item, frozen."""

    agreement_run = models.ForeignKey(AgreementRun, models.PROTECT, related_name="selections")
    grading_run = models.ForeignKey(
        GradingRun, models.PROTECT, null=True, related_name="selections"
    )
    rule = models.JSONField()
    rule_hash = models.CharField(max_length=64)
    seed = models.PositiveIntegerField(default=0)
    funnel = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    facts = models.JSONField(default=dict)

    class Meta(Run.Meta):
        abstract = False

    def get_absolute_url(self) -> str:
        return reverse("selection", args=[self.project.slug, self.pk])


class SelectedItem(models.Model):
    """The verdict on one item, with its reasons in words."""

    class Verdict(models.TextChoices):
        IN = "in", "In"
        OUT = "out", "Out"
        HELD = "held", "Held"

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="items")
    item = models.ForeignKey(Item, models.PROTECT, related_name="selected")
    group_key = models.CharField(max_length=500)
    verdict = models.CharField(max_length=4, choices=Verdict)
    split = models.CharField(max_length=5, null=True)
    released = ArrayField(models.CharField(max_length=63), default=list)
    not_applicable = ArrayField(models.CharField(max_length=63), default=list)
    mean_reward = models.FloatField(null=True)
    reasons = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["selection", "item"], name="selecteditem_once"),
            models.CheckConstraint(
                condition=Q(verdict="in", split__in=["train", "valid"])
                | (~Q(verdict="in") & Q(split__isnull=True)),
                name="selecteditem_split_when_in",
            ),
        ]


class Export(Run):
    """A dataset written from a selection. `directory` is relative to the storage's root."""

    class Kind(models.TextChoices):
        DRAFT = "draft", "Draft"
        PRODUCTION = "production", "Production"

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="exports")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.DRAFT)
    name = models.CharField(max_length=200)
    targets = ArrayField(models.CharField(max_length=40))
    judge_model = models.CharField(max_length=200)
    directory = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    manifest = models.JSONField(null=True)

    class Meta(Run.Meta):
        abstract = False

    def get_absolute_url(self) -> str:
        return reverse("release", args=[self.project.slug, self.pk])
