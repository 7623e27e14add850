"""Who may do what. Outsiders get 404, as for what does not exist; members without the role 403."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from labeling.models import Assignment, Membership, Project, Role, User


class MemberRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
    htmx: HtmxDetails


def _project(user: User, slug: str, allowed: Callable[[User], QuerySet[Project]]) -> Project:
    project = get_object_or_404(Project.objects.visible_to(user), slug=slug)
    if not allowed(user).filter(pk=project.pk).exists():
        raise PermissionDenied("Your role in this project does not include this.")
    return project


def visible_project(user: User, slug: str) -> Project:
    """The project, for any of its members."""
    return get_object_or_404(Project.objects.visible_to(user), slug=slug)


def overseen_project(user: User, slug: str) -> Project:
    """The project, for those who may read its results: admins, authors and viewers."""
    return _project(user, slug, Project.objects.overseen_by)


def authored_project(user: User, slug: str) -> Project:
    """The project, for those who may write its rubrics: admins and authors."""
    return _project(user, slug, Project.objects.authored_by)


def run_project(user: User, slug: str) -> Project:
    """The project, for its admins."""
    return _project(user, slug, Project.objects.run_by)


def roles(user: User, project: Project) -> set[str]:
    """The person's roles in the project; the server's superuser counts as an admin."""
    held = set(Membership.objects.filter(user=user, project=project).values_list("role", flat=True))
    return held | {Role.ADMIN.value} if user.is_superuser else held


def own_seat(user: User, pk: int, *, to_write: bool = False) -> Assignment:
    """The person's own seat, 404 for anybody else's; to write, one must still be an expert."""
    seats = Assignment.objects.held_by(user).select_related("draft", "response__generator")
    seat = get_object_or_404(seats, pk=pk)
    if to_write:
        expect_expert(user, seat.project_id)
    return seat


def expect_expert(user: User, project_id: int) -> None:
    """Only experts rate. Raises PermissionDenied."""
    if not Membership.objects.filter(user=user, project=project_id, role=Role.EXPERT).exists():
        raise PermissionDenied("Only experts of this project rate its responses.")
