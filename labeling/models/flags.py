"""What experts find wrong with a rubric, and what its authors make of it. Both are facts."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy

from labeling.models.batches import Assignment, Batch
from labeling.models.gold import GoldAnswer
from labeling.models.items import Response
from labeling.models.people import Project, User
from labeling.models.rubrics import Criterion, Rubric, RubricVersion


class FlagState(models.TextChoices):
    """Where a flag stands: what its answers come to, never a column of its own."""

    OPEN = "open", gettext_lazy("Open")
    ANSWERED = "answered", gettext_lazy("Answered")
    MAPPED = "mapped", gettext_lazy("Mapped to a criterion")
    OUT_OF_SCOPE = "out_of_scope", gettext_lazy("Out of scope")
    TAKEN = "taken", gettext_lazy("In the draft")
    SETTLED = "settled", gettext_lazy("Settled")
    REVISED = "revised", gettext_lazy("Known answer revised")
    MERGED = "merged", gettext_lazy("Merged into another")

    @classmethod
    def placed(cls) -> list[str]:
        """The states that an act of the same name brings about."""
        return [one for one in cls.values if one not in (cls.OPEN, cls.ANSWERED)]


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, user: User) -> Self:
        """One's own; and all of a project one writes rubrics for."""
        return self.filter(Q(by=user) | Q(project__in=Project.objects.authored_by(user)))

    def of_rubric(self, rubric: Rubric) -> Self:
        """Whatever version it was raised under."""
        return self.filter(project=rubric.project_id, rubric_version__rubric=rubric)

    # Any: what is annotated cannot be said of a QuerySet in types.
    def with_state(self) -> Any:
        """Each flag with its `state`, the `placing` answer behind it, the `head` it merged into.

        Answering a flag does not move it; opening it again undoes all that was done before.
        """
        answers = FlagAnswer.objects.filter(flag=OuterRef("pk"))
        placing = answers.exclude(act=FlagAnswer.Act.ANSWERED).order_by("-pk")
        opened = answers.filter(act=FlagAnswer.Act.REOPENED).order_by("-pk").values("pk")[:1]
        after = Coalesce(Subquery(opened), Value(0))
        said = answers.filter(act=FlagAnswer.Act.ANSWERED, pk__gt=OuterRef("opened_by"))
        return self.annotate(
            opened_by=after,
            act=Subquery(placing.values("act")[:1]),
            placing=Subquery(placing.values("pk")[:1]),
            head=Subquery(placing.values("into")[:1]),
            state=Case(
                When(act__in=FlagState.placed(), then=F("act")),
                When(Exists(said), then=Value(FlagState.ANSWERED.value)),
                default=Value(FlagState.OPEN.value),
                output_field=models.CharField(),
            ),
        )


class Flag(models.Model):
    """An expert's remark that a criterion or a response is at fault; starts the rubric's loop."""

    class Kind(models.TextChoices):
        RUBRIC = "rubric", gettext_lazy("Problem with the rubric")
        ITEM = "item", gettext_lazy("Problem with this item")
        OTHER = "other", gettext_lazy("Other problem the rubric misses")
        GOLD = "gold", gettext_lazy("Appeal against a known answer")

        @classmethod
        def raised(cls) -> list[tuple[str, str]]:
            """What a seat in work is flagged for; appeals come afterwards, and from elsewhere."""
            return [(one.value, str(one.label)) for one in cls if one != cls.GOLD]

    project = models.ForeignKey(Project, models.PROTECT, related_name="flags")
    # The seat it was raised from, and the wording that was shown there.
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="flags")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="flags")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="flags")
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="flags")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="flags")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    # The revision that an appeal is against.
    gold = models.ForeignKey(
        GoldAnswer, models.PROTECT, null=True, related_name="appeals", db_index=False
    )
    text = models.TextField()
    # Drawn by the browser: the same flag sent again is the same flag.
    submission_id = models.UUIDField(null=True, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    # What `with_state` adds.
    state: str
    placing: int | None
    head: int | None

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "id"], name="flag_project_key"),
            models.CheckConstraint(
                condition=Q(response__isnull=False) | Q(criterion__isnull=False),
                name="flag_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(kind="gold", gold__isnull=False, criterion__isnull=False)
                | (~Q(kind="gold") & Q(gold__isnull=True)),
                name="flag_gold_when_appealed",
            ),
        ]
        indexes = [
            # desk: one's own appeals against a known answer
            models.Index(fields=["gold"], condition=Q(gold__isnull=False), name="flag_of_gold"),
        ]

    def __str__(self) -> str:
        return f"flag {self.pk}"


class FlagAnswer(models.Model):
    """One thing an author did about a flag. The last ones say where the flag stands."""

    class Act(models.TextChoices):
        ANSWERED = "answered", gettext_lazy("Answered")
        MAPPED = "mapped", gettext_lazy("Mapped to a criterion")
        OUT_OF_SCOPE = "out_of_scope", gettext_lazy("Out of scope")
        MERGED = "merged", gettext_lazy("Merged into another flag")
        TAKEN = "taken", gettext_lazy("Taken into the draft")
        SETTLED = "settled", gettext_lazy("Settled by a version")
        REVISED = "revised", gettext_lazy("Known answer revised")
        REOPENED = "reopened", gettext_lazy("Opened again")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    flag = models.ForeignKey(Flag, models.PROTECT, related_name="answers", db_index=False)
    act = models.CharField(max_length=12, choices=Act)
    # Written for the expert who flagged.
    text = models.TextField(blank=True)
    # A criterion's key outlives the saves of a draft, its row does not.
    criterion_key = models.CharField(max_length=63, blank=True)
    into = models.ForeignKey(Flag, models.PROTECT, null=True, related_name="merged")
    # The draft it was taken into, by number: a draft may be discarded.
    number = models.PositiveIntegerField(null=True)
    version = models.ForeignKey(RubricVersion, models.PROTECT, null=True, related_name="settled")
    # The revision that came of an appeal.
    gold = models.ForeignKey(
        GoldAnswer, models.PROTECT, null=True, related_name="+", db_index=False
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(act__in=["answered", "out_of_scope", "revised"]) | ~Q(text=""),
                name="flaganswer_has_words",
            ),
            models.CheckConstraint(
                condition=~Q(act="mapped") | ~Q(criterion_key=""),
                name="flaganswer_names_its_criterion",
            ),
            models.CheckConstraint(
                condition=Q(act="merged", into__isnull=False)
                | (~Q(act="merged") & Q(into__isnull=True)),
                name="flaganswer_into_when_merged",
            ),
            models.CheckConstraint(
                condition=Q(act="taken", number__isnull=False)
                | (~Q(act="taken") & Q(number__isnull=True)),
                name="flaganswer_number_when_taken",
            ),
            models.CheckConstraint(
                condition=Q(act="settled", version__isnull=False)
                | (~Q(act="settled") & Q(version__isnull=True)),
                name="flaganswer_version_when_settled",
            ),
            models.CheckConstraint(
                condition=Q(act="revised", gold__isnull=False)
                | (~Q(act="revised") & Q(gold__isnull=True)),
                name="flaganswer_gold_when_revised",
            ),
        ]
        indexes = [
            # triage: the last thing done about a flag
            models.Index(fields=["flag", "id"], name="flaganswer_last"),
        ]
