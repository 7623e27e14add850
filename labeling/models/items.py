"""What models were asked, and what they answered. These rows are never changed."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy

from labeling.models.people import Project, User

models.TextField.register_lookup(Length)
models.CharField.register_lookup(Length)


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, user: User) -> Self:
        """Who oversees a project reads its items; experts meet them on the desk only."""
        return self.filter(project__in=Project.objects.overseen_by(user))


class Item(models.Model):
    """What the model was asked, with the reference; one row of a dataset."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="items")
    external_id = models.CharField(max_length=500)
    group_key = models.CharField(max_length=500)
    messages = models.JSONField()
    tools = models.JSONField(null=True)
    reference = models.JSONField(null=True)
    tags = ArrayField(models.TextField(), default=list)
    metadata = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "external_id"], name="item_id_once"),
            models.UniqueConstraint(fields=["project", "id"], name="item_project_key"),
            models.CheckConstraint(condition=~Q(external_id=""), name="item_id_not_empty"),
        ]
        indexes = [
            # measuring: the items that slices can be made of
            models.Index(
                fields=["project", "id"],
                condition=~Q(tags=[]) | ~Q(metadata={}),
                name="item_sliceable",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id

    def get_absolute_url(self) -> str:
        return reverse("item", args=[self.project.slug, self.pk])


class GeneratorKind(models.TextChoices):
    MODEL = "model", gettext_lazy("Model")
    EXPERT = "expert", gettext_lazy("Expert")
    PROBE = "probe", gettext_lazy("Probe")


class Generator(models.Model):
    """A model with its settings, an expert, or a probe that wrote responses."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="generators")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=6, choices=GeneratorKind)
    provider = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict)
    params_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name", "params_hash"], name="generator_once"
            ),
            models.UniqueConstraint(fields=["project", "id"], name="generator_project_key"),
            models.CheckConstraint(
                condition=Q(kind__in=GeneratorKind.values), name="generator_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ResponseQuerySet(models.QuerySet["Response"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.overseen_by(user))


class Response(models.Model):
    """One output for an item. A withheld response has a reason in place of its text."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="responses")
    item = models.ForeignKey(Item, models.PROTECT, related_name="responses")
    generator = models.ForeignKey(Generator, models.PROTECT, related_name="responses")
    index = models.PositiveIntegerField(default=0)
    external_id = models.CharField(max_length=500)
    messages = models.JSONField(null=True)
    output = models.TextField(null=True)
    withheld = models.TextField(null=True)
    tokens = models.PositiveIntegerField(null=True)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True)
    latency_ms = models.PositiveIntegerField(null=True)
    metadata = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "external_id"], name="response_id_once"),
            models.UniqueConstraint(fields=["project", "id"], name="response_project_key"),
            models.UniqueConstraint(
                fields=["item", "generator", "index"], name="response_index_once"
            ),
            models.CheckConstraint(
                condition=Q(withheld__isnull=True, messages__isnull=False, output__isnull=False)
                | Q(withheld__length__gt=0, messages__isnull=True, output__isnull=True),
                name="response_text_or_reason",
            ),
        ]
        indexes = [
            # measuring: item and generator of a million responses, without reading their texts
            models.Index(fields=["id"], include=["item", "generator"], name="response_place"),
        ]

    def __str__(self) -> str:
        return self.external_id
