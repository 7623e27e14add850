"""Who may do what. Outsiders get 404, as for what does not exist; members without the role 403."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django_htmx.middleware import HtmxDetails

from labeling.errors import Conflict
from labeling.models import AnswerPlace, Assignment, Batch, Membership, Project, Role, Rubric, User
from labeling.models.batches import ADJUDICATION_ROUND
from labeling.models.people import ADJUDICATING, OVERSEEING, RUNNING, WRITING


class MemberRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
    htmx: HtmxDetails


def visible_project(user: User, slug: str) -> Project:
    """The project, for any of its members; one query brings the person's roles along."""
    memberships = Membership.objects.filter(user=user, project__slug=slug)
    found = list(memberships.select_related("project"))
    if user.is_superuser:
        project = get_object_or_404(Project.objects.visible_to(user), slug=slug)
    elif found:
        project = found[0].project
    else:
        raise Http404
    project.held = (user.pk, _with_servers(user, {one.role for one in found}))
    return project


def overseen_project(user: User, slug: str) -> Project:
    """The project, for those who may read its results: admins, authors and viewers."""
    return _project(user, slug, OVERSEEING)


def authored_project(user: User, slug: str) -> Project:
    """The project, for those who may write its rubrics: admins and authors."""
    return _project(user, slug, WRITING)


def authored_rubric(user: User, slug: str, rubric_slug: str) -> Rubric:
    """The rubric, for those who may write it."""
    project = authored_project(user, slug)
    rubric = get_object_or_404(project.rubrics, slug=rubric_slug)
    rubric.project = project
    return rubric


def run_project(user: User, slug: str) -> Project:
    """The project, for its admins."""
    return _project(user, slug, RUNNING)


def adjudicated_project(user: User, slug: str) -> Project:
    """The project, for those who may rule on disagreements: admins and adjudicators."""
    return _project(user, slug, ADJUDICATING)


def roles(user: User, project: Project) -> frozenset[str]:
    """The person's roles in the project; the server's superuser counts as an admin.

    A project that was fetched here for the person knows them already.
    """
    if project.held and project.held[0] == user.pk:
        return project.held[1]
    memberships = Membership.objects.filter(user=user, project=project)
    return _with_servers(user, set(memberships.values_list("role", flat=True)))


def _project(user: User, slug: str, allowed: frozenset[str]) -> Project:
    project = visible_project(user, slug)
    if not roles(user, project) & allowed:
        raise PermissionDenied(gettext("Your role in this project does not include this."))
    return project


def _with_servers(user: User, held: set[str]) -> frozenset[str]:
    return frozenset(held | {Role.ADMIN.value} if user.is_superuser else held)


def own_seat(user: User, pk: int, *, to_write: bool = False) -> Assignment:
    """The person's own seat, 404 for anybody else's; to write, one must still be an expert.

    Whoever has left the project reads nothing of it. An adjudicator's seat has pages of its own
    (`adjudication_seat`).
    """
    seats = _seats(user).exclude(round=ADJUDICATION_ROUND)
    if not to_write:
        seats = seats.filter(project__in=Project.objects.visible_to(user))
    seat = get_object_or_404(seats, pk=pk)
    if to_write:
        expect_expert(user, seat.project_id)
    return seat


def adjudication_seat(user: User, pk: int) -> Assignment:
    """The person's own seat as an adjudicator, as long as they are one."""
    seat = get_object_or_404(_seats(user).filter(round=ADJUDICATION_ROUND), pk=pk)
    if not Project.objects.adjudicated_by(user).filter(pk=seat.project_id).exists():
        raise PermissionDenied(gettext("Only admins and adjudicators of this project rule here."))
    return seat


def own_answer(user: User, pk: int) -> AnswerPlace:
    """The item the person writes an answer to, or wrote it; 404 for anybody else's."""
    known = ("batch__project", "batch__rubric_version__rubric", "item", "repairs", "response")
    places = AnswerPlace.objects.filter(expert=user).select_related(*known)
    place = get_object_or_404(places, pk=pk)
    expect_expert(user, place.project_id)
    return place


def left_answer(user: User, pk: int) -> AnswerPlace | None:
    """Where the person had begun a text when the item went to another; None where they had not."""
    known = ("batch__project", "batch__rubric_version__rubric", "item")
    place = AnswerPlace.objects.left_by(user).filter(pk=pk).select_related(*known).first()
    if place is not None:
        expect_expert(user, place.project_id)
    return place


def answer_task_of(user: User, pk: int) -> Batch:
    """The answer task, for the experts of its project."""
    tasks = Batch.objects.filter(kind=Batch.Kind.ANSWER).select_related("project")
    task = get_object_or_404(tasks, pk=pk)
    visible_project(user, task.project.slug)
    expect_expert(user, task.project_id)
    return task


def _seats(user: User) -> QuerySet[Assignment]:
    return Assignment.objects.held_by(user).select_related("draft", "response__generator")


def expect_expert(user: User, project_id: int) -> None:
    """Only experts rate. Raises PermissionDenied."""
    if not Membership.objects.filter(user=user, project=project_id, role=Role.EXPERT).exists():
        raise PermissionDenied(gettext("Only experts of this project rate its responses."))


def expect_unblinded(user: User, batch: Batch) -> None:
    """Whoever rates in an open batch learns nothing of the others there. Raises Conflict."""
    if not Batch.objects.sight_of(user, batch).peers:
        raise Conflict(
            gettext("You rate in this batch yourself, so you do not steer the others here.")
        )
