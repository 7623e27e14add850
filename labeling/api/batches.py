"""Batches: the list, opening one, and whether it hands out seats."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import asking_again, assigning, practice
from labeling.access import overseen_project, run_project
from labeling.api.endpoint import Endpoint, NoFields, PageQuery, Strict, paged
from labeling.api.response_choice import Choice, chosen_responses
from labeling.authoring import latest_published
from labeling.errors import Problem, Problems
from labeling.models import (
    Assignment,
    Batch,
    Project,
    QueueEntry,
    Reask,
    RubricVersion,
    User,
    Way,
)
from labeling.serving import MAX_QUOTA, Serving, shortage
from labeling.ways import WAYS, Asking


def share() -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=3, decimal_places=2, min_value=0, max_value=1, default=Decimal(0)
    )


class NewBatch(Strict):
    """Without `version`, the rubric's version in force. Shares are of 1, in hundredths.

    `way` is kept with every rating. An overall 0 to 5 is asked before the criteria on
    `overall_share` of the responses; the criteria are shuffled on `shuffled_share` of the places.
    By priority: `priority` in the metadata of a response, else of its item; higher ones first. By
    expertise: what the criteria require and `expertise` in the metadata of an item. `quota` is how
    many ratings one expert may give.
    """

    name = serializers.CharField(max_length=200)
    rubric = serializers.SlugField(max_length=63)
    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000, required=False)
    kind = serializers.ChoiceField([kind.value for kind in assigning.KINDS], default="main")
    overlap = serializers.IntegerField(min_value=1, max_value=assigning.MAX_OVERLAP, default=3)
    seed = serializers.IntegerField(min_value=0, max_value=assigning.MAX_SEED, default=0)
    blindness = serializers.ChoiceField(Batch.Blindness.choices, default=Batch.Blindness.FULL)
    lease_minutes = serializers.IntegerField(
        min_value=1, max_value=assigning.MAX_LEASE_MINUTES, default=30
    )
    way = serializers.ChoiceField([way.value for way in WAYS], default=Way.SINGLE)
    asks_confidence = serializers.BooleanField(default=False)
    overall_share = share()
    shuffled_share = share()
    by_priority = serializers.BooleanField(default=False)
    by_expertise = serializers.BooleanField(default=False)
    quota = serializers.IntegerField(
        min_value=1, max_value=MAX_QUOTA, default=None, allow_null=True
    )
    responses = Choice(required=False)


class ProgressOut(serializers.Serializer):
    """Seats are responses times overlap; `submitted` of them carry a rating.

    `asked_again` of the judged ones are asked what the newest version changed.
    """

    responses = serializers.IntegerField()
    seats = serializers.IntegerField()
    submitted = serializers.IntegerField()
    asked_again = serializers.IntegerField()
    answered_again = serializers.IntegerField()


class BatchOut(serializers.Serializer):
    """A batch; `progress` is null for whoever rates in it while it is open."""

    id = serializers.IntegerField(source="pk")
    project = serializers.CharField(source="project.slug")
    name = serializers.CharField()
    kind = serializers.ChoiceField(Batch.Kind.choices)
    state = serializers.ChoiceField(Batch.State.choices)
    rubric = serializers.CharField(source="rubric_version.rubric.slug")
    rubric_version = serializers.IntegerField(source="rubric_version.number")
    overlap = serializers.IntegerField()
    seed = serializers.IntegerField()
    blindness = serializers.ChoiceField(Batch.Blindness.choices)
    lease_minutes = serializers.IntegerField()
    way = serializers.ChoiceField(Way.choices)
    asks_confidence = serializers.BooleanField()
    overall_share = serializers.FloatField()
    shuffled_share = serializers.FloatField()
    by_priority = serializers.BooleanField()
    by_expertise = serializers.BooleanField()
    quota = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    progress = ProgressOut(allow_null=True)


class OpenedBatchOut(BatchOut):
    """How many responses were left out; `warning`: too few experts, or responses that wait in
    practice and in work at once.

    `withheld` have no text to read; the guidelines show `examples` with their settled answers; of
    practice those are left out that have no known answer (`unknown`).
    """

    withheld = serializers.IntegerField()
    examples = serializers.IntegerField()
    unknown = serializers.IntegerField()
    warning = serializers.CharField(allow_null=True)


SERVED = ("by_priority", "by_expertise", "quota")
ASKED = ("way", "asks_confidence", "overall_share", "shuffled_share")
BODY = OpenApiExample(
    "A batch",
    {
        "name": "March",
        "rubric": "refund-quality",
        "overlap": 3,
        "responses": {"generator_kinds": ["model"]},
    },
    request_only=True,
)


class Batches(Endpoint):
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="batches_list", responses=paged(BatchOut))
    def get(self, request: Request, slug: str) -> Response:
        """The project's batches, the newest first."""
        project = overseen_project(self.user, slug)
        batches = _counted(Batch.objects.filter(project=project))
        return self.page(batches.order_by("-pk"), BatchOut, partial(_count, user=self.user))

    @extend_schema(
        operation_id="batches_create",
        request=NewBatch,
        responses={201: OpenedBatchOut},
        examples=[BODY],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Put responses before the project's experts: not withheld ones, nor worked examples."""
        project = run_project(self.user, slug)
        said = self.read(NewBatch)
        version = published_version(project, said.pop("rubric"), said.pop("version", None))
        chosen = chosen_responses(project, said.pop("responses", {}))
        plan = assigning.plan(
            project, chosen, overlap=said["overlap"], version=version, kind=said["kind"]
        )
        asking = Asking(**{name: said.pop(name) for name in ASKED})
        serving = Serving(**{name: said.pop(name) for name in SERVED})
        batch = assigning.open_batch(
            project,
            version,
            responses=chosen,
            asking=asking,
            serving=serving,
            by=self.user,
            **said,
        )
        told = {
            "withheld": plan.withheld,
            "examples": plan.examples,
            "unknown": plan.unknown,
            "warning": " ".join(filter(None, _warnings(plan, batch))) or None,
        }
        return Response({**batch_document(batch.pk, self.user), **told}, status=201)


def _warnings(plan: assigning.Plan, batch: Batch) -> list[str | None]:
    shared = practice.shared_in_words(practice.shared_with(batch))
    return [plan.warning, shortage(batch), shared]


class BatchDetail(Endpoint):
    @extend_schema(operation_id="batches_read", responses=BatchOut)
    def get(self, request: Request, pk: int) -> Response:
        """One batch, for those who oversee its project."""
        batch = batch_of(self.user, pk, overseen_project)
        return Response(batch_document(batch.pk, self.user))


class MoveQuery(Strict):
    """Without `version`, the newest published one."""

    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000, required=False)


