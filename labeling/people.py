"""Projects and the people in them: opening one, giving roles, making accounts."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from labeling import answering
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.models import Assignment, Batch, Membership, Project, QueueEntry, Role, User
from labeling.serving import expertise_problem, words

log = logging.getLogger(__name__)

# In the order in which pages name them.
ROLES = (Role.ADMIN, Role.AUTHOR, Role.EXPERT, Role.ADJUDICATOR, Role.VIEWER)


class LastAdmin(Conflict):
    """A project would be left with nobody to run it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person and all their roles in one project."""

    user: User
    roles: tuple[Role, ...]
    expertise: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """An open batch for one expert: their own ratings, and the responses still before them.

    Neither tells how far others are.
    """

    batch: Batch
    rated: int
    open: int


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project as its member finds it on the first page."""

    project: Project
    roles: tuple[Role, ...]
    desks: tuple[Desk, ...]
    oversees: bool
    # Answer tasks with an item for the person to write at.
    writes: tuple[Batch, ...] = ()

    @property
    def rules(self) -> bool:
        """Whether disagreements may wait for them; how many would tell who rates there."""
        return Role.ADJUDICATOR in self.roles


def projects_of(user: User) -> list[ProjectCard]:
    """The person's projects with what awaits them there, in five queries."""
    projects = Project.objects.visible_to(user).order_by("title", "pk")
    held = _roles_by(Membership.objects.filter(user=user), "project_id")
    desks: dict[int, list[Desk]] = {}
    for desk in _desks(user):
        desks.setdefault(desk.batch.project_id, []).append(desk)
    tasks: dict[int, list[Batch]] = {}
    for task in answering.left_for(user).order_by("pk"):
        tasks.setdefault(task.project_id, []).append(task)
    overseen = set(Project.objects.overseen_by(user).values_list("pk", flat=True))
    return [
        ProjectCard(
            one,
            held.get(one.pk, ()),
            tuple(desks.get(one.pk, ())),
            oversees=one.pk in overseen,
            writes=tuple(tasks.get(one.pk, ())),
        )
        for one in projects
    ]


def members_of(project: Project) -> list[Member]:
    """Everybody who has a role, by name, those who are deactivated too."""
    memberships = project.memberships.select_related("user")
    users = {membership.user_id: membership.user for membership in memberships}
    held = _roles_by(memberships, "user_id")
    by_name = sorted(users.values(), key=lambda user: (not user.is_active, user.username))
    knows = {one.user_id: ", ".join(one.expertise) for one in memberships if one.role == "expert"}
    return [Member(user, held[user.pk], knows.get(user.pk, "")) for user in by_name]


@transaction.atomic
def open_project(*, title: str, slug: str, description: str, by: User) -> Project:
    """A project whose first admin is the person who opens it."""
    try:
        with transaction.atomic():
            project = Project.objects.create(
                title=title, slug=slug, description=description, created_by=by
            )
    except IntegrityError:
        raise Conflict(
            gettext("The address “%(slug)s” belongs to another project; choose another.")
            % {"slug": slug}
        ) from None
    Membership.objects.create(project=project, user=by, role=Role.ADMIN)
    log.info("project %s opened by user %s", project.pk, by.pk)
    return project


def set_up_project(
    project: Project, *, title: str, description: str, drafts_in_browser: bool, by: User
) -> None:
    """Change what the project says about itself, and what its experts' browsers may keep."""
    Project.objects.filter(pk=project.pk).update(
        title=title, description=description, drafts_in_browser=drafts_in_browser
    )
    log.info(
        "project %s set up by user %s, drafts in browsers: %s", project.pk, by.pk, drafts_in_browser
    )


@transaction.atomic
def set_roles(project: Project, user: User, roles: Collection[str], *, by: User) -> None:
    """Give the person exactly these roles; none takes them out of the project."""
    Project.objects.select_for_update().get(pk=project.pk)
    if Role.ADMIN not in roles:
        _expect_another_admin(project, user)
    project.memberships.filter(user=user).exclude(role__in=roles).delete()
    Membership.objects.bulk_create(
        [Membership(project=project, user=user, role=role) for role in roles],
        ignore_conflicts=True,
    )
    log.info("project %s: user %s is now %s, by user %s", project.pk, user.pk, roles, by.pk)


def set_expertise(project: Project, user: User, said: Iterable[str], *, by: User) -> None:
    """Note what an expert knows: exactly these kinds. Raises Problems, and Conflict for others."""
    kinds = words(said)
    if fault := expertise_problem(kinds):
        raise Problems([Problem("expertise", fault)])
    noted = project.memberships.filter(user=user, role=Role.EXPERT)
    if not noted.update(expertise=list(kinds)):
        raise Conflict(gettext("%(user)s is no expert of this project.") % {"user": user})
    log.info("project %s: user %s knows %s, by user %s", project.pk, user.pk, kinds, by.pk)


@transaction.atomic
def add_member(project: Project, username: str, roles: Collection[str], *, by: User) -> User:
    """Give an existing person further roles."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise DomainError(
            gettext("Nobody here is called “%(username)s”; make an account for them.")
            % {"username": username}
        )
    if not user.is_active:
        raise DomainError(
            gettext("The account “%(username)s” is deactivated.") % {"username": username}
        )
    held = set(project.memberships.filter(user=user).values_list("role", flat=True))
    set_roles(project, user, held | set(roles), by=by)
    return user


@transaction.atomic
def create_person(
    project: Project,
    username: str,
    roles: Collection[str],
    *,
    must_change_password: bool = True,
    by: User,
) -> tuple[User, str]:
    """A new account with a random password, known only now and changed at the first log-in."""
    password = secrets.token_urlsafe(12)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username, password=password, must_change_password=must_change_password
            )
    except IntegrityError:
        raise Conflict(
            gettext("The account “%(username)s” exists already; add it as it is.")
            % {"username": username}
        ) from None
    set_roles(project, user, roles, by=by)
    log.info("user %s made by user %s", user.pk, by.pk)
    return user, password


def _expect_another_admin(project: Project, user: User) -> None:
    admins = project.memberships.filter(role=Role.ADMIN, user__is_active=True)
    if admins.filter(user=user).exists() and not admins.exclude(user=user).exists():
        raise LastAdmin(
            gettext("%(user)s is the project's only admin; make somebody else an admin first.")
            % {"user": user}
        )


def _roles_by(memberships: QuerySet[Membership], owner: str) -> dict[int, tuple[Role, ...]]:
    held: dict[int, set[str]] = {}
    for membership in memberships:
        held.setdefault(getattr(membership, owner), set()).add(membership.role)
    return {key: tuple(role for role in ROLES if role in names) for key, names in held.items()}


def _desks(user: User) -> list[Desk]:
    own = Assignment.objects.filter(batch=OuterRef("pk"), rater=user, round=1)
    queue = QueueEntry.objects.filter(batch=OuterRef("pk"))
    batches = (
        Batch.objects.open_to(user)
        .annotate(
            rated=_count(own.filter(state="submitted")),
            done=_count(own.exclude(state="leased")),
            size=_count(queue),
        )
        .select_related("project")
        .practice_first()
    )
    return [Desk(batch, batch.rated, batch.size - batch.done) for batch in batches]


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("batch").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
