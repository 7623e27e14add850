"""Batches of responses to be rated, the queue in front of them and the seats taken."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy

from labeling.models.blindness import Blindness, Seen, Sight, blind_for, hidden_from
from labeling.models.items import Response
from labeling.models.people import Project, Role, User
from labeling.models.rubrics import RubricVersion

# An adjudicator's seat lies in a round of its own, beside the overlap: it has slot 1 there as long
# as the adjudicator has the response, so no two of them ever do.
ADJUDICATION_ROUND = 0


class Way(models.TextChoices):
    """How experts meet what they judge. It moves judgements, so it is never pooled in silence."""

    SINGLE = "single", gettext_lazy("One response at a time")
    GRID = "grid", gettext_lazy("Responses of an item side by side")
    BY_CRITERION = "by_criterion", gettext_lazy("One criterion at a time over several responses")
    UNKNOWN = "unknown", gettext_lazy("Not known, given elsewhere")


# Where several responses are leased together: one lease leads, the others hang on it.
TOGETHER = (Way.GRID, Way.BY_CRITERION)


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User) -> Self:
        """Batches whose project's results the person may read."""
        return self.filter(project__in=Project.objects.overseen_by(user))

    def run_by(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.run_by(user))

    def open_to(self, user: User) -> Self:
        """Batches the person may rate now, as an expert of the project who does not rule there."""
        rules = Assignment.objects.filter(batch=OuterRef("pk"), rater=user)
        return self.filter(
            ~Exists(rules.filter(purpose=Assignment.Purpose.ADJUDICATION)),
            state=Batch.State.OPEN,
            project__memberships__user=user,
            project__memberships__role=Role.EXPERT,
        ).exclude(kind=Batch.Kind.ANSWER)

    def counting(self) -> Self:
        """Batches whose ratings say how far experts agree; practice stands beside explanations."""
        return self.exclude(kind=Batch.Kind.PRACTICE)

    def practice_first(self, *before: str) -> Self:
        """As an expert takes them up: practice, then work in the order it was opened."""
        kind = Case(When(kind=Batch.Kind.PRACTICE, then=0), default=1)
        return self.order_by(*before, kind, "pk")

    def hiding(self, user: User, what: Seen, *further: Seen) -> Self:
        """Those that do not show the person all of this: they rate there, and it is not closed."""
        return self.filter(hidden_from(user, what, *further))

    def sight_of(self, user: User, batch: Batch) -> Sight:
        """What the person may see of the batch, as far as their roles let them in at all."""
        is_blind = self.filter(blind_for(user), pk=batch.pk).exists()
        return Sight.blind(batch.blindness) if is_blind else Sight.whole()


