"""Judgements. Ratings and scores are facts: corrections are new revisions, nothing is edited."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from labeling.models.batches import Assignment, Batch, Way, unblinded
from labeling.models.items import Response
from labeling.models.people import Project, User
from labeling.models.rubrics import Criterion, Level, RubricVersion


class RatingDraft(models.Model):
    """Unsent work on a seat, kept on every change; removed when it is submitted."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="draft")
    payload = models.JSONField(default=dict)
    # Counts the saves, so that two tabs cannot silently overwrite each other.
    edit = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(db_default=Now())


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: User) -> Self:
        """One's own; and all of a project one oversees, but for batches one is blind in."""
        overseen = unblinded(user, Project.objects.overseen_by(user))
        return self.filter(Q(assignment__rater=user) | overseen)

    def current(self) -> Self:
        return self.filter(
            superseded_by__isnull=True, withdrawn=False, excluded_reason__isnull=True
        )


class Rating(models.Model):
    """One whole judgement of a response by an expert, under one rubric version."""

    # What a row refers to, a composite key beside it holds already (project_keys.sql): a second,
    # single check of the same reference costs each submit as much again.
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="ratings", db_index=False, db_constraint=False
    )
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="ratings", db_index=False, db_constraint=False
    )
    rubric_version = models.ForeignKey(
        RubricVersion, models.PROTECT, related_name="+", db_constraint=False
    )
    revision = models.PositiveSmallIntegerField(default=1)
    # What the seat was for when this was written; the database sets it. It settles what is counted.
    purpose = models.CharField(
        max_length=12,
        choices=Assignment.Purpose,
        default=Assignment.Purpose.FIXED,
        db_default=Assignment.Purpose.FIXED,
    )
    # Drawn by the browser: the same submission sent again gets the same rating.
    submission_id = models.UUIDField(unique=True)
    payload_hash = models.CharField(max_length=64)
    withdrawn = models.BooleanField(default=False)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    excluded_reason = models.TextField(null=True)
    # Drawn from the ratings' sequence when excluded: a run sees only exclusions before it.
    excluded_seq = models.BigIntegerField(null=True)
    active_ms = models.PositiveIntegerField(null=True)
    # The criteria in the order in which they were shown, by key.
    shown_order = models.JSONField(default=list)
    # Seats shown together, this one among them, in the order on the page; null when alone.
    shown_beside = models.JSONField(null=True)
    # That of its batch; the database sets it.
    way = models.CharField(max_length=12, choices=Way, default=Way.SINGLE, db_default=Way.SINGLE)
    # How good the response is on the whole, said before the criteria: 0 to 5.
    overall = models.PositiveSmallIntegerField(null=True)
    submitted_at = models.DateTimeField(db_default=Now())

    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "revision"], name="rating_revision_once"),
            models.UniqueConstraint(fields=["id", "assignment"], name="rating_assignment_key"),
            models.CheckConstraint(
                condition=Q(excluded_reason__isnull=True, excluded_seq__isnull=True)
                | Q(excluded_reason__isnull=False, excluded_seq__isnull=False),
                name="rating_exclusion_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(overall__isnull=True) | Q(overall__range=(0, 5)),
                name="rating_overall_on_scale",
            ),
        ]
        indexes = [
            # measuring: ratings of a batch after a watermark
            models.Index(fields=["batch", "id"], name="rating_batch_id"),
            # measuring: the few excluded ratings of a batch
            models.Index(
                fields=["batch", "excluded_seq"],
                condition=Q(excluded_seq__isnull=False),
                name="rating_excluded",
            ),
        ]


class Answer(models.TextChoices):
    """What an expert said of a criterion; only `scored` carries a value."""

    SCORED = "scored", gettext_lazy("Scored")
    NA = "NA", gettext_lazy("Does not apply")
    CANNOT_ASSESS = "cannot_assess", gettext_lazy("Cannot assess")


class Score(models.Model):
    """The value of one criterion in one rating: the narrow table agreement is computed from."""

    # As in Rating: composite keys hold every reference.
    rating = models.ForeignKey(
        Rating, models.PROTECT, related_name="scores", db_index=False, db_constraint=False
    )
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    response = models.ForeignKey(
        Response, models.PROTECT, related_name="scores", db_index=False, db_constraint=False
    )
    rater = models.ForeignKey(
        User, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    lineage = models.ForeignKey(
        Criterion, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    answer = models.CharField(max_length=13, choices=Answer, default=Answer.SCORED)
    value = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    level = models.ForeignKey(
        Level, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    rationale = models.TextField(blank=True)
    # Passages of the response: a text, or {"quote", "turn", "start", "end"} with its place.
    evidence = models.JSONField(default=list)
    # 1 guess, 2 fairly sure, 3 sure.
    confidence = models.PositiveSmallIntegerField(null=True)
    superseded_by = models.ForeignKey(
        Rating, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    # Written on a seat of fixed overlap: only those say something about agreement.
    counted = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "lineage"],
                condition=Q(superseded_by__isnull=True),
                name="score_one_current",
            ),
            models.UniqueConstraint(fields=["rating", "criterion"], name="score_criterion_once"),
            models.CheckConstraint(
                condition=Q(answer="scored", value__isnull=False)
                | Q(answer__in=["NA", "cannot_assess"], value__isnull=True, level__isnull=True),
                name="score_value_when_scored",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__range=(1, 3)),
                name="score_confidence_on_scale",
            ),
        ]
        indexes = [
            # measuring: every score of a batch, by unit; items: the scores of a response
            models.Index(fields=["batch", "lineage", "response"], name="score_unit"),
            models.Index(fields=["response", "lineage"], name="score_response"),
            # measuring: the scores that do not count, to say so
            models.Index(fields=["batch"], condition=Q(counted=False), name="score_left_out"),
        ]


class Adjudication(models.Model):
    """A ruling on a unit. It stands beside the scores and never overwrites one."""

    class Reason(models.TextChoices):
        RATER_ERROR = "rater_error", gettext_lazy("Rater error")
        RUBRIC_AMBIGUOUS = "rubric_ambiguous", gettext_lazy("Rubric ambiguous")
        UNDERSPECIFIED = "underspecified", gettext_lazy("Prompt underspecified")
        LEGITIMATE = "legitimate", gettext_lazy("Legitimate disagreement")
        MISSING_CONTEXT = "missing_context", gettext_lazy("Missing context")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="adjudications")
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    lineage = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    revision = models.PositiveSmallIntegerField(default=1)
    ruling = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    reason = models.CharField(max_length=16, choices=Reason)
    note = models.TextField(blank=True)
    own_rating = models.ForeignKey(Rating, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "response", "lineage", "revision"], name="adjudication_once"
            ),
        ]
