"""Projects: the list with what awaits the person there, opening one, one by itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import people
from labeling.access import roles, visible_project
from labeling.api.endpoint import Endpoint, PageQuery, Strict, paged
from labeling.authoring import slug_from


class NewProject(Strict):
    """Without a slug, the title gives it."""

    title = serializers.CharField(max_length=200)
    slug = serializers.SlugField(max_length=63, required=False)
    description = serializers.CharField(max_length=20_000, default="", allow_blank=True)


class DeskOut(serializers.Serializer):
    """An open batch for the person: their own ratings, and the responses still before them."""

    batch = serializers.IntegerField(source="batch.pk")
    name = serializers.CharField(source="batch.name")
    rated = serializers.IntegerField()
    open = serializers.IntegerField()


class ProjectOut(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class ProjectCardOut(serializers.Serializer):
    """A project with the person's roles in it and the desks open to them."""

    slug = serializers.CharField(source="project.slug")
    title = serializers.CharField(source="project.title")
    description = serializers.CharField(source="project.description", allow_blank=True)
    created_at = serializers.DateTimeField(source="project.created_at")
    roles = serializers.ListField(child=serializers.CharField())
    desks = DeskOut(many=True)


class ProjectDetailOut(ProjectOut):
    roles = serializers.ListField(child=serializers.CharField())


EXAMPLE = OpenApiExample(
    "A project", {"title": "Refund answers", "slug": "refunds"}, request_only=True
)


class Projects(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="projects_list", responses=paged(ProjectCardOut))
    def get(self, request: Request) -> Response:
        """Your projects, with your roles and the desks open to you there."""
        return self.page(people.projects_of(self.user), ProjectCardOut)

    @extend_schema(
        operation_id="projects_create",
        request=NewProject,
        responses={201: ProjectDetailOut},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Open a project, whose first admin you are; for the server's staff."""
        if not (self.user.is_staff or self.user.is_superuser):
            raise PermissionDenied("Only the server's staff may open a project.")
        said = self.read(NewProject)
        said.setdefault("slug", slug_from(said["title"]))
        project = people.open_project(**said, by=self.user)
        return Response({**ProjectOut(project).data, "roles": ["admin"]}, status=201)


class ProjectDetail(Endpoint):
    @extend_schema(operation_id="projects_read", responses=ProjectDetailOut)
    def get(self, request: Request, slug: str) -> Response:
        """One project, for any of its members."""
        project = visible_project(self.user, slug)
        held = sorted(roles(self.user, project))
        return Response({**ProjectOut(project).data, "roles": held})
