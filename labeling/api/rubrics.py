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
from labeling.api.endpoint import Endpoint, PageQuery, Strict, paged
from labeling.api.lint import FindingOut
from labeling.errors import Problem, Problems
from labeling.models import Project, Role, Rubric, RubricVersion, User
from labeling.rubric_formats import (
    FORMATS,
    TITLE,
    format_of,
    losses,
    read_one,
    same_reward,
    write,
)
from labeling.spec import RubricSpec
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


class PublishedOut(VersionOut):
    """The version, and what experts will read in two ways in it: told, not refused."""

    findings = FindingOut(many=True)


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


class FormatQuery(Strict):
    """The rubric's format; said nothing, what is sent is known by its shape."""

    rubric_format = serializers.ChoiceField([form.slug for form in FORMATS], required=False)


class Rubrics(Endpoint):
    queries = {"GET": PageQuery, "POST": FormatQuery}

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
        responses={201: PublishedOut, 200: PublishedOut},
        examples=[BODY],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Publish a rubric file. Its title names the rubric; said again, it is the same version.

        It may be in any format that rubric files have. Beside its own keys, `fates` may say by
        criterion key what becomes of labels given before: carry, ask or fresh. Without it the
        comparison decides (see `differences/`).
        """
        project = authored_project(self.user, slug)
        form = self.query.get("rubric_format")
        return _published(project, request.data, self.user, form=form)


class Versions(Endpoint):
    queries = {"GET": PageQuery, "POST": FormatQuery}

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
        responses={201: PublishedOut, 200: PublishedOut},
        examples=[BODY],
    )
    def post(self, request: Request, slug: str, rubric_slug: str) -> Response:
        """Publish the next version of this rubric, whatever its title says; `fates` as above."""
        project = authored_project(self.user, slug)
        rubric = get_object_or_404(project.rubrics.filter(item=None), slug=rubric_slug)
        form = self.query.get("rubric_format")
        return _published(project, request.data, self.user, rubric, form=form)


class VersionDetail(Endpoint):
    queries = {"GET": FormatQuery}

    @extend_schema(operation_id="rubric_versions_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, slug: str, rubric_slug: str, number: int) -> Response:
        """The version as a rubric file; in our own format it publishes as the same version."""
        spec = _spec(self.user, slug, rubric_slug, number)
        return Response(write(spec, self.query.get("rubric_format", FORMATS[0].slug)))


class LossOut(serializers.Serializer):
    """One thing that the format cannot carry, or carries otherwise."""

    where = serializers.CharField()
    message = serializers.CharField()


class LossesOut(serializers.Serializer):
    """`refused` says why the rubric cannot be written in the format at all."""

    rubric_format = serializers.CharField()
    refused = LossOut(many=True)
    losses = LossOut(many=True)
    same_reward = serializers.BooleanField()


class Losses(Endpoint):
    queries = {"GET": FormatQuery}

    @extend_schema(operation_id="rubric_versions_losses", responses=LossesOut)
    def get(self, request: Request, slug: str, rubric_slug: str, number: int) -> Response:
        """What the version would lose in a format, before it is written in it."""
        spec = _spec(self.user, slug, rubric_slug, number)
        form = format_of(self.query.get("rubric_format", FORMATS[0].slug))
        refused = form.refuses(spec)
        told = {
            "rubric_format": form.slug,
            "refused": refused,
            "losses": [] if refused else losses(spec, form),
            "same_reward": not refused and same_reward(spec, form),
        }
        return Response(LossesOut(told).data)


def _spec(user: User, slug: str, rubric_slug: str, number: int) -> RubricSpec:
    project = visible_project(user, slug)
    rubric = get_object_or_404(project.rubrics, slug=rubric_slug)
    versions = readable_versions(user, project)
    return authoring.spec_of(get_object_or_404(versions, rubric=rubric, number=number))


def readable_versions(user: User, project: Project) -> QuerySet[RubricVersion]:
    """Drafts are for those who write them."""
    versions = RubricVersion.objects.filter(project=project).select_related("rubric")
    if not roles(user, project) & AUTHORS:
        versions = versions.exclude(status=RubricVersion.Status.DRAFT)
    return versions.annotate(criteria_count=Count("criteria")).order_by("-number")


def _published(
    project: Project,
    body: Any,
    by: User,
    rubric: Rubric | None = None,
    *,
    form: str | None = None,
) -> Response:
    fates = body.pop("fates", None) if isinstance(body, dict) else None
    title = rubric.title if rubric else TITLE
    spec, fates = read_one(body, form, title=title), _fates(fates)
    slug = rubric.slug if rubric else None
    made, new = authoring.publish_spec(project, spec, by=by, slug=slug, fates=fates)
    shown = readable_versions(by, project).get(pk=made.pk)
    found = [one for one in authoring.judged(made.rubric, spec) if one.is_open]
    said = VersionOut(shown).data | {"findings": FindingOut(found, many=True).data}
    return Response(said, status=201 if new else 200)


def _fates(sent: object) -> dict[str, str] | None:
    if sent is None:
        return None
    if not isinstance(sent, dict):
        raise Problems([Problem("fates", f"must be an object, not {kind_of(sent)}")])
    return {key: str(said) for key, said in sent.items()}
