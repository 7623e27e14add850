"""Answers that experts write themselves: one place an item, kept as it is written, sent once."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from labeling.models.batches import Batch
from labeling.models.items import Generator, Item, Response
from labeling.models.people import Project, User


class ExpertWriter(models.Model):
    """The generator under which an expert's own answers stand; its name says nothing of them."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    expert = models.ForeignKey(User, models.PROTECT, related_name="+")
    generator = models.OneToOneField(Generator, models.PROTECT, related_name="writer")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "expert"], name="expertwriter_once"),
        ]


class AnswerPlaceQuerySet(models.QuerySet["AnswerPlace"]):
    def visible_to(self, user: User) -> Self:
        """One's own; and all of a project one administers."""
        return self.filter(Q(expert=user) | Q(project__in=Project.objects.run_by(user)))

    def left_by(self, user: User) -> Self:
        """Where the person had begun a text when the item went to another."""
        return self.exclude(left={}).filter(left__has_key=str(user.pk))


class AnswerPlace(models.Model):
    """An item of a batch of the kind `answer` that waits for an expert's answer.

    While it is written `text` changes with every save; `repairs` is the response it began from.
    Once it is sent it is a response, and nothing here changes any more.
    """

    class State(models.TextChoices):
        FREE = "free", gettext_lazy("Waiting")
        TAKEN = "taken", gettext_lazy("Being written")
        WRITTEN = "written", gettext_lazy("Written")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="answers", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    # The order in which places are handed out.
    key = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=State, default=State.FREE)
    expert = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lease_until = models.DateTimeField(null=True)
    repairs = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    # What the sending named itself: sent again under it, it is the same answer.
    submission_id = models.UUIDField(null=True)
    # Counts the saves, so that two tabs cannot silently overwrite each other.
    edit = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(db_default=Now())
    response = models.OneToOneField(Response, models.PROTECT, null=True, related_name="place")
    # What was begun by experts who stayed away until the item went to another, by the expert's id:
    # its text, and the response it repairs. For that expert's eyes only.
    left = models.JSONField(default=dict)

    objects = AnswerPlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "item"], name="answerplace_item_once"),
            models.UniqueConstraint(fields=["batch", "key"], name="answerplace_key_once"),
            models.UniqueConstraint(
                fields=["batch", "expert"], condition=Q(state="taken"), name="answerplace_one_taken"
            ),
            models.CheckConstraint(
                condition=Q(state="free", response__isnull=True)
                | Q(
                    state="taken",
                    expert__isnull=False,
                    lease_until__isnull=False,
                    response__isnull=True,
                )
                | Q(state="written", expert__isnull=False, response__isnull=False),
                name="answerplace_state",
            ),
            models.UniqueConstraint(fields=["submission_id"], name="answerplace_submission_once"),
        ]
        indexes = [
            # answering: the next free place
            models.Index(
                fields=["batch", "key"], condition=Q(state="free"), name="answerplace_free"
            ),
            # answering: what experts began and left, of whatever task
            models.Index(fields=["batch"], condition=~Q(left={}), name="answerplace_left"),
        ]


class AnswerReturn(models.Model):
    """An item that an expert handed back, and why. It is not offered to them again."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey(AnswerPlace, models.PROTECT, related_name="returns", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "by"], name="answerreturn_once"),
        ]
