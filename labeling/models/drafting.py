"""What authors have changed in drafts, change by change, so that each can be taken back."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from labeling.models.people import User
from labeling.models.rubrics import RubricVersion


class DraftChange(models.Model):
    """One change of a draft by one author: what stood there before, and what after.

    `before` and `after` are lists of states, see `labeling.authoring.states`. Text typed in one go
    at one form (one `writer`) is one change, however often it was saved.
    """

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="changes")
    # The criterion whose text this is about; null when it is about several, or about the head.
    criterion = models.BigIntegerField(null=True)
    summary = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    writer = models.CharField(max_length=64, blank=True)
    # Counts the saves of the writer, so that one that arrives late does no harm.
    seq = models.PositiveIntegerField(default=0)
    before = models.JSONField()
    after = models.JSONField()
    undone = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # saving: who touched this criterion last
            models.Index(fields=["version", "criterion", "id"], name="draftchange_of_criterion"),
            # undoing: what this author did last
            models.Index(fields=["version", "by", "id"], name="draftchange_of_author"),
        ]

    def __str__(self) -> str:
        return self.summary
