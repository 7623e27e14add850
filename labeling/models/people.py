"""Who works here: users, their projects and roles, and the tokens of their scripts."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy


class User(AbstractUser):
    """A person. People are deactivated, never deleted, since their judgements stay."""

    # Somebody else made the password and knows it.
    must_change_password = models.BooleanField(default=False, db_default=False)
    # Whether mails may say that work waits in a batch.
    takes_reminders = models.BooleanField(default=True, db_default=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.TextChoices):
    """What a person may do in a project; one person may hold several roles."""

    ADMIN = "admin", gettext_lazy("Admin")
    AUTHOR = "author", gettext_lazy("Author")
    EXPERT = "expert", gettext_lazy("Expert")
    VIEWER = "viewer", gettext_lazy("Viewer")
    ADJUDICATOR = "adjudicator", gettext_lazy("Adjudicator")


# Which roles run a project, write its rubrics, read its results (all but those who only rate or
# rule), rule on what experts differ on.
RUNNING = frozenset({Role.ADMIN.value})
WRITING = RUNNING | {Role.AUTHOR.value}
OVERSEEING = WRITING | {Role.VIEWER.value}
ADJUDICATING = RUNNING | {Role.ADJUDICATOR.value}


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        """Projects the person is a member of; the server's superuser sees them all."""
        return self._with_role(user, frozenset(Role.values))

    def run_by(self, user: User) -> Self:
        """Projects the person administers."""
        return self._with_role(user, RUNNING)

    def authored_by(self, user: User) -> Self:
        """Projects whose rubrics the person may write."""
        return self._with_role(user, WRITING)

    def overseen_by(self, user: User) -> Self:
        """Projects whose results the person may read: everyone but those who only rate."""
        return self._with_role(user, OVERSEEING)

    def adjudicated_by(self, user: User) -> Self:
        """Projects in which the person may rule on what experts differ on."""
        return self._with_role(user, ADJUDICATING)

    def _with_role(self, user: User, roles: frozenset[str]) -> Self:
        if user.is_superuser:
            return self.all()
        held = Membership.objects.filter(user=user, role__in=roles).values("project")
        return self.filter(pk__in=held)


class Project(models.Model):
    """One undertaking with its own rubrics, items, experts and datasets; nothing crosses it."""

    slug = models.SlugField(max_length=63, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    # Whether the desk keeps unsent answers in the expert's browser until the server has them.
    drafts_in_browser = models.BooleanField(default=True, db_default=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = ProjectQuerySet.as_manager()

    # Whom it was fetched for (labeling.access), and the roles they held then.
    held: tuple[int, frozenset[str]] | None = None

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.slug])


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: User) -> Self:
        """Everyone sees their own roles; who runs a project sees all of its."""
        return self.filter(Q(user=user) | Q(project__in=Project.objects.run_by(user)))


class Membership(models.Model):
    """One role of one person in one project."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=11, choices=Role)
    # What an expert knows, in the words of the rubrics' required expertise; in lower case.
    expertise = ArrayField(models.TextField(), default=list, db_default=[], blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user", "role"], name="membership_once_per_role"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.project}"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> Self:
        """Nobody sees another's tokens."""
        return self.filter(user=user)


class ApiToken(models.Model):
    """A script's key. Only its hash is kept, so nothing here can be used to log in."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
