"""Agreement: the latest results of every batch, and the runs that renew them."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evals import measuring
from evals.api.running import RunOut, blind_batches, expect_sight, is_finished
from evals.models import AgreementRun
from evals.queries import agreement as reads
from evals.queries.selection import measured_runs
from evals.slices import parse_slice
from evals.tasks import measure_agreement
from labeling import runs
from labeling.access import authored_project, overseen_project
from labeling.api.endpoint import Endpoint, Strict
from labeling.errors import DomainError
from labeling.models import Batch, Project, User

MAX_ID = 2**63 - 1


class SliceQuery(Strict):
    """`slice=generator_kind=model` and the like repeats every criterion on that slice."""

    slice = serializers.ListField(
        child=serializers.CharField(max_length=300), max_length=20, required=False
    )


class AgreementQuery(SliceQuery):
    """One batch, by its id; left out, every batch that was measured."""

    batch = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False)


class Measure(Strict):
    """Without a batch, every batch that has ratings."""

    batch = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False)
    slices = serializers.ListField(
        child=serializers.CharField(max_length=300), max_length=20, required=False
    )
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=0)


class AgreementRunOut(RunOut):
    """One measuring of one batch, as of `ratings_through` ratings."""

    batch = serializers.IntegerField(source="batch_id")
    ratings_through = serializers.IntegerField()


class StartedOut(serializers.Serializer):
    runs = AgreementRunOut(many=True)


class AgreementRunReport(AgreementRunOut):
    report = serializers.DictField(allow_null=True)


class Agreement(Endpoint):
    queries = {"GET": AgreementQuery}

    @extend_schema(operation_id="agreement_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, slug: str) -> Response:
        """The latest finished measuring of every batch, as `agreement PROJECT --json` has it."""
        project = overseen_project(self.user, slug)
        slices = _slices(self.query.get("slice", []))
        if "batch" in self.query:
            batch = _batch(self.user, project, self.query["batch"])
            found = [run for run in [reads.latest_run(batch)] if run]
        else:
            blind = set(blind_batches(self.user, project).values_list("pk", flat=True))
            found = [run for run in measured_runs(project) if run.batch_id not in blind]
        return Response(reads.report(project, found, slices))

    @extend_schema(
        operation_id="agreement_measure",
        request=Measure,
        responses={202: StartedOut},
        examples=[OpenApiExample("Everything", {"slices": ["tag=angry"]}, request_only=True)],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Measure; ratings that were measured already join the run there is."""
        project = authored_project(self.user, slug)
        said = self.read(Measure)
        slices = _slices(said.get("slices", []))
        started = []
        for batch in _batches(self.user, project, said.get("batch")):
            run, _ = measuring.start(batch, by=self.user, slices=slices, seed=said["seed"])
            runs.enqueue(measure_agreement, run)
            started.append(run)
        return Response({"runs": AgreementRunOut(started, many=True).data}, status=202)


class AgreementRunDetail(Endpoint):
    queries = {"GET": SliceQuery}

    @extend_schema(operation_id="agreement_run_read", responses=AgreementRunReport)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """How far a run is; its report once it is finished."""
        project = overseen_project(self.user, slug)
        slices = _slices(self.query.get("slice", []))
        readable = AgreementRun.objects.filter(project=project)
        run = get_object_or_404(readable.select_related("batch", "rubric_version"), pk=pk)
        expect_sight(self.user, run.batch)
        report = reads.report(project, [run], slices) if is_finished(run) else None
        return Response({**AgreementRunOut(run).data, "report": report})


def _slices(texts: list[str]) -> list[str]:
    return [name for text in texts if (name := parse_slice(text).name)]


def _batch(user: User, project: Project, pk: int) -> Batch:
    batch = Batch.objects.filter(project=project, pk=pk).select_related("project").first()
    if batch is None:
        raise DomainError(f"There is no batch {pk} in this project.")
    expect_sight(user, batch)
    return batch


def _batches(user: User, project: Project, pk: int | None) -> list[Any]:
    if pk is not None:
        return [_batch(user, project, pk)]
    rated = Batch.objects.counting().filter(project=project, ratings__isnull=False).distinct()
    seen = rated.exclude(pk__in=blind_batches(user, project).values("pk"))
    return list(seen.select_related("project").order_by("pk"))