class Batch(models.Model):
    """Responses put before experts under one rubric version, each by `overlap` of them."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", gettext_lazy("Practice")
        MAIN = "main", gettext_lazy("Main")
        AUDIT = "audit", gettext_lazy("Audit")
        IMPORTED = "imported", gettext_lazy("Imported")
        ANSWER = "answer", gettext_lazy("Answer")

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        PAUSED = "paused", gettext_lazy("Paused")
        CLOSED = "closed", gettext_lazy("Closed")

    Blindness = Blindness

    project = models.ForeignKey(Project, models.PROTECT, related_name="batches")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="batches")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MAIN)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    overlap = models.PositiveSmallIntegerField(default=3)
    seed = models.PositiveIntegerField(default=0)
    blindness = models.CharField(max_length=5, choices=Blindness, default=Blindness.FULL)
    lease_minutes = models.PositiveSmallIntegerField(default=30)
    # Experts who have not rated for so many days get a mail; null: nobody does.
    remind_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # By `priority` in the metadata of responses or items; to those who have what is needed only.
    by_priority = models.BooleanField(default=False, db_default=False)
    by_expertise = models.BooleanField(default=False, db_default=False)
    # At most so many ratings of one expert; null: as many as there are.
    quota = models.PositiveIntegerField(null=True, blank=True)
    # The lanes of the queue in the order in which they are served: {"priority", "needs": [...]}.
    # Empty for one lane that takes everything.
    lanes = models.JSONField(default=list, db_default=[], blank=True)
    # Nobody gets a first seat without having passed a practice batch of the rubric.
    requires_practice = models.BooleanField(default=False, db_default=False)
    # Of what is handed out, how much are checks with a known answer, and how much has the same
    # expert rated before, so many days ago.
    gold_percent = models.PositiveSmallIntegerField(default=0, db_default=0)
    repeat_percent = models.PositiveSmallIntegerField(default=0, db_default=0)
    repeat_days = models.PositiveSmallIntegerField(default=3, db_default=3)
    # Adaptive overlap: null where every response is judged by `overlap` experts. See
    # labeling.adaptive; `decided_through` is the rating up to which the rule has decided.
    n_min = models.PositiveSmallIntegerField(null=True, blank=True)
    n_max = models.PositiveSmallIntegerField(null=True, blank=True)
    conf = models.FloatField(default=0.9, db_default=0.9)
    floor = models.FloatField(default=0.6, db_default=0.6)
    fixed_percent = models.PositiveSmallIntegerField(default=20, db_default=20)
    decided_through = models.BigIntegerField(default=0, db_default=0)
    # Whether the known answer of a check is shown after one's own, before the batch is closed.
    shows_gold = models.BooleanField(default=False, db_default=False)
    # What is asked beside the criteria, and how they are shown; fixed once the batch is open.
    way = models.CharField(max_length=12, choices=Way, default=Way.SINGLE, db_default=Way.SINGLE)
    asks_confidence = models.BooleanField(default=False, db_default=False)
    # Of the responses, get an overall 0-5 before the criteria; of the places, criteria shuffled.
    overall_share = models.DecimalField(
        max_digits=3, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    shuffled_share = models.DecimalField(
        max_digits=3, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    # The highest rating id that a run has frozen; a rating can never appear behind it.
    watermark = models.BigIntegerField(default=0)
    # Set by a submit, cleared by the run that measures it.
    stale_since = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="batch_name_once"),
            models.UniqueConstraint(fields=["project", "id"], name="batch_project_key"),
            models.CheckConstraint(condition=Q(overlap__gte=1), name="batch_overlap_positive"),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(quota__gte=1), name="batch_quota_positive"
            ),
            models.CheckConstraint(
                condition=Q(gold_percent__lte=50 - F("repeat_percent"), repeat_days__gte=1),
                name="batch_checks_are_a_part",
            ),
            models.CheckConstraint(
                condition=Q(n_min__isnull=True, n_max__isnull=True)
                | Q(
                    n_min__gte=2,
                    n_min__lte=F("overlap"),
                    n_max__gte=F("overlap"),
                    fixed_percent__gte=20,
                    fixed_percent__lte=100,
                ),
                name="batch_adaptive_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(overall_share__range=(0, 1), shuffled_share__range=(0, 1)),
                name="batch_shares_of_one",
            ),
            # A sitting would tell what is known of a response before others of it are answered.
            models.CheckConstraint(
                condition=~Q(kind="practice", way="by_criterion"),
                name="batch_practice_explains_each",
            ),
        ]
        indexes = [
            # beat: the batches that became stale
            models.Index(
                fields=["stale_since"],
                condition=Q(stale_since__isnull=False),
                name="batch_stale",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("batch", args=[self.project.slug, self.pk])

    @property
    def sight_at_desk(self) -> Sight:
        """What an expert sees at a seat; what was hidden when they judged stays so there."""
        return Sight.blind(self.blindness)


def unblinded(user: User, projects: models.QuerySet[Project]) -> Q:
    """Rows of batches of these projects, but for those that hide from the person what others do."""
    hidden = Batch.objects.hiding(user, "peers").values("pk")
    return Q(project__in=projects) & ~Q(batch__in=hidden)


class QueueEntry(models.Model):
    """A response waiting in a batch: `taken` of its `overlap` seats are given out."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="queue", db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    # Dense rank of priority and seeded shuffle: the order in which seats are offered.
    key = models.PositiveIntegerField()
    # Which of the batch's lanes it waits in.
    lane = models.PositiveSmallIntegerField(default=0, db_default=0)
    taken = models.PositiveSmallIntegerField(default=0)
    overlap = models.PositiveSmallIntegerField()
    # False where a stopping rule decides how many experts are asked.
    fixed = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "response"], name="queueentry_once"),
            models.UniqueConstraint(fields=["batch", "key"], name="queueentry_key_once"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("overlap")),
                name="queueentry_taken_within_overlap",
            ),
        ]
        indexes = [
            # desk: the next free seat for this expert
            models.Index(
                fields=["batch", "lane", "key"],
                condition=Q(taken__lt=F("overlap")),
                name="queueentry_lane_open",
            ),
        ]


class RaterCursor(models.Model):
    """Where an expert stands in a lane of a batch; lane 0's row lock serialises the person's tabs.

    Of lane 0: `ord` counts the claims, `again` is how far what others passed on was looked at, and
    `done` how many seats were submitted, kept by the database so that nobody counts thousands.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False)
    rater = models.ForeignKey(User, models.PROTECT, related_name="+")
    lane = models.PositiveSmallIntegerField(default=0, db_default=0)
    cur = models.PositiveIntegerField(default=0)
    ord = models.PositiveIntegerField(default=0)
    again = models.BigIntegerField(default=0, db_default=0)
    done = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "rater", "lane"], name="ratercursor_lane_once"
            ),
        ]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User) -> Self:
        """An expert sees their own; who runs the batch sees all, unless blind there."""
        return self.filter(Q(rater=user) | unblinded(user, Project.objects.run_by(user)))

    def held_by(self, user: User) -> Self:
        """The expert's own seats, with all that the desk shows."""
        return self.filter(rater=user).select_related(
            "batch__project", "batch__rubric_version", "response__item"
        )

    def rated_by(self, user: User) -> Self:
        """The expert's own seats at the desk, without those at which one rates before ruling."""
        return self.filter(rater=user).exclude(round=ADJUDICATION_ROUND)

    def handed_out(self) -> Self:
        """Not those that only say whose answer it is: who has no other seat has not begun."""
        state, why = Assignment.State.SKIPPED, Assignment.OWN_ANSWER
        return self.exclude(state=state, ord=0, skip_reason=why)