class AskedOut(serializers.Serializer):
    """`rater` is null for what is asked of whoever has not seen the response."""

    rater = serializers.CharField(allow_null=True)
    places = serializers.IntegerField()


class MoveOut(serializers.Serializer):
    """What moving to the version does: how much is judged, and what is asked again of whom.

    `hours` bounds the work, at the pace of whole ratings; null while none has a time. `asked` is
    null for whoever rates in the batch, `version` where there is no newer one.
    """

    version = serializers.IntegerField(allow_null=True)
    criteria = serializers.ListField(child=serializers.CharField())
    judged = serializers.IntegerField()
    asked_again = serializers.IntegerField()
    asked = AskedOut(many=True, allow_null=True)
    hours = serializers.FloatField(allow_null=True)


NOTHING_NEWER: dict[str, Any] = {
    "version": None,
    "criteria": [],
    "judged": 0,
    "asked_again": 0,
    "asked": [],
    "hours": None,
}


class MoveForward(Endpoint):
    queries = {"GET": MoveQuery}

    @extend_schema(operation_id="batches_move_preview", responses=MoveOut)
    def get(self, request: Request, pk: int) -> Response:
        """What moving the batch to a newer version of its rubric would do."""
        batch = batch_of(self.user, pk, run_project)
        number = self.query.get("version")
        if number is None and not asking_again.newer_versions(batch).exists():
            return Response(MoveOut(NOTHING_NEWER).data)
        version = _newer(batch, number)
        return Response(_move(batch, asking_again.preview(batch, version), self.user))

    @extend_schema(operation_id="batches_move", request=MoveQuery, responses=MoveOut)
    def post(self, request: Request, pk: int) -> Response:
        """Put the batch under a newer version; only what it changed is asked again."""
        batch = batch_of(self.user, pk, run_project)
        version = _newer(batch, self.read(MoveQuery).get("version"))
        done = asking_again.move_forward(batch, version, by=self.user)
        return Response(_move(batch, done, self.user))


class Pause(Endpoint):
    @extend_schema(operation_id="batches_pause", request=NoFields, responses=BatchOut)
    def post(self, request: Request, pk: int) -> Response:
        """Hand out no more seats; what is in work can still be submitted."""
        return _moved(self, pk, assigning.pause)


