"""Graders and what they graded: errors are counted apart, never as grades."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evals import grading
from evals.api.running import RunOut, is_finished
from evals.models import Grader, GradingRun
from evals.tasks import grade_responses
from labeling import runs, strict_json
from labeling.access import overseen_project, run_project
from labeling.api.endpoint import Endpoint, PageQuery, paged
from labeling.errors import DomainError

SPEC_LENGTH = 1024 * 1024


class GraderOut(serializers.Serializer):
    """A grader as it was registered; another spec of the same name is another number."""

    slug = serializers.CharField()
    number = serializers.IntegerField()
    kind = serializers.CharField()
    spec = serializers.DictField()
    created_at = serializers.DateTimeField()


class GradingRunOut(RunOut):
    """One grader over the project's responses, or grades that were imported."""

    grader = serializers.CharField()
    imported = serializers.BooleanField()


class GradingReportOut(serializers.Serializer):
    run = serializers.IntegerField()
    graded = serializers.IntegerField()
    errors = serializers.DictField(child=serializers.IntegerField())  # type: ignore[assignment]
    mean_reward = serializers.FloatField(allow_null=True)
    seconds = serializers.FloatField()


class GradingRunReport(GradingRunOut):
    report = GradingReportOut(allow_null=True)


GRADER = OpenApiExample(
    "A grader",
    {
        "type": "string_check",
        "name": "Says yes",
        "input": "{{ sample.output_text }}",
        "reference": "Yes",
        "operation": "ilike",
    },
    request_only=True,
)


class Graders(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="graders_list", responses=paged(GraderOut))
    def get(self, request: Request, slug: str) -> Response:
        """The project's graders by name, the newest number first."""
        project = overseen_project(self.user, slug)
        graders = Grader.objects.filter(project=project).order_by("slug", "-number")
        return self.page(graders, GraderOut)


class Gradings(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="gradings_list", responses=paged(GradingRunOut))
    def get(self, request: Request, slug: str) -> Response:
        """The project's grading runs, the newest first."""
        project = overseen_project(self.user, slug)
        found = GradingRun.objects.filter(project=project).select_related("grader")
        return self.page(found.order_by("-pk"), GradingRunOut)

    @extend_schema(
        operation_id="gradings_start",
        request=OpenApiTypes.OBJECT,
        responses={202: GradingRunOut},
        examples=[GRADER],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Grade every response with the grader of this JSON; the same work joins its run."""
        project = run_project(self.user, slug)
        if len(strict_json.dumps(request.data)) > SPEC_LENGTH:
            raise DomainError(f"A grader has at most {SPEC_LENGTH:,} characters.")
        grader = grading.register(project, cast(dict[str, Any], request.data))
        run, _ = grading.start(grader, by=self.user)
        runs.enqueue(grade_responses, run)
        return Response(GradingRunOut(run).data, status=202)


class GradingDetail(Endpoint):
    @extend_schema(operation_id="gradings_read", responses=GradingRunReport)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """How far a grading is; its report once it is finished."""
        project = overseen_project(self.user, slug)
        found = GradingRun.objects.filter(project=project).select_related("grader")
        run = get_object_or_404(found, pk=pk)
        report = asdict(grading.report(run)) if is_finished(run) else None
        return Response({**GradingRunOut(run).data, "report": report})