class Assignment(models.Model):
    """One expert's seat at one response: made when claimed, given back by losing its slot."""

    # Why the writer of an answer is passed over (migrations/sql/answering.sql writes it).
    OWN_ANSWER = "own answer"

    class Purpose(models.TextChoices):
        FIXED = "fixed", gettext_lazy("Fixed overlap")
        ADAPTIVE = "adaptive", gettext_lazy("Adaptive overlap")
        REPEAT = "repeat", gettext_lazy("Repeat")
        GOLD = "gold", gettext_lazy("Gold")
        ADJUDICATION = "adjudication", gettext_lazy("Adjudication")
        LATE = "late", gettext_lazy("Late")

    class State(models.TextChoices):
        LEASED = "leased", gettext_lazy("In work")
        SUBMITTED = "submitted", gettext_lazy("Submitted")
        SKIPPED = "skipped", gettext_lazy("Skipped")
        EXPIRED = "expired", gettext_lazy("Lease ended")

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="assignments", db_index=False, db_constraint=False
    )
    response = models.ForeignKey(
        Response, models.PROTECT, related_name="assignments", db_constraint=False
    )
    rater = models.ForeignKey(User, models.PROTECT, related_name="assignments", db_index=False)
    round = models.PositiveSmallIntegerField(default=1)
    # Null once vacated (skipped, expired, late), so that a fresh row can take the seat.
    slot = models.PositiveSmallIntegerField(null=True)
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.FIXED)
    state = models.CharField(max_length=9, choices=State, default=State.LEASED)
    lease_until = models.DateTimeField(null=True)
    # Leased together: the companions hang on the one lease an expert holds in a batch. The
    # database takes the bond off as soon as a seat is no longer in work.
    leader = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="companions", db_index=False
    )
    ord = models.PositiveIntegerField(default=0)
    skip_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            # Who is asked again keeps the slot, in a round of its own.
            models.UniqueConstraint(
                fields=["batch", "response", "round", "slot"], name="assignment_slot_once"
            ),
            models.UniqueConstraint(
                fields=["batch", "response", "rater", "round"], name="assignment_rater_once"
            ),
            models.UniqueConstraint(
                fields=["batch", "rater"],
                condition=Q(state="leased", leader__isnull=True),
                name="assignment_one_open_lease",
            ),
            models.UniqueConstraint(
                fields=["id", "batch", "response", "rater"], name="assignment_seat_key"
            ),
            models.CheckConstraint(
                condition=Q(slot__isnull=True) | Q(slot__gte=1), name="assignment_slot_positive"
            ),
            models.CheckConstraint(
                condition=Q(purpose="adjudication", round=ADJUDICATION_ROUND)
                | ~Q(purpose="adjudication") & Q(round__gt=ADJUDICATION_ROUND),
                name="assignment_adjudication_round",
            ),
            models.CheckConstraint(
                condition=~Q(state="leased") | Q(slot__isnull=False, lease_until__isnull=False),
                name="assignment_lease_has_end",
            ),
            models.CheckConstraint(
                condition=Q(leader__isnull=True) | Q(state="leased"),
                name="assignment_companion_in_work",
            ),
        ]
        indexes = [
            # beat: leases that have ended
            models.Index(
                fields=["lease_until"], condition=Q(state="leased"), name="assignment_lease_end"
            ),
            # desk: what is leased together
            models.Index(
                fields=["leader"], condition=Q(leader__isnull=False), name="assignment_companions"
            ),
            # adjudication: who rules in a batch, and may not rate there while it is open
            models.Index(
                fields=["batch", "rater"],
                condition=Q(purpose="adjudication"),
                name="assignment_adjudicator",
            ),
            # progress of one expert in a batch
            models.Index(fields=["batch", "rater", "state"], name="assignment_progress"),
            # desk: the few responses somebody saw in a later round only
            models.Index(
                fields=["batch", "response", "rater"],
                condition=Q(round__gt=1),
                name="assignment_later_round",
            ),
            # desk: an expert's own history, the newest first
            models.Index(fields=["rater", "id"], name="assignment_of_rater"),
        ]