class Reopen(Endpoint):
    @extend_schema(operation_id="batches_reopen", request=NoFields, responses=BatchOut)
    def post(self, request: Request, pk: int) -> Response:
        """Hand out seats of a paused batch again."""
        return _moved(self, pk, assigning.reopen)


class Close(Endpoint):
    @extend_schema(operation_id="batches_close", request=NoFields, responses=BatchOut)
    def post(self, request: Request, pk: int) -> Response:
        """End the rating for good; seats in work are given back, their drafts kept."""
        return _moved(self, pk, assigning.close)


def batch_of(user: User, pk: int, allowed: Callable[[User, str], Project]) -> Batch:
    """The batch, where `allowed` lets the person into its project; 404 for outsiders."""
    batch = get_object_or_404(Batch.objects.select_related("project"), pk=pk)
    allowed(user, batch.project.slug)
    return batch


def _moved(endpoint: Endpoint, pk: int, move: Callable[..., Batch]) -> Response:
    batch = batch_of(endpoint.user, pk, run_project)
    endpoint.read(NoFields)
    move(batch, by=endpoint.user)
    return Response(batch_document(batch.pk, endpoint.user))


def _newer(batch: Batch, number: int | None) -> RubricVersion:
    """The version asked for, whatever it is; moving says what is wrong with it."""
    versions = batch.rubric_version.rubric.versions
    if number is not None:
        if found := versions.filter(number=number).exclude(status="draft").first():
            return found
        raise Problems([Problem("version", "is no published version of the batch's rubric")])
    return asking_again.newer_versions(batch).first() or batch.rubric_version


def _move(batch: Batch, told: asking_again.Move, user: User) -> Any:
    sight = Batch.objects.sight_of(user, batch)
    asked = [
        {"rater": rater.username if rater else None, "places": places}
        for rater, places in told.asked.items()
    ]
    body = {
        "version": told.version.number,
        "criteria": [criterion.key for criterion in told.criteria],
        "judged": told.judged,
        "asked_again": told.total,
        "asked": asked if sight.peers else None,
        "hours": told.hours,
    }
    return MoveOut(body).data


def published_version(project: Project, slug: str, number: int | None) -> RubricVersion:
    """The version asked for, else the one in force. Raises Problems where there is none."""
    rubric = project.rubrics.filter(slug=slug, item=None).first()
    if rubric is None:
        raise Problems([Problem("rubric", f"there is no rubric `{slug}` in this project")])
    versions = rubric.versions.published()
    version = versions.filter(number=number).first() if number else latest_published(rubric)
    if version is None:
        raise Problems([Problem("version", f"`{slug}` has no such published version")])
    return version


def _counted(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    queue = QueueEntry.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    done = Assignment.objects.filter(
        batch=OuterRef("pk"), state=Assignment.State.SUBMITTED, round=1
    )
    again = Reask.objects.standing().filter(batch=OuterRef("pk")).order_by().values("batch")
    answered = again.filter(assignment__state=Assignment.State.SUBMITTED)
    counted = done.order_by().values("batch").annotate(n=Count("pk")).values("n")
    return batches.select_related("project", "rubric_version__rubric").annotate(
        n_responses=Coalesce(Subquery(queue.annotate(n=Count("pk")).values("n")), 0),
        n_seats=Coalesce(Subquery(queue.annotate(n=Sum("overlap")).values("n")), 0),
        n_submitted=Coalesce(Subquery(counted), 0),
        n_asked_again=Coalesce(Subquery(again.annotate(n=Count("pk")).values("n")), 0),
        n_answered_again=Coalesce(Subquery(answered.annotate(n=Count("pk")).values("n")), 0),
    )


def _count(batches: list[Any], *, user: User) -> None:
    """To whoever is blind in a batch its counts would tell what the others do."""
    blind = set(
        Batch.objects.hiding(user, "peers")
        .filter(pk__in=[one.pk for one in batches])
        .values_list("pk", flat=True)
    )
    for one in batches:
        counts = {
            "responses": one.n_responses,
            "seats": one.n_seats,
            "submitted": one.n_submitted,
            "asked_again": one.n_asked_again,
            "answered_again": one.n_answered_again,
        }
        one.progress = None if one.pk in blind else counts


def batch_document(pk: int, user: User) -> Any:
    """The batch as `BatchOut` describes it, for this reader."""
    batch = _counted(Batch.objects.filter(pk=pk)).get()
    _count([batch], user=user)
    return BatchOut(batch).data
