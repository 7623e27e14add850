"""Exports: a selection is written as a dataset, and its files are fetched."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evals import exporting
from evals.api.running import RunOut, expect_sight, is_finished
from evals.api.selections import readable, selection_of
from evals.models import Export
from evals.queries.written import is_telling, telling
from evals.tasks import write_export
from labeling import runs
from labeling.access import overseen_project, run_project
from labeling.api.endpoint import Endpoint, PageQuery, Strict, paged
from labeling.models import Project, User


class NewExport(Strict):
    """Without a name or a judge's model, the usual ones."""

    name = serializers.CharField(max_length=200, default="", allow_blank=True)
    targets = serializers.ListField(
        child=serializers.ChoiceField(list(exporting.TARGETS)), default=["openai"], max_length=10
    )
    judge_model = serializers.CharField(max_length=200, default="", allow_blank=True)
    kind = serializers.ChoiceField(Export.Kind.choices, default=Export.Kind.DRAFT)


class ExportFileOut(serializers.Serializer):
    name = serializers.CharField()
    rows = serializers.IntegerField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class ExportOut(RunOut):
    """A dataset written from a selection, or on its way."""

    selection = serializers.IntegerField(source="selection_id")
    kind = serializers.ChoiceField(Export.Kind.choices)
    name = serializers.CharField()
    targets = serializers.ListField(child=serializers.CharField())
    judge_model = serializers.CharField()
    rows = serializers.IntegerField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField(allow_blank=True)


class ExportDetailOut(ExportOut):
    """With its files and its manifest, once they are there."""

    files = ExportFileOut(many=True)
    manifest = serializers.DictField(allow_null=True)


BODY = OpenApiExample("A draft", {"targets": ["openai"]}, request_only=True)


class SelectionExports(Endpoint):
    @extend_schema(
        operation_id="exports_start",
        request=NewExport,
        responses={202: ExportOut},
        examples=[BODY],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Write the selection as a dataset; the same export joins the one there is."""
        selection = selection_of(self.user, run_project(self.user, slug), pk)
        export, _ = exporting.start(selection, **self.read(NewExport), by=self.user)
        runs.enqueue(write_export, export)
        return Response(ExportOut(export).data, status=202)


class Exports(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="exports_list", responses=paged(ExportOut))
    def get(self, request: Request, slug: str) -> Response:
        """The project's exports, the newest first."""
        project = overseen_project(self.user, slug)
        return self.page(_readable(self.user, project).order_by("-pk"), ExportOut)


class ExportDetail(Endpoint):
    @extend_schema(operation_id="exports_read", responses=ExportDetailOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One export with its manifest, which says what was not measured."""
        export = _export(self.user, slug, pk)
        about = {"files": exporting.files_of(export), "manifest": export.manifest}
        return Response({**ExportOut(export).data, **about})


class ExportFile(Endpoint):
    @extend_schema(operation_id="exports_download", responses=OpenApiTypes.BINARY)
    def get(self, request: Request, slug: str, pk: int, name: str) -> FileResponse:
        """One of the export's files, byte for byte as its hash says."""
        export = _export(self.user, slug, pk)
        path = exporting.file_of(export, name) if is_finished(export) else None
        if path is None:
            raise Http404
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=path.name,
            content_type="application/octet-stream",
        )


def _readable(user: User, project: Project) -> QuerySet[Export]:
    """Exports of the selections the person may see, but for what tells of their own work."""
    return Export.objects.filter(selection__in=readable(user, project)).exclude(telling(user))


def _export(user: User, slug: str, pk: int) -> Export:
    project = overseen_project(user, slug)
    found = Export.objects.filter(project=project).select_related("selection__agreement_run__batch")
    export = get_object_or_404(found, pk=pk)
    expect_sight(user, export.selection.agreement_run.batch)
    if is_telling(user, export):
        raise PermissionDenied(
            "You rate what this release tells of; it opens for you when the batch is closed."
        )
    return export
