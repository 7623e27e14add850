"""Loading: files or small lists are sent, tried out in full, confirmed, carried out."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import runs, strict_json
from labeling.access import run_project
from labeling.api.base import StrictJSONParser
from labeling.api.endpoint import Endpoint, PageQuery, Strict, paged
from labeling.errors import DomainError
from labeling.formats.renaming import Renaming, read_renaming
from labeling.importing import UPLOADED, uploads
from labeling.models import Import, RunState, User
from labeling.tasks import run_import

MAP_BYTES = 1024 * 1024
MAX_ROWS = 100_000


class ImportOptions(Strict):
    """`key` tells one import from the next: sent twice with the same key, it is one import."""

    skip_invalid = serializers.BooleanField(default=False)
    key = serializers.UUIDField(required=False)


class UploadField(serializers.FileField):
    def to_internal_value(self, data: Any) -> Any:
        file = super().to_internal_value(data)
        if file.size > settings.IMPORT_MAX_BYTES:
            raise serializers.ValidationError(
                f"has {file.size:,} bytes, at most {settings.IMPORT_MAX_BYTES:,} are accepted"
            )
        return file


class ImportFiles(ImportOptions):
    """Files as `load` takes them; `map` holds their names for our columns."""

    rubric = UploadField(required=False)
    items = UploadField(required=False)
    responses = UploadField(required=False)
    ratings = UploadField(required=False)
    grades = UploadField(required=False)
    map = UploadField(required=False)


@extend_schema_field({"oneOf": [{"type": "object"}, {"type": "array", "items": {}}]})
class RubricField(serializers.Field):
    """What a rubric file would say, in any format that such files have."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict | list):
            return data
        raise serializers.ValidationError("must be an object or a list")


class ImportBody(ImportOptions):
    """What small files would hold, line by line."""

    rubric = RubricField(required=False)
    items = serializers.ListField(
        child=serializers.DictField(), max_length=MAX_ROWS, required=False
    )
    responses = serializers.ListField(
        child=serializers.DictField(), max_length=MAX_ROWS, required=False
    )
    ratings = serializers.ListField(
        child=serializers.DictField(), max_length=MAX_ROWS, required=False
    )
    grades = serializers.ListField(
        child=serializers.DictField(), max_length=MAX_ROWS, required=False
    )
    map = serializers.DictField(required=False)


class ImportQuery(Strict):
    """`confirm=true` carries the import out without asking; otherwise it waits for you."""

    confirm = serializers.BooleanField(default=False)


class ConfirmBody(Strict):
    """Whether the good lines are taken although some are bad."""

    skip_invalid = serializers.BooleanField(default=False)


class ImportFileOut(serializers.Serializer):
    name = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class PreviewField(serializers.DictField):
    """Without what pages say notes by in other languages."""

    def to_representation(self, value: Any) -> Any:
        kept = {name: one for name, one in value.items() if name != "said"}
        return super().to_representation(kept)


class ImportOut(serializers.Serializer):
    """`preview` says what would happen, `result` what did; `waiting` asks for a confirmation."""

    id = serializers.IntegerField(source="pk")
    state = serializers.ChoiceField(RunState.choices)
    confirmed = serializers.BooleanField()
    files = serializers.DictField(child=ImportFileOut())
    preview = PreviewField(allow_null=True)
    result = serializers.DictField(allow_null=True)
    problems = serializers.SerializerMethodField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    def get_problems(self, run: Import) -> int:
        return len(run.problems)


class ImportProblemOut(serializers.Serializer):
    """One fault of one line; line 0 is the file as a whole."""

    kind = serializers.ChoiceField(list(UPLOADED))
    line = serializers.IntegerField()
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


BODY = OpenApiExample(
    "One item",
    {"items": [{"id": "case-1", "prompt": "May I send the kettle back?"}]},
    request_only=True,
    media_type="application/json",
)


class Imports(Endpoint):
    parser_classes = [StrictJSONParser, MultiPartParser]
    queries = {"GET": PageQuery, "POST": ImportQuery}

    @extend_schema(operation_id="imports_list", responses=paged(ImportOut))
    def get(self, request: Request, slug: str) -> Response:
        """The project's imports, the newest first."""
        project = run_project(self.user, slug)
        return self.page(Import.objects.filter(project=project).order_by("-pk"), ImportOut)

    @extend_schema(
        operation_id="imports_start",
        request={"multipart/form-data": ImportFiles, "application/json": ImportBody},
        responses={202: ImportOut},
        examples=[BODY],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Send files; they are tried out in full, and nothing is written before you confirm."""
        project = run_project(self.user, slug)
        sent = request.content_type.startswith("multipart/")
        said = self.read(ImportFiles if sent else ImportBody)
        files = {kind: _file(kind, said[kind]) for kind in UPLOADED if kind in said}
        if not files:
            raise DomainError(f"Send at least one of {', '.join(UPLOADED)}.")
        run, new = uploads.start(
            project,
            files,
            key=said.get("key") or uuid4(),
            renaming=_renaming(said.get("map")),
            skip_invalid=said["skip_invalid"] if self.query["confirm"] else None,
            by=self.user,
        )
        if new:
            runs.enqueue(run_import, run)
        return Response(ImportOut(run).data, status=202)


class ImportDetail(Endpoint):
    @extend_schema(operation_id="imports_read", responses=ImportOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """How far an import is, what it would do, or what it did."""
        return Response(ImportOut(_import(self.user, slug, pk)).data)


class ImportProblems(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="import_problems_list", responses=paged(ImportProblemOut))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """The first thousand bad lines, each with its place; the preview counts them all."""
        run = _import(self.user, slug, pk)
        return self.page(run.problems, ImportProblemOut)


class Confirm(Endpoint):
    @extend_schema(operation_id="imports_confirm", request=ConfirmBody, responses={202: ImportOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Carry out an import that was tried out; confirmed twice, it is carried out once."""
        project = run_project(self.user, slug)
        found = get_object_or_404(Import.objects.filter(project=project), pk=pk)
        run = uploads.confirm(found, **self.read(ConfirmBody), by=self.user)
        if run.state == RunState.PENDING:
            runs.enqueue(run_import, run)
        return Response(ImportOut(run).data, status=202)


def _import(user: User, slug: str, pk: int) -> Import:
    project = run_project(user, slug)
    return get_object_or_404(Import.objects.filter(project=project), pk=pk)


def _file(kind: str, said: Any) -> File:
    """The upload as it is; lists and objects as the file that would hold them."""
    if isinstance(said, File):
        return said
    if kind == "rubric":
        return ContentFile(strict_json.dumps(said).encode(), "rubric.json")
    return ContentFile(b"".join(map(strict_json.dumps_line, said)), f"{kind}.jsonl")


def _renaming(said: Any) -> Renaming | None:
    if isinstance(said, File):
        said = strict_json.loads(said.read(MAP_BYTES + 1), max_bytes=MAP_BYTES)
    return None if said is None else read_renaming(said)
