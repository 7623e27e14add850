"""Findings of the lint that authors let stand, each with its reason. Facts, as flags are."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from labeling.models.people import Project, User
from labeling.models.rubrics import Criterion, Rubric


class LintWaiverQuerySet(models.QuerySet["LintWaiver"]):
    def visible_to(self, user: User) -> Self:
        """Those who write the project's rubrics."""
        return self.filter(project__in=Project.objects.authored_by(user))

    def last_words(self) -> Self:
        """The last thing said about each finding of each rubric."""
        finding = ("rubric", "rule", "about")
        return self.order_by(*finding, "-pk").distinct(*finding)


class LintWaiver(models.Model):
    """One thing an author said about a finding: let it stand, or no longer.

    The last one about a finding of a rubric holds, whatever the version, as long as the texts and
    numbers that the finding is about stay the same: `about` is their hash.
    """

    class Act(models.TextChoices):
        WAIVED = "waived", gettext_lazy("Let stand")
        WITHDRAWN = "withdrawn", gettext_lazy("No longer let stand")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="waivers", db_index=False)
    act = models.CharField(max_length=9, choices=Act)
    rule = models.CharField(max_length=40)
    about = models.CharField(max_length=64)
    # The words themselves, for whoever reads the record; a rubric's whole text may be long.
    text = models.TextField(blank=True)
    # Empty for what is said of the whole rubric.
    key = models.CharField(max_length=63, blank=True)
    # The chain of the criterion, once it has been published.
    lineage = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = LintWaiverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(act="withdrawn") | Q(act="waived") & ~Q(reason=""),
                name="lintwaiver_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(about__regex=r"^[0-9a-f]{64}$") & ~Q(rule=""),
                name="lintwaiver_names_a_finding",
            ),
        ]
        indexes = [
            # lint: the last word about each finding of a rubric
            models.Index(fields=["rubric", "rule", "about", "-id"], name="lintwaiver_last"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.act}"

    @property
    def finding_name(self) -> str:
        """The name of the finding (`Finding.name`) that it is about."""
        return f"{self.rule}.{self.about}"
