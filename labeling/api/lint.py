"""What the lint finds in a version of a rubric, and what authors let stand, over HTTP."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import authoring
from labeling.access import authored_project
from labeling.api.endpoint import Endpoint, Strict
from labeling.authoring import Judged
from labeling.lint import Rule, Severity
from labeling.models import RubricVersion, User


class WaiverOut(serializers.Serializer):
    """Who lets the finding stand, why, and since when."""

    by = serializers.CharField(source="by.username")
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class FindingOut(serializers.Serializer):
    """One finding. `where` is a place in the rubric file; spans count its characters from 0."""

    finding = serializers.CharField(source="finding.name")
    rule = serializers.ChoiceField([rule.value for rule in Rule], source="finding.rule")
    severity = serializers.ChoiceField([one.value for one in Severity], source="finding.severity")
    where = serializers.CharField(source="finding.where")
    key = serializers.CharField(source="finding.key", allow_blank=True)
    spans = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        source="finding.spans",
    )
    why = serializers.CharField(source="finding.why")
    mend = serializers.CharField(source="finding.mend")
    waiver = WaiverOut(allow_null=True)


class LintOut(serializers.Serializer):
    """Every finding in the order of the criteria; `open_errors` keep a draft unpublished."""

    rubric = serializers.CharField()
    number = serializers.IntegerField()
    status = serializers.ChoiceField(RubricVersion.Status.choices)
    open_errors = serializers.IntegerField()
    findings = FindingOut(many=True)


class WaiveIn(Strict):
    """Which finding may stand (its `finding`), and why."""

    finding = serializers.CharField(max_length=120)
    reason = serializers.CharField(max_length=authoring.REASON_LENGTH)


class UnwaiveIn(Strict):
    """Which finding may stand no longer."""

    finding = serializers.CharField(max_length=120)


WAIVE = OpenApiExample(
    "A finding that may stand",
    {
        "finding": "no-observable." + "7b6fe4cf1c8bfa44" * 4,
        "reason": "The house style defines the word.",
    },
    request_only=True,
)


class Lint(Endpoint):
    @extend_schema(operation_id="rubric_versions_lint", responses=LintOut)
    def get(self, request: Request, slug: str, rubric_slug: str, number: int) -> Response:
        """What experts will read in two ways in this version, for those who write rubrics."""
        return _answer(_version(self.user, slug, rubric_slug, number))


class Waive(Endpoint):
    @extend_schema(
        operation_id="rubric_versions_lint_waive",
        request=WaiveIn,
        responses=LintOut,
        examples=[WAIVE],
    )
    def post(self, request: Request, slug: str, rubric_slug: str, number: int) -> Response:
        """Let a finding stand, in every version for as long as what it is about stays the same."""
        version = _version(self.user, slug, rubric_slug, number)
        said = self.read(WaiveIn)
        spec = authoring.spec_of(version)
        authoring.waive(version.rubric, spec, said["finding"], reason=said["reason"], by=self.user)
        return _answer(version)


class Unwaive(Endpoint):
    @extend_schema(
        operation_id="rubric_versions_lint_unwaive", request=UnwaiveIn, responses=LintOut
    )
    def post(self, request: Request, slug: str, rubric_slug: str, number: int) -> Response:
        """No longer let a finding stand; the record of it stays."""
        version = _version(self.user, slug, rubric_slug, number)
        authoring.unwaive(version.rubric, self.read(UnwaiveIn)["finding"], by=self.user)
        return _answer(version)


def _version(user: User, slug: str, rubric_slug: str, number: int) -> RubricVersion:
    versions = RubricVersion.objects.filter(project=authored_project(user, slug))
    return get_object_or_404(
        versions.select_related("rubric"), rubric__slug=rubric_slug, number=number
    )


def _answer(version: RubricVersion) -> Response:
    found: list[Judged] = authoring.judged(version.rubric, authoring.spec_of(version))
    said = {
        "rubric": version.rubric.slug,
        "number": version.number,
        "status": version.status,
        "open_errors": sum(one.is_open_error for one in found),
        "findings": found,
    }
    return Response(LintOut(said).data)
