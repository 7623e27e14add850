"""Comparisons of the experts of a batch: what was found, and the runs that renew it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evals import measuring
from evals.api.agreement import MAX_ID
from evals.api.running import RunOut, blind_batches, expect_sight, is_finished
from evals.measuring import raters as comparing
from evals.models import RaterRun
from evals.queries import rater_runs as reads
from evals.tasks import compare_raters, measure_agreement
from labeling import runs
from labeling.access import authored_project, overseen_project
from labeling.api.endpoint import Endpoint, Strict
from labeling.errors import DomainError
from labeling.models import Batch, Project, User


class RatersQuery(Strict):
    """One batch, by its id; left out, every batch that was compared."""

    batch = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False)


class Compare(Strict):
    """The batch whose experts are compared."""

    batch = serializers.IntegerField(min_value=1, max_value=MAX_ID)


class RaterRunOut(RunOut):
    """One comparison of the experts of one batch."""

    batch = serializers.IntegerField(source="batch_id")
    watermark = serializers.IntegerField(allow_null=True)


class RaterRunReport(RaterRunOut):
    report = serializers.DictField(allow_null=True)


class Raters(Endpoint):
    queries = {"GET": RatersQuery}

    @extend_schema(operation_id="raters_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, slug: str) -> Response:
        """The latest finished comparison of every batch: pairs, leniency, routing and the rest."""
        project = overseen_project(self.user, slug)
        found = [
            reads.latest_comparison(batch) for batch in _batches(self.user, project, self.query)
        ]
        return Response({"results": [reads.report(run, self.user) for run in found if run]})

    @extend_schema(
        operation_id="raters_compare",
        request=Compare,
        responses={202: RaterRunOut},
        examples=[OpenApiExample("One batch", {"batch": 1}, request_only=True)],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Measure the batch and compare its experts; the same ratings join the runs there are."""
        project = authored_project(self.user, slug)
        batch = _batch(self.user, project, self.read(Compare)["batch"])
        with transaction.atomic():
            measured, _ = measuring.start(batch, by=self.user)
            run, _ = comparing.start(measured, by=self.user)
            runs.enqueue(measure_agreement, measured)
            runs.enqueue(compare_raters, run)
        return Response(RaterRunOut(run).data, status=202)


class RaterRunDetail(Endpoint):
    @extend_schema(operation_id="raters_run_read", responses=RaterRunReport)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """How far a comparison is; its report once it is finished."""
        project = overseen_project(self.user, slug)
        found = RaterRun.objects.filter(project=project)
        run = get_object_or_404(found.select_related("batch", "project", "rubric_version"), pk=pk)
        expect_sight(self.user, run.batch)
        report = reads.report(run, self.user) if is_finished(run) else None
        return Response({**RaterRunOut(run).data, "report": report})


def _batches(user: User, project: Project, query: dict[str, Any]) -> list[Batch]:
    if "batch" in query:
        return [_batch(user, project, query["batch"])]
    blind = set(blind_batches(user, project).values_list("pk", flat=True))
    return [batch for batch in reads.compared_batches(project) if batch.pk not in blind]


def _batch(user: User, project: Project, pk: int) -> Batch:
    batch = Batch.objects.filter(project=project, pk=pk).select_related("project").first()
    if batch is None:
        raise DomainError(f"There is no batch {pk} in this project.")
    expect_sight(user, batch)
    return batch
