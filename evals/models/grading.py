"""Graders are machines, kept apart from raters; an error is never a grade."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from labeling.models import Criterion, Project, Response, Run, User


class Grader(models.Model):
    """A programme or model judge, as its JSON. Never changed: another spec is another number."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="graders")
    slug = models.SlugField(max_length=100)
    number = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=20)
    spec = models.JSONField()
    spec_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "slug", "number"], name="grader_once"),
            models.UniqueConstraint(
                fields=["project", "slug", "spec_hash"], name="grader_spec_once"
            ),
            models.UniqueConstraint(fields=["project", "id"], name="grader_project_key"),
        ]

    def __str__(self) -> str:
        return f"{self.slug}.{self.number}"


class GradingRun(Run):
    """One grader over a project's responses, chunk by chunk; or an import of grades."""

    grader = models.ForeignKey(Grader, models.PROTECT, related_name="runs")
    imported = models.BooleanField(default=False)
    chunk_size = models.PositiveIntegerField(default=500)

    class Meta(Run.Meta):
        abstract = False


class GradingChunk(models.Model):
    """A stretch of responses. The transaction that writes its grades also marks it done."""

    run = models.ForeignKey(GradingRun, models.PROTECT, related_name="chunks")
    number = models.PositiveIntegerField()
    first_response = models.BigIntegerField()
    last_response = models.BigIntegerField()
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="gradingchunk_once"),
        ]


class GradeQuerySet(models.QuerySet["Grade"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.overseen_by(user))


class Grade(models.Model):
    """A grader's verdict on a response; `lineage` is null when it is about the whole rubric."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(GradingRun, models.PROTECT, related_name="grades", db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, related_name="grades")
    lineage = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="+")
    repeat = models.PositiveIntegerField(default=0)
    value = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    reward = models.FloatField(null=True)
    error = models.TextField(null=True)
    explanation = models.TextField(blank=True)
    tokens = models.PositiveIntegerField(null=True)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True)
    latency_ms = models.PositiveIntegerField(null=True)

    objects = GradeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "response", "lineage", "repeat"],
                nulls_distinct=False,
                name="grade_once",
            ),
            models.CheckConstraint(
                condition=Q(reward__isnull=True, error__isnull=False)
                | Q(reward__isnull=False, error__isnull=True),
                name="grade_reward_or_error",
            ),
        ]
