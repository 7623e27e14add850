"""Rubrics: the list, versions as files, and publishing a whole rubric at once."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import authoring
from labeling.access import authored_project, roles, visible_project
from labeling.api.endpoint import Endpoint, PageQuery, paged
from labeling.errors import Problem, Problems
from labeling.models import Project, Role, Rubric, RubricVersion, User
from labeling.spec import parse_rubric, to_json
from labeling.spec.fields import kind_of

AUTHORS = {Role.ADMIN.value, Role.AUTHOR.value}


class VersionOut(serializers.Serializer):
    """One wording of a rubric; a draft may still change."""

    rubric = serializers.CharField(source="rubric.slug")
    number = serializers.IntegerField()
    status = serializers.ChoiceField(RubricVersion.Status.choices)
    title = serializers.CharField()
    criteria = serializers.IntegerField(source="criteria_count")
    content_hash = serializers.CharField(allow_blank=True)
    change_note = serializers.CharField(allow_blank=True)
    published_at = serializers.DateTimeField(allow_null=True)


class RubricOut(serializers.Serializer):
    """A rubric and its versions, the newest first."""

    slug = serializers.CharField()
    title = serializers.CharField()
    versions = VersionOut(many=True, source="shown")


BODY = OpenApiExample(
    "A rubric",
    {
        "title": "Refund quality",
        "criteria": [
            {
                "key": "cites_policy",
                "name": "Cites the policy",
                "criterion": "Names the paragraph of the policy that decides the case.",
                "scale": {
                    "type": "binary",
                    "levels": [
                        {"value": 0, "label": "Not met", "credit": 0},
                        {"value": 1, "label": "Met", "credit": 1},
                    ],
                },
                "points": 2,
            }
        ],
    },
    request_only=True,
)


class Rubrics(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="rubrics_list", responses=paged(RubricOut))
    def get(self, request: Request, slug: str) -> Response:
        """The project's rubrics; drafts are shown to those who write them."""
        project = visible_project(self.user, slug)
        versions = readable_versions(self.user, project)
        rubrics = project.rubrics.filter(item=None, pk__in=versions.values("rubric"))
        shown = Prefetch("versions", versions, to_attr="shown")
        return self.page(rubrics.prefetch_related(shown).order_by("title", "pk"), RubricOut)

    @extend_schema(
        operation_id="rubrics_publish",
        request=OpenApiTypes.OBJECT,
        responses={201: VersionOut, 200: VersionOut},
        examples=[BODY],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Publish a rubric file. Its title names the rubric; said again, it is the same version.

        Beside the file's own keys, `fates` may say by criterion key what becomes of labels given
        before: carry, ask or fresh. Without it the comparison decides (see `differences/`).
        """
        project = authored_project(self.user, slug)
        return _published(project, request.data, self.user)


class Versions(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="rubric_versions_list", responses=paged(VersionOut))
    def get(self, request: Request, slug: str, rubric_slug: str) -> Response:
        """The rubric's versions, the newest first."""
        project = visible_project(self.user, slug)
        rubric = get_object_or_404(project.rubrics, slug=rubric_slug)
        versions = readable_versions(self.user, project).filter(rubric=rubric)
        return self.page(versions, VersionOut)

    @extend_schema(
        operation_id="rubric_versions_publish",
        request=OpenApiTypes.OBJECT,
        responses={201: VersionOut, 200: VersionOut},
        examples=[BODY],
    )
    def post(self, request: Request, slug: str, rubric_slug: str) -> Response:
        """Publish the next version of this rubric, whatever its title says; `fates` as above."""
        project = authored_project(self.user, slug)
        rubric = get_object_or_404(project.rubrics.filter(item=None), slug=rubric_slug)
        return _published(project, request.data, self.user, rubric)


class VersionDetail(Endpoint):
    @extend_schema(operation_id="rubric_versions_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, slug: str, rubric_slug: str, number: int) -> Response:
        """The version as a rubric file, which publishes as the same version."""
        project = visible_project(self.user, slug)
        rubric = get_object_or_404(project.rubrics, slug=rubric_slug)
        versions = readable_versions(self.user, project)
        version = get_object_or_404(versions, rubric=rubric, number=number)
        return Response(to_json(authoring.spec_of(version)))


def readable_versions(user: User, project: Project) -> QuerySet[RubricVersion]:
    """Drafts are for those who write them."""
    versions = RubricVersion.objects.filter(project=project).select_related("rubric")
    if not roles(user, project) & AUTHORS:
        versions = versions.exclude(status=RubricVersion.Status.DRAFT)
    return versions.annotate(criteria_count=Count("criteria")).order_by("-number")


def _published(project: Project, body: Any, by: User, rubric: Rubric | None = None) -> Response:
    fates = body.pop("fates", None) if isinstance(body, dict) else None
    spec, fates = parse_rubric(body), _fates(fates)
    slug = rubric.slug if rubric else None
    made, new = authoring.publish_spec(project, spec, by=by, slug=slug, fates=fates)
    shown = readable_versions(by, project).get(pk=made.pk)
    return Response(VersionOut(shown).data, status=201 if new else 200)


def _fates(sent: object) -> dict[str, str] | None:
    if sent is None:
        return None
    if not isinstance(sent, dict):
        raise Problems([Problem("fates", f"must be an object, not {kind_of(sent)}")])
    return {key: str(said) for key, said in sent.items()}
