"""Known answers: what is right for a response under a criterion, and why."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat, Now
from django.utils.translation import gettext_lazy

from labeling.models.batches import Assignment, Batch, QueueEntry
from labeling.models.items import Response
from labeling.models.people import Membership, Project, Role, User
from labeling.models.rubrics import Criterion, Rubric


class GoldAnswerQuerySet(models.QuerySet["GoldAnswer"]):
    def visible_to(self, user: User) -> Self:
        """What authors of the project read, but of nothing they may yet be asked to judge."""
        readable = self.filter(project__in=Project.objects.authored_by(user))
        return readable.exclude(_to_judge(user))

    def named_for(self, user: User) -> Self:
        """With `shown_as`: the response's id; to a blind reader not, it may name the generator."""
        hidden = Concat(Value("response "), Cast("response_id", models.TextField()))
        named = F("response__external_id")
        blind = When(_in_blind_batch(user), then=hidden)
        return self.annotate(shown_as=Case(blind, default=named, output_field=models.TextField()))

    def of_rubric(self, rubric: Rubric) -> Self:
        """Of the criteria of any version of the rubric."""
        return self.filter(project=rubric.project_id, lineage__version__rubric=rubric)

    def standing(self) -> Self:
        """The last revision of each unit, where it was not withdrawn."""
        return self.newest().filter(value__isnull=False)

    def newest(self) -> Self:
        """The last revision of each unit."""
        later = GoldAnswer.objects.filter(
            response=OuterRef("response"),
            lineage=OuterRef("lineage"),
            revision__gt=OuterRef("revision"),
        )
        return self.exclude(Exists(later))


class GoldAnswer(models.Model):
    """One revision of a unit's known answer: a fact. The last one holds; without a value, none."""

    class Source(models.TextChoices):
        ADJUDICATED = "adjudicated", gettext_lazy("Settled by a ruling")
        AGREED = "agreed", gettext_lazy("All experts gave this answer")
        AUTHOR = "author", gettext_lazy("Set by an author")
        IMPORTED = "imported", gettext_lazy("Imported")
        APPEAL = "appeal", gettext_lazy("Revised after an appeal")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    response = models.ForeignKey(
        Response, models.PROTECT, related_name="gold_answers", db_index=False
    )
    # The chain of the criterion through the versions of its rubric.
    lineage = models.ForeignKey(Criterion, models.PROTECT, related_name="+", db_index=False)
    revision = models.PositiveSmallIntegerField(default=1)
    # Null: nothing is known any more.
    value = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    # Written for the expert who answered.
    explanation = models.TextField()
    source = models.CharField(max_length=11, choices=Source)
    # Where it was settled, when it was taken from there.
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = GoldAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["response", "lineage", "revision"], name="goldanswer_revision_once"
            ),
            models.UniqueConstraint(fields=["project", "id"], name="goldanswer_project_key"),
            models.CheckConstraint(condition=~Q(explanation=""), name="goldanswer_has_explanation"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="goldanswer_revision_from_1"),
        ]
        indexes = [
            # desk: known answers that may be mixed into work under a version's criteria
            models.Index(fields=["lineage", "response"], name="goldanswer_lineage"),
        ]

    def __str__(self) -> str:
        return f"known answer {self.pk}"


def _in_blind_batch(user: User) -> Q:
    """Responses waiting or handed out in an open batch in which the person holds a seat."""
    here = {
        "batch__in": Batch.objects.hiding(user, "ids").values("pk"),
        "response": OuterRef("response"),
    }
    places = (QueueEntry.objects.filter(**here), Assignment.objects.filter(**here))
    return Q(Exists(places[0])) | Q(Exists(places[1]))


def _to_judge(user: User) -> Q:
    """Responses waiting in a batch where the person, an expert of its project, may get them."""
    rates = Membership.objects.filter(user=user, role=Role.EXPERT).values("project")
    judged = Assignment.objects.filter(
        batch=OuterRef("batch"),
        response=OuterRef("response"),
        rater=user,
        state=Assignment.State.SUBMITTED,
    )
    waiting = QueueEntry.objects.filter(response=OuterRef("response"), project__in=rates)
    waiting = waiting.exclude(batch__state=Batch.State.CLOSED).exclude(Exists(judged))
    return Q(Exists(waiting))
