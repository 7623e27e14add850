"""Rubrics: what experts judge by. A published version is sealed by triggers in the database."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy

from labeling.models.people import Project, User
from labeling.revising import Fate
from labeling.spec import ScaleType, WeightClass


class RubricQuerySet(models.QuerySet["Rubric"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def editable_by(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.authored_by(user))


class Rubric(models.Model):
    """A rubric through all its versions; `item` is set when it belongs to that one item."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="rubrics")
    slug = models.SlugField(max_length=63)
    title = models.CharField(max_length=200)
    item = models.OneToOneField(
        "labeling.Item", models.PROTECT, null=True, blank=True, related_name="rubric"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = RubricQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "slug"], name="rubric_slug_once"),
            models.UniqueConstraint(fields=["project", "id"], name="rubric_project_key"),
        ]
        indexes = [
            # the list of rubrics that belong to one item each, in the order of the items
            models.Index(
                fields=["project", "item"],
                condition=Q(item__isnull=False),
                name="rubric_of_item",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rubric", args=[self.project.slug, self.slug])


class RubricVersionQuerySet(models.QuerySet["RubricVersion"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(rubric__project__in=Project.objects.visible_to(user))

    def published(self) -> Self:
        return self.filter(status=RubricVersion.Status.PUBLISHED)

    def with_criteria(self) -> Self:
        """Criteria and levels in order, in two more queries whatever their number."""
        return self.prefetch_related("criteria__levels")


class RubricVersion(models.Model):
    """One wording of a rubric. Drafts change; once published, nothing in it does."""

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        PUBLISHED = "published", gettext_lazy("Published")
        RETIRED = "retired", gettext_lazy("Retired")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    guidelines = models.TextField(blank=True)
    # What a foreign format said that has no place here; null where there was none.
    extra = models.JSONField(null=True)
    # Counts the saves of a draft: two authors at once are told, neither is overwritten.
    edit = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=64, blank=True)
    structure_hash = models.CharField(max_length=64, blank=True)
    change_note = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = RubricVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rubric", "number"], name="rubricversion_number_once"),
            models.UniqueConstraint(fields=["project", "id"], name="rubricversion_project_key"),
            models.UniqueConstraint(
                fields=["rubric"], condition=Q(status="draft"), name="rubricversion_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | (Q(published_at__isnull=False) & ~Q(content_hash="") & ~Q(structure_hash="")),
                name="rubricversion_sealed_has_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Criterion(models.Model):
    """One thing to judge. Its lineage is the chain whose labels count together."""

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="criteria")
    # Filled by a trigger with the row's own id when it starts a lineage of its own.
    lineage = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=63)
    position = models.PositiveIntegerField()
    path = ArrayField(models.TextField(), default=list)
    name = models.CharField(max_length=200)
    criterion = models.TextField()
    guidance = models.TextField(blank=True)
    tags = ArrayField(models.TextField(), default=list)
    dimension = models.CharField(max_length=200, blank=True)
    scale = models.CharField(max_length=8, choices=[(str(kind), str(kind)) for kind in ScaleType])
    minimum = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    maximum = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    step = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    # Null points: judged and measured, but no part of the reward. Whole points of 300 digits: those
    # of a flattened tree are exact multiples of everything it divides by.
    points = models.DecimalField(max_digits=306, decimal_places=6, null=True)
    weight_class = models.CharField(
        max_length=9,
        blank=True,
        db_default="",
        choices=[(str(kind), str(kind)) for kind in WeightClass],
    )
    gate = models.BooleanField(default=False)
    pass_at = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    # `check` in files; Django's models have a method of that name.
    code_check = models.JSONField(null=True)
    allow_na = models.BooleanField(default=True, db_default=True)
    allow_cannot_assess = models.BooleanField(default=True, db_default=True)
    needs_rationale = models.BooleanField(default=False, db_default=False)
    needs_evidence = models.BooleanField(default=False, db_default=False)
    # Tags of those who may judge it.
    expertise = ArrayField(models.TextField(), default=list, db_default=[])
    extra = models.JSONField(null=True)
    # What was decided about the labels when its version was published, and which criterion of the
    # version before it was; a draft has neither.
    fate = models.CharField(
        max_length=5,
        blank=True,
        db_default="",
        default="",
        choices=[(str(fate), str(fate)) for fate in Fate],
    )
    succeeds = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="criterion_key_once"),
            models.UniqueConstraint(fields=["id", "lineage"], name="criterion_lineage_key"),
            models.UniqueConstraint(fields=["version", "id"], name="criterion_version_key"),
            models.CheckConstraint(
                condition=Q(scale__in=[str(kind) for kind in ScaleType]),
                name="criterion_scale_known",
            ),
            models.CheckConstraint(
                condition=Q(weight_class="")
                | Q(weight_class="pitfall") & (Q(points__isnull=True) | Q(points__lt=0))
                | Q(weight_class__in=["essential", "important", "optional"])
                & (Q(points__isnull=True) | Q(points__gt=0)),
                name="criterion_class_has_sign",
            ),
            models.CheckConstraint(
                condition=~Q(scale="interval")
                | Q(minimum__isnull=False, maximum__isnull=False, minimum__lt=F("maximum")),
                name="criterion_interval_has_bounds",
            ),
            models.CheckConstraint(
                condition=Q(gate=False) | Q(pass_at__isnull=False), name="criterion_gate_has_pass"
            ),
            models.CheckConstraint(
                condition=Q(fate__in=["", "ask", "fresh"])
                | Q(fate="carry", succeeds__isnull=False),
                name="criterion_fate_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Level(models.Model):
    """One step of a criterion's scale, fixed by its anchor, worth its credit (0..1)."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    position = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=14, decimal_places=6)
    label = models.CharField(max_length=200)
    anchor = models.TextField(blank=True)
    example = models.TextField(blank=True)
    credit = models.DecimalField(max_digits=7, decimal_places=6, null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "value"], name="level_value_once"),
            models.UniqueConstraint(fields=["criterion", "id"], name="level_criterion_key"),
            models.CheckConstraint(
                condition=Q(credit__isnull=True) | Q(credit__gte=0, credit__lte=1),
                name="level_credit_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.label
